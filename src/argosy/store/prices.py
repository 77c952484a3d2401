"""Prices: bars in, one close a day out."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.core.market.bars import BarColumns, UpsertCounts
from argosy.core.market.history import PriceHistory
from argosy.store import dirty, latest, price_blocks, price_verdicts, versions
from argosy.store.beliefs import read_beliefs
from argosy.store.block_codec import DailyCloses
from argosy.store.database import dialect_of, fetch_all
from argosy.store.price_histories import between, overlaid
from argosy.store.price_rows import Beliefs, in_keys, keys_value, read_closes
from argosy.store.price_sources import source_key
from argosy.store.price_writes import BarScope, write_postgres, write_sqlite

_LOCK_SPACE = 7_301
_LOCKS = 256


async def upsert_bars(
    session: AsyncSession,
    bars: BarColumns,
    *,
    source: str,
    interval: str = "1d",
    owner: str = "",
) -> UpsertCounts:
    """Store bars; equal ones are not written again. `owner` '' = shared, else that user's own.

    A shared price belongs to a shared asset, or is the price of a private one; a user's own
    price of a shared asset is an override.
    """
    given = len(bars)
    if not given:
        return UpsertCounts()
    bars = bars.ordered()
    keys = np.unique(bars.asset_keys).tolist()
    await hold(session, keys)
    source_number = await source_key(session, source)
    known = await _priced(session, keys, interval)
    scope = BarScope(interval, source_number, owner)
    old = bars if len(known) == len(keys) else bars.take(np.isin(bars.asset_keys, sorted(known)))
    before = await _count(session, old, scope)
    write = write_sqlite if dialect_of(session) == "sqlite" else write_postgres
    written = await write(session, bars, scope)
    if not written:
        return UpsertCounts(unchanged=given)
    created = len(bars) - len(old) + await _count(session, old, scope) - before
    if not owner:
        await price_verdicts.forget_changed(session, keys, interval=interval)
    if interval == price_blocks.PACKED_INTERVAL and not owner:
        beliefs = await read_beliefs(session, keys)
        await _refresh_blocks(session, bars, source_number, known=known, beliefs=beliefs)
        await latest.refresh(session, keys)
    if interval == price_blocks.PACKED_INTERVAL:
        await dirty.mark_assets(session, _first_days(bars), owner=owner)
    await versions.bump(session, ["prices"])
    return UpsertCounts(created, written - created, given - written)


async def read_histories(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    viewer: str | None = None,
    start: date | None = None,
    end: date | None = None,
) -> dict[int, PriceHistory]:
    """Return the daily closes of assets as one user sees them; no entry where there is none.

    `viewer` is the user whose own prices win (a portfolio's owner). Of the shared ones a person's
    own word comes first, then the broker's, then the sources in the asset's order; a price in
    doubt is none. `start` and `end` are both inside.
    """
    interval = price_blocks.PACKED_INTERVAL
    keys = list(dict.fromkeys(asset_keys))
    beliefs = await read_beliefs(session, keys)
    names = tuple(beliefs.names)
    shared = await price_blocks.read_shared(session, keys, interval=interval, beliefs=beliefs)
    own: dict[int, DailyCloses] = {}
    if viewer and await _overrides(session, viewer, interval):
        own = await read_closes(session, keys, interval=interval, owner=viewer, beliefs=beliefs)
    histories = {key: overlaid(shared.get(key), own.get(key), names) for key in {**shared, **own}}
    if start is None and end is None:
        return histories
    cut = {key: between(history, start, end) for key, history in histories.items()}
    return {key: history for key, history in cut.items() if len(history.days)}


async def repack(session: AsyncSession) -> list[int]:
    """Build packed blocks and latest prices again from the rows; return who has any."""
    await fetch_all(session, "DELETE FROM price_blocks")
    await fetch_all(session, "DELETE FROM latest_prices")
    rows = await fetch_all(
        session,
        "SELECT key FROM assets a WHERE EXISTS (SELECT 1 FROM asset_prices p"
        " WHERE p.asset_key = a.key AND p.interval = ? AND p.owner = '') ORDER BY key",
        (price_blocks.PACKED_INTERVAL,),
    )
    keys = [key for (key,) in rows]
    beliefs = await read_beliefs(session, keys)
    await price_blocks.pack(session, keys, beliefs=beliefs)
    await latest.refresh(session, keys)
    return keys


async def choose_anew(session: AsyncSession, asset_keys: Iterable[int]) -> None:
    """Follow a change of whom to believe about shared daily prices: an order, or a verdict."""
    keys = sorted(set(asset_keys))
    if not keys:
        return
    await hold(session, keys)
    await price_blocks.drop(session, keys)
    await price_blocks.pack(session, keys, beliefs=await read_beliefs(session, keys))
    await latest.refresh(session, keys)
    await dirty.mark_assets(session, dict.fromkeys(keys, dirty.ALWAYS))
    await versions.bump(session, ["prices"])


async def hold(session: AsyncSession, keys: Sequence[int]) -> None:
    """Make sure that the assets exist and stay, and that no other import writes their prices."""
    postgres = dialect_of(session) == "postgresql"
    if postgres:
        buckets = sorted({key % _LOCKS for key in keys})
        sql = "SELECT pg_advisory_xact_lock(?, bucket) FROM unnest(?::int[]) AS bucket"
        await fetch_all(session, sql, (_LOCK_SPACE, buckets))
    lock = " FOR KEY SHARE" if postgres else ""
    sql = f"SELECT key FROM assets WHERE key {in_keys(session)}{lock}"
    found = {key for (key,) in await fetch_all(session, sql, (keys_value(session, keys),))}
    for key in keys:
        if key not in found:
            raise NotFoundError("asset", key)


async def _priced(session: AsyncSession, keys: list[int], interval: str) -> set[int]:
    """Return the assets that have any bar of the interval."""
    sql = (
        f"SELECT key FROM assets a WHERE key {in_keys(session)} AND EXISTS"
        " (SELECT 1 FROM asset_prices p WHERE p.asset_key = a.key AND p.interval = ?)"
    )
    return {key for (key,) in await fetch_all(session, sql, (keys_value(session, keys), interval))}


def _first_days(bars: BarColumns) -> dict[int, date]:
    """Return the first day of each asset's bars, which are in order."""
    keys, starts = np.unique(bars.asset_keys, return_index=True)
    days = np.minimum.reduceat(bars.days, starts)
    return {int(key): date.fromordinal(int(day)) for key, day in zip(keys, days, strict=True)}


async def _count(session: AsyncSession, bars: BarColumns, scope: BarScope) -> int:
    """Return how many rows are stored in the spans of time that the bars cover."""
    if not len(bars):
        return 0
    keys, starts = np.unique(bars.asset_keys, return_index=True)
    ends = np.append(starts[1:], len(bars)) - 1
    spans = [keys.tolist(), bars.stamps[starts].tolist(), bars.stamps[ends].tolist()]
    within = (
        "asset_prices p WHERE p.asset_key = s.key AND p.interval = ?"
        " AND p.timestamp BETWEEN {low} AND {high} AND p.source = ? AND p.owner = ?"
    )
    if dialect_of(session) == "sqlite":
        given: list[Any] = [json.dumps(list(zip(*spans, strict=True)))]
        sql = (
            "WITH s (key, low, high) AS (SELECT json_extract(value, '$[0]'),"
            " json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?))"
            f" SELECT count(*) FROM s CROSS JOIN {within}"
        ).format(low="s.low", high="s.high")
    else:  # a query of its own for each span: each opens the years that it lies in
        given = spans
        sql = (
            "SELECT sum(n)::bigint FROM unnest(?::int[], ?::bigint[], ?::bigint[])"
            " AS s (key, low, high)"
            f" CROSS JOIN LATERAL (SELECT count(*) AS n FROM {within}) counted"
        ).format(low="to_timestamp(s.low)", high="to_timestamp(s.high)")
    rows = await fetch_all(session, sql, [*given, scope.interval, scope.source, scope.owner])
    total: int = rows[0][0]
    return total


async def _refresh_blocks(
    session: AsyncSession,
    bars: BarColumns,
    source: int,
    *,
    known: set[int],
    beliefs: Beliefs,
) -> None:
    """Pack new assets from the bars at hand; look after the blocks of the others."""
    keys, starts = np.unique(bars.asset_keys, return_index=True)
    bounds = [*starts.tolist(), len(bars)]
    fresh: dict[int, DailyCloses] = {}
    changed: dict[int, tuple[int, int]] = {}
    for key, low, high in zip(keys.tolist(), bounds, bounds[1:], strict=False):
        days = bars.days[low:high]
        if key in known or key in beliefs.refused:
            changed[key] = int(days.min()), int(days.max())
        elif bool((days[1:] > days[:-1]).all()):
            fresh[key] = DailyCloses(
                days,
                bars.closes[low:high],
                bars.scales[low:high].astype(np.int8),
                np.full(high - low, source, np.int16),
                bars.stamps[low:high] * 1_000_000,
            )
        else:
            changed[key] = int(days.min()), int(days.max())
    await price_blocks.store(session, fresh, beliefs=beliefs)
    if changed:
        await price_blocks.refresh(session, changed, beliefs=beliefs)


async def _overrides(session: AsyncSession, owner: str, interval: str) -> bool:
    sql = "SELECT 1 FROM asset_prices WHERE owner = ? AND owner <> '' AND interval = ? LIMIT 1"
    return bool(await fetch_all(session, sql, (owner, interval)))
