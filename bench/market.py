"""A market of many assets and years: how fast it comes in, what it weighs, how fast it is read.

`python -m bench.market [ASSETS] [YEARS] [sqlite] [postgresql]`; 10,000 and 10 are 25 million bars
and take half an hour. Bars come in batches of 100 assets, each a transaction of its own, into a
database through the application and into another by the fastest raw form on the same table, turn
by turn; the speed of the first and of the last tenth tells how time grows with size.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from argosy.core.market.bars import BarColumns
from argosy.services import asset_metrics
from argosy.store import latest, prices
from argosy.store.database import Database, driver_url, fetch_all
from argosy.store.tables.price import AssetPriceRow
from bench import ingest
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.servers import postgres_server

BATCH = 100
DAYS_A_YEAR = 252
READS = 9
LOOP = 1_000
RENEWED = 400


def trading_days(years: int) -> np.ndarray:
    """Weekdays but for some that are holidays, counted from the first day."""
    days = np.arange(years * 366)
    weekdays = days[(ingest.FIRST_DAY + days + 6) % 7 < 5]
    sessions: np.ndarray = weekdays[np.arange(len(weekdays)) % 29 != 0]
    return sessions[: years * DAYS_A_YEAR]


def batch(number: int, days: np.ndarray) -> BarColumns:
    return ingest.bars(
        BATCH * len(days),
        assets=BATCH,
        first_key=number * BATCH + 1,
        every=days,
        seed=number,
    )


def raw_of(name: str, url: str, given: BarColumns) -> Callable[[], None]:
    """What the raw form is given is made before the clock starts: for SQLite Python's tuples."""
    columns = ingest.raw_columns(given)
    if name == "PostgreSQL":
        return lambda: ingest.raw_postgres(url, columns)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    return lambda: ingest.raw_sqlite(url, rows)


async def prepare(url: str, assets: int, years: int) -> None:
    database = Database(url)
    async with database.write() as session:
        await session.execute(text(ingest.assets_sql(assets)))
        await session.execute(text("INSERT INTO price_sources (id, name) VALUES (1, 'bench')"))
        await session.execute(text("INSERT INTO price_sources (id, name) VALUES (2, 'loop')"))
        if not database.is_sqlite:
            span = f"generate_series(1999, {2001 + years})"
            await session.execute(text(f"SELECT add_price_year(y) FROM {span} AS y"))
    await database.close()


def update_or_create(url: str, given: BarColumns) -> float:
    """Rows a second of a loop that looks for each row, changes or adds it, and commits."""
    engine = create_engine(driver_url(url).replace("+aiosqlite", ""))
    start = time.perf_counter()
    for stamp, day, close in zip(
        given.stamps[:LOOP].tolist(), given.days.tolist(), given.closes.tolist(), strict=False
    ):
        with Session(engine) as session, session.begin():
            key = (1, "1d", datetime.fromtimestamp(stamp, UTC), 2, "")
            row = session.get(AssetPriceRow, key)
            if row is None:
                names = ("asset_key", "interval", "timestamp", "source", "owner")
                row = AssetPriceRow(**dict(zip(names, key, strict=True)))
                session.add(row)
            row.day, row.close, row.scale = day, close, 4
    taken = time.perf_counter() - start
    engine.dispose()
    return LOOP / taken


async def store(database: Database, given: BarColumns) -> None:
    async with database.write() as session:
        await prices.upsert_bars(session, given, source="bench")


def run_in(runner: asyncio.Runner, database: Database, given: BarColumns) -> None:
    runner.run(store(database, given))


