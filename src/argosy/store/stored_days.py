"""Which days of assets' shared daily prices are stored, and where sessions between them are not."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Asset
from argosy.core.market.holes import holes
from argosy.core.market.spans import Span
from argosy.core.returns.closes import trades_all_week
from argosy.store import asset_quality
from argosy.store.database import fetch_all
from argosy.store.price_rows import in_keys, keys_value
from argosy.store.price_sources import source_names

_DAY = timedelta(days=1)
_BY_HAND = "manual"
"""A price that a person enters says nothing of the days around it."""


async def first_and_last(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    source: str | None = None,
    interval: str = "1d",
) -> dict[int, Span]:
    """Return the first and the last day of each asset's shared prices, of days or other bars.

    Those of one source, or of all but those by hand. Days between them may be missing.
    """
    names, name = await source_names(session), _BY_HAND if source is None else source
    told_by = names.index(name) if name in names else -1
    day = (
        "(SELECT p.day FROM asset_prices p WHERE p.asset_key = a.key AND p.interval = ?"
        f" AND p.owner = '' AND p.source {'<>' if source is None else '='} ?"
        " ORDER BY p.timestamp {order} LIMIT 1)"
    )
    sql = (
        f"SELECT a.key, {day.format(order='ASC')}, {day.format(order='DESC')} FROM assets a"
        f" WHERE a.key {in_keys(session)}"
    )
    of = (interval, told_by)
    rows = await fetch_all(session, sql, (*of, *of, keys_value(session, asset_keys)))
    return {
        key: Span(date.fromordinal(first), date.fromordinal(last))
        for key, first, last in rows
        if first is not None
    }


async def unasked_holes(session: AsyncSession, assets: Iterable[Asset]) -> dict[int, list[Span]]:
    """Return the sessions in a row, between stored days, that nobody has a close of.

    But for gaps that were asked for already. It reads every stored day of these assets.
    """
    by_key = {asset.key: asset for asset in assets}
    asked = await asset_quality.read_gaps(session, list(by_key))
    found: dict[int, list[Span]] = {}
    for key, breaks in (await _breaks(session, list(by_key.values()))).items():
        asset = by_key[key]
        missing = await asyncio.to_thread(  # may load a calendar
            holes, breaks, exchange=asset.exchange, all_week=trades_all_week(asset)
        )
        left = [days for hole in missing for days in hole.without(asked.get(key, ()))]
        if left:
            found[key] = left
    return found


async def _breaks(session: AsyncSession, assets: Sequence[Asset]) -> dict[int, list[Span]]:
    """Return the days between stored ones; without weekends where an asset rests on them."""
    found: dict[int, list[Span]] = {}
    for all_week in (False, True):
        keys = [asset.key for asset in assets if trades_all_week(asset) is all_week]
        weekend = "" if all_week else " AND NOT (following - day = 3 AND day - day / 7 * 7 = 5)"
        sql = (
            "SELECT asset_key, day, following FROM (SELECT asset_key, day, lead(day) OVER"
            " (PARTITION BY asset_key ORDER BY day) AS following FROM asset_prices"
            f" WHERE asset_key {in_keys(session)} AND interval = '1d' AND owner = '') AS stored"
            f" WHERE following - day > 1{weekend} ORDER BY asset_key, day"
        )
        for key, before, after in await fetch_all(session, sql, (keys_value(session, keys),)):
            days = Span(date.fromordinal(before) + _DAY, date.fromordinal(after) - _DAY)
            found.setdefault(key, []).append(days)
    return found
