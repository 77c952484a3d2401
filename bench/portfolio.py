"""A portfolio's figures and series over HTTP, cold and warm, beside the plain NumPy bound.

`python -m bench.portfolio [TRANSACTIONS …]`. Cold: the server process has just answered /health
for the first time. Warm: the same questions again, the median of many.
"""

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np

from argosy.settings import Settings
from argosy.wiring import Argosy
from bench.setting import fill
from bench.workload import SIZES, Workload, make

COLD_LIMITS_S = {1_900: 0.1, 14_400: 0.3, 100_000: 1.5}
WARM_LIMIT_S = 0.01
COLD_ROUNDS = 3
WARM_ROUNDS = 50
ACCOUNT = {"email": "bench@argosy.example", "username": "bench", "password": "only-here-1"}


def main() -> None:
    """Measure each size that is asked for, or all."""
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    for size in sizes:
        measure(size)


def measure(size: int) -> None:
    """Print one size's cold and warm seconds with their limits."""
    assets, days = SIZES[size]
    work = make(size, assets, days)
    bound = numpy_bound(work)
    with tempfile.TemporaryDirectory() as folder:
        portfolio_id = asyncio.run(_prepare(Path(folder), work))
        cold, warm = [], []
        for _ in range(COLD_ROUNDS):
            with served(Path(folder)) as client:
                client.headers["Authorization"] = f"Bearer {token_of(client)}"
                cold.append(_ask(client, portfolio_id))
                warm += [_ask(client, portfolio_id) for _ in range(WARM_ROUNDS)]
    print(f"## {size} transactions, {assets} assets, {days} days: GET portfolio + series")
    print(f"NumPy bound (arrays in memory)   {bound * 1e3:9.2f} ms")
    for name, times, limit in (
        ("cold", cold, COLD_LIMITS_S[size]),
        ("warm", warm, WARM_LIMIT_S),
    ):
        median = statistics.median(times)
        print(
            f"{name}: median {median * 1e3:9.2f} ms  (min {min(times) * 1e3:.2f}, max "
            f"{max(times) * 1e3:.2f})  {median / limit:6.2f} of the limit {limit * 1e3:.0f} ms, "
            f"{median / bound:8.1f} x bound"
        )


def numpy_bound(work: Workload) -> float:
    """Return the seconds that the value series takes from arrays that are already there."""
    days, count = work.prices.shape
    prices = work.prices / 1e4
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        moves = np.bincount(
            work.days * count + work.assets,
            work.sides * work.quantities / 1e4,
            days * count,
        ).reshape(days, count)
        np.einsum("da,da->d", np.cumsum(moves, 0), prices)
        best = min(best, time.perf_counter() - start)
    return best


async def _prepare(folder: Path, work: Workload) -> str:
    async with Argosy.opened(Settings(data_dir=folder)) as argosy:
        user_id = await register(argosy)
        return await fill(argosy.database, work, user_id=user_id)


async def register(argosy: Argosy) -> str:
    """Make the one account of a benchmark; return its id."""
    from argosy.services import users

    draft = users.NewUser(email=ACCOUNT["email"], username=ACCOUNT["username"])
    hashed = await argosy.passwords.hash(ACCOUNT["password"])
    async with argosy.database.write() as session:
        return (await users.register(session, draft, hashed_password=hashed)).id


@contextlib.contextmanager
def served(folder: Path) -> Iterator[httpx2.Client]:
    """Start a server on a data directory, wait for /health, and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "argosy", "serve", "--port", str(port)],
        env={
            **os.environ,
            "ARGOSY_DATA_DIR": str(folder),
            "ARGOSY_LOG_LEVEL": "WARNING",
            "ARGOSY_JOBS": "elsewhere",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _wait(client)
            yield client
    finally:
        process.terminate()
        process.wait(10)


def _wait(client: httpx2.Client) -> None:
    for _ in range(600):
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    message = "the server did not start"
    raise SystemExit(message)


def token_of(client: httpx2.Client) -> str:
    """Sign in and return the access token."""
    login = {"email": ACCOUNT["email"], "password": ACCOUNT["password"]}
    token: str = client.post("/api/v1/auth/login", json=login).json()["access_token"]
    return token


def _ask(client: httpx2.Client, portfolio_id: str) -> float:
    start = time.perf_counter()
    for part in ("", "/series"):
        answer = client.get(f"/api/v1/portfolios/{portfolio_id}{part}")
        assert answer.status_code == 200, answer.text
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
