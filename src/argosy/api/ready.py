"""What was asked before and has not changed is answered before anything else is done.

A kept answer goes out again, without routes, tokens or sessions, as long as the database as a whole
is at the moment it was given at, the day is the same and the token that opened it still holds: then
every step on the way would come out as before. Where anything was written since, the request goes
the usual way, which finds by version what it may give again.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from starlette.types import ASGIApp, Receive, Scope, Send

from argosy.api.dependencies import CLAIMS
from argosy.api.responses import OFFERED, Offered, matches
from argosy.api.warmth import NOTED, WARMING, Asked
from argosy.runtime.clock import today
from argosy.runtime.tokens import Claims
from argosy.wiring import Argosy

KEPT_MAX = 4_000
"""So many questions are remembered; those asked longest ago are forgotten."""

_Key = bytes


@dataclass(frozen=True, slots=True)
class _Known:
    """How a question was answered; `moment` is None until it has been asked twice."""

    moment: str | None
    day: date
    claims: Claims
    offered: Offered
    noted: bool


class Ready:
    """The innermost layer around the routes."""

    def __init__(self, app: ASGIApp, *, argosy: Argosy, asked: Asked) -> None:
        self._app = app
        self._argosy = argosy
        self._asked = asked
        self._known: OrderedDict[_Key, _Known] = OrderedDict()
        self._under_way: dict[tuple[_Key, str], asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or remember how the routes answer."""
        key, day = _key(scope), today(self._argosy.clock)
        # To most questions there is nothing to keep; they are not held up by asking for the moment.
        if key is None or key not in self._known:
            await self._app(scope, receive, send)
            self._keep(key, None, scope, day)
            return
        moment = await self._argosy.moments.now()
        if moment is None:
            await self._app(scope, receive, send)
            return
        # Of many who ask the same after a change, one goes the long way.
        under_way = self._under_way.get((key, moment))
        if under_way is not None:
            await under_way.wait()
        if await self._again(key, moment, scope, send):
            return
        done = asyncio.Event()
        self._under_way.setdefault((key, moment), done)
        try:
            await self._app(scope, receive, send)
            self._keep(key, moment, scope, day)
        finally:
            if self._under_way.get((key, moment)) is done:
                del self._under_way[key, moment]
            done.set()

    def _keep(self, key: _Key | None, moment: str | None, scope: Scope, day: date) -> None:
        """Remember an answer that was given at a moment and on a day, or later."""
        offered: Offered | None = scope.get(OFFERED)
        claims: Claims | None = scope.get(CLAIMS)
        if key is None or offered is None or claims is None:
            return
        self._known[key] = _Known(moment, day, claims, offered, noted=NOTED in scope)
        self._known.move_to_end(key)
        if len(self._known) > KEPT_MAX:
            self._known.popitem(last=False)

    async def _again(self, key: _Key, moment: str, scope: Scope, send: Send) -> bool:
        """Send a kept answer, if it still is one."""
        known = self._known.get(key)
        if known is None or known.moment != moment:
            return False
        now: datetime = self._argosy.clock.now()
        body = self._argosy.answers.lookup(known.offered.digest)
        over = known.claims.expires_at <= now or known.day != today(self._argosy.clock)
        if body is None or over:
            return False
        self._known.move_to_end(key)
        if known.noted:
            self._asked.note(known.claims.user_id, scope)
        status, headers = 200, known.offered.headers
        if matches(_header(scope, b"if-none-match"), known.offered.etag):
            status, body = 304, b""
            headers = [pair for pair in headers if not pair[0].startswith(b"content-")]
        await send({"type": "http.response.start", "status": status, "headers": [*headers]})
        await send({"type": "http.response.body", "body": body})
        return True


def _key(scope: Scope) -> _Key | None:
    """Return what tells one question from another, or None of what is never kept."""
    if scope["type"] != "http" or scope["method"] != "GET" or WARMING in scope:
        return None
    who, how = b"", b""
    for name, value in scope["headers"]:
        if name == b"authorization":
            who = value
        elif name == b"accept-encoding":
            how = value
    if not who:
        return None
    parts = (scope["path"].encode(), scope["query_string"], who, how)
    return blake2b(b"\0".join(parts), digest_size=16).digest()


def _header(scope: Scope, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value, "latin-1")
    return None
