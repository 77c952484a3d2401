"""What must be there at once: the help of the command line, and /health while 100,000 lines are
stored, replayed and valued, and while ten large portfolios are edited and rebuilt.

`python -m bench.readiness`. Help is held against an interpreter that does nothing, /health against
its limit and against itself on an idle server.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import httpx2

from argosy.settings import Settings
from argosy.wiring import Argosy
from bench.portfolio import PARTS, register, served, token_of
from bench.setting import fill_ledger, fill_market
from bench.workload import LAST_DAY, SIZES, make

HEALTH_LIMIT_S = 0.05
LINES = 100_000
LARGE, PORTFOLIOS, REBUILDS = 14_400, 10, 2
ROUNDS = 7


def main() -> None:
    """Print how soon the help and /health answer."""
    measure_help()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_prepare(Path(folder)))
        with served(Path(folder)) as client:
            measure_health(client)
    with tempfile.TemporaryDirectory() as folder:
        portfolios = asyncio.run(_prepare_many(Path(folder)))
        with served(Path(folder)) as client:
            measure_rebuilds(client, portfolios)


def measure_help() -> None:
    """Time `argosy --help` as a process beside a bare interpreter."""
    bare = _seconds([sys.executable, "-c", "pass"])
    helped = _seconds([sys.executable, "-m", "argosy", "--help"])
    print(f"argosy --help {helped * 1e3:9.1f} ms  {helped / bare:5.1f} x a bare interpreter")


def measure_health(client: httpx2.Client) -> None:
    """Time /health on an idle server and during the largest batch with its first valuation."""
    client.headers["Authorization"] = f"Bearer {token_of(client)}"
    created = client.post("/api/v1/portfolios", json={"name": "Bench", "currency": "USD"})
    portfolio = created.json()["id"]
    client.post("/api/v1/assets", json={"symbol": "ACME", "category": "STOCK", "currency": "USD"})
    url = str(client.base_url)
    _report("idle", _waits(url, lambda: time.sleep(3)))

    def work() -> None:
        answer = client.post("/api/v1/transactions/batch", json={"transactions": _lines(portfolio)})
        assert answer.status_code == 201, answer.text
        for part in ("", "/series", "/holdings"):
            client.get(f"/api/v1/portfolios/{portfolio}{part}").raise_for_status()

    _report(f"{LINES} lines stored and valued", _waits(url, work))


def measure_rebuilds(client: httpx2.Client, portfolios: list[str]) -> None:
    """Time /health while each of several large portfolios is edited and looked at in turns."""
    client.headers["Authorization"] = f"Bearer {token_of(client)}"
    asset = client.get(f"/api/v1/portfolios/{portfolios[0]}/holdings").json()[0]["asset_id"]
    line = {"type": "BUY", "asset_id": asset, "quantity": "1", "price": "10"}
    dated = {**line, "timestamp": LAST_DAY.isoformat()}

    def work() -> None:
        for portfolio_id in portfolios * REBUILDS:
            body = {**dated, "portfolio_id": portfolio_id}
            client.post("/api/v1/transactions", json=body).raise_for_status()
            for part in PARTS:
                client.get(f"/api/v1/portfolios/{portfolio_id}{part}").raise_for_status()

    name = f"{len(portfolios)} portfolios of {LARGE} lines edited and rebuilt"
    _report(name, _waits(str(client.base_url), work))


def _waits(url: str, work: Callable[[], object]) -> list[float]:
    working = threading.Thread(target=work)
    waits = []
    with httpx2.Client(base_url=url) as client:
        client.get("/health")
        working.start()
        while working.is_alive():
            begun = time.perf_counter()
            client.get("/health").raise_for_status()
            waits.append(time.perf_counter() - begun)
            time.sleep(0.01)
    working.join()
    return waits


def _report(name: str, waits: list[float]) -> None:
    cuts = statistics.quantiles(waits, n=100)
    print(
        f"/health, {name}: p50 {cuts[49] * 1e3:.1f} ms, p95 {cuts[94] * 1e3:.1f}, "
        f"p99 {cuts[98] * 1e3:.1f}, max {max(waits) * 1e3:.1f}; "
        f"p99 {cuts[98] / HEALTH_LIMIT_S:.2f} of the limit, {len(waits)} answers"
    )


def _lines(portfolio_id: str) -> list[dict[str, str]]:
    first = date(2000, 1, 3)
    return [
        {
            "portfolio_id": portfolio_id,
            "type": "SELL" if number % 2 else "BUY",
            "symbol": "ACME",
            "quantity": "1" if number % 2 else "2",
            "price": f"{100 + number % 50}.25",
            "fee": "0.1",
            "timestamp": (first + timedelta(days=number // 20 + number % 2)).isoformat(),
        }
        for number in range(LINES)
    ]


async def _prepare(folder: Path) -> None:
    async with Argosy.opened(Settings(data_dir=folder)) as argosy:
        await register(argosy)


async def _prepare_many(folder: Path) -> list[str]:
    async with Argosy.opened(Settings(data_dir=folder)) as argosy:
        user_id = await register(argosy)
        assets, days = SIZES[LARGE]
        work = make(LARGE, assets, days)
        stored = await fill_market(argosy.database, work)
        return [
            await fill_ledger(argosy.database, work, stored, user_id=user_id, name=f"Bench {one}")
            for one in range(PORTFOLIOS)
        ]


def _seconds(command: list[str]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


if __name__ == "__main__":
    main()
