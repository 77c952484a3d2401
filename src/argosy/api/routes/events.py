"""The live feed as server-sent events: one answer that goes on for as long as somebody listens."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import Header, Query, Request, Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from argosy.api.body import exact_router
from argosy.api.dependencies import AccessClaims, CurrentUser, Program
from argosy.api.errors import answer
from argosy.api.feed import Wanted, find, server_sent, subscribe
from argosy.api.responses import OWNED, Responses
from argosy.api.schemas.fields import Problem, write_instant
from argosy.core.errors import InputError
from argosy.runtime.outbox import Ending, Outbox
from argosy.runtime.topics import Topic
from argosy.services.live import Live

router = exact_router(tags=["live"])

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies must not hold events back
]
_CLOSE_S = 2.0
_HEARTBEAT = {"type": "http.response.body", "body": b": still here\n\n", "more_body": True}
_EVENTS: Responses = {
    **OWNED,
    200: {"content": {"text/event-stream": {}}, "description": "Events, without an end."},
    403: {"model": Problem, "description": "Jobs are for administrators."},
    409: {"model": Problem, "description": "A symbol means several assets."},
    429: {"model": Problem, "description": "This account has too many live connections open."},
}

Names = Annotated[str, Query(max_length=100_000, description="Names, separated by commas.")]


@router.get("/events", responses=_EVENTS, response_class=Response)
async def read_events(
    user: CurrentUser,
    claims: AccessClaims,
    argosy: Program,
    request: Request,
    portfolios: Names = "",
    symbols: Names = "",
    jobs: bool = False,
    alerts: bool = False,
    last_event_id: Annotated[
        str | None, Header(max_length=100, description="The last id; what came after it is sent.")
    ] = None,
) -> Response:
    """Send what happens to portfolios and prices, as server-sent events, until the token ends."""
    wanted = Wanted(
        portfolios=_names(portfolios), symbols=_names(symbols), jobs=jobs, alerts=alerts
    )
    most = argosy.settings.live_subscriptions
    if not 0 < len(wanted.names) <= most:
        raise InputError(f"Name between 1 and {most} portfolios and symbols to listen to.")
    live: Live = request.app.state.live
    found = await find(live, user, wanted)
    for error in found.problems.values():
        raise error
    return EventStream(live, user.id, found.all, until=claims.expires_at, last_id=last_event_id)


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


class EventStream(Response):
    """An answer that ends when the client goes, or when it may not listen any more."""

    def __init__(
        self,
        live: Live,
        user_id: str,
        topics: Sequence[Topic],
        *,
        until: datetime,
        last_id: str | None,
    ) -> None:
        super().__init__()
        self._live = live
        self._user_id = user_id
        self._topics = topics
        self._until = until
        self._last_id = last_id
        self._ending: Ending | None = None
        self._task: asyncio.Task[None] | None = None

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events for as long as there is a client."""
        self._task = asyncio.current_task()
        form = server_sent(self._live.hub.stream)
        box = Outbox(send, form, heartbeat=_HEARTBEAT, on_end=self._end)
        box.expires_at = self._until
        if not self._live.enter(box, self._user_id):
            words = "This account has too many live connections open."
            await answer(429, words, "too_many")(scope, receive, send)
            return
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await box.reply(self._welcome())
            stream_before, seq = _position(self._last_id)
            await subscribe(self._live, box, self._topics, stream=stream_before, seq=seq)
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if self._ending is None or self._task is None:
                raise
            self._task.uncancel()
        finally:
            self._live.leave(box)
        if self._ending is not None:
            with suppress(TimeoutError):  # who does not read may not read this either
                async with asyncio.timeout(_CLOSE_S):
                    await send(_written({"type": "closed", "reason": self._ending.value}))
                    await send({"type": "http.response.body", "body": b""})

    def _welcome(self) -> dict[str, Any]:
        hub = self._live.hub
        until = write_instant(self._until)
        # Who comes back keeps the id that he has until something newer is told.
        id_ = "" if self._last_id else f"{hub.stream}-{hub.seq}"
        return _written(
            {
                "type": "connection",
                "status": "connected",
                "stream": hub.stream,
                "seq": hub.seq,
                "expires_at": until,
            },
            id_=id_,
        )

    def _end(self, why: Ending) -> None:
        if self._ending is None and self._task is not None:
            self._ending = why
            self._task.cancel()


def _written(message: Mapping[str, str | int], *, id_: str = "") -> dict[str, Any]:
    head = f"id: {id_}\n" if id_ else ""
    body = f"{head}event: {message['type']}\ndata: ".encode() + orjson.dumps(message) + b"\n\n"
    return {"type": "http.response.body", "body": body, "more_body": True}


def _position(last_id: str | None) -> tuple[str | None, int]:
    """Read an event's id: the stream and its number; any other text is of no stream."""
    if not last_id:
        return None, 0
    stream, _, number = last_id.rpartition("-")
    return (stream, int(number)) if number.isascii() and number.isdigit() else (last_id, 0)
