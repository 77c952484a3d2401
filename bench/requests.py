"""How many warm requests a second one process answers, beside a bare endpoint with the same bytes.

`python -m bench.requests [CONNECTIONS] [sqlite] [postgresql]`. `GET /portfolios/{id}` and its
holdings (50 of them), with an access token, while nothing changes, and while somebody edits another
portfolio four times a second. The bare endpoint is FastAPI on the same uvicorn, with no more than a
route that returns the bytes. Server and client share the machine in both.
"""

import asyncio
import contextlib
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
from pydantic import SecretStr

from argosy.settings import Settings
from argosy.wiring import Argosy
from bench.portfolio import register, served, token_of
from bench.setting import fill
from bench.workload import make
from tests.support.servers import postgres_server

LEAST = 0.4
CONNECTIONS = 32
SECONDS = 4.0
ROUNDS = 3
_TRANSACTIONS, _HOLDINGS, _DAYS = 1_900, 50, 2_920

_BARE = """
import sys
from pathlib import Path
import uvicorn
from fastapi import FastAPI, Response
body = Path(sys.argv[2]).read_bytes()
app = FastAPI()

@app.get("/api/v1/portfolios/{portfolio_id}")
async def read(portfolio_id: str) -> Response:
    return Response(body, media_type="application/json")

uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


@dataclass(frozen=True)
class Load:
    """What a flood of requests came to."""

    a_second: float
    waits_s: list[float]

    def line(self) -> str:
        """Return it in words."""
        cuts = statistics.quantiles(self.waits_s, n=100)
        p50, p99 = cuts[49] * 1e3, cuts[98] * 1e3
        return f"{self.a_second:9,.0f} requests/s   p50 {p50:6.2f} ms   p99 {p99:6.2f} ms"


def main() -> None:
    """Print the requests a second of both, and their ratio."""
    connections = next((int(word) for word in sys.argv[1:] if word.isdigit()), CONNECTIONS)
    chosen = [word for word in sys.argv[1:] if not word.isdigit()] or ["sqlite", "postgresql"]
    if "sqlite" in chosen:
        print("# SQLite")
        measure(connections)
    if "postgresql" in chosen:
        print("# PostgreSQL")
        with postgres_server() as url:
            measure(connections, ARGOSY_DATABASE_URL=url)


def measure(connections: int, **environment: str) -> None:
    """Compare what a dashboard asks most, over one database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        portfolio_id = asyncio.run(_prepare(folder, environment.get("ARGOSY_DATABASE_URL")))
        with served(folder, **environment) as client:
            client.headers["Authorization"] = f"Bearer {token_of(client)}"
            for part in ("", "/holdings"):
                compare(client, f"/api/v1/portfolios/{portfolio_id}{part}", folder, connections)


def compare(client: httpx2.Client, path: str, folder: Path, connections: int) -> None:
    """Flood Argosy and the bare endpoint in turns."""
    answer = client.get(path)
    answer.raise_for_status()
    (folder / "body.json").write_bytes(answer.content)
    headers = {"Authorization": client.headers["Authorization"]}
    base = str(client.base_url)
    with _bare(folder / "body.json") as bare:
        bare_path = "/api/v1/portfolios/x"
        for url, asked in ((base, path), (bare, bare_path)):
            flood(url, asked, headers, connections, seconds=1.0)
        pairs = [
            (
                flood(base, path, headers, connections),
                flood(bare, bare_path, headers, connections),
            )
            for _ in range(ROUNDS)
        ]
        with _editing(client):
            busy = flood(base, path, headers, connections)
    print(f"## {path.rsplit('/', 1)[-1]}: {len(answer.content):,} bytes, {connections} connections")
    ours, theirs = zip(*pairs, strict=True)
    print(f"Argosy          {_best(ours).line()}")
    print(f"bare FastAPI    {_best(theirs).line()}")
    print(f"while others edit {busy.line()}")
    ratio = statistics.median(one.a_second / other.a_second for one, other in pairs)
    print(f"ratio {ratio:.2f} (at least {LEAST})")


def _best(loads: tuple[Load, ...]) -> Load:
    return max(loads, key=lambda load: load.a_second)


def flood(
    base: str, path: str, headers: dict[str, str], connections: int, *, seconds: float = SECONDS
) -> Load:
    """Ask one path over kept connections, each again as soon as it has its answer."""
    waits: list[float] = []
    begun = time.perf_counter()
    asyncio.run(_flood(base, path, headers, connections, until=begun + seconds, waits=waits))
    return Load(len(waits) / (time.perf_counter() - begun), waits)


async def _flood(
    base: str,
    path: str,
    headers: dict[str, str],
    connections: int,
    *,
    until: float,
    waits: list[float],
) -> None:
    host, port = base.removeprefix("http://").rstrip("/").split(":")
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *(f"{a}: {b}" for a, b in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    await asyncio.gather(
        *(_client(host, int(port), request, until=until, waits=waits) for _ in range(connections))
    )


async def _client(
    host: str, port: int, request: bytes, *, until: float, waits: list[float]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        waits.append(time.perf_counter() - begun)
    writer.close()


@contextlib.contextmanager
def _editing(client: httpx2.Client) -> Iterator[None]:
    """Edit another portfolio four times a second for the time of a block."""
    body = {"name": "Other", "currency": "EUR"}
    other = client.post("/api/v1/portfolios", json=body).json()["id"]
    stop = threading.Event()

    def edit() -> None:
        count = 0
        while not stop.wait(0.25):
            count += 1
            name = {"name": f"Other {count}"}
            client.patch(f"/api/v1/portfolios/{other}", json=name).raise_for_status()

    working = threading.Thread(target=edit)
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join()


@contextlib.contextmanager
def _bare(body: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _BARE, str(port), str(body)])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


async def _prepare(folder: Path, url: str | None) -> str:
    settings = Settings(data_dir=folder, database_url=None if url is None else SecretStr(url))
    async with Argosy.opened(settings) as argosy:
        user_id = await register(argosy)
        work = make(_TRANSACTIONS, _HOLDINGS, _DAYS)
        return await fill(argosy.database, work, user_id=user_id)


if __name__ == "__main__":
    main()
