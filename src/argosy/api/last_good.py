"""The last good answer, for the moment that a new one takes.

When somebody else's price, rate or split has changed what a portfolio is worth, whoever looks at it
gets what was true a moment ago, marked with its age, while it is computed anew: for at most one
second. Whoever has changed anything himself waits for what follows from it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from argosy.api.dependencies import CLAIMS
from argosy.api.responses import OFFERED, Offered, matches
from argosy.core.errors import ArgosyError
from argosy.runtime.tokens import Claims
from argosy.services.books import Known
from argosy.wiring import Argosy

STALE_HEADER = "X-Argosy-Stale"
"""Says `true` of an answer that is being computed anew; `Age` says how old it is."""

LONGEST = timedelta(seconds=1)
"""So long after a change was noticed the answer before it is still given."""

PATIENCE_S = 0.05
"""A new answer that takes no longer is waited for."""

QUESTIONS_MAX = 2_000

_EDITED = "edited:"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Last:
    """How a question was answered, of which versions, and when a newer one was noticed."""

    known: Known
    offered: Offered
    at: datetime
    noticed: tuple[Hashable, datetime] | None = None


class LastGood:
    """The answers given last in this process, and when each user changed something last."""

    def __init__(self, argosy: Argosy) -> None:
        self._argosy = argosy
        self._last: OrderedDict[Hashable, _Last] = OrderedDict()
        self._edited: dict[str, datetime] = {}
        self._under_way: dict[Hashable, asyncio.Task[None]] = {}

    def note(self, question: Hashable, known: Known, request: Request) -> None:
        """Remember the answer that a request gets."""
        offered: Offered | None = request.scope.get(OFFERED)
        if offered is None:
            return
        self._last[question] = _Last(known, offered, self._argosy.clock.now())
        self._last.move_to_end(question)
        if len(self._last) > QUESTIONS_MAX:
            self._last.popitem(last=False)

    async def edited(self, user_id: str) -> None:
        """Note that a user has changed something: other processes are told where there are any."""
        now = self._argosy.clock.now()
        self._edited[user_id] = now
        if self._argosy.redis is not None:
            await self._argosy.cache.set(_EDITED + user_id, now.isoformat().encode())

    async def instead(
        self,
        question: Hashable,
        known: Known,
        request: Request,
        renew: Callable[[], Awaitable[None]],
    ) -> Response | None:
        """Return the answer before a change of others, while `renew` makes the new one.

        None where there is none, where its time is over, or where the new one is there in time.
        """
        last = self._last.get(question)
        if last is None or last.known.portfolio.version != known.portfolio.version:
            return None
        body = self._argosy.answers.lookup(last.offered.digest)
        if body is None or last.known.key == known.key or await self._has_edited(known, last.at):
            return None
        now = self._argosy.clock.now()
        since = last.noticed[1] if last.noticed and last.noticed[0] == known.key else now
        self._last[question] = replace(last, noticed=(known.key, since))
        if now - since >= LONGEST:
            return None
        await asyncio.wait([self._renewed((question, known.key), renew)], timeout=PATIENCE_S)
        if (question, known.key) not in self._under_way:
            return None
        return _aged(last.offered, body, request, age=now - last.at)

    async def _has_edited(self, known: Known, since: datetime) -> bool:
        user_id = known.portfolio.user_id
        at = self._edited.get(user_id)
        if self._argosy.redis is not None:
            told = await self._argosy.cache.get(_EDITED + user_id)
            if told is not None:
                other = datetime.fromisoformat(told.decode())
                at = other if at is None else max(at, other)
        return at is not None and at >= since

    def _renewed(self, key: Hashable, renew: Callable[[], Awaitable[None]]) -> "asyncio.Task[None]":
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(_run(renew))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return task


async def _run(renew: Callable[[], Awaitable[None]]) -> None:
    try:
        await renew()
    except ArgosyError as error:  # whoever asks next is told
        _log.warning("answer_not_renewed", reason=str(error))


def _aged(offered: Offered, body: bytes, request: Request, *, age: timedelta) -> Response:
    status = 304 if matches(request.headers.get("if-none-match"), offered.etag) else 200
    response = Response(b"" if status == 304 else body, status_code=status)
    kept = [
        pair for pair in offered.headers if status == 200 or not pair[0].startswith(b"content-")
    ]
    response.raw_headers = [
        *kept,
        (b"age", str(int(age.total_seconds())).encode()),
        (STALE_HEADER.lower().encode(), b"true"),
    ]
    return response


class Edits:
    """The layer that notes who has changed something, before he is told that it is done."""

    def __init__(self, app: ASGIApp, *, last_good: LastGood) -> None:
        self._app = app
        self._last_good = last_good

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            claims: Claims | None = scope.get(CLAIMS)
            if message["type"] == "http.response.start" and claims is not None:
                await self._last_good.edited(claims.user_id)
            await send(message)

        await self._app(scope, receive, noted)
