"""A portfolio's dashboard over HTTP: cold, warm and after an edit, beside the plain NumPy bound.

`python -m bench.portfolio [TRANSACTIONS …]`. The dashboard is what its first page asks for:
figures, holdings, performance, series, allocation and risk, one after the other. Cold: the server
process has just answered /health for the first time. Warm: the same questions again. Edit: a
purchase is entered, and all of them are asked again; the time runs from its answer to the last of
theirs.
"""

import asyncio
import contextlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import numpy as np

from argosy.settings import Settings
from argosy.wiring import Argosy
from bench.setting import fill
from bench.workload import LAST_DAY, SIZES, Workload, make

PARTS = (
    "",
    "/holdings",
    "/performance?range=1Y",
    "/series",
    "/allocation?by=category",
    "/risk",
)
FIRST_PARTS = ("", "/series")
"""What the figures that were measured first are of."""

COLD_LIMITS_S = {1_900: 0.5, 14_400: 0.5, 100_000: 2.0}
FIRST_COLD_LIMITS_S = {1_900: 0.1, 14_400: 0.3, 100_000: 1.5}
WARM_LIMIT_S = 0.02
EDIT_LIMIT_S = 0.1
MEMORY_LIMIT_MB = 700
COLD_ROUNDS = 3
WARM_ROUNDS = 50
EDIT_ROUNDS = 5
ACCOUNT = {"email": "bench@argosy.example", "username": "bench", "password": "only-here-1"}


@dataclass
class Times:
    """Seconds of every round, and the most memory that a server used."""

    first: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    edit: list[float] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=dict)
    memory_mb: float = 0.0


def main() -> None:
    """Measure each size that is asked for, or all."""
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    for size in sizes:
        measure(size)


def measure(size: int) -> None:
    """Print one size's seconds with their limits."""
    assets, days = SIZES[size]
    work = make(size, assets, days)
    bound = numpy_bound(work)
    times = Times()
    with tempfile.TemporaryDirectory() as folder:
        portfolio_id = asyncio.run(_prepare(Path(folder), work))
        for _ in range(COLD_ROUNDS):
            with started(Path(folder)) as (client, process):
                client.headers["Authorization"] = f"Bearer {token_of(client)}"
                times.first.append(_ask(client, portfolio_id, FIRST_PARTS))
            with started(Path(folder)) as (client, process):
                client.headers["Authorization"] = f"Bearer {token_of(client)}"
                _visit(client, portfolio_id, times)
                times.memory_mb = max(times.memory_mb, _peak_mb(process.pid))
    print(f"## {size} transactions, {assets} assets, {days} days")
    print(f"NumPy bound (arrays in memory)   {bound * 1e3:9.2f} ms")
    for name, seconds, limit in (
        ("figures and series, cold", times.first, FIRST_COLD_LIMITS_S[size]),
        ("dashboard, cold", times.cold, COLD_LIMITS_S[size]),
        ("dashboard, warm", times.warm, WARM_LIMIT_S),
        ("dashboard, after an edit", times.edit, EDIT_LIMIT_S),
    ):
        median = statistics.median(seconds)
        print(
            f"{name:26}median {median * 1e3:9.2f} ms  (min {min(seconds) * 1e3:.2f}, max "
            f"{max(seconds) * 1e3:.2f})  {median / limit:6.2f} of the limit {limit * 1e3:.0f} ms, "
            f"{median / bound:8.1f} x bound"
        )
    for part, seconds in times.parts.items():
        print(f"    cold {part or '/':28}{statistics.median(seconds) * 1e3:9.2f} ms")
    share = times.memory_mb / MEMORY_LIMIT_MB
    print(f"memory at most {times.memory_mb:,.0f} MB, {share:.2f} of {MEMORY_LIMIT_MB} MB")


def _visit(client: httpx2.Client, portfolio_id: str, times: Times) -> None:
    """Look at a dashboard for the first time, again and again, and after edits."""
    begun = time.perf_counter()
    for part in PARTS:
        times.parts.setdefault(part, []).append(_ask(client, portfolio_id, (part,)))
    times.cold.append(time.perf_counter() - begun)
    times.warm += [_ask(client, portfolio_id, PARTS) for _ in range(WARM_ROUNDS)]
    asset = client.get(f"/api/v1/portfolios/{portfolio_id}/holdings").json()[0]["asset_id"]
    line = {
        "portfolio_id": portfolio_id,
        "type": "BUY",
        "asset_id": asset,
        "quantity": "1",
        "price": "10",
        "timestamp": LAST_DAY.isoformat(),
    }
    for _ in range(EDIT_ROUNDS):
        client.post("/api/v1/transactions", json=line).raise_for_status()
        times.edit.append(_ask(client, portfolio_id, PARTS))


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


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
def served(folder: Path, **environment: str) -> Iterator[httpx2.Client]:
    """Start a server on a data directory, wait for /health, and stop it at the end."""
    with started(folder, **environment) as (client, _):
        yield client


@contextlib.contextmanager
def started(
    folder: Path, **environment: str
) -> Iterator[tuple[httpx2.Client, "subprocess.Popen[bytes]"]]:
    """Start a server as `served` does; its process comes with it."""
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
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _wait(client)
            yield client, process
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


def _ask(client: httpx2.Client, portfolio_id: str, parts: tuple[str, ...]) -> float:
    start = time.perf_counter()
    for part in parts:
        answer = client.get(f"/api/v1/portfolios/{portfolio_id}{part}")
        assert answer.status_code == 200, answer.text
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
