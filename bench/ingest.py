"""Bulk upsert of price bars, against the fastest raw form on the same table, in one run.

`python -m bench.ingest [ROWS] [sqlite] [postgresql]`. A round is: raw into an empty table, ours
into an empty table, then both again over identical rows. Figures are medians; ratios are ours /
raw.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import psycopg

from argosy.core.market.bars import ABSENT, BarColumns
from argosy.store import prices
from argosy.store.database import Database
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.servers import postgres_server

ASSETS = 400
ROUNDS = 3
FIRST_DAY = 730_120  # 2000-01-01
FIRST_STAMP = 946_684_800
COLUMNS = "asset_key, timestamp, day, open, high, low, close, scale, volume"
KEY = "asset_key, interval, timestamp, source, owner"
CHANGED = ("day", "open", "high", "low", "close", "scale", "volume")


def bars(
    rows: int,
    *,
    assets: int = ASSETS,
    first_key: int = 1,
    every: np.ndarray | None = None,
    seed: int = 1,
) -> BarColumns:
    """Seeded daily bars of many assets with four decimals and a volume; `every` = which days."""
    days = rows // assets
    since = np.arange(days) if every is None else every[:days]
    random = np.random.default_rng(seed)
    walk = np.exp(np.cumsum(random.normal(0.0003, 0.015, (assets, days)), axis=1))
    close = np.rint(random.uniform(10, 400, (assets, 1)) * walk * 10_000).astype(np.int64) + 1
    close = close.ravel()
    opened = close + np.rint(close * random.normal(0, 0.004, rows)).astype(np.int64)
    zeros, absent = np.zeros(rows, np.int64), np.full(rows, ABSENT)
    return BarColumns(
        asset_keys=np.repeat(np.arange(first_key, first_key + assets), days),
        stamps=np.tile(FIRST_STAMP + 86_400 * since, assets),
        days=np.tile(FIRST_DAY + since, assets),
        opens=opened,
        highs=np.maximum(opened, close) * 1003 // 1000,
        lows=np.minimum(opened, close) * 997 // 1000,
        closes=close,
        scales=np.full(rows, 4),
        volumes=random.integers(1000, 10_000_000, rows),
        volume_scales=zeros,
        adjusted=absent,
        adjusted_scales=zeros,
    )


def raw_columns(given: BarColumns) -> list[np.ndarray]:
    return [
        given.asset_keys, given.stamps, given.days, given.opens, given.highs, given.lows,
        given.closes, given.scales, given.volumes,
    ]  # fmt: skip


def assets_sql(assets: int = ASSETS) -> str:
    rows = ", ".join(
        f"({k}, '00000000-0000-7000-8000-{k:012d}', 'A{k}', 'A{k}', '', '', 'A', 'STOCK',"
        " 'USD', '')"
        for k in range(1, assets + 1)
    )
    return (
        "INSERT INTO assets (key, id, symbol, symbol_key, exchange_key, owner_key, name,"
        f" category, currency, search_key) VALUES {rows}"
    )


def raw_sqlite(url: str, rows: list[tuple[int, ...]]) -> None:
    """Statements of many VALUES; what all rows share stands in the text."""
    step = 3_500
    update = ", ".join(f"{name} = excluded.{name}" for name in CHANGED)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA cache_size=-65536")
        db.execute("BEGIN IMMEDIATE")
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            values = ",".join(["(?,?,?,?,?,?,?,?,?,'1d',1,'')"] * len(part))
            db.execute(
                f"INSERT INTO asset_prices ({COLUMNS}, interval, source, owner) VALUES {values}"
                f" ON CONFLICT ({KEY}) DO UPDATE SET {update}",
                list(chain.from_iterable(part)),
            )
        db.execute("COMMIT")


def raw_postgres(url: str, columns: list[np.ndarray]) -> None:
    """COPY of packed binary rows into a temporary table, and one upsert that skips equal rows."""
    kinds = ["int4", "timestamptz", "int4", *["int8"] * 4, "int2", "int8"]
    wire = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "timestamptz": ">i8"}
    names = COLUMNS.split(", ")
    form = [("count", ">i2")]
    for name, kind in zip(names, kinds, strict=True):
        form += [(f"{name}_length", ">i4"), (name, wire[kind])]
    rows = np.empty(len(columns[0]), np.dtype(form))
    rows["count"] = len(names)
    for name, kind, column in zip(names, kinds, columns, strict=True):
        rows[f"{name}_length"] = np.dtype(wire[kind]).itemsize
        rows[name] = (column - FIRST_STAMP) * 1_000_000 if name == "timestamp" else column
    payload = memoryview(rows.tobytes())
    update = ", ".join(f"{name} = excluded.{name}" for name in CHANGED)
    stored, given = (", ".join(f"{t}.{name}" for name in CHANGED) for t in ("p", "excluded"))
    with psycopg.connect(url.replace("+psycopg", "")) as db:
        columns_sql = ", ".join(f"{n} {k}" for n, k in zip(names, kinds, strict=True))
        db.execute(f"CREATE TEMPORARY TABLE given ({columns_sql}) ON COMMIT DROP")
        with db.cursor().copy("COPY given FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
            for start in range(0, len(payload), 1 << 20):
                copy.write(payload[start : start + (1 << 20)])
            copy.write(b"\xff\xff")
        db.execute(
            f"INSERT INTO asset_prices AS p ({COLUMNS}, interval, source, owner)"
            f" SELECT {COLUMNS}, '1d', 1, '' FROM given ON CONFLICT ({KEY})"
            f" DO UPDATE SET {update} WHERE ({stored}) IS DISTINCT FROM ({given})"
        )


async def ours(url: str, given: BarColumns) -> str:
    database = Database(url)
    async with database.write() as session:
        counts = await prices.upsert_bars(session, given, source="bench")
    await database.close()
    return str(counts)


async def prepare(url: str, given: BarColumns) -> None:
    """Both sides begin alike: assets, the source's number, the years' partitions."""
    from sqlalchemy import text

    database = Database(url)
    async with database.write() as session:
        await session.execute(text(assets_sql()))
        await session.execute(text("INSERT INTO price_sources (id, name) VALUES (1, 'bench')"))
        if not database.is_sqlite:
            last = 2000 + len(given) // ASSETS // 365 + 1
            await session.execute(
                text(f"SELECT add_price_year(y) FROM generate_series(1999, {last}) AS y")
            )
    await database.close()


def run_ours(url: str, given: BarColumns) -> None:
    """Store the bars as the application does."""
    asyncio.run(ours(url, given))


_RAW: dict[str, Callable[..., None]] = {"SQLite": raw_sqlite, "PostgreSQL": raw_postgres}


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(name: str, databases: SqliteDatabases | PostgresDatabases, given: BarColumns) -> None:
    columns = raw_columns(given)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        with databases.copy() as one, databases.copy() as other:
            for url in (one, other):
                asyncio.run(prepare(url, given))
            raw = partial(_RAW[name], one, rows if name == "SQLite" else columns)
            for when in ("empty", "again"):
                times.setdefault(f"raw, {when}", []).append(timed(raw))
                times.setdefault(f"ours, {when}", []).append(timed(partial(run_ours, other, given)))
    print(f"{name}: upsert of {len(given):,} bars")
    for what, taken in times.items():
        print(f"  {what:14} {len(given) / statistics.median(taken):12,.0f} rows/s")
    for when in ("empty", "again"):
        pairs = zip(times[f"raw, {when}"], times[f"ours, {when}"], strict=True)
        ratio = statistics.median(raw_s / ours_s for raw_s, ours_s in pairs)
        print(f"  ratio, {when}: {ratio:.2f} of the raw form")


def main() -> None:
    """Run the comparison on both databases."""
    rows = next((int(word) for word in sys.argv[1:] if word.isdigit()), 1_000_000)
    chosen = [word for word in sys.argv[1:] if not word.isdigit()] or ["sqlite", "postgresql"]
    given = bars(rows)
    if "sqlite" in chosen:
        with tempfile.TemporaryDirectory() as folder:
            compare("SQLite", SqliteDatabases(Path(folder)), given)
    if "postgresql" in chosen:
        with postgres_server() as url:
            databases = PostgresDatabases(url)
            compare("PostgreSQL", databases, given)
            databases.close()


if __name__ == "__main__":
    main()
