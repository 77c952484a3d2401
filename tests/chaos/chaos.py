"""One seeded run of the program under misfortune, and what must be true after it.

Workers are killed at random points, the provider fails in every way it knows, the database is
stopped and started; more purchases come in meanwhile. Then all is well again, and once the queue
is empty the stored series are the provider's truth, to the digit.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic

from argosy.core.errors import StorageError
from argosy.core.market.asset import Asset, AssetCategory, AssetSource
from argosy.services import asset_sources, assets
from argosy.services.assets import AssetDraft
from argosy.store import prices
from argosy.store.database import fetch_all
from argosy.wiring import Argosy
from tests.chaos.world import (
    COIN,
    ELSEWHERE,
    PASSING,
    STOCKS,
    CountingSimulator,
    listings,
    settings,
)
from tests.simulator.market import Listing
from tests.support.api import app_client, make_settings
from tests.support.desk import Desk

MISFORTUNE_S = 12.0
"""How long things go wrong."""

RECOVERY_S = 600.0
"""How long the program may take to finish after; it is far more than it needs."""

_TURN_S = 0.4
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Stage:
    """What the program runs on, and which processes it is.

    `restart` stops and starts the database, if it can be. Without Redis each process has a budget
    of its own.
    """

    database_url: str
    redis_url: str | None
    commands: tuple[tuple[str, ...], ...]
    restart: Callable[[], None] | None


@dataclass
class Told:
    """What a run did and found; `wrong` is empty when all is well."""

    seed: int
    kills: int = 0
    restarts: int = 0
    faults: int = 0
    purchases: int = 0
    requests: int = 0
    jobs: int = 0
    days: int = 0
    took_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Say it in one line."""
        found = "; ".join(self.wrong) or "all well"
        return (
            f"seed {self.seed}: {self.kills} kills, {self.restarts} restarts, {self.faults} faults,"
            f" {self.purchases} purchases, {self.jobs} jobs, {self.requests} requests,"
            f" {self.days:,} days stored, {self.took_s:.0f} s: {found}"
        )


