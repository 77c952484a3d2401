"""Bars into the database, set by set: an upsert that writes only what differs.

SQLite takes statements of many VALUES, PostgreSQL a COPY into a temporary table. Both return
how many rows were created or changed; a row that is stored already is not written again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.bars import ABSENT, BarColumns
from argosy.store.database import driver_of, fetch_all

_KEY = "asset_key, interval, timestamp, source, owner"
_COLUMNS = (
    "asset_key", "timestamp", "day", "open", "high", "low", "close", "scale",
    "volume", "volume_scale", "adj_close", "adj_scale",
)  # fmt: skip
_VALUES = _COLUMNS[2:]
_NULLABLE = frozenset({"open", "high", "low", "volume", "adj_close"})
_SQLITE_VARIABLES = 32_000  # the library's own limit is 32,766
_SQLITE_ROWS = 2_000
_COPY_FROM = 2_000  # below, arrays in one statement spare the temporary table
_COPY_ROWS = 50_000
_POSTGRES_EPOCH_S = 946_684_800  # 2000-01-01
_TYPES = dict.fromkeys(_COLUMNS, "bigint") | {
    "asset_key": "integer", "timestamp": "timestamptz", "day": "integer",
    "scale": "smallint", "volume_scale": "smallint", "adj_scale": "smallint",
}  # fmt: skip
_WIRE = {"bigint": ">i8", "timestamptz": ">i8", "integer": ">i4", "smallint": ">i2"}
_SET = ", ".join(f"{name} = excluded.{name}" for name in (*_VALUES, "fetched_at"))
_STORED = ", ".join(f"p.{name}" for name in _VALUES)
_GIVEN = ", ".join(f"excluded.{name}" for name in _VALUES)


@dataclass(frozen=True, slots=True)
class BarScope:
    """What the bars of one upsert have in common: the interval, who said so, and whose they are."""

    interval: str
    source: int
    owner: str


async def write_sqlite(session: AsyncSession, bars: BarColumns, scope: BarScope) -> int:
    """Upsert bars that are in order of their key; return how many rows were written."""
    columns = dict(zip(_COLUMNS, bars.columns(), strict=True))
    # A column that holds one number stands in the statement itself: nothing to bind.
    fixed = {name: _literal(name, values) for name, values in columns.items()}
    bound = [name for name in _COLUMNS if fixed[name] is None]
    holed = {n for n in bound if n in _NULLABLE and bool((columns[n] == ABSENT).any())}
    row = ", ".join(["?", "?", str(scope.source)] + [fixed[name] or "?" for name in _COLUMNS])
    per_statement = min(_SQLITE_ROWS, _SQLITE_VARIABLES // (len(bound) + 2))
    before = await _written(session)
    for start in range(0, len(bars), per_statement):
        chunk = slice(start, start + per_statement)
        lists = [_listed(columns[name][chunk], holed=name in holed) for name in bound]
        count = len(bars.stamps[chunk])
        rows = zip([scope.interval] * count, [scope.owner] * count, *lists, strict=True)
        await fetch_all(session, _sqlite_upsert(row, count), list(chain.from_iterable(rows)))
    return await _written(session) - before


def _sqlite_upsert(row: str, count: int) -> str:
    values = ", ".join([f"({row})"] * count)
    return (
        f"INSERT INTO asset_prices AS p (interval, owner, source, {', '.join(_COLUMNS)})"
        f" VALUES {values} ON CONFLICT ({_KEY}) DO UPDATE SET {_SET}"
        f" WHERE ({_STORED}) IS NOT ({_GIVEN})"
    )


async def _written(session: AsyncSession) -> int:
    rows = await fetch_all(session, "SELECT total_changes()")
    count: int = rows[0][0]
    return count


def _literal(name: str, values: NDArray[np.int64]) -> str | None:
    first = int(values[0])
    if first != int(values[-1]) or not bool((values == first).all()):
        return None
    return "NULL" if name in _NULLABLE and first == ABSENT else str(first)


def _listed(values: NDArray[np.int64], *, holed: bool) -> list[Any]:
    numbers = values.tolist()
    return [None if n == ABSENT else n for n in numbers] if holed else numbers


async def write_postgres(session: AsyncSession, bars: BarColumns, scope: BarScope) -> int:
    """Upsert bars that are in order of their key; return how many rows were written."""
    driver = await driver_of(session)
    await _add_years_of(session, bars)
    columns = dict(zip(_COLUMNS, bars.columns(), strict=True))
    sent = [name for name in _COLUMNS if _literal(name, columns[name]) != "NULL"]
    if len(bars) < _COPY_FROM:
        given, parameters = _arrays(columns, sent)
    else:
        await _copy(driver, columns, sent)
        given, parameters = "bars_in", []
    upsert = _postgres_upsert(sent, given, stamps_are_numbers=bool(parameters))
    cursor = await driver.execute(upsert, [scope.interval, scope.source, scope.owner, *parameters])
    if not parameters:
        await driver.execute("DROP TABLE bars_in")
    written: int = cursor.rowcount
    return written


async def _add_years_of(session: AsyncSession, bars: BarColumns) -> None:
    """Make the partition of each year that the bars touch; odd years stay in the rest."""
    years = np.unique(bars.stamps.astype("datetime64[s]").astype("datetime64[Y]")).astype(int)
    await add_years(session, [int(year) + 1970 for year in years if -70 <= year <= 130])


async def add_years(session: AsyncSession, years: Sequence[int]) -> list[int]:
    """Make the partitions of years that have none, on PostgreSQL; return which were made."""
    sql = "SELECT y, add_price_year(y) FROM unnest(?::int[]) AS y ORDER BY y"
    return [year for year, made in await fetch_all(session, sql, (list(years),)) if made]


def _arrays(columns: dict[str, NDArray[np.int64]], sent: list[str]) -> tuple[str, list[Any]]:
    types = ["bigint" if name == "timestamp" else _TYPES[name] for name in sent]
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    return f"unnest({arrays}) AS bars_in ({', '.join(sent)})", [columns[n].tolist() for n in sent]


async def _copy(driver: Any, columns: dict[str, NDArray[np.int64]], sent: list[str]) -> None:
    form = ", ".join(f"{name} {_TYPES[name]}" for name in sent)
    await driver.execute(f"CREATE TEMPORARY TABLE bars_in ({form}) ON COMMIT DROP")
    async with driver.cursor().copy("COPY bars_in FROM STDIN (FORMAT BINARY)") as copy:
        await copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
        for block in _wire(columns, sent):
            await copy.write(block)
        await copy.write(b"\xff\xff")


def _wire(columns: dict[str, NDArray[np.int64]], sent: list[str]) -> Iterator[bytes]:
    """Give the rows in COPY's binary form: a count, then each value after its length."""
    formats = {name: np.dtype(_WIRE[_TYPES[name]]) for name in sent}
    record = np.dtype(
        [("count", ">i2")]
        + [pair for name in sent for pair in ((f"{name}_length", ">i4"), (name, formats[name]))]
    )
    for start in range(0, len(columns["day"]), _COPY_ROWS):
        chunk = slice(start, start + _COPY_ROWS)
        rows = np.empty(len(columns["day"][chunk]), record)
        rows["count"] = len(sent)
        for name in sent:
            rows[f"{name}_length"] = formats[name].itemsize
            rows[name] = columns[name][chunk]
        rows["timestamp"] = (columns["timestamp"][chunk] - _POSTGRES_EPOCH_S) * 1_000_000
        yield rows.tobytes()


def _postgres_upsert(sent: list[str], given: str, *, stamps_are_numbers: bool) -> str:
    read = {name: f"nullif({name}, {ABSENT})" if name in _NULLABLE else name for name in sent}
    if stamps_are_numbers:
        read["timestamp"] = "to_timestamp(timestamp)"
    return (
        f"INSERT INTO asset_prices AS p (interval, source, owner, {', '.join(sent)})"
        f" SELECT %s, %s::smallint, %s, {', '.join(read[name] for name in sent)} FROM {given}"
        f" ON CONFLICT ({_KEY}) DO UPDATE SET {_SET}"
        f" WHERE ({_STORED}) IS DISTINCT FROM ({_GIVEN})"
    )
