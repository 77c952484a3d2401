"""The queue of histories as administrators see it: what is in it, and how long it will take."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ConflictError, InputError, NotFoundError
from argosy.core.market.asset import Asset
from argosy.runtime.budgets import Budgets
from argosy.runtime.clock import Clock
from argosy.services.needed_days import best_source
from argosy.services.sources import SourceState, states
from argosy.sources.registry import Registry
from argosy.store import asset_sources, assets, queue, tracking
from argosy.store.paging import Page
from argosy.store.queue import OPEN, Cause, Job, JobStatus, QueueState

__all__ = ["Cause", "Job", "JobStatus", "Page", "QueueState"]

_LATELY = timedelta(hours=1)
_LAST = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A job with the asset that it is for."""

    job: Job
    asset: Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The queue in numbers, when it is likely to be empty, and what sources may still be asked.

    `done_at` is None while nothing tells how fast it goes, and while it is paused.
    """

    state: QueueState
    done_at: datetime | None
    sources: tuple[SourceState, ...]


async def page(
    session: AsyncSession,
    *,
    statuses: Collection[JobStatus] = (),
    asset: Asset | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Listed]:
    """Return jobs with their assets, the newest first."""
    asset_id = asset.id if asset else None
    found = await queue.page(
        session, statuses=statuses, asset_id=asset_id, limit=limit, cursor=cursor
    )
    return Page(await _listed(session, found.items), found.next_cursor)


async def of_asset(session: AsyncSession, asset: Asset) -> list[Job]:
    """Return an asset's jobs, oldest first."""
    return (await queue.of_assets(session, [asset.id])).get(asset.id, [])


async def state(session: AsyncSession, *, clock: Clock) -> QueueState:
    """Return the queue in numbers."""
    return await queue.read_state(session, now=clock.now())


async def outlook(
    session: AsyncSession, sources: Registry, budgets: Budgets, *, clock: Clock
) -> Outlook:
    """Say when the queue is likely to be empty: at the pace of late, and within all limits."""
    now = clock.now()
    found = await queue.read_state(session, now=now)
    asked = [one for one in await states(sources, budgets) if one.limits and one.lacks is None]
    pace_s = _pace_s(await queue.last_completed(session, limit=_LAST), now)
    left = found.open - found.held_back
    done_at = None
    if pace_s is not None and left and not found.paused:
        shares = await _jobs_of_sources(session, sources)
        limited_s = [_limited_s(one, shares[one.manifest.name]) for one in asked]
        done_at = now + timedelta(seconds=max([pace_s * left, *limited_s]))
    return Outlook(state=found, done_at=done_at, sources=tuple(asked))


async def retry(session: AsyncSession, job_id: int) -> Listed:
    """Let a job that failed or waits for a source be tried at once, with all its attempts."""
    job = await _get(session, job_id)
    if job.status not in {JobStatus.FAILED, JobStatus.RATE_LIMITED}:
        raise ConflictError(f"Job {job_id} is {job.status}; only one that failed is tried again.")
    await tracking.hold(session, [job.asset_id])
    if not await queue.retry(session, [job_id]):
        raise ConflictError(f"Another job fetches the days of job {job_id} already.")
    return await _one(session, job_id)


async def retry_all(session: AsyncSession, *, asset: Asset | None = None) -> int:
    """Let all jobs that failed or wait, perhaps of one asset, be tried at once; return how many."""
    jobs = await queue.failed(session, asset_id=asset.id if asset else None)
    await tracking.hold(session, [job.asset_id for job in jobs])
    return await queue.retry(session, [job.id for job in jobs])


async def pause(session: AsyncSession, *, paused: bool = True) -> None:
    """Hold the whole queue back, or let it go on; work that has begun is finished."""
    await queue.set_queue_paused(session, paused=paused)


async def pause_job(session: AsyncSession, job_id: int, *, paused: bool) -> Listed:
    """Hold one job back, or let it go on."""
    job = await _get(session, job_id)
    if job.status not in OPEN:
        raise ConflictError(f"Job {job_id} is {job.status}; it does not wait for anything.")
    await queue.set_paused(session, [job_id], paused=paused)
    return await _one(session, job_id)


async def clean(session: AsyncSession, *, days: int, clock: Clock) -> int:
    """Forget jobs that were completed more than some days ago; return how many."""
    if days < 0:
        raise InputError("days is 0 or more.")
    return await queue.clean(session, before=clock.now() - timedelta(days=days))


def _pace_s(completed: Sequence[datetime], now: datetime) -> float | None:
    """Return the seconds from one job of the last hour to the next; None if there were not two."""
    lately = [at for at in completed if at >= now - _LATELY]
    if len(lately) < 2:
        return None
    return (lately[0] - lately[-1]).total_seconds() / (len(lately) - 1)


def _limited_s(source: SourceState, jobs: int) -> float:
    """Return how long a source's limits stretch so many jobs, at one request each or more."""
    return max(
        (ceil(max(jobs - left, 0) / limit.requests) * limit.per_s for limit, left in source.limits),
        default=0.0,
    )


async def _jobs_of_sources(session: AsyncSession, sources: Registry) -> Counter[str]:
    """Return how many open jobs each source is likely to be asked for first."""
    counted = await queue.open_by_asset(session)
    found = await assets.get_many(session, [asset_id for asset_id, _ in counted])
    called = await asset_sources.of_assets(session, [asset.key for asset in found.values()])
    shares: Counter[str] = Counter()
    for (asset_id, source), count in counted.items():
        asset = found[asset_id]
        best = best_source(sources, asset, called.get(asset.key, ()))
        name = source or (best.name if best else "")
        shares[name] += count
    return shares


async def _get(session: AsyncSession, job_id: int) -> Job:
    job = await queue.get(session, job_id)
    if job is None:
        raise NotFoundError("job", job_id)
    return job


async def _one(session: AsyncSession, job_id: int) -> Listed:
    return (await _listed(session, [await _get(session, job_id)]))[0]


async def _listed(session: AsyncSession, jobs: Sequence[Job]) -> list[Listed]:
    found = await assets.get_many(session, {job.asset_id for job in jobs})
    return [Listed(job, found[job.asset_id]) for job in jobs]