class Chaos:
    """A program of several processes, and everything that happens to it."""

    def __init__(self, seed: int, stage: Stage, folder: Path) -> None:
        self.told = Told(seed)
        self._chance = random.Random(seed)
        self._stage = stage
        self._folder = folder
        self._today = datetime.now(UTC).date()
        self._simulator = CountingSimulator()
        self._simulator.listings = listings(seed, self._today - timedelta(days=1))
        self._processes: list[tuple[tuple[str, ...], subprocess.Popen[bytes]]] = []
        self._started_s: list[float] = []
        self._bought: dict[str, date] = {}

    async def run(self) -> Told:
        """Let it all happen."""
        began = monotonic()
        with self._simulator.running():
            async with self._opened() as (argosy, desk):
                try:
                    await self._begin(argosy, desk)
                    await self._suffer(desk)
                    await self._recover(argosy)
                    await self._judge(argosy)
                finally:
                    for _, process in self._processes:
                        process.kill()
                        process.wait()
        self.told.took_s = monotonic() - began
        self.told.requests = len(self._simulator.asked)
        return self.told

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[Argosy, Desk]]:
        chosen = make_settings(
            self._folder, self._stage.database_url, redis_url=self._stage.redis_url
        )
        async with Argosy.opened(chosen) as argosy, app_client(argosy) as client:
            yield argosy, await Desk.opened(client)

    async def _begin(self, argosy: Argosy, desk: Desk) -> None:
        for symbol in (*STOCKS, *ELSEWHERE, COIN):
            await self._make(argosy, symbol)
        for symbol in (*STOCKS, *ELSEWHERE, COIN):
            await self._buy(desk, symbol)
        for command in self._stage.commands:
            self._start(command)

    async def _make(self, argosy: Argosy, symbol: str) -> Asset:
        coin = symbol == COIN
        draft = AssetDraft(
            symbol=symbol,
            exchange=None if coin else "NASDAQ",
            name=symbol,
            category=AssetCategory.CRYPTO if coin else AssetCategory.STOCK,
            currency="USD",
        )
        first, name = ("binance", "BTCUSDT") if coin else ("remote", symbol)
        wanted = [AssetSource(source=first, symbol=name, rank=1)]
        if coin:
            wanted = [AssetSource(source="yahoo", symbol="BTC-USD", rank=1)]
        async with argosy.database.write() as session:
            asset = (await assets.create(session, draft, owner=None, by=None)).asset
            if coin or symbol in ELSEWHERE:
                await asset_sources.put(session, asset, wanted, registry=argosy.sources, by=None)
        return asset

    async def _buy(self, desk: Desk, symbol: str) -> None:
        day = self._today - timedelta(days=self._chance.randrange(30, 330))
        day = min(day, self._bought.get(symbol, day))
        line = {"symbol": symbol, "quantity": "1", "price": "1", "timestamp": day.isoformat()}
        await desk.entered("BUY", **line)
        self._bought[symbol] = day
        self.told.purchases += 1

    def _start(self, command: tuple[str, ...]) -> None:
        environment = {
            **{name: os.environ.get(name, "") for name in ("PATH", "PYTHONPATH")},
            "HOME": str(self._folder),
            "ARGOSY_DATA_DIR": str(self._folder / "data"),
            "ARGOSY_DATABASE_URL": self._stage.database_url,
            "ARGOSY_REDIS_URL": self._stage.redis_url or "",
            "ARGOSY_JOBS": "elsewhere",
            "ARGOSY_LOG_LEVEL": "WARNING",
            "ARGOSY_MAX_BACKFILL_ATTEMPTS": "200",
            "ARGOSY_BACKFILL_RETRY_MINUTES": "0.01",
            "ARGOSY_LEASE_SECONDS": "2",
            **settings(self._simulator.url),
        }
        with (self._folder / f"{command[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "argosy", *command],
                env=environment, cwd=self._folder, stdout=log, stderr=log,
            )  # fmt: skip
        self._processes.append((command, process))
        self._started_s.append(monotonic())

    async def _suffer(self, desk: Desk) -> None:
        end = monotonic() + MISFORTUNE_S
        while monotonic() < end:
            await asyncio.sleep(_TURN_S)
            self._simulator.fail(*self._chance.choices(PASSING, k=2))
            self.told.faults += 2
            fate = self._chance.random()
            if fate < 0.35:
                self._kill_one()
            elif fate < 0.45 and self._stage.restart is not None:
                await asyncio.to_thread(self._stage.restart)
                self.told.restarts += 1
            elif fate < 0.6:
                await self._buy_if_it_can(desk)

    def _kill_one(self) -> None:
        place = self._chance.randrange(len(self._processes))
        command, process = self._processes.pop(place)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.told.kills += 1
        self._start(command)

    async def _buy_if_it_can(self, desk: Desk) -> None:
        """Enter an earlier purchase; one that is refused meanwhile was not made."""
        symbol = self._chance.choice(STOCKS)
        day = self._bought[symbol] - timedelta(days=10)
        line = {"symbol": symbol, "quantity": "1", "price": "1", "timestamp": day.isoformat()}
        answer = await desk.post("BUY", **line)
        if answer.status_code == 201:
            self._bought[symbol] = day
            self.told.purchases += 1

    async def _recover(self, argosy: Argosy) -> None:
        self._simulator.heal()
        end = monotonic() + RECOVERY_S
        while monotonic() < end:
            await asyncio.sleep(0.5)
            try:
                if await self._is_finished(argosy):
                    return
            except StorageError:
                continue
        self.told.wrong.append("it did not finish")

    async def _is_finished(self, argosy: Argosy) -> bool:
        async with argosy.database.read() as session:
            marks = await fetch_all(session, "SELECT count(*) FROM dirty_markers")
            states = dict(
                await fetch_all(session, "SELECT status, count(*) FROM backfill_queue GROUP BY 1")
            )
        self.told.jobs = sum(states.values())
        return marks[0][0] == 0 and states.keys() == {"completed"}

    async def _judge(self, argosy: Argosy) -> None:
        """Compare what is stored with what the provider has, and what it was asked."""
        async with argosy.database.read() as session:
            lost = await fetch_all(
                session, "SELECT count(*) FROM backfill_queue WHERE status <> 'completed'"
            )
            twice = await fetch_all(
                session,
                "SELECT count(*) FROM (SELECT asset_key, day, source FROM asset_prices"
                " WHERE interval = '1d' GROUP BY asset_key, day, source HAVING count(*) > 1) d",
            )
            for symbol in (*STOCKS, *ELSEWHERE, COIN):
                listing = self._simulator.listings["BTC-USD" if symbol == COIN else symbol]
                asset = await assets.get(session, None, symbol)
                found = await prices.read_histories(session, [asset.asset.key])
                self._compare(symbol, listing, found.get(asset.asset.key))
        if lost[0][0]:
            self.told.wrong.append(f"{lost[0][0]} jobs are not done")
        if twice[0][0]:
            self.told.wrong.append(f"{twice[0][0]} days are stored twice")
        self._judge_budgets(argosy)

    def _compare(self, symbol: str, listing: Listing, history: prices.PriceHistory | None) -> None:
        first = self._bought[symbol] - _YEAR
        truth = {bar.day: bar.close for bar in listing.bars if bar.day >= first}
        stored = {}
        if history is not None:
            stored = {
                date.fromordinal(int(day)): history.close(place)
                for place, day in enumerate(history.days)
            }
        self.told.days += len(stored)
        missing = truth.keys() - stored.keys()
        other = {day for day in truth.keys() & stored.keys() if truth[day] != stored[day]}
        if missing:
            self.told.wrong.append(f"{symbol}: {len(missing)} days are missing")
        if other:
            self.told.wrong.append(f"{symbol}: {len(other)} days are not the truth")

    def _judge_budgets(self, argosy: Argosy) -> None:
        for source in argosy.sources:
            asked = [one for one in self._simulator.asked if one.source == source.name]
            for limit in source.manifest.limits:
                # A request arrives a little after it was allowed: the window is that much shorter.
                window = limit.per_s - min(1.0, limit.per_s / 4)
                for one in asked:
                    span = one.at_s, one.at_s + window
                    cost = sum(other.cost for other in asked if span[0] <= other.at_s < span[1])
                    if cost > limit.requests * self._budgets(span):
                        self.told.wrong.append(
                            f"{source.name} was asked {cost} times within {limit.per_s:g} s,"
                            f" and allows {limit.requests}"
                        )
                        break

    def _budgets(self, span: tuple[float, float]) -> int:
        """Return how many budgets were in force: a process without Redis begins a new one."""
        if self._stage.redis_url is not None:
            return 1
        begun = sum(span[0] - 60 <= at <= span[1] for at in self._started_s)
        return max(begun, 1)
