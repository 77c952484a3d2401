"""The live feed over WebSockets: `/ws` for anything, `/ws/portfolio/{id}` for one portfolio.

A client says who it is in its first message, in a subprotocol or with a ticket; then it names what
it wants to hear. `docs/how-to/live.md` is the protocol.
"""

import asyncio
from contextlib import suppress

import structlog
from fastapi import APIRouter
from sqlalchemy.exc import DBAPIError
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from argosy.api.conversation import Close, Conversation, Over
from argosy.api.feed import is_from_here
from argosy.api.middleware import STRAIGHT
from argosy.api.schemas.live import ResumeIn
from argosy.core.errors import StorageError, UnauthorizedError
from argosy.wiring import Argosy

STRANGERS_MAX = 1_000
"""So many connections may be open whose clients have not said who they are."""

TOKEN_WITHIN_S = 10.0
SUBPROTOCOL = "argosy"

_CLOSE_S = 2.0

log = structlog.get_logger(__name__)


class Stream:
    """The endpoint of both WebSockets."""

    def __init__(self) -> None:
        self._strangers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        websocket = WebSocket(scope, receive, send)
        argosy: Argosy = scope["app"].state.argosy
        if not is_from_here(websocket, argosy.settings.cors_origins):
            await websocket.close(Close.REFUSED)  # before it is accepted: HTTP's 403
            return
        offered = scope["subprotocols"]
        with suppress(WebSocketDisconnect, TimeoutError):
            await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
            straight: Send = scope.get(STRAIGHT, send)
            talk = Conversation(websocket, straight, argosy, scope["app"].state.live)
            try:
                await talk.run(await self._signed_in(talk))
            except Over as over:
                await _close(websocket, over)
            except (StorageError, DBAPIError) as error:
                log.warning("live.failed", reason=str(error))
                reason = "The database does not answer. Come back later."
                await _close(websocket, Over(Close.TRY_LATER, reason))

    async def _signed_in(self, talk: Conversation) -> ResumeIn | None:
        if self._strangers >= STRANGERS_MAX:
            raise Over(Close.TRY_LATER, "Too many clients are signing in. Try again later.")
        self._strangers += 1
        try:
            async with asyncio.timeout(TOKEN_WITHIN_S):
                return await talk.sign_in()
        except TimeoutError as error:
            reason = f"No token came within {TOKEN_WITHIN_S:g} s."
            raise Over(Close.REFUSED, reason) from error
        except UnauthorizedError as error:
            raise Over(Close.REFUSED, str(error)) from error
        finally:
            self._strangers -= 1


async def _close(websocket: WebSocket, over: Over) -> None:
    async with asyncio.timeout(_CLOSE_S):  # who does not read may not read this either
        await websocket.close(over.code, over.reason)


_stream = Stream()
router = APIRouter(
    routes=[
        WebSocketRoute("/ws", _stream, name="live"),
        WebSocketRoute("/ws/portfolio/{portfolio_id}", _stream, name="live_portfolio"),
    ]
)