def ingest_all(name: str, *, ours: str, raw: str, assets: int, days: np.ndarray) -> None:
    times: dict[str, list[float]] = {"raw": [], "ours": []}
    processor = {"raw": 0.0, "ours": 0.0}  # of this process: SQLite's whole work
    rows = BATCH * len(days)
    database = Database(ours)
    with asyncio.Runner() as runner:
        for number in range(assets // BATCH):
            given = batch(number, days)
            turns: dict[str, Callable[[], None]] = {
                "raw": raw_of(name, raw, given),
                "ours": partial(run_in, runner, database, given),
            }
            for what, turn in turns.items():
                before = time.process_time()
                times[what].append(ingest.timed(turn))
                processor[what] += time.process_time() - before
            if number % 10 == 9:
                print(f"  … {(number + 1) * rows:,} bars", file=sys.stderr, flush=True)
        runner.run(database.close())
    for what, taken in times.items():
        tenth = max(1, len(taken) // 10)
        first, last = sum(taken[:tenth]) / tenth, sum(taken[-tenth:]) / tenth
        print(
            f"  {what}: {len(taken) * rows / sum(taken):,.0f} rows/s; first tenth"
            f" {rows / first:,.0f}, last tenth {rows / last:,.0f}"
        )
    ratios = [theirs / own for theirs, own in zip(times["raw"], times["ours"], strict=True)]
    print(f"  ratio: {statistics.median(ratios):.2f} of the raw form", end="")
    print(f"; {processor['raw'] / processor['ours']:.2f} by this process's time on the processor")
    loop = update_or_create(raw, batch(0, days))
    speed = len(times["ours"]) * rows / sum(times["ours"])
    print(f"  update_or_create loop: {loop:,.0f} rows/s; ours is {speed / loop:,.0f} times as fast")


async def read_all(url: str, assets: int, days: np.ndarray) -> None:
    database = Database(url)
    keys = list(range(1, assets + 1))
    times: dict[str, list[float]] = {}
    for _ in range(READS):
        async with database.read() as session:
            start = time.perf_counter()
            found = await latest.read_latest(session, keys)
            times.setdefault("latest prices", []).append(time.perf_counter() - start)
            assert len(found) == assets
            start = time.perf_counter()
            await fetch_all(session, "SELECT asset_id, close FROM latest_asset_prices")
            times.setdefault("the view of them", []).append(time.perf_counter() - start)
    for what, taken in times.items():
        median, best = statistics.median(taken) * 1000, min(taken) * 1000
        print(f"  {what} of {assets:,} assets: {median:.1f} ms, at best {best:.1f}")
    ends = [batch(number, days).take(slice(len(days) - 1, None, len(days)))
            for number in range(assets // BATCH)]  # fmt: skip
    last = BarColumns.joined(ends)
    next_day = replace(last, stamps=last.stamps + 86_400 * 3, days=last.days + 3)
    start = time.perf_counter()
    async with database.write() as session:
        await prices.upsert_bars(session, next_day, source="bench")
    print(f"  a day's bar for each: {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    await asset_metrics.renew(database, keys[:RENEWED])
    taken_s = time.perf_counter() - start
    print(f"  metrics renewed: {min(RENEWED, assets) / taken_s:,.0f} assets/s")
    await database.close()


async def weigh(url: str, rows: int, asset_years: int) -> None:
    """Bytes on disk, by what they are for; SQLite's after its log is written back."""
    database = Database(url)
    async with database.read() as session:
        if database.is_sqlite:
            sizes = await fetch_all(
                session,
                "SELECT CASE WHEN name LIKE '%price_blocks%' THEN 'blocks' WHEN name LIKE"
                " '%latest_prices%' THEN 'latest' WHEN name = 'asset_prices' THEN 'rows' ELSE"
                " 'index' END, sum(pgsize) FROM dbstat WHERE name LIKE '%price%' GROUP BY 1",
            )
        else:
            sizes = await fetch_all(
                session,
                "SELECT kind, sum(size)::bigint FROM (SELECT 'rows' AS kind,"
                " pg_table_size(c.oid) AS size FROM pg_class c WHERE relkind = 'r'"
                " AND relname LIKE 'asset_prices!_%' ESCAPE '!' UNION ALL SELECT 'index',"
                " pg_indexes_size(c.oid) FROM pg_class c WHERE relkind = 'r'"
                " AND relname LIKE 'asset_prices!_%' ESCAPE '!' UNION ALL SELECT 'blocks',"
                " pg_total_relation_size('price_blocks') UNION ALL SELECT 'latest',"
                " pg_total_relation_size('latest_prices')) sizes GROUP BY kind",
            )
    await database.close()
    total = ("all", sum(size for _, size in sizes))
    for what, size in [*sorted(sizes, key=lambda row: -row[1]), total]:
        print(
            f"  {what:7}{size / rows:7.1f} bytes a row,{size / asset_years:9,.0f} an asset and year"
        )


def measure(
    name: str, databases: SqliteDatabases | PostgresDatabases, assets: int, years: int
) -> None:
    days = trading_days(years)
    rows = assets * len(days)
    print(f"{name}: {rows:,} bars of {assets:,} assets over {years} years", flush=True)
    with databases.copy() as one, databases.copy() as other:
        for url in (one, other):
            asyncio.run(prepare(url, assets, years))
        ingest_all(name, ours=one, raw=other, assets=assets, days=days)
        asyncio.run(read_all(one, assets, days))
        asyncio.run(weigh(one, rows, assets * years))


def main() -> None:
    """Run it on both databases."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    assets, years = [*numbers, *(200, 2)[len(numbers) :]][:2]
    assets = max(BATCH, assets // BATCH * BATCH)
    chosen = [word for word in sys.argv[1:] if not word.isdigit()] or ["sqlite", "postgresql"]
    if "sqlite" in chosen:
        with tempfile.TemporaryDirectory() as folder:
            measure("SQLite", SqliteDatabases(Path(folder)), assets, years)
    if "postgresql" in chosen:
        with postgres_server() as url:
            databases = PostgresDatabases(url)
            measure("PostgreSQL", databases, assets, years)
            databases.close()


if __name__ == "__main__":
    main()
