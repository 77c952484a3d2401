"""How good the stored prices are: reports, the worst assets, gaps that refetch themselves once."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.market.asset import Asset
from argosy.core.market.doubts import Finding, Judged, Severity
from argosy.core.market.hours import last_session
from argosy.core.market.quality import Gap, Quality, quality
from argosy.core.market.spans import Span
from argosy.core.returns.closes import trades_all_week
from argosy.runtime.clock import Clock
from argosy.services import backfill, judging
from argosy.services.judging import SharedCloses
from argosy.services.verdicts import Doubted
from argosy.sources.registry import Registry
from argosy.store import asset_quality, queue, tracking
from argosy.store import assets as asset_store
from argosy.store.asset_quality import AssetQuality
from argosy.store.database import Database
from argosy.store.paging import Page

__all__ = ["AssetQuality", "Finding", "Page"]

_TOGETHER = 50
_OLD = timedelta(days=1)


class GapStatus(StrEnum):
    """What was done about a gap: nothing yet, asked for again, or no source has it."""

    OPEN = "open"
    REFETCHED = "refetched"
    MARKED = "marked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known of the quality of an asset's prices; no `quality` without prices."""

    asset: Asset
    quality: Quality | None = None
    gaps: tuple[tuple[Gap, GapStatus], ...] = ()
    notes: tuple[Finding, ...] = ()
    verdicts: tuple[Doubted, ...] = ()

    @property
    def open_gaps(self) -> tuple[Gap, ...]:
        """The gaps that nobody asked for again."""
        return tuple(gap for gap, status in self.gaps if status is GapStatus.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """An asset's line in the list of all."""

    asset: Asset
    quality: AssetQuality


async def report(session: AsyncSession, asset: Asset, *, now: datetime) -> Report:
    """Look at all shared daily prices of an asset."""
    found = await _reports(session, [asset], now=now)
    return found[0] if found else Report(asset=asset)


async def worst(session: AsyncSession, *, limit: int, cursor: str | None = None) -> Page[Rated]:
    """Return the assets by their scores of the last look, the worst first."""
    page = await asset_quality.worst(session, limit=limit, cursor=cursor)
    keys = [one.asset_key for one in page.items]
    assets = {asset.key: asset for asset in await asset_store.by_keys(session, keys or [0])}
    items = [Rated(asset=assets[one.asset_key], quality=one) for one in page.items]
    return Page(items, page.next_cursor)


async def look_over(database: Database, *, clock: Clock, limit: int = 1_000) -> int:
    """Rate the assets anew whose prices changed, or that were not looked at for a day."""
    async with database.read() as session:
        before = clock.now() - _OLD
        keys = await asset_quality.out_of_date(session, before=before, limit=limit)
    for start in range(0, len(keys), _TOGETHER):
        await renew(database, keys[start : start + _TOGETHER], now=clock.now())
    return len(keys)


async def renew(database: Database, asset_keys: Sequence[int], *, now: datetime) -> None:
    """Rate some assets anew."""
    async with database.read() as session:
        assets = await asset_store.by_keys(session, asset_keys)
        found = await _reports(session, assets, now=now)
    lines = [_line(one, one.quality) for one in found if one.quality is not None]
    async with database.write() as session:
        held = {asset.key for asset in await asset_store.by_keys(session, asset_keys)}
        await asset_quality.put(session, [one for one in lines if one.asset_key in held])


async def gaps_to_refetch(
    session: AsyncSession, *, now: datetime, limit: int = 100
) -> list[tuple[Asset, tuple[Gap, ...]]]:
    """Return tracked assets with the gaps that nobody asked for again, the worst first."""
    tracked = await tracking.tracked(session)
    known = await asset_store.get_many(session, [one.asset_id for one in tracked])
    by_key = {asset.key: asset for asset in known.values()}
    keys = await asset_quality.with_open_gaps(session, list(by_key), limit=limit)
    found = await _reports(session, [by_key[key] for key in keys], now=now)
    return [(one.asset, one.open_gaps) for one in found if one.open_gaps]


async def refetch_gaps(
    database: Database, sources: Registry, *, clock: Clock, limit: int = 100
) -> int:
    """Ask for the gaps of tracked assets once more; those still there afterwards are marked.

    Returns
    -------
    count : int
        How many assets were asked for.
    """
    async with database.read() as session:
        wanted = await gaps_to_refetch(session, now=clock.now(), limit=limit)
    for asset, gaps in wanted:
        async with database.write() as session:
            await _refetch(session, sources, asset, gaps, today=clock.now().date())
    if wanted:
        await renew(database, [asset.key for asset, _ in wanted], now=clock.now())
    return len(wanted)


async def _refetch(
    session: AsyncSession, sources: Registry, asset: Asset, gaps: Sequence[Gap], *, today: date
) -> None:
    """Queue one stretch that covers an asset's gaps: a request is as dear for a day as for all."""
    whole = Span(gaps[0].days.first, gaps[-1].days.last)
    with suppress(InputError):  # no source has any prices of it: nothing more can be done
        await backfill.enqueue(session, sources, asset, whole, today=today)
    await asset_quality.add_gaps(session, asset.key, [gap.days for gap in gaps])


async def _reports(
    session: AsyncSession, assets: Sequence[Asset], *, now: datetime
) -> list[Report]:
    """Look at assets; none of those without prices."""
    keys = [asset.key for asset in assets]
    known = await judging.read_shared_closes(session, assets)
    asked = await asset_quality.read_gaps(session, keys)
    jobs = await queue.of_assets(session, [asset.id for asset in assets])
    found: list[Report] = []
    for shared in known:
        judged = await judging.judge_shared(session, shared)
        measured = await asyncio.to_thread(_measured, shared, judged, now)
        waiting = any(job.status in queue.OPEN for job in jobs.get(shared.asset.id, []))
        spans = asked.get(shared.asset.key, [])
        found.append(
            Report(
                asset=shared.asset,
                quality=measured,
                gaps=tuple((gap, _status(gap, spans, waiting=waiting)) for gap in measured.gaps),
                notes=tuple(one for one in judged.findings if one.severity is Severity.NOTE),
                verdicts=tuple(
                    Doubted(asset=shared.asset, source=shared.beliefs.names[v.source], verdict=v)
                    for v in shared.verdicts
                ),
            )
        )
    return [one for one in found if one.quality is not None]


def _measured(shared: SharedCloses, judged: Judged, now: datetime) -> Quality:
    panel = shared.panel()
    suspects = np.zeros(panel.closes.shape, np.bool_)
    for day, source in shared.suspect_places():
        row = int(np.searchsorted(panel.days, day))
        suspects[row, panel.sources.index(shared.beliefs.names[source])] = True
    first, last = (date.fromordinal(int(day)) for day in panel.days[[0, -1]])
    over = last
    if shared.asset.active:
        over = last_session(shared.asset.exchange, now, all_week=trades_all_week(shared.asset))
    sessions = shared.sessions(first, max(over, last))
    if sessions is None:
        sessions = np.arange(first.toordinal(), max(over, last).toordinal() + 1)
    levels = panel.levels(shared.splits)
    return quality(panel, suspects, sessions, levels=levels, tolerance=judged.tolerance)


def _status(gap: Gap, asked: Iterable[Span], *, waiting: bool) -> GapStatus:
    """A gap that was asked for is marked when the answer came, and it is still there."""
    if not any(span.first <= gap.days.first and gap.days.last <= span.last for span in asked):
        return GapStatus.OPEN
    return GapStatus.REFETCHED if waiting else GapStatus.MARKED


def _line(one: Report, found: Quality) -> AssetQuality:
    return AssetQuality(
        asset_key=one.asset.key,
        score=found.scores.score,
        completeness=found.scores.completeness,
        agreement=found.scores.agreement,
        freshness=found.scores.freshness,
        trust=found.scores.trust,
        missing=found.missing,
        open_gaps=len(one.open_gaps),
        suspects=found.suspects,
    )
