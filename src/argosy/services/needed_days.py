"""Which days of an asset its figures need, and which of them are not there yet.

Days are needed from a year before the first transaction that names an asset, or for a year where
it is tracked for another reason, to yesterday while it is tracked, else to its last transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Asset, AssetSource
from argosy.core.market.spans import Span
from argosy.core.returns.closes import trades_all_week
from argosy.sources.base import HistorySource
from argosy.sources.manifest import Manifest
from argosy.sources.registry import Registry
from argosy.store import asset_sources, assets, queue, stored_days, tracking
from argosy.store.queue import UNFINISHED, Job, JobStatus
from argosy.store.tracking import Tracked

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)
_LATE = timedelta(days=7)
"""So many days a source may be behind, such as with the prices of funds."""
_MARGIN = timedelta(days=2)
"""A job may wait so long, and its first day is still among a source's free ones."""


@dataclass(frozen=True, slots=True)
class Needs:
    """All that says which jobs an asset needs; of the stored days, `holes` are not there."""

    asset: Asset
    tracked: Tracked
    named: Span | None
    stored: Span | None
    jobs: Sequence[Job]
    sources: Sequence[AssetSource]
    holes: Sequence[Span] = ()


async def read_needs(session: AsyncSession, asset_ids: Sequence[str], today: date) -> list[Needs]:
    """Read all that says which jobs assets need; those that are gone are left out."""
    found = await assets.get_many(session, asset_ids)
    keys = [asset.key for asset in found.values()]
    rows = await tracking.read(session, found)
    named = await tracking.named_days(session, found)
    jobs = await queue.of_assets(session, found, UNFINISHED)
    stored = await stored_days.first_and_last(session, keys)
    called = await asset_sources.of_assets(session, keys)
    needs = [
        Needs(
            asset=asset,
            tracked=rows.get(id_, Tracked(asset_id=id_)),
            named=named.get(id_),
            stored=stored.get(asset.key),
            jobs=jobs.get(id_, ()),
            sources=called.get(asset.key, ()),
        )
        for id_, asset in sorted(found.items())
    ]
    relying = [one.asset for one in needs if _relies_on_stored(one, today)]
    holes = await stored_days.unasked_holes(session, relying)
    return [replace(one, holes=holes.get(one.asset.key, ())) for one in needs]


def _relies_on_stored(needs: Needs, today: date) -> bool:
    """Whether needed days were never asked for by themselves, so that their being there counts."""
    needed = needed_days(needs, today)
    both = None if needed is None or needs.stored is None else needed.common(needs.stored)
    asked = needs.tracked.history
    return both is not None and both.without([] if asked is None else [asked]) != []


def needed_days(needs: Needs, today: date) -> Span | None:
    """Return the days of an asset that its figures need; None if it needs none."""
    named, yesterday = needs.named, today - _DAY
    if named is None and not needs.tracked.is_tracked:
        return None
    firsts = [] if named is None else [_year_before(named.first)]
    if named is None or not needs.tracked.is_only_held:
        firsts.append(today - _YEAR)
    last = yesterday
    if named is not None and not needs.tracked.is_tracked:
        last = min(named.last, yesterday)
    return Span(min(firsts), last) if min(firsts) <= last else None


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def lacking_days(needs: Needs, needed: Span, today: date) -> list[Span]:
    """Return the needed days that are not stored and in no job, oldest first.

    A job that failed covers its days as well: asking once more would bring the same.
    """
    stored = [] if needs.stored is None else needs.stored.without(together(needs.holes))
    asked = _asked(needs, needed)
    covered = stored if asked is None else [*stored, asked]
    tried = [job for job in needs.jobs if job.may_be_replaced(today)]
    covered = [left for days in covered for left in days.without(job.days for job in tried)]
    covered += [job.days for job in needs.jobs if job not in tried and not _is_of_one_source(job)]
    rests = not trades_all_week(needs.asset)
    return [days for days in needed.without(covered) if days.has_weekday() or not rests]


def together(holes: Sequence[Span]) -> list[Span]:
    """Return holes as one from the first to the last within a year: it is one request for all.

    Examples
    --------
    >>> march, may = (Span(date(2024, month, 1), date(2024, month, 7)) for month in (3, 5))
    >>> together([march, may]) == [Span(march.first, may.last)]
    True
    """
    found: list[Span] = []
    for hole in holes:
        if found and hole.last - found[-1].first <= _YEAR:
            found[-1] = Span(found[-1].first, hole.last)
        else:
            found.append(hole)
    return found


def _asked(needs: Needs, needed: Span) -> Span | None:
    """Return the days asked for before; without the last ones where a source may have been late.

    They come along when newer days are asked for, and not before.
    """
    asked, stored = needs.tracked.history, needs.stored
    if asked is None or stored is None or asked.last >= needed.last:
        return asked
    if asked.last - stored.last > _LATE:
        return asked
    return asked.common(Span(date.min, stored.last))


def _is_of_one_source(job: Job) -> bool:
    """Whether it failed at the one source that a person named; others may have its days."""
    return job.status is JobStatus.FAILED and job.source is not None


def pieces_of(days: Span, manifest: Manifest, today: date) -> list[Span]:
    """Cut days into what one request answers, newest first.

    What only a paid plan has is apart: that it is refused takes nothing from the rest.
    """
    parts = [days]
    if manifest.free_days:
        free = Span(today - timedelta(days=manifest.free_days) + _MARGIN, date.max)
        parts = [one for one in (days.common(free), *days.without([free])) if one is not None]
    return [piece for part in parts for piece in part.pieces(manifest.span_days)]


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
