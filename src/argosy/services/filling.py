"""Histories fetched at once because a person asks: what is stored already is not fetched again."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ArgosyError
from argosy.core.market.asset import Asset
from argosy.core.market.spans import Span
from argosy.core.returns.closes import trades_all_week
from argosy.runtime.clock import Clock, today
from argosy.services import asset_metrics, refresh
from argosy.services.needed_days import together
from argosy.services.refresh import Loaded, Wanted
from argosy.sources.registry import Registry
from argosy.store import asset_sources, assets, stored_days, tracking
from argosy.store.database import Database

_HOLIDAYS = 7  # so few days before the first stored one are no reason to ask again
_PATIENCE_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """Which days are wanted, and from whom; `force` fetches what is stored, too."""

    days: Span
    source: str | None = None
    force: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """An asset whose days are there; what was loaded for it, nothing if nothing was missing."""

    asset: Asset
    loaded: tuple[Loaded, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFilled:
    """An asset whose history could not be had, and why."""

    asset: Asset
    error: ArgosyError


async def named(database: Database, names: Sequence[str]) -> list[Asset]:
    """Return shared assets by name, each once."""
    async with database.read() as session:
        found = [await assets.get(session, None, name) for name in names]
    return list({asset.id: asset for asset in found}.values())


async def active(database: Database, sources: Registry, source: str | None) -> list[Asset]:
    """Return all shared assets that are still traded and that a source has prices of."""
    async with database.read() as session:
        every = await assets.active(session)
    if source is not None:
        categories = sources.get(source).manifest.categories
        return [asset for asset in every if asset.category in categories]
    able = {
        category
        for category in {asset.category for asset in every}
        if any(one.manifest.needs_network for one in sources.histories(category))
    }
    return [asset for asset in every if asset.category in able]


async def renew_metrics(database: Database, done: Sequence[Filled | NotFilled]) -> None:
    """Compute the stored metrics of the assets anew of which anything new is known."""
    loaded = [one for filled in done if isinstance(filled, Filled) for one in filled.loaded]
    await asset_metrics.renew(database, {one.asset.key for one in loaded if one.changed})


def cautions(
    sources: Registry, source: str, *, since: date | None, assets_wanted: int, today: date
) -> list[str]:
    """Return what to know of a source's free plan before it is asked for histories."""
    manifest = sources.get(source).manifest
    said: list[str] = []
    if manifest.free_days == 0:
        said.append(f"{manifest.title} has no histories without a paid plan.")
    elif manifest.free_days is not None:
        reach = today - timedelta(days=manifest.free_days)
        if since is None or since < reach:
            said.append(f"{manifest.title} goes back to {reach} without a paid plan.")
    waits = (ceil(assets_wanted / limit.requests - 1) * limit.per_s for limit in manifest.limits)
    minutes = max(waits, default=0.0) / 60
    if minutes > _PATIENCE_MIN:
        said.append(
            f"{assets_wanted:,} assets take {_about(minutes)} or more within the limits of"
            f" {manifest.title}."
        )
    return said


def _about(minutes: float) -> str:
    for unit, size in (("days", 1440), ("hours", 60)):
        if minutes >= 2 * size:
            return f"{minutes / size:.0f} {unit}"
    return f"{minutes:.0f} minutes"


async def fill(
    database: Database,
    sources: Registry,
    wanted: Sequence[Asset],
    filling: Filling,
    *,
    clock: Clock,
) -> AsyncIterator[Filled | NotFilled]:
    """Fetch what is missing of assets, one after the other, and tell of each when it is done.

    Each stretch of days is a transaction, so that whoever stops in the middle goes on from there.
    """
    for asset in wanted:
        try:
            yield await _fill(database, sources, asset, filling, clock=clock)
        except ArgosyError as error:
            yield NotFilled(asset, error)


async def _fill(
    database: Database, sources: Registry, asset: Asset, filling: Filling, *, clock: Clock
) -> Filled:
    async with database.read() as session:
        called = (await asset_sources.of_assets(session, [asset.key])).get(asset.key, ())
        missing = [filling.days]
        if not filling.force:
            missing = await _missing(session, asset, filling)
    loaded: list[Loaded] = []
    for days in missing:
        asked = Wanted(symbol=asset.symbol, source=filling.source, start=days.first, end=days.last)
        history = await refresh.fetch_prices(sources, asset, asked, stored=called)
        day = today(clock)
        if filling.dry_run:
            loaded.append(await refresh.try_prices(database, asset, history, today=day))
            continue
        async with database.write() as session:
            one = await refresh.store_prices(session, asset, history, today=day)
            told = None if filling.source else days  # others may have what this one has not
            await tracking.collected(
                session, asset, at=clock.now(), changed=one.changed, asked=told
            )
        loaded.append(one)
    return Filled(asset, tuple(loaded))


async def _missing(session: AsyncSession, asset: Asset, filling: Filling) -> list[Span]:
    """Return the wanted days that are neither stored nor known not to be had, newest first."""
    stored = await stored_days.first_and_last(session, [asset.key], source=filling.source)
    holes = together((await stored_days.unasked_holes(session, [asset])).get(asset.key, []))
    covered = [days for span in stored.values() for days in span.without(holes)]
    known = (await tracking.read(session, [asset.id])).get(asset.id)
    if filling.source is None and known is not None and known.history is not None:
        covered.append(known.history)
    rests = not trades_all_week(asset)
    return [
        days
        for days in reversed(filling.days.without(covered))
        if (days.has_weekday() or not rests) and not _is_holiday(days, filling.days)
    ]


def _is_holiday(days: Span, wanted: Span) -> bool:
    """Whether it is but the few days before a history that begins with the first session."""
    return days.last < wanted.last and (days.last - wanted.first).days < _HOLIDAYS
