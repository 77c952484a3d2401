"""Price rows one by one, with their provenance: pages of them, and taking one's own away."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.bars import Bar, StoredBar
from argosy.store import dirty, latest, price_blocks, versions
from argosy.store.database import dialect_of, fetch_all
from argosy.store.paging import Page, bad_cursor, read_cursor, write_cursor
from argosy.store.price_rows import seconds
from argosy.store.price_sources import source_names

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY_S = 86_400
_ROWS_A_TURN = 1_000
_SECONDS = range(-(date.max.toordinal() * _DAY_S), date.max.toordinal() * _DAY_S)
_VALUES = "open, high, low, close, scale, volume, volume_scale, adj_close, adj_scale"
_STATUS = (
    "(SELECT v.status FROM price_verdicts v WHERE v.asset_key = p.asset_key AND p.owner = ''"
    " AND v.interval = p.interval AND v.timestamp = p.timestamp AND v.source = p.source)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarFilter:
    """Which bars of an asset: days from `start` to `end`, both inside; `None` = all."""

    asset_key: int
    interval: str = "1d"
    start: date | None = None
    end: date | None = None
    source: str | None = None


async def read_bars(
    session: AsyncSession,
    wanted: BarFilter,
    *,
    viewer: str | None,
    limit: int = 1000,
    cursor: str | None = None,
) -> Page[StoredBar]:
    """Return shared bars and the viewer's own, oldest first, every source's."""
    names = await source_names(session)
    conditions, parameters = _conditions(session, wanted, names)
    conditions.append("owner IN ('', ?)")
    parameters.append(viewer or "")
    if cursor is not None:
        place = read_cursor(cursor, int, int, str)
        if place[0] not in _SECONDS:
            raise bad_cursor()
        conditions.append(f"(timestamp, source, owner) > ({_stamp(session)}, ?, ?)")
        parameters += place
    sql = (
        f"SELECT {seconds(session, 'timestamp')}, source, owner, day,"
        f" {seconds(session, 'fetched_at')}, {_VALUES}, {_STATUS} FROM asset_prices p"
        f" WHERE {' AND '.join(conditions)} ORDER BY timestamp, source, owner LIMIT ?"
    )
    rows = await fetch_all(session, sql, [*parameters, limit + 1])
    more, items = len(rows) > limit, list[StoredBar]()
    for start in range(0, min(len(rows), limit), _ROWS_A_TURN):
        part = rows[start : min(start + _ROWS_A_TURN, limit)]
        items += [_stored(row, wanted.interval, names) for row in part]
        await asyncio.sleep(0)  # ten thousand rows at once would be felt by everybody
    return Page(items, write_cursor(rows[limit - 1][:3]) if more else None)


async def most_decimals(session: AsyncSession, wanted: BarFilter, *, viewer: str | None) -> int:
    """Return how many digits after the point some price or volume of these bars has."""
    conditions, parameters = _conditions(session, wanted, await source_names(session))
    where = " AND ".join([*conditions, "owner IN ('', ?)"])
    sql = f"SELECT max(scale), max(volume_scale) FROM asset_prices WHERE {where}"
    rows = await fetch_all(session, sql, [*parameters, viewer or ""])
    return max(scale or 0 for scale in rows[0])


async def delete_bars(session: AsyncSession, wanted: BarFilter, *, owner: str) -> int:
    """Delete bars of one owner ('' = shared); return how many."""
    conditions, parameters = _conditions(session, wanted, await source_names(session))
    where = " AND ".join([*conditions, "owner = ?"])
    parameters.append(owner)
    count = f"SELECT count(*) FROM asset_prices WHERE {where}"
    deleted: int = (await fetch_all(session, count, parameters))[0][0]
    if deleted:
        await fetch_all(session, f"DELETE FROM asset_prices WHERE {where}", parameters)
        if not owner:
            await price_blocks.drop(session, [wanted.asset_key])
            await latest.refresh(session, [wanted.asset_key])
        await dirty.mark_assets(session, {wanted.asset_key: dirty.ALWAYS}, owner=owner)
        await versions.bump(session, ["prices"])
    return deleted


def _conditions(
    session: AsyncSession, wanted: BarFilter, names: tuple[str, ...]
) -> tuple[list[str], list[Any]]:
    """Return the conditions on the key first: a day's bar starts at most a day away in UTC."""
    conditions = ["asset_key = ?", "interval = ?"]
    values: list[Any] = [wanted.asset_key, wanted.interval]
    if wanted.start is not None:
        conditions += [f"timestamp >= {_stamp(session)}", "day >= ?"]
        values += [_midnight(wanted.start, days=-1), wanted.start.toordinal()]
    if wanted.end is not None:
        conditions += [f"timestamp < {_stamp(session)}", "day <= ?"]
        values += [_midnight(wanted.end, days=2), wanted.end.toordinal()]
    if wanted.source is not None:
        conditions.append("source = ?")
        values.append(names.index(wanted.source) if wanted.source in names else -1)
    return conditions, values


def _stamp(session: AsyncSession) -> str:
    return "?" if dialect_of(session) == "sqlite" else "to_timestamp(?)"


def _midnight(day: date, *, days: int) -> int:
    return (day.toordinal() + days - _EPOCH_DAY) * _DAY_S


def _stored(row: tuple[Any, ...], interval: str, names: tuple[str, ...]) -> StoredBar:
    stamp, source, owner, day, fetched = row[:5]
    scale, volume, volume_scale, adjusted, adjusted_scale = row[9:-1]
    opened, high, low, close = (_price(mantissa, scale) for mantissa in row[5:9])
    assert close is not None
    bar = Bar(
        at=_instant(stamp),
        day=date.fromordinal(day),
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=_price(volume, volume_scale),
        adjusted_close=_price(adjusted, adjusted_scale),
    )
    return StoredBar(
        bar=bar,
        interval=interval,
        source=names[source],
        fetched_at=_instant(fetched),
        override=owner != "",
        status=row[-1],
    )


def _instant(stamp: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=stamp)


def _price(mantissa: int | None, scale: int) -> Decimal | None:
    return None if mantissa is None else Decimal(mantissa).scaleb(-scale)
