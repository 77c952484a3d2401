"""A real server around the application, in the test's own loop, and clients of its live feed."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from argosy.api.app import create_app
from argosy.cli.serve import server_config
from argosy.wiring import Argosy
from tests.support.api import Client

WAIT_S = 20.0


@dataclass(frozen=True)
class Served:
    """A running server."""

    app: FastAPI
    argosy: Argosy
    client: Client
    port: int

    @property
    def token(self) -> str:
        """The access token of whoever the client is signed in as."""
        return self.client.headers["Authorization"].removeprefix("Bearer ")

    def address(self, path: str = "/ws") -> str:
        return f"ws://127.0.0.1:{self.port}/api/v1{path}"


@asynccontextmanager
async def serving(argosy: Argosy) -> AsyncIterator[Served]:
    """Serve as the program does; the lifespan opens and closes its parts."""
    app = create_app(argosy)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(server_config(argosy.settings, app))
        task = asyncio.create_task(server._serve([listener]))
        while not server.started:
            assert not task.done(), task
            await asyncio.sleep(0.01)
        port = listener.getsockname()[1]
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield Served(app, argosy, client, port)
        app.state.live.hub.stop()
        server.should_exit = True
        await task


class Ear:
    """One WebSocket, as a client sees it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.got: list[dict[str, Any]] = []

    async def say(self, action: str, **fields: Any) -> None:
        await self.connection.send(json.dumps({"action": action, **fields}))

    async def next(self, *types: str) -> dict[str, Any]:
        """Return the next message of a type; those of others are kept in `got` and passed over."""
        async with asyncio.timeout(WAIT_S):
            while True:
                message: dict[str, Any] = json.loads(await self.connection.recv())
                self.got.append(message)
                if not types or message["type"] in types:
                    return message

    async def silent_for(self, seconds: float) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            async with asyncio.timeout(seconds):
                self.got.append(json.loads(await self.connection.recv()))
        except TimeoutError:
            return True
        return False

    async def closed(self) -> tuple[int | None, str]:
        """Wait until the server closes; return its code and reason."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(WAIT_S):
                while True:
                    self.got.append(json.loads(await self.connection.recv()))
        return self.connection.close_code, self.connection.close_reason or ""


@asynccontextmanager
async def listening(
    served: Served, path: str = "/ws", *, token: str | None = None, **options: Any
) -> AsyncIterator[Ear]:
    """Connect, and sign in with the client's token or another; `""`: not at all."""
    resume = options.pop("resume", None)
    async with connect(served.address(path), **options) as connection:
        ear = Ear(connection)
        if token != "":
            more = {} if resume is None else {"resume": resume}
            await ear.say("authenticate", token=token or served.token, **more)
        yield ear
