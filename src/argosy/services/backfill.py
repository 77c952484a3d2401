"""Histories fetched by themselves: which days are needed, and workers who fetch them.

Days are needed from a year before the first transaction that names an asset, or for a year where
it is tracked for another reason, to yesterday while it is tracked, else to its last transaction.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import (
    ArgosyError,
    CurrencyMismatchError,
    InputError,
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceError,
    SourceKeyMissingError,
    SourcesFailedError,
    StorageError,
)
from argosy.core.market.asset import Asset, AssetSource
from argosy.core.market.spans import Span
from argosy.core.returns.closes import trades_all_week
from argosy.runtime.clock import Clock, today
from argosy.runtime.ids import new_id
from argosy.services import asset_metrics, refresh
from argosy.services.refresh import Loaded, Wanted
from argosy.sources.base import History, HistorySource
from argosy.sources.manifest import Manifest
from argosy.sources.registry import Registry
from argosy.store import asset_sources, assets, queue, tracking
from argosy.store.database import Database
from argosy.store.queue import OPEN, UNFINISHED, WAITING, Cause, Job, JobDraft, JobStatus
from argosy.store.tracking import Tracked

__all__ = ["Cause", "Job", "JobStatus"]

log = structlog.get_logger(__name__)

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)
_AFTER = timedelta(days=7)
"""So long after its last transaction an asset that nobody holds any more is still priced."""
_DOUBLED = 3
_JITTER = 0.1
_REST = timedelta(days=1)
"""After so long the days of a job that used up its attempts are asked for anew."""
_MARGIN = timedelta(days=2)
"""A job may wait so long, and its first day is still among a source's free ones."""
_TOGETHER = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How workers work: a lease is theirs for so long, and sources that fail are left alone.

    The first `wait` is doubled three times: 5, 10, 20, 40 minutes. After so many `attempts` a job
    is given up.
    """

    lease: timedelta = timedelta(minutes=2)
    wait: timedelta = timedelta(minutes=5)
    attempts: int = 5

    def backoff(self, attempts: int, chance: Random) -> timedelta:
        """Return how long to wait after so many attempts; a little more by chance."""
        times: int = 2 ** min(max(attempts - 1, 0), _DOUBLED)
        return self.wait * times * (1 + _JITTER * chance.random())


TERMS = Terms()


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
        return self.loaded is not None and (self.loaded.bars.changed or self.loaded.splits.changed)


@dataclass(frozen=True, slots=True)
class _Case:
    """All that says which jobs an asset needs."""

    asset: Asset
    tracked: Tracked
    named: Span | None
    stored: Span | None
    jobs: Sequence[Job]
    sources: Sequence[AssetSource]


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
        for case in await _cases(session, ids[start : start + _TOGETHER]):
            needed = _needed(case, today)
            canceled += await _shortened(session, case.jobs, needed)
            source = best_source(sources, case.asset, case.sources)
            if needed is None or source is None:
                continue
            drafts = [
                JobDraft(
                    asset_id=case.asset.id,
                    days=piece,
                    cause=Cause.TRACKED if case.named is None else Cause.HELD,
                    priority=case.tracked.priority,
                )
                for days in reversed(_lacking(case, needed, today))
                for piece in _pieces(days, source.manifest, today)
            ]
            replaced = [
                job.id
                for job in case.jobs
                if job.may_be_replaced(today) and any(job.days.common(one.days) for one in drafts)
            ]
            await queue.cancel(session, replaced)
            enqueued += len(await queue.add(session, drafts))
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
        JobDraft(
            asset_id=asset.id,
            days=piece,
            cause=Cause.ASKED,
            source=source,
        )
        for left in reversed(days.without(queued))
        for piece in _pieces(left, best.manifest, today)
    ]
    return await queue.add(session, drafts)


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
        worked = await hand.work(sources, job)
    if worked.changed and worked.loaded is not None:
        await asset_metrics.renew(database, [worked.loaded.asset.key])
    return worked


async def _cases(session: AsyncSession, asset_ids: Sequence[str]) -> list[_Case]:
    found = await assets.get_many(session, asset_ids)
    keys = [asset.key for asset in found.values()]
    rows = await tracking.read(session, found)
    named = await tracking.named_days(session, found)
    jobs = await queue.of_assets(session, found, UNFINISHED)
    stored = await tracking.stored_days(session, keys)
    called = await asset_sources.of_assets(session, keys)
    return [
        _Case(
            asset=asset,
            tracked=rows.get(id_, Tracked(asset_id=id_)),
            named=named.get(id_),
            stored=stored.get(asset.key),
            jobs=jobs.get(id_, ()),
            sources=called.get(asset.key, ()),
        )
        for id_, asset in sorted(found.items())
    ]


def _needed(case: _Case, today: date) -> Span | None:
    """Return the days of an asset that its figures need; None if it needs none."""
    named, yesterday = case.named, today - _DAY
    if named is None and not case.tracked.is_tracked:
        return None
    firsts = [] if named is None else [_year_before(named.first)]
    if named is None or not case.tracked.is_only_held:
        firsts.append(today - _YEAR)
    last = yesterday
    if named is not None and not case.tracked.is_tracked:
        last = min(named.last + _AFTER, yesterday)
    return Span(min(firsts), last) if min(firsts) <= last else None


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _lacking(case: _Case, needed: Span, today: date) -> list[Span]:
    """Return the needed days that are not stored and in no job, oldest first.

    A job that failed covers its days as well: asking once more would bring the same.
    """
    covered = [days for days in (case.stored, case.tracked.history) if days is not None]
    tried = [job for job in case.jobs if job.may_be_replaced(today)]
    covered = [left for days in covered for left in days.without(job.days for job in tried)]
    covered += [job.days for job in case.jobs if job not in tried and not _is_of_one_source(job)]
    rests = not trades_all_week(case.asset)
    return [days for days in needed.without(covered) if days.has_weekday() or not rests]


def _is_of_one_source(job: Job) -> bool:
    """Whether it failed at the one source that a person named; others may have its days."""
    return job.status is JobStatus.FAILED and job.source is not None


def _pieces(days: Span, manifest: Manifest, today: date) -> list[Span]:
    """Cut days into what one request answers, newest first.

    What only a paid plan has is apart: that it is refused takes nothing from the rest.
    """
    parts = [days]
    if manifest.free_days:
        free = Span(today - timedelta(days=manifest.free_days) + _MARGIN, date.max)
        parts = [one for one in (days.common(free), *days.without([free])) if one is not None]
    return [piece for part in parts for piece in part.pieces(manifest.span_days)]


async def _shortened(session: AsyncSession, jobs: Sequence[Job], needed: Span | None) -> int:
    """Let jobs that nobody has begun, or that failed, fetch no day that is not needed."""
    changed = 0
    for job in jobs:
        if job.cause is Cause.ASKED or job.status not in {*WAITING, JobStatus.FAILED}:
            continue
        both = None if needed is None else needed.common(job.days)
        if both is None:
            await queue.cancel(session, [job.id])
        elif both != job.days:
            await queue.shorten(session, job, both)
        changed += both != job.days
    return changed


def best_source(
    sources: Registry, asset: Asset, called: Sequence[AssetSource]
) -> HistorySource | None:
    """Return the source that is asked first for histories; None if none beyond this machine is."""
    ranked = [one.source for one in called if one.rank is not None]
    symbols = {one.source: one.symbol for one in called}
    able = [
        source
        for source in sources.histories(asset.category, preferred=ranked)
        if source.manifest.needs_network or source.name in ranked
    ]
    known = (one for one in able if symbols.get(one.name) or one.symbol_of(asset) is not None)
    return next(known, able[0] if able else None)


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
        except (SourceError, InputError) as error:
            return await self._put_off(job, asset, error)
        return await self._store(job, asset, history)

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
                asset.id,
                at=self.clock.now(),
                changed=worked.changed,
                asked=job.days,
            )
        return worked

    async def _put_off(self, job: Job, asset: Asset, error: ArgosyError) -> Worked:
        """Let a job wait that could not be done, or give it up with what a person can do."""
        verdict = _judged(error, job, self.terms, self.chance)
        advice = None
        if verdict.status is JobStatus.FAILED:
            advice = _advice(error, job, asset)
            log.warning("backfill_failed", job=job.id, asset=asset.symbol, reason=str(error))
        async with self.database.write() as session:
            own = await queue.put_back(
                session,
                job,
                status=verdict.status,
                retry_after=None if verdict.wait is None else self.clock.now() + verdict.wait,
                attempts=verdict.attempts,
                told=(str(error), advice),
            )
        return Worked(job, error=error, lost=not own)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What follows from an error; of a job that is given up, when its days may be asked anew."""

    status: JobStatus
    attempts: int
    wait: timedelta | None = None


