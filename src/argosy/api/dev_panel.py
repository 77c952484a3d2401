"""The developers' panel: what each request asked the database, with times and plans, at /dev.

It is there only with ARGOSY_DEV_PANEL, and answers only to names of this machine: another site
whose name somebody points here would otherwise read it through the visitor's browser.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from time import perf_counter
from typing import Any

import orjson
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from argosy.api import dev_page
from argosy.api.warmth import WARMING
from argosy.runtime.statements import RECORDING, Statement
from argosy.settings import is_loopback
from argosy.wiring import Argosy

PATH = "/dev"
KEPT_REQUESTS = 200
_BY_ITSELF = {"BEGIN", "BEGIN IMMEDIATE"}


@dataclass(slots=True)
class Exchange:
    """One request and what was run for it; `repeats` counts each text that ran more than once."""

    number: int
    at: datetime
    method: str
    path: str
    status: int = 500
    seconds: float = 0.0
    statements: list[Statement] = field(default_factory=list)

    @property
    def sql_seconds(self) -> float:
        return sum(statement.seconds for statement in self.statements)

    @property
    def repeats(self) -> dict[str, int]:
        times = Counter(statement.sql for statement in self.statements)
        return {sql: n for sql, n in times.items() if n > 1 and sql not in _BY_ITSELF}


class DevPanel:
    """A layer that keeps the last requests and shows them."""

    def __init__(self, app: ASGIApp, *, argosy: Argosy) -> None:
        self._app = app
        self._argosy = argosy
        self._kept: deque[Exchange] = deque(maxlen=KEPT_REQUESTS)
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the panel, or record what serves the request."""
        if scope["type"] != "http" or WARMING in scope:
            await self._app(scope, receive, send)
        elif scope["path"] == PATH or scope["path"].startswith(f"{PATH}/"):
            response = await self._answer(Request(scope))
            await response(scope, receive, send)
        else:
            await self._record(scope, receive, send)

    async def _record(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(
            next(self._numbers), self._argosy.clock.now(), scope["method"], scope["path"]
        )

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
            await send(message)

        token = RECORDING.set(exchange.statements)
        started = perf_counter()
        try:
            await self._app(scope, receive, noting)
        finally:
            exchange.seconds = perf_counter() - started
            RECORDING.reset(token)
            self._kept.appendleft(exchange)

    async def _answer(self, request: Request) -> Response:
        if not is_loopback(request.url.hostname or ""):
            raise HTTPException(404)
        if request.method != "GET":
            raise HTTPException(405, headers={"Allow": "GET"})
        match request.url.path.removeprefix(PATH).strip("/").split("/"):
            case [""]:
                return HTMLResponse(dev_page.overview(self._kept))
            case ["requests"]:
                return _json([_told(exchange) for exchange in self._kept])
            case ["requests", number]:
                exchange = self._find(number)
                return _json(_told(exchange) | {"plans": await self._plans(exchange)})
            case [number]:
                exchange = self._find(number)
                return HTMLResponse(dev_page.details(exchange, await self._plans(exchange)))
            case _:
                raise HTTPException(404)

    def _find(self, number: str) -> Exchange:
        for exchange in self._kept:
            if str(exchange.number) == number:
                return exchange
        raise HTTPException(404, f"Request {number[:20]} is not among the last {KEPT_REQUESTS}.")

    async def _plans(self, exchange: Exchange) -> dict[str, list[str]]:
        """Ask for the plan of each different statement, now that somebody wants to see it."""
        texts = dict.fromkeys(statement.sql for statement in exchange.statements)
        plans = {sql: await self._argosy.database.plan_of(sql) for sql in texts}
        return {sql: plan for sql, plan in plans.items() if plan}


def _told(exchange: Exchange) -> dict[str, Any]:
    repeats = exchange.repeats
    return {
        "number": exchange.number,
        "at": exchange.at,
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "ms": _ms(exchange.seconds),
        "sql_ms": _ms(exchange.sql_seconds),
        "statements": [
            {
                "sql": statement.sql,
                "parameters": statement.shapes,
                "ms": _ms(statement.seconds),
                "rows": statement.rows,
                "times": repeats.get(statement.sql, 1),
            }
            for statement in exchange.statements
        ],
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
