"""What one client of the live feed's WebSockets says, and what it hears."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from time import monotonic

import orjson
from pydantic import ValidationError
from starlette.types import Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from argosy.api.errors import field_errors
from argosy.api.feed import Name, Wanted, as_text, find, subscribe
from argosy.api.schemas.fields import write_instant
from argosy.api.schemas.live import (
    MESSAGE,
    AuthenticateIn,
    MessageIn,
    ResumeIn,
    SignOfLifeIn,
    SubscribeIn,
    UnsubscribeIn,
)
from argosy.core.errors import ArgosyError, InputError, UnauthorizedError
from argosy.runtime.outbox import Ending, Outbox
from argosy.runtime.tokens import TokenType
from argosy.runtime.topics import Topic
from argosy.services import tickets, users
from argosy.services.live import Live
from argosy.services.users import User
from argosy.wiring import Argosy

MESSAGE_BYTES = 64 * 1024
"""The longest message of a client; the server itself refuses longer ones."""

MESSAGES_AT_ONCE, MESSAGES_PER_S = 40, 4.0
"""So many messages may come at once, and so many a second in the long run."""

_BEARER = "bearer."
_IN_ADDRESSES = ("token", "access_token", "jwt")
_PING = {"type": "websocket.send", "text": '{"type":"ping"}'}


class Close(IntEnum):
    """Why a connection is closed; below 4000 as RFC 6455 and its registry have it."""

    REFUSED = 1008
    TOO_LARGE = 1009
    STOPPED = 1012
    TRY_LATER = 1013
    EXPIRED = 4401
    UNKNOWN = 4404
    SLOW = 4408
    TOO_MANY = 4429


_CODES = {
    Ending.EXPIRED: Close.EXPIRED,
    Ending.INACTIVE: Close.REFUSED,
    Ending.SLOW: Close.SLOW,
    Ending.STOPPED: Close.STOPPED,
}


class Over(Exception):  # noqa: N818 - no error: conversations end
    """The server ends the conversation, and says why."""

    def __init__(self, code: Close, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


class Allowance:
    """How many messages may still come: as many as are let in at once, and more as time goes by."""

    def __init__(self) -> None:
        self._left = float(MESSAGES_AT_ONCE)
        self._counted_s = monotonic()

    def take(self) -> bool:
        """Take one; False if none is left."""
        now = monotonic()
        self._left += (now - self._counted_s) * MESSAGES_PER_S
        self._left = min(self._left, MESSAGES_AT_ONCE) - 1
        self._counted_s = now
        return self._left >= 0


class Conversation:
    """One client: who it is, and what it hears."""

    def __init__(self, websocket: WebSocket, send: Send, argosy: Argosy, live: Live) -> None:
        self._websocket = websocket
        self._argosy = argosy
        self._live = live
        self._user: User | None = None
        self._expires_at: datetime | None = None
        self._heard: dict[Name, list[Topic]] = {}
        self._allowance = Allowance()
        self._task = asyncio.current_task()
        self._ending: Ending | None = None
        # Straight to the server: what a WebSocket checks at each message is known here.
        self._box = Outbox(send, as_text, heartbeat=_PING, on_end=self._end)

    async def sign_in(self) -> ResumeIn | None:
        """Find out who it is; return how far it came before, if it says so."""
        query = self._websocket.query_params
        if any(name in query for name in _IN_ADDRESSES):
            raise UnauthorizedError("A token must not stand in an address: send it as a message.")
        for offered in self._websocket.scope["subprotocols"]:
            if offered.startswith(_BEARER):
                await self._authenticate(offered.removeprefix(_BEARER))
                return None
        if "ticket" in query:
            await self._redeem(query["ticket"])
            return None
        message = await self._next()
        if message is None:
            raise WebSocketDisconnect
        if not isinstance(message, AuthenticateIn):
            raise UnauthorizedError("Sign in first: the first message brings the token.")
        await self._authenticate(message.token)
        return message.resume

    async def run(self, resume: ResumeIn | None) -> None:
        """Take what the client says, and let it hear what it wants, until either ends."""
        user = self._who()
        if not self._live.enter(self._box, user.id):
            raise Over(Close.TOO_MANY, "This account has too many live connections open.")
        try:
            hub = self._live.hub
            at = {"stream": hub.stream, "seq": hub.seq}
            await self._say({"type": "connection", "status": "connected", **at, **self._until()})
            portfolio_id = self._websocket.path_params.get("portfolio_id")
            if portfolio_id is not None:
                await self._hear(Wanted(portfolios=[portfolio_id]), resume)
                if not self._heard:
                    raise Over(Close.UNKNOWN, "There is no such portfolio.")
            while (message := await self._next()) is not None:
                await self._take(message)
        except asyncio.CancelledError:
            if self._ending is None or self._task is None:
                raise
            self._task.uncancel()
            raise Over(_CODES[self._ending], self._ending.value) from None
        finally:
            self._live.leave(self._box)

    async def _take(self, message: MessageIn) -> None:
        try:
            match message:
                case AuthenticateIn():
                    await self._authenticate(message.token)
                    await self._say({"type": "authenticated", **self._until()})
                case SubscribeIn():
                    await self._hear(_wanted(message), message.resume)
                case UnsubscribeIn():
                    await self._forget(_wanted(message))
                case SignOfLifeIn(action="ping"):
                    await self._say({"type": "pong"})
                case SignOfLifeIn():
                    pass
        except UnauthorizedError as error:
            raise Over(Close.REFUSED, str(error)) from error
        except ArgosyError as error:
            await self._say({"type": "error", "code": error.code, "detail": str(error)})

    async def _hear(self, wanted: Wanted, resume: ResumeIn | None) -> None:
        most = self._argosy.settings.live_subscriptions
        if len(self._heard.keys() | wanted.names) > most:
            raise InputError(f"One connection may listen to {most} portfolios and symbols.")
        found = await find(self._live, self._who(), wanted)
        self._heard |= found.topics
        await self._say({"type": "subscribed", **found.told()})
        stream, seq = (None, 0) if resume is None else (resume.stream, resume.seq)
        await subscribe(self._live, self._box, found.all, stream=stream, seq=seq)

    async def _forget(self, wanted: Wanted) -> None:
        gone = [topic for name in wanted.names for topic in self._heard.pop(name, ())]
        kept = {topic for topics in self._heard.values() for topic in topics}
        self._live.hub.unsubscribe(self._box, [topic for topic in gone if topic not in kept])
        await self._say(
            {"type": "unsubscribed", "topics": [topic.name for topic in self._box.topics]}
        )

    async def _authenticate(self, token: str) -> None:
        claims = self._argosy.tokens.read(token, TokenType.ACCESS)
        await self._admit(claims.user_id, claims.expires_at)

    async def _redeem(self, text: str) -> None:
        if not self._argosy.settings.live_tickets:
            raise UnauthorizedError("Tickets are not given here (ARGOSY_LIVE_TICKETS).")
        async with self._argosy.database.write() as session:
            holder = await tickets.redeem(session, text, now=self._argosy.clock.now())
        await self._admit(holder.user_id, holder.expires_at)

    async def _admit(self, user_id: str, expires_at: datetime) -> None:
        if self._user is not None and self._user.id != user_id:
            raise UnauthorizedError("The token is somebody else's.")
        async with self._argosy.database.read() as session:
            self._user = await users.active_user(session, user_id)
        self._expires_at = self._box.expires_at = expires_at

    def _who(self) -> User:
        assert self._user is not None, "who it is, is known"
        return self._user

    def _until(self) -> dict[str, str]:
        assert self._expires_at is not None, "a token has an end"
        return {"expires_at": write_instant(self._expires_at)}

    async def _next(self) -> MessageIn | None:
        """Wait for what the client says next, None if it went; what cannot be meant is answered."""
        while True:
            received = await self._websocket.receive()
            if received["type"] == "websocket.disconnect":
                return None
            if not self._allowance.take():
                raise Over(Close.TOO_MANY, "Too many messages came in too short a time.")
            said = received.get("text") or received.get("bytes") or b""
            if len(said) > MESSAGE_BYTES:
                raise Over(Close.TOO_LARGE, f"A message has at most {MESSAGE_BYTES} bytes.")
            try:
                return MESSAGE.validate_json(said)
            except ValidationError as error:
                problems = field_errors(error.errors())
                await self._say({"type": "error", "code": "invalid", "detail": problems})

    async def _say(self, message: Mapping[str, object]) -> None:
        text = orjson.dumps(message).decode()
        await self._box.reply({"type": "websocket.send", "text": text})

    def _end(self, why: Ending) -> None:
        if self._ending is None and self._task is not None:
            self._ending = why
            self._task.cancel()


def _wanted(message: SubscribeIn | UnsubscribeIn) -> Wanted:
    return Wanted(
        portfolios=message.portfolios,
        symbols=message.symbols,
        jobs=message.jobs,
        alerts=message.alerts,
    )
