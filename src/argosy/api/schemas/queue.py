"""Answers about tracked assets, and the queue of histories to be fetched."""

from datetime import date, datetime, timedelta
from typing import Literal, Self

from pydantic import ConfigDict, Field

from argosy.api.schemas.fields import In, InstantOut, Out
from argosy.api.schemas.source import SourceLimitOut
from argosy.core.market.asset import Asset
from argosy.services.queue import Cause, Job, JobStatus, Listed, Outlook, QueueState
from argosy.services.tracking import Fetching, Reason, Tracked


class QueueJobOut(Out):
    """Days of an asset that are to be fetched; `source` null = whichever answers.

    `error_message` is what went wrong last, `reason` what a person can do about it.
    """

    id: int
    asset_id: str
    symbol: str
    exchange: str | None
    start: date
    end: date
    source: str | None
    cause: Cause
    priority: int
    status: JobStatus
    paused: bool
    attempts: int
    max_attempts: int
    retry_after: InstantOut | None
    error_message: str | None
    reason: str | None
    created_at: InstantOut
    started_at: InstantOut | None
    completed_at: InstantOut | None

    @classmethod
    def of(cls, job: Job, asset: Asset) -> Self:
        return cls(
            id=job.id,
            asset_id=job.asset_id,
            symbol=asset.symbol,
            exchange=asset.exchange,
            start=job.start_date,
            end=job.end_date,
            source=job.source,
            cause=job.cause,
            priority=job.priority,
            status=job.status,
            paused=job.paused,
            attempts=job.attempts,
            max_attempts=job.max_attempts,
            retry_after=job.retry_after,
            error_message=job.error_message,
            reason=job.reason,
            created_at=job.created_at,
            started_at=job.started_at,
            completed_at=job.completed_at,
        )

    @classmethod
    def of_listed(cls, one: Listed) -> Self:
        return cls.of(one.job, one.asset)


class SourceBudgetOut(Out):
    """What a source may still be asked."""

    name: str
    limits: list[SourceLimitOut]


class QueuePage(Out):
    """Jobs, the newest first, and the whole queue in numbers.

    `done_at` is when it is likely to be empty; null while nothing tells how fast it goes.
    """

    by_status: dict[JobStatus, int]
    paused: bool
    done_at: InstantOut | None
    sources: list[SourceBudgetOut]
    items: list[QueueJobOut]
    next_cursor: str | None

    @classmethod
    def of(cls, items: list[Listed], next_cursor: str | None, outlook: Outlook) -> Self:
        return cls(
            by_status=outlook.state.by_status,
            paused=outlook.state.paused,
            done_at=outlook.done_at,
            sources=[
                SourceBudgetOut(
                    name=one.manifest.name,
                    limits=[
                        SourceLimitOut(requests=limit.requests, per_s=limit.per_s, left=left)
                        for limit, left in one.limits
                    ],
                )
                for one in outlook.sources
            ],
            items=[QueueJobOut.of_listed(one) for one in items],
            next_cursor=next_cursor,
        )


class QueueHealthOut(Out):
    """The queue in numbers; `stalled` where jobs wait and nobody works.

    `workers` are those whose lease has not run out, `held_back` open jobs that are paused.
    """

    status: Literal["healthy", "paused", "stalled"]
    by_status: dict[JobStatus, int]
    held_back: int
    workers: int
    oldest_pending_s: int | None
    next_retry_at: InstantOut | None

    @classmethod
    def of(cls, state: QueueState, now: datetime) -> Self:
        waited = None if state.oldest_pending_at is None else now - state.oldest_pending_at
        stalled = waited is not None and waited > _LONG and not state.workers
        return cls(
            status="paused" if state.paused else "stalled" if stalled else "healthy",
            by_status=state.by_status,
            held_back=state.held_back,
            workers=state.workers,
            oldest_pending_s=None if waited is None else max(int(waited.total_seconds()), 0),
            next_retry_at=state.next_retry_at,
        )


class TrackingOut(Out):
    """Whether, why and how an asset is fetched by itself, and its jobs.

    `reasons` counts each reason apart, holders as people: of a shared asset they are told to
    administrators alone, null to others. `interval_minutes` null = the default.
    From `history_from` to `history_until` its sources have said all that they have.
    """

    asset_id: str
    tracked: bool
    enabled: bool
    reasons: dict[str, int] | None
    priority: int
    interval_minutes: int | None
    first_tracked_at: InstantOut | None
    last_tracked_at: InstantOut | None
    last_collected: InstantOut | None
    next_collection_at: InstantOut | None
    last_price_update: InstantOut | None
    history_from: date | None
    history_until: date | None
    jobs: list[QueueJobOut]

    @classmethod
    def of(
        cls, asset: Asset, tracked: Tracked, jobs: list[Job], *, default_minutes: int, counts: bool
    ) -> Self:
        every = timedelta(minutes=tracked.interval_minutes or default_minutes)
        last = tracked.last_collected
        return cls(
            asset_id=asset.id,
            tracked=tracked.is_tracked,
            enabled=tracked.enabled,
            reasons={_REASONS[reason]: getattr(tracked, reason) for reason in Reason}
            if counts
            else None,
            priority=tracked.priority,
            interval_minutes=tracked.interval_minutes,
            first_tracked_at=tracked.first_tracked_at,
            last_tracked_at=tracked.last_tracked_at,
            last_collected=last,
            next_collection_at=last + every if last and tracked.is_tracked else None,
            last_price_update=tracked.last_price_update,
            history_from=tracked.history_from,
            history_until=tracked.history_until,
            jobs=[QueueJobOut.of(job, asset) for job in jobs],
        )


class TrackingPatch(In):
    """How an asset shall be fetched; what is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"enabled": True, "priority": 1, "interval_minutes": 60}]}
    )

    enabled: bool | None = None
    priority: int | None = Field(default=None, description="1, 2 or 3; 1 comes first.")
    interval_minutes: int | None = None

    def wanted(self) -> Fetching:
        return Fetching(**self.model_dump())


_LONG = timedelta(hours=1)
_REASONS = {
    Reason.HOLDERS: "holders",
    Reason.WATCHERS: "watchers",
    Reason.BENCHMARKS: "benchmarks",
    Reason.ALERTS: "alerts",
}
