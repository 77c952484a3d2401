"""2.5 million closes (500 assets, 5,000 days) into arrays, against packed blocks read plainly.

`python -m bench.readback [postgresql]`. The base packs scaled integers of 250 days into one
blob, joins the blobs and divides once: no days, no sources, no gaps. Ours gives histories with
days, scales, sources and timestamps, through the session that the application uses.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, select, text

from argosy.core.market.bars import ABSENT, BarColumns
from argosy.core.market.history import PriceHistory
from argosy.store import prices
from argosy.store.database import Database
from argosy.store.tables.price import AssetPriceRow
from bench.ingest import FIRST_DAY, FIRST_STAMP
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.servers import postgres_server

ASSETS, DAYS, CHUNK, ROUNDS = 500, 5_000, 250, 7
KEYS = list(range(1, ASSETS + 1))
ROWS = "SELECT asset_key, day, close FROM asset_prices ORDER BY asset_key, interval, timestamp"


def closes() -> np.ndarray:
    """Scaled closes (four decimals), shape (ASSETS, DAYS)."""
    random = np.random.default_rng(1)
    walk = np.exp(np.cumsum(random.normal(0.0002, 0.012, (ASSETS, DAYS)), axis=1))
    scaled = np.rint(random.uniform(10, 400, (ASSETS, 1)) * walk * 10_000)
    return scaled.astype(np.int64) + 1


def weekdays() -> np.ndarray:
    """Ordinals of as many weekdays: a calendar with gaps, as exchanges have."""
    days = FIRST_DAY + np.arange(DAYS * 7 // 5 + 7)
    return days[(days - 1) % 7 < 5][:DAYS]


def bars(known: np.ndarray) -> BarColumns:
    """The closes as bars of a close alone."""
    count = ASSETS * DAYS
    zeros, absent = np.zeros(count, np.int64), np.full(count, ABSENT)
    days = np.tile(weekdays(), ASSETS)
    stamps = FIRST_STAMP + 86_400 * (days - FIRST_DAY)
    return BarColumns(
        np.repeat(np.array(KEYS), DAYS), stamps, days, absent, absent, absent, known.ravel(),
        np.full(count, 4), absent, zeros, absent, zeros,
    )  # fmt: skip


async def fill(url: str, known: np.ndarray) -> None:
    """Store assets and bars through the application's own import."""
    database = Database(url)
    async with database.write() as session:
        for key in KEYS:
            await session.execute(
                text(
                    "INSERT INTO assets (key, id, symbol, symbol_key, exchange_key, owner_key,"
                    f" name, category, currency, search_key) VALUES ({key},"
                    f" '00000000-0000-7000-8000-{key:012d}', 'A{key}', 'A{key}', '', '', 'A',"
                    " 'STOCK', 'USD', '')"
                )
            )
        await prices.upsert_bars(session, bars(known), source="bench")
    await database.close()


def fill_base(path: str, known: np.ndarray) -> None:
    """Write the plain packed blocks."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(
            "CREATE TABLE packed (asset INTEGER, chunk INTEGER, data BLOB,"
            " PRIMARY KEY (asset, chunk)) WITHOUT ROWID"
        )
        rows = (
            (asset, chunk, known[asset, chunk * CHUNK : (chunk + 1) * CHUNK].tobytes())
            for asset in range(ASSETS)
            for chunk in range(DAYS // CHUNK)
        )
        db.executemany("INSERT INTO packed VALUES (?, ?, ?)", rows)
        db.commit()


def base(path: str) -> np.ndarray:
    """Read the plain packed blocks into a matrix of days by assets."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT data FROM packed ORDER BY asset, chunk")
        joined = b"".join(row[0] for row in rows)
    matrix: np.ndarray = np.frombuffer(joined, np.int64).reshape(ASSETS, DAYS).T / 1e4
    return matrix


def fetchall(path: str) -> np.ndarray:
    """Read the rows with the driver alone."""
    with closing(sqlite3.connect(path)) as db:
        rows = np.array(db.execute(ROWS).fetchall(), np.int64)
    return rows[:, 2].reshape(ASSETS, DAYS).T / 1e4


def core_rows(path: str) -> np.ndarray:
    """Read the rows through SQLAlchemy Core."""
    engine = create_engine(f"sqlite:///{path}")
    row = AssetPriceRow
    query = select(row.asset_key, row.day, row.close).order_by(row.asset_key, row.timestamp)
    with engine.connect() as connection:
        _, _, found = zip(*connection.execute(query).all(), strict=True)
    engine.dispose()
    return np.array(found, np.int64).reshape(ASSETS, DAYS).T / 1e4


class Application:
    """Our own road, with the connection open as a server has it."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.database = Database(url)

    def histories(self) -> dict[int, PriceHistory]:
        """Read all histories."""
        return self.runner.run(self._read())

    def floats(self) -> np.ndarray:
        """Read all histories and their closes as floats, shape (DAYS, ASSETS)."""
        found = self.runner.run(self._read())
        return np.stack([found[key].closes() for key in KEYS]).T

    async def _read(self) -> dict[int, PriceHistory]:
        async with self.database.read() as session:
            return await prices.read_histories(session, KEYS)

    def close(self) -> None:
        """Close the connection."""
        self.runner.run(self.database.close())
        self.runner.close()


def compare(name: str, url: str, path: str, known: np.ndarray, *, rows: bool) -> None:
    """Time all roads in turn and print medians and ratios."""
    application = Application(url)
    expected = known.T / 1e4
    assert np.array_equal(application.floats(), expected)
    roads: dict[str, Callable[[], object]] = {
        "plain packed blocks": lambda: base(path),
        "histories": application.histories,
        "histories, as floats": application.floats,
    }
    taken: dict[str, list[float]] = {road: [] for road in roads}
    for _ in range(ROUNDS):
        for road, call in roads.items():
            start = time.perf_counter()
            call()
            taken[road].append(time.perf_counter() - start)
    if rows:
        for road, slow in (("sqlite3 fetchall", fetchall), ("SQLAlchemy Core", core_rows)):
            start = time.perf_counter()
            assert np.array_equal(slow(url.removeprefix("sqlite:///")), expected)
            taken[road] = [time.perf_counter() - start]
    application.close()
    print(f"{name}: {known.size:,} closes")
    bounds = taken["plain packed blocks"]
    for road, times in taken.items():
        ratio = statistics.median(times) / statistics.median(bounds)
        print(f"  {road:22} {statistics.median(times) * 1000:9.1f} ms  {ratio:7.2f} x the base")


def main() -> None:
    """Run on SQLite, or on PostgreSQL as well."""
    known = closes()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/base.db"
        fill_base(path, known)
        with SqliteDatabases(Path(folder)).copy() as url:
            asyncio.run(fill(url, known))
            compare("SQLite", url, path, known, rows=True)
        if "postgresql" in sys.argv[1:]:
            with postgres_server() as server:
                databases = PostgresDatabases(server)
                with databases.copy() as url:
                    asyncio.run(fill(url, known))
                    compare("PostgreSQL", url, path, known, rows=False)
                databases.close()


if __name__ == "__main__":
    main()
