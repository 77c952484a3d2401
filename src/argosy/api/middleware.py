"""Around every request: its id, its time, its log line, a bound on its body, safe headers."""

import re
from time import perf_counter
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from argosy.api.errors import HTTP_CODES, answer, internal_error
from argosy.api.warmth import WARMING
from argosy.runtime.ids import new_id

STRAIGHT = "argosy.straight"
"""In the scope of a WebSocket: its server's own `send`, for messages that go to thousands."""

REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
DRAINED_TIMES = 4
"""A body up to four times the limit is read to its end, so that the client hears why."""

# The component library writes style elements and attributes; scripts stay in files.
_CONTENT_POLICY = (
    b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"content-security-policy", _CONTENT_POLICY),
)

log = structlog.get_logger("argosy.request")


class Edge:
    """The outermost layer; the one place of the API that catches everything."""

    def __init__(self, app: ASGIApp, *, body_limit: int) -> None:
        self._app = app
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            scope[STRAIGHT] = send
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
        try:
            await self._serve(exchange, receive)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    async def _serve(self, exchange: "_Exchange", receive: Receive) -> None:
        scope = exchange.scope
        bounded = _bounded(scope, receive, self._body_limit)
        try:
            await _refuse_declared(scope, receive, self._body_limit)
            await self._app(scope, bounded, exchange.send)
        except HTTPException as error:  # raised before or outside of the routes
            code = HTTP_CODES.get(error.status_code, "error")
            response = answer(error.status_code, error.detail, code)
            await response(scope, receive, exchange.send)
        except Exception:  # the API's last handler
            log.exception("internal_error", path=scope["path"])
            if exchange.status:
                raise
            await internal_error()(scope, receive, exchange.send)
        exchange.finish()


class _Exchange:
    """One request and its answer: adds the headers, remembers what the log line tells."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.status = 0
        self.request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = self.request_id
        self._send = send
        self._started = perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._headers(message)]
        await self._send(message)

    def finish(self) -> None:
        if WARMING in self.scope:
            return
        log.info(
            "request",
            method=self.scope["method"],
            path=self.scope["path"],
            status=self.status,
            seconds=round(perf_counter() - self._started, 6),
        )

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in message.get("headers", ())}
        seconds = perf_counter() - self._started
        return [
            (b"x-request-id", self.request_id.encode()),
            (b"x-process-time", f"{seconds:.6f}".encode()),
            *(pair for pair in SAFE_HEADERS if pair[0] not in present),
        ]


def _request_id(scope: Scope) -> str:
    """Take the caller's id if it is well formed (it goes into logs), else make one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return new_id()


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


async def _refuse_declared(scope: Scope, receive: Receive, limit: int) -> None:
    if _declared_length(scope) > limit:
        await _drain(receive, limit * DRAINED_TIMES)
        raise _too_large(limit)


def _bounded(scope: Scope, receive: Receive, limit: int) -> Receive:
    """Count a body as it arrives: its declared length may be missing."""
    if scope["method"] in {"GET", "HEAD", "OPTIONS"} and not _declared_length(scope):
        return receive
    total = 0

    async def receive_bounded() -> Message:
        nonlocal total
        message: dict[str, Any] = dict(await receive())
        total += len(message.get("body", b""))
        if total > limit:
            await _drain(receive, limit * DRAINED_TIMES, last=message)
            raise _too_large(limit)
        return message

    return receive_bounded


async def _drain(receive: Receive, limit: int, *, last: Message | None = None) -> None:
    message, total = last, 0
    while total <= limit and (message is None or message.get("more_body", False)):
        message = await receive()
        total += len(message.get("body", b""))


def _too_large(limit: int) -> HTTPException:
    size = f"{limit / 2**20:g} MiB" if limit >= 2**20 else f"{limit} bytes"
    message = f"The body is larger than {size}. Nothing is stored; send it in parts."
    return HTTPException(413, message)
