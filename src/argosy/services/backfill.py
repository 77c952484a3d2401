"""Histories fetched by themselves: jobs for the days that are needed, and workers who do them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from random import Random

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import (
    ArgosyError,
    ConflictError,
    InputError,
    NotFoundError,
    SourceError,
    StorageError,
)
from argosy.core.market.asset import Asset
from argosy.core.market.spans import Span
from argosy.runtime import metrics
from argosy.runtime.clock import Clock, today
from argosy.runtime.ids import new_id
from argosy.services import asset_metrics, refresh
from argosy.services.failed_jobs import TERMS, Terms, advice_for, outcome_of
from argosy.services.needed_days import (
    Needs,
    best_source,
    lacking_days,
    needed_days,
    pieces_of,
    read_needs,
)
from argosy.services.refresh import Loaded, Wanted
from argosy.sources.base import History, HistorySource
from argosy.sources.registry import Registry
from argosy.store import asset_sources, assets, queue, tracking
from argosy.store.database import Database
from argosy.store.queue import OPEN, WAITING, Cause, Job, JobDraft, JobStatus

__all__ = ["Cause", "Job", "JobStatus", "Terms"]

log = structlog.get_logger(__name__)

_TOGETHER = 1_000


@dataclass(frozen=True, slots=True)
class Planned:
    """How many jobs were made, and how many dropped or shortened."""

    enqueued: int = 0
    canceled: int = 0


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of a job that was worked on; `lost` if it is another worker's by now."""

    job: Job
    loaded: Loaded | None = None
    error: ArgosyError | None = None
    lost: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything is known that was not."""
        return self.loaded is not None and self.loaded.changed


async def plan(
    session: AsyncSession,
    sources: Registry,
    asset_ids: Iterable[str],
    *,
    today: date,
) -> Planned:
    """Make the jobs that assets lack, and drop or shorten those that are not needed any more.

    Nothing that is stored, or in a job already, is fetched again. Whoever calls it holds the
    assets.
    """
    enqueued = canceled = 0
    ids = sorted(set(asset_ids))
    for start in range(0, len(ids), _TOGETHER):
        drafts: list[JobDraft] = []
        for needs in await read_needs(session, ids[start : start + _TOGETHER], today):
            needed = needed_days(needs, today)
            made = [] if needed is None else _drafts(sources, needs, needed, today)
            canceled += await _shortened(session, needs.jobs, needed)
            replaced = [
                job.id
                for job in needs.jobs
                if job.may_be_replaced(today) and any(job.days.common(one.days) for one in made)
            ]
            await queue.cancel(session, replaced)
            drafts += made
        await queue.add(session, drafts)
        enqueued += len(drafts)
    return Planned(enqueued, canceled)


async def enqueue(
    session: AsyncSession,
    sources: Registry,
    asset: Asset,
    days: Span,
    *,
    today: date,
    source: str | None = None,
) -> list[Job]:
    """Queue days of an asset because a person asks for them, but those that are queued already.

    What is stored is fetched again: whoever asks has a reason.
    """
    await tracking.hold(session, [asset.id])
    called = (await asset_sources.of_assets(session, [asset.key])).get(asset.key, ())
    best = best_source(sources, asset, called) if source is None else sources.get(source)
    if not isinstance(best, HistorySource):
        raise InputError(f"No source has prices of {asset.symbol}; name one, or import a file.")
    jobs = (await queue.of_assets(session, [asset.id])).get(asset.id, [])
    queued = [job.days for job in jobs if job.status in OPEN and job.source == source]
    drafts = [
        JobDraft(asset_id=asset.id, days=piece, cause=Cause.ASKED, source=source)
        for left in reversed(days.without(queued))
        for piece in pieces_of(left, best.manifest, today)
    ]
    await queue.add(session, drafts)
    known = {job.id for job in jobs}
    after = (await queue.of_assets(session, [asset.id])).get(asset.id, [])
    return [job for job in after if job.id not in known]


async def work_one(
    database: Database,
    sources: Registry,
    *,
    clock: Clock,
    worker: str,
    terms: Terms = TERMS,
    chance: Random | None = None,
) -> Worked | None:
    """Do the next job of the queue; None if there is none that can be done now.

    The source is asked while no transaction is open, and the lease renewed meanwhile. Prices and
    the job's end are one transaction: a job is done if and only if its prices are stored. Whoever
    is canceled gives the job back at once.
    """
    now = clock.now()
    lease = f"{worker[:80]}#{new_id()[-12:]}"  # one's own: also against oneself, come back late
    async with database.write() as session:
        job = await queue.claim(
            session, worker=lease, now=now, until=now + terms.lease, attempts=terms.attempts
        )
    if job is None:
        return None
    hand = _Hand(database, clock, terms, chance or Random())  # noqa: S311 - it only spreads waits
    async with hand.keeping(job):
        with metrics.BACKFILL_SECONDS.time():
            worked = await hand.work(sources, job)
    if worked.changed and worked.loaded is not None:
        await asset_metrics.renew(database, [worked.loaded.asset.key])
    return worked


def _drafts(sources: Registry, needs: Needs, needed: Span, today: date) -> list[JobDraft]:
    """Return the jobs that an asset lacks, the newest days first."""
    source = best_source(sources, needs.asset, needs.sources)
    if source is None:
        return []
    return [
        JobDraft(
            asset_id=needs.asset.id,
            days=piece,
            cause=Cause.TRACKED if needs.named is None else Cause.HELD,
            priority=needs.tracked.priority,
        )
        for days in reversed(lacking_days(needs, needed, today))
        for piece in pieces_of(days, source.manifest, today)
    ]


async def _shortened(session: AsyncSession, jobs: Sequence[Job], needed: Span | None) -> int:
    """Shorten jobs that nobody has begun to the days that are needed; drop those without any."""
    changed = 0
    for job in jobs:
        if job.cause is Cause.ASKED or job.status not in {*WAITING, JobStatus.FAILED}:
            continue
        both = None if needed is None else needed.common(job.days)
        if both is None:
            await queue.cancel(session, [job.id])
        elif both != job.days and job.status in WAITING:
            await queue.shorten(session, job, both)
        else:
            continue
        changed += 1
    return changed


@dataclass(frozen=True, slots=True)
class _Hand:
    """Whoever works on a job, and on which terms."""

    database: Database
    clock: Clock
    terms: Terms
    chance: Random

    @asynccontextmanager
    async def keeping(self, job: Job) -> AsyncIterator[None]:
        """Keep the lease of a job while it is worked on; give it back if the work is canceled."""
        beat = asyncio.create_task(self._beat(job))
        try:
            yield
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(job))
            raise
        finally:
            beat.cancel()

    async def work(self, sources: Registry, job: Job) -> Worked:
        """Fetch the days of a job and store them, or put it off."""
        async with self.database.read() as session:
            asset = (await assets.get_many(session, [job.asset_id])).get(job.asset_id)
            if asset is None:  # it was deleted, and its jobs with it
                return Worked(job, lost=True)
            called = (await asset_sources.of_assets(session, [asset.key])).get(asset.key, ())
        wanted = Wanted(
            symbol=asset.symbol, source=job.source, start=job.start_date, end=job.end_date
        )
        try:
            history = await refresh.fetch_prices(sources, asset, wanted, stored=called)
            return await self._store(job, asset, history)
        except (SourceError, InputError, ConflictError, NotFoundError) as error:
            return await self._put_off(job, asset, error)

    async def _beat(self, job: Job) -> None:
        own = True
        while own:
            await asyncio.sleep(self.terms.lease.total_seconds() / 4)
            try:
                async with self.database.write() as session:
                    until = self.clock.now() + self.terms.lease
                    own = await queue.renew(session, job, until=until)
            except StorageError as error:  # the database may be back before the lease is over
                log.warning("lease_not_renewed", job=job.id, reason=str(error))

    async def _give_back(self, job: Job) -> None:
        try:
            async with self.database.write() as session:
                await queue.put_back(session, job)
        except StorageError as error:  # its lease runs out by itself
            log.warning("job_not_given_back", job=job.id, reason=str(error))

    async def _store(self, job: Job, asset: Asset, history: History) -> Worked:
        async with self.database.write() as session:
            if not await queue.complete(session, job, at=self.clock.now()):
                return Worked(job, lost=True)
            loaded = await refresh.store_prices(session, asset, history, today=today(self.clock))
            worked = Worked(job, loaded)
            await tracking.collected(
                session,
                asset,
                at=self.clock.now(),
                changed=worked.changed,
                asked=job.days if job.source is None else None,
            )
        return worked

    async def _put_off(self, job: Job, asset: Asset, error: ArgosyError) -> Worked:
        """Let a job wait that could not be done, or give it up with what a person can do."""
        outcome = outcome_of(error, job, self.terms, self.chance)
        advice = None
        if outcome.status is JobStatus.FAILED:
            advice = advice_for(error, job, asset)
            log.warning("backfill_failed", job=job.id, asset=asset.symbol, reason=str(error))
        async with self.database.write() as session:
            own = await queue.put_back(
                session,
                job,
                status=outcome.status,
                retry_after=None if outcome.wait is None else self.clock.now() + outcome.wait,
                attempts=outcome.attempts,
                told=(str(error), advice),
            )
        return Worked(job, error=error, lost=not own)