def _judged(error: ArgosyError, job: Job, terms: Terms, chance: Random) -> _Verdict:
    """Say whether it is worth another attempt, and when; one that asked nobody is no attempt."""
    errors = error.errors.values() if isinstance(error, SourcesFailedError) else [error]
    passing = [one for one in errors if _passes(one)]
    asked = not passing or any(getattr(one, "asked", True) for one in passing)
    attempts = job.attempts + asked
    if not passing:
        return _Verdict(JobStatus.FAILED, attempts)
    if attempts >= terms.attempts:
        return _Verdict(JobStatus.FAILED, attempts, _REST)
    backoff = terms.backoff(attempts, chance)
    stated = [
        timedelta(seconds=one.retry_after_s)
        for one in passing
        if isinstance(one, RateLimitedError) and one.retry_after_s is not None
    ]
    limited = any(isinstance(one, RateLimitedError) for one in passing)
    waits = stated if len(stated) == len(passing) else [*stated, backoff]
    return _Verdict(JobStatus.RATE_LIMITED if limited else JobStatus.PENDING, attempts, min(waits))


def _passes(error: ArgosyError) -> bool:
    """Whether it may be another answer in a while; every other one would be the same tomorrow."""
    if isinstance(error, RateLimitedError):
        return error.retry_after_s != float("inf")  # it costs more than the limit ever allows
    return isinstance(error, SourceDownError | SourceChangedError)


def _advice(error: ArgosyError, job: Job, asset: Asset) -> str:
    """Say what a person can do about a job that is given up."""
    errors = error.errors.values() if isinstance(error, SourcesFailedError) else [error]
    again = f"then: argosy queue retry {job.id}."
    if any(_passes(one) for one in errors):
        return f"When the sources answer again (argosy sources check), {again}"
    for one in errors:
        if isinstance(one, SourceKeyMissingError):
            return f"Set {one.setting}, {again}"
    if any(isinstance(one, CurrencyMismatchError) for one in errors):
        return (
            f"Name a source that has {asset.symbol} in {asset.currency} (argosy asset source), or "
            f"make the asset in the source's currency, {again}"
        )
    if any(isinstance(one, NotAtSourceError) for one in errors):
        return (
            f"Say what a source calls {asset.symbol} (argosy asset source {asset.symbol} --source "
            f"NAME --as SYMBOL), {again} Or import a file: argosy prices import."
        )
    return (
        f"Look at the source's key and plan, or rank another first (argosy asset source), {again}"
    )
