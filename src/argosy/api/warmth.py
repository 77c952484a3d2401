"""Nobody should wait for what can be done before he asks.

Routes are matched, statements compiled and modules imported on first use; the lifespan does it
before the server listens. When prices have changed, what was asked lately is answered ahead: the
next visitor finds the answer kept.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from fastapi import FastAPI
from starlette.types import Message, Scope

from argosy.core.errors import StorageError
from argosy.runtime.bus import PRICES_CHANGED, Bus
from argosy.runtime.clock import Clock
from argosy.runtime.ids import new_id

NOTED = "argosy.noted"
"""In the scope of a request whose question is remembered."""

WARMING = "argosy.warming"
"""In the scope of a request that the process sends to itself; it is not logged."""

PATHS = ("/health", "/health/db", "/api/v1/auth/me", "/api/v1/portfolios", "/")


LATELY = timedelta(minutes=15)
"""A question that nobody asked for so long is not answered ahead."""

QUESTIONS_MAX = 500
"""So many questions are remembered; those asked longest ago are forgotten."""

_AGAIN_S = 5.0

log = structlog.get_logger(__name__)


class Question(NamedTuple):
    """Who asked what."""

    user_id: str
    path: str
    query: bytes


class Asked:
    """What was asked in this process lately."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: OrderedDict[Question, datetime] = OrderedDict()

    def note(self, user_id: str, scope: Scope) -> None:
        """Remember a question, unless the process asked it itself."""
        if WARMING in scope:
            return
        scope[NOTED] = True
        question = Question(user_id, scope["path"], scope["query_string"])
        self._asked[question] = self._clock.now()
        self._asked.move_to_end(question)
        if len(self._asked) > QUESTIONS_MAX:
            self._asked.popitem(last=False)

    def lately(self) -> list[Question]:
        """Return what was asked within the last minutes, and forget what is older."""
        since = self._clock.now() - LATELY
        while self._asked and next(iter(self._asked.values())) < since:
            self._asked.popitem(last=False)
        return list(self._asked)


async def warm(app: FastAPI) -> None:
    """Ask the app for what the first visitors will ask, as somebody who has no account."""
    for path in PATHS:
        await _ask(app, Question(new_id(), path, b""))


@asynccontextmanager
async def kept_warm(app: FastAPI) -> AsyncIterator[None]:
    """Answer ahead what was asked lately, for the time of a block, whenever prices changed."""
    task = asyncio.create_task(_listen(app))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(app: FastAPI) -> None:
    bus: Bus = app.state.argosy.bus
    while True:
        try:
            async with bus.listen(PRICES_CHANGED) as events:
                async for _ in events:
                    await answer_ahead(app)
        except StorageError as error:
            log.warning("bus.not_heard", reason=str(error), again_s=_AGAIN_S)
        await asyncio.sleep(_AGAIN_S)


async def answer_ahead(app: FastAPI) -> None:
    """Ask again what was asked lately, one after the other; what is known already costs little."""
    asked: Asked = app.state.asked
    for question in asked.lately():
        await _ask(app, question)


async def _ask(app: FastAPI, question: Question) -> None:
    token = app.state.argosy.tokens.access(question.user_id).text
    await app(_scope(app, question, token), _receive, _send)


def _scope(app: FastAPI, question: Question, token: str) -> Scope:
    path = question.path
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": question.query,
        "headers": [
            (b"host", b"localhost"),
            (b"accept-encoding", b"gzip"),
            (b"authorization", b"Bearer " + token.encode()),
        ],
        "client": None,
        "server": None,
        "app": app,
        WARMING: True,
    }


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_message: Message) -> None:
    """Nobody listens."""
