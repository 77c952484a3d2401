"""The two servers of `bench.live`, told over stdin what to do: Argosy, and a bare send loop."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from argosy.api.app import create_app
from argosy.cli.serve import server_config
from argosy.runtime.topics import Kind
from argosy.services.collecting import QUOTES
from argosy.settings import Settings
from argosy.store import assets
from argosy.wiring import Argosy
from bench.live import raise_file_limit
from bench.portfolio import register
from bench.workload import assets_of, make

QUOTE = {
    "asset_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "symbol": "A0000",
    "kind": "live",
    "price": "187.25",
    "currency": "USD",
    "change": "1.2",
    "change_fraction": 0.0064,
    "at": "2024-01-05T14:30:00Z",
    "source": "bench",
}


class Bare:
    """Accepts, listens, and sends to one after the other."""

    def __init__(self, _settings: Settings) -> None:
        self.app: ASGIApp = Starlette(routes=[WebSocketRoute("/api/v1/ws", self._listen)])
        self.messages: list[str] = []
        self._all: dict[WebSocket, None] = {}

    @property
    def listeners(self) -> int:
        """How many hear."""
        return len(self._all)

    async def prepare(self) -> None:
        """Have nothing to prepare."""

    async def send(self, quote: dict[str, Any]) -> None:
        """Send a text of the same length as Argosy's to all."""
        head = {"type": "price_update", "topic": f"price:{QUOTE['asset_id']}", "seq": 1000}
        map_ = {"symbol": "", "current_price": "", "change": "", "change_percent": 0.64}
        text = json.dumps(
            {**head, "previous": 1000, **quote, "prices": {"A0000": map_}}, separators=(",", ":")
        )
        for websocket in list(self._all):
            await websocket.send_text(text)

    async def _listen(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self._all[websocket] = None
        async for _ in websocket.iter_text():
            pass
        del self._all[websocket]


class Ours:
    """Argosy as it is served; the price comes over its bus."""

    def __init__(self, settings: Settings) -> None:
        self._argosy = Argosy(settings)
        served = create_app(self._argosy)
        self.app: ASGIApp = served
        self.messages: list[str] = []
        self._hub = served.state.live.hub
        self._topic = self._hub.topic("price:", Kind.VALUES)

    @property
    def listeners(self) -> int:
        """How many hear."""
        count: int = self._hub.listeners(self._topic)
        return count

    async def prepare(self) -> None:
        """Make an account, an asset, and its first price."""
        user_id = await register(self._argosy)
        async with self._argosy.database.write() as session:
            asset = await assets.create(session, assets_of(make(10, 1, 10))[0])
        QUOTE["asset_id"], QUOTE["symbol"] = asset.id, asset.symbol
        self._topic = self._hub.topic(f"price:{asset.id}", Kind.VALUES)
        await self.send({**QUOTE, "sent": "0"})
        self.messages = [
            json.dumps(
                {"action": "authenticate", "token": self._argosy.tokens.access(user_id).text}
            ),
            json.dumps({"action": "subscribe", "symbols": [asset.symbol]}),
        ]

    async def send(self, quote: dict[str, Any]) -> None:
        """Publish a price, and wait until all have been offered it."""
        before = self._topic.last
        await self._argosy.bus.publish(QUOTES, json.dumps(quote).encode())
        while self._topic.last == before:  # noqa: ASYNC110 - turns for the task that hears
            await asyncio.sleep(0)
        await self._hub.settled()


async def serve(kind: str, folder: Path, size: int) -> None:
    """Serve, and do what stdin says, until it ends."""
    settings = Settings(data_dir=folder, port=0, live_connections=size, log_level="WARNING")
    side = Bare(settings) if kind == "bare" else Ours(settings)
    config = server_config(settings, side.app)
    config.log_level = "warning"
    config.ws_ping_timeout = 120.0  # the clients of both sides share one process
    server = uvicorn.Server(config)
    async with _started(server):
        await side.prepare()
        port = server.servers[0].sockets[0].getsockname()[1]
        _say(port=port, messages=side.messages)
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
        )
        while line := (await lines.readline()).decode().split():
            await _obey(line, side)


async def _obey(line: list[str], side: Bare | Ours) -> None:
    if line[0] == "memory":
        _say(rss_kib=_rss_kib())
    elif line[0] == "listeners":
        _say(count=side.listeners)
    else:
        begun, worked = time.monotonic(), time.process_time()
        for number in range(int(line[1])):
            await asyncio.sleep(max(0.0, begun + number * float(line[2]) - time.monotonic()))
            await side.send({**QUOTE, "sent": repr(time.monotonic())})
        _say(begun=begun, cpu_s=time.process_time() - worked)


@asynccontextmanager
async def _started(server: uvicorn.Server) -> AsyncIterator[None]:
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    yield
    server.should_exit = True
    await task


def _rss_kib() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def _say(**found: object) -> None:
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    raise_file_limit()
    import uvloop

    uvloop.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
