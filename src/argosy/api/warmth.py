"""The first request should not wait for what every process does once.

Routes are matched, statements compiled and modules imported on first use; the lifespan does it
before the server listens.
"""

from fastapi import FastAPI
from starlette.types import Message, Scope

from argosy.runtime.ids import new_id

WARMING = "argosy.warming"
"""In the scope of a request that the process sends to itself; it is not logged."""

PATHS = ("/health", "/health/db", "/api/v1/auth/me", "/api/v1/portfolios", "/")


async def warm(app: FastAPI) -> None:
    """Ask the app for what the first visitors will ask, as somebody who has no account."""
    token = app.state.argosy.tokens.access(new_id()).text
    for path in PATHS:
        await app(_scope(app, path, token), _receive, _send)


def _scope(app: FastAPI, path: str, token: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"authorization", b"Bearer " + token.encode())],
        "client": None,
        "server": None,
        "app": app,
        WARMING: True,
    }


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_message: Message) -> None:
    """Nobody listens."""
