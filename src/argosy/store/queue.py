"""The queue of histories to be fetched: each job has one worker at a time, for as long as it lives.

A worker leases a job and renews the lease while it works. One that is killed renews nothing, and
its job is taken over; one that comes back late finds that the job is no longer its own.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from argosy.core.market.spans import Span
from argosy.store.paging import Page, read_cursor, write_cursor
from argosy.store.tables.backfill_job import BackfillJobRow as Row
from argosy.store.tables.switch import SwitchRow
from argosy.store.upserts import insert_into

_PAUSED = "backfill_paused"
_MANY = 10_000


class JobStatus(StrEnum):
    """How far a job is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    RATE_LIMITED = "rate_limited"
    COMPLETED = "completed"
    FAILED = "failed"


class Cause(StrEnum):
    """Why a history is fetched: someone held it, it is tracked otherwise, a person asked for it."""

    HELD = "held"
    TRACKED = "tracked"
    ASKED = "asked"


WAITING = (JobStatus.PENDING, JobStatus.RATE_LIMITED)
OPEN = (*WAITING, JobStatus.IN_PROGRESS)
UNFINISHED = (*OPEN, JobStatus.FAILED)
ALL = tuple(JobStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDraft:
    """Days of an asset that are to be fetched."""

    asset_id: str
    days: Span
    cause: Cause
    source: str | None = None
    priority: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it is now."""

    id: int
    asset_id: str
    start_date: date
    end_date: date
    source: str | None
    cause: Cause
    priority: int
    status: JobStatus
    paused: bool
    retry_after: datetime | None
    attempts: int
    max_attempts: int
    worker: str | None
    leased_until: datetime | None
    error_message: str | None
    reason: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def days(self) -> Span:
        """The days that it fetches."""
        return Span(self.start_date, self.end_date)

    def may_be_replaced(self, on: date) -> bool:
        """Whether it failed by bad luck, and long enough ago for its days to be asked for anew."""
        failed = self.status is JobStatus.FAILED
        return failed and self.retry_after is not None and self.retry_after.date() <= on


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """The queue in numbers; `workers` are those whose lease has not run out."""

    by_status: dict[JobStatus, int]
    held_back: int
    workers: int
    oldest_pending_at: datetime | None
    next_retry_at: datetime | None
    paused: bool

    @property
    def open(self) -> int:
        """How many jobs are still to be done."""
        return sum(self.by_status[status] for status in OPEN)


_COLUMNS = [getattr(Row, name) for name in Job.__dataclass_fields__]


async def claim(
    session: AsyncSession, *, worker: str, now: datetime, until: datetime, attempts: int = 5
) -> Job | None:
    """Take the next job for a worker, until an instant; None if there is nothing to be done now."""
    waits = and_(Row.status.in_(WAITING), or_(Row.retry_after.is_(None), Row.retry_after <= now))
    abandoned = and_(Row.status == JobStatus.IN_PROGRESS, Row.leased_until <= now)
    free = (
        select(Row.id)
        .where(or_(waits, abandoned), Row.paused.is_(False), ~_queue_is_paused())
        .order_by(Row.priority, Row.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Row)
    )
    taken = {
        "status": JobStatus.IN_PROGRESS,
        "worker": worker,
        "leased_until": until,
        "started_at": now,
        "max_attempts": attempts,
        "retry_after": None,
    }
    claimed = update(Row).where(Row.id == free.scalar_subquery()).values(**taken)
    return await _one(session, claimed.returning(*_COLUMNS))


async def renew(session: AsyncSession, job: Job, *, until: datetime) -> bool:
    """Lease a job for longer; False if it is another's by now."""
    return await _change(session, job, {"leased_until": until})


async def complete(session: AsyncSession, job: Job, *, at: datetime) -> bool:
    """Say that a job is done; False if it is another's by now."""
    done = {
        "status": JobStatus.COMPLETED,
        "completed_at": at,
        "error_message": None,
        "reason": None,
        **_FREE,
    }
    return await _change(session, job, done)


async def put_back(
    session: AsyncSession,
    job: Job,
    *,
    status: JobStatus = JobStatus.PENDING,
    retry_after: datetime | None = None,
    attempts: int | None = None,
    told: tuple[str | None, str | None] = (None, None),
) -> bool:
    """End a worker's hold on a job that is not done; `told` is the error and what mends it."""
    changes = {
        "status": status,
        "retry_after": retry_after,
        "attempts": job.attempts if attempts is None else attempts,
        "error_message": told[0],
        "reason": told[1],
        **_FREE,
    }
    return await _change(session, job, changes)


async def add(session: AsyncSession, drafts: Sequence[JobDraft]) -> None:
    """Put jobs at the end of the queue; whoever adds holds their assets."""
    if not drafts:
        return
    values = [
        {
            "asset_id": draft.asset_id,
            "start_date": draft.days.first,
            "end_date": draft.days.last,
            "source": draft.source,
            "cause": draft.cause,
            "priority": draft.priority,
        }
        for draft in drafts
    ]
    await session.execute(insert(Row), values)


async def of_assets(
    session: AsyncSession, asset_ids: Iterable[str], statuses: Collection[JobStatus] = ALL
) -> dict[str, list[Job]]:
    """Return jobs of assets, oldest first; no entry where there are none."""
    ids, found = sorted(set(asset_ids)), dict[str, list[Job]]()
    for start in range(0, len(ids), _MANY):
        among = Row.asset_id.in_(ids[start : start + _MANY]), Row.status.in_(statuses)
        for row in await session.execute(select(*_COLUMNS).where(*among).order_by(Row.id)):
            job = _job(row)
            found.setdefault(job.asset_id, []).append(job)
    return found


async def cancel(session: AsyncSession, job_ids: Collection[int]) -> None:
    """Drop jobs that nobody works on."""
    if not job_ids:
        return
    waiting = Row.id.in_(job_ids), Row.status != JobStatus.IN_PROGRESS
    await session.execute(delete(Row).where(*waiting))


async def shorten(session: AsyncSession, job: Job, days: Span) -> None:
    """Let a job that nobody works on fetch fewer days."""
    waiting = Row.id == job.id, Row.status.in_(WAITING)
    await session.execute(
        update(Row).where(*waiting).values(start_date=days.first, end_date=days.last)
    )


async def get(session: AsyncSession, job_id: int) -> Job | None:
    """Return one job."""
    return await _one(session, select(*_COLUMNS).where(Row.id == job_id))


async def page(
    session: AsyncSession,
    *,
    statuses: Collection[JobStatus] = (),
    asset_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Job]:
    """Return jobs, the newest first."""
    where: list[ColumnElement[bool]] = []
    if statuses:
        where.append(Row.status.in_(statuses))
    if asset_id is not None:
        where.append(Row.asset_id == asset_id)
    if cursor is not None:
        (before,) = read_cursor(cursor, int)
        where.append(Row.id < before)
    query = select(*_COLUMNS).where(*where).order_by(Row.id.desc()).limit(limit + 1)
    jobs = [_job(row) for row in await session.execute(query)]
    return Page(jobs[:limit], write_cursor([jobs[limit - 1].id]) if len(jobs) > limit else None)


async def failed(
    session: AsyncSession, *, job_id: int | None = None, asset_id: str | None = None
) -> list[Job]:
    """Return the jobs that failed or wait for a source: those that can be tried again at once."""
    stopped = Row.status.in_((JobStatus.FAILED, JobStatus.RATE_LIMITED))
    wanted: list[ColumnElement[bool]] = [stopped]
    if job_id is not None:
        wanted.append(Row.id == job_id)
    if asset_id is not None:
        wanted.append(Row.asset_id == asset_id)
    return [_job(row) for row in await session.execute(select(*_COLUMNS).where(*wanted))]


async def retry(session: AsyncSession, job_ids: Collection[int]) -> int:
    """Let jobs be tried anew, with all their attempts; return how many.

    One whose days another open job fetches from the same source stays as it is.
    """
    other = aliased(Row)
    same = and_(
        other.asset_id == Row.asset_id,
        other.id != Row.id,
        other.status.in_(OPEN),
        other.source.is_not_distinct_from(Row.source),
        other.start_date <= Row.end_date,
        other.end_date >= Row.start_date,
    )
    anew: dict[str, Any] = {
        "status": JobStatus.PENDING,
        "attempts": 0,
        "retry_after": None,
        "error_message": None,
        "reason": None,
    }
    stopped = (JobStatus.FAILED, JobStatus.RATE_LIMITED)
    mine = Row.id.in_(job_ids), Row.status.in_(stopped), ~exists().where(same)
    done = await session.execute(update(Row).where(*mine).values(**anew).returning(Row.id))
    return len(done.all())


async def set_paused(session: AsyncSession, job_ids: Collection[int], *, paused: bool) -> int:
    """Hold open jobs back, or let them go on; return how many."""
    mine = Row.id.in_(job_ids), Row.status.in_(OPEN), Row.paused.is_not(paused)
    done = await session.execute(update(Row).where(*mine).values(paused=paused).returning(Row.id))
    return len(done.all())


async def set_queue_paused(session: AsyncSession, *, paused: bool) -> None:
    """Hold the whole queue back, or let it go on; work that has begun is finished."""
    if paused:
        row = insert_into(session, SwitchRow).values(name=_PAUSED)
        await session.execute(row.on_conflict_do_nothing())
    else:
        await session.execute(delete(SwitchRow).where(SwitchRow.name == _PAUSED))


async def clean(session: AsyncSession, *, before: datetime) -> int:
    """Forget the jobs that were completed before an instant; return how many."""
    old = Row.status == JobStatus.COMPLETED, Row.completed_at < before
    done = await session.execute(delete(Row).where(*old).returning(Row.id))
    return len(done.all())


async def read_state(session: AsyncSession, *, now: datetime) -> QueueState:
    """Return the queue in numbers."""
    counted = await session.execute(select(Row.status, func.count()).group_by(Row.status))
    by_status = dict.fromkeys(JobStatus, 0)
    by_status |= {JobStatus(status): count for status, count in counted}
    working = Row.status == JobStatus.IN_PROGRESS, Row.leased_until > now
    waiting = Row.status.in_(WAITING)
    one = (
        await session.execute(
            select(
                select(func.count(Row.worker.distinct())).where(*working).scalar_subquery(),
                select(func.count()).where(Row.status.in_(OPEN), Row.paused).scalar_subquery(),
                select(func.min(Row.created_at)).where(waiting).scalar_subquery(),
                select(func.min(Row.retry_after)).where(waiting).scalar_subquery(),
                _queue_is_paused(),
            )
        )
    ).one()
    workers, held_back, oldest, retry_at, paused = one
    return QueueState(
        by_status=by_status,
        held_back=held_back,
        workers=workers,
        oldest_pending_at=oldest,
        next_retry_at=retry_at,
        paused=bool(paused),
    )


async def open_by_asset(session: AsyncSession) -> dict[tuple[str, str | None], int]:
    """Return how many jobs are still to be done, by asset and by the source that is named."""
    among = Row.status.in_(OPEN), Row.paused.is_(False)
    query = select(Row.asset_id, Row.source, func.count()).where(*among)
    rows = await session.execute(query.group_by(Row.asset_id, Row.source))
    return {(asset_id, source): count for asset_id, source, count in rows}


async def last_completed(session: AsyncSession, *, limit: int) -> list[datetime]:
    """Return when the last jobs were completed, the newest first."""
    done = Row.completed_at.is_not(None), Row.status == JobStatus.COMPLETED
    query = select(Row.completed_at).where(*done).order_by(Row.completed_at.desc()).limit(limit)
    return [at for at in await session.scalars(query) if at is not None]


_FREE: dict[str, Any] = {"worker": None, "leased_until": None}


def _queue_is_paused() -> ColumnElement[bool]:
    return exists().where(SwitchRow.name == _PAUSED)


async def _change(session: AsyncSession, job: Job, changes: dict[str, Any]) -> bool:
    """Change a job that is still its worker's."""
    mine = Row.id == job.id, Row.worker == job.worker, Row.status == JobStatus.IN_PROGRESS
    done = await session.execute(update(Row).where(*mine).values(**changes).returning(Row.id))
    return done.first() is not None


async def _one(session: AsyncSession, statement: Any) -> Job | None:
    row = (await session.execute(statement)).first()
    return None if row is None else _job(row)


def _job(row: Any) -> Job:
    fields = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's names
    fields |= {"status": JobStatus(row.status), "cause": Cause(row.cause)}
    return Job(**fields)
