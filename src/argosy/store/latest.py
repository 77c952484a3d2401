"""The newest shared daily close of each asset: kept beside the bars, read for thousands at once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.runtime.compute import collector_paused
from argosy.store.beliefs import read_beliefs
from argosy.store.database import dialect_of, fetch_all, marks
from argosy.store.price_rows import choose, columns, in_keys, keys_value, seconds
from argosy.store.price_sources import source_names

_TOGETHER = 2_000  # assets in one statement
_COLUMNS = ("asset_key", "day", "close", "scale", "source", "timestamp", "fetched_at")
_Row = tuple[int, ...]


class LatestPrice(NamedTuple):
    """The close of an asset's newest day, raw as traded; a tuple, because there are thousands."""

    close: Decimal
    day: date
    source: str
    at: datetime
    fetched_at: datetime


async def read_latest(session: AsyncSession, asset_keys: Sequence[int]) -> dict[int, LatestPrice]:
    """Return the newest shared close of each asset; no entry where there is none."""
    names = await source_names(session)
    days, instants = cache(date.fromordinal), cache(_instant)  # thousands share a few
    with collector_paused():
        return {
            key: LatestPrice(
                Decimal(close).scaleb(-scale),
                days(day),
                names[source],
                instants(stamp),
                instants(fetched),
            )
            for key, day, close, scale, source, stamp, fetched in await _stored(session, asset_keys)
        }


async def refresh(session: AsyncSession, asset_keys: Iterable[int]) -> None:
    """Choose the newest closes of assets anew; called by whoever changed shared daily bars."""
    keys = sorted(set(asset_keys))
    for start in range(0, len(keys), _TOGETHER):
        some = keys[start : start + _TOGETHER]
        rows = await _newest(session, some)
        gone = set(some) - {row[0] for row in rows}
        if gone:
            sql = f"DELETE FROM latest_prices WHERE asset_key {in_keys(session)}"
            await fetch_all(session, sql, (keys_value(session, sorted(gone)),))
        if rows:
            await _write(session, rows)


async def stale(session: AsyncSession) -> list[int]:
    """Return the assets whose newest close is not what their bars say."""
    keys = [key for (key,) in await fetch_all(session, "SELECT key FROM assets ORDER BY key")]
    wrong: list[int] = []
    for start in range(0, len(keys), _TOGETHER):
        some = keys[start : start + _TOGETHER]
        kept = {row[0]: row for row in await _stored(session, some)}
        true = {row[0]: row for row in await _newest(session, some)}
        wrong += [key for key in some if kept.get(key) != true.get(key)]
    return wrong


def _instant(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


async def _stored(session: AsyncSession, asset_keys: Sequence[int]) -> list[_Row]:
    times = ", ".join(seconds(session, name) for name in _COLUMNS[5:])
    sql = (
        f"SELECT {', '.join(_COLUMNS[:5])}, {times} FROM latest_prices"
        f" WHERE asset_key {in_keys(session)}"
    )
    return await fetch_all(session, sql, (keys_value(session, asset_keys),))


async def _newest(session: AsyncSession, asset_keys: Sequence[int]) -> list[_Row]:
    """Choose the row of each asset's newest day out of its bars."""
    rows = await fetch_all(session, _near_the_end(session), (keys_value(session, asset_keys),))
    chosen = choose(rows, await read_beliefs(session, asset_keys))
    last = np.append(chosen[1:, 0] != chosen[:-1, 0], True)[: len(chosen)]  # days rise
    return [tuple(row) for row in chosen[last].tolist()]


def _near_the_end(session: AsyncSession) -> str:
    """Return the statement that reads the last days' bars of each of many assets.

    Bars of one day start at most two days apart. The known newest bar says where to look, so
    that PostgreSQL opens one year; where it is gone, all is searched.
    """
    one = (
        "asset_prices p WHERE p.asset_key = k.key AND p.interval = '1d' AND p.owner = ''"
        " AND NOT EXISTS (SELECT 1 FROM price_verdicts v WHERE v.asset_key = p.asset_key AND"
        " v.interval = '1d' AND v.timestamp = p.timestamp AND v.source = p.source"
        " AND v.status <> 'accepted')"
    )
    newest = "(SELECT p.timestamp FROM {one}{since} ORDER BY p.timestamp DESC LIMIT 1)"
    since = " AND p.timestamp >= l.timestamp"
    end = f"coalesce({newest.format(one=one, since=since)}, {newest.format(one=one, since='')})"
    known = "LEFT JOIN latest_prices l ON l.asset_key = k.key"
    if dialect_of(session) == "sqlite":
        return (
            f"WITH k (key) AS (SELECT value FROM json_each(?)) SELECT {columns(session)}"
            f" FROM k {known} CROSS JOIN {one} AND p.timestamp >= {end} - 259200"
        )
    return (  # the OFFSET keeps the planner from reading all bars to join them
        f"SELECT p.* FROM unnest(?::int[]) AS k (key) {known}"
        f" CROSS JOIN LATERAL (SELECT {end} AS newest) e"
        f" CROSS JOIN LATERAL (SELECT {columns(session)} FROM {one}"
        " AND p.timestamp >= e.newest - interval '3 days' OFFSET 0) p"
    )


async def _write(session: AsyncSession, rows: list[_Row]) -> None:
    sqlite = dialect_of(session) == "sqlite"
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    stored, given = (", ".join(f"{t}.{n}" for n in _COLUMNS[1:]) for t in ("l", "excluded"))
    values = f"VALUES {', '.join([f'({marks(_COLUMNS)})'] * len(rows))}"
    parameters: list[object] = [value for row in rows for value in row]
    if not sqlite:
        values = (
            f"SELECT {', '.join(_COLUMNS[:5])}, to_timestamp(timestamp), to_timestamp(fetched_at)"
            f" FROM unnest({', '.join(['?::bigint[]'] * 7)}) AS given ({', '.join(_COLUMNS)})"
        )
        parameters = [list(column) for column in zip(*rows, strict=True)]
    sql = (
        f"INSERT INTO latest_prices AS l ({', '.join(_COLUMNS)}) {values}"
        f" ON CONFLICT (asset_key) DO UPDATE SET {changed}"
        f" WHERE ({stored}) {'IS NOT' if sqlite else 'IS DISTINCT FROM'} ({given})"
    )
    await fetch_all(session, sql, parameters)
