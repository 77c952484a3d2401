"""`Idempotency-Key`: a route that changes money names `once` among its dependencies.

The key is stored in the request's own transaction, so either both the change and its answer are
there, or neither; a repetition that comes meanwhile waits for it.
"""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request, Response

from argosy.api.body import LARGE_BYTES
from argosy.api.dependencies import CurrentUser, Program, Writing
from argosy.services import idempotency
from argosy.services.idempotency import Answer

KEEP = "argosy.keep_answer"
"""Where the scope holds what `ExactRoute` calls with the answer."""

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="A name of your own for this request: repeating both changes nothing and "
        "gives the first answer again.",
    ),
]


class ReplayedAnswer(Exception):  # noqa: N818 - no error: it leaves the route with an answer
    """The request was answered before."""

    def __init__(self, kept: Answer) -> None:
        self.kept = kept
        super().__init__()


async def claim_key(
    request: Request, argosy: Program, user: CurrentUser, session: Writing, key: Key = None
) -> None:
    """Let a request through once for each key."""
    if key is None:
        return
    named = idempotency.Request(
        user_id=user.id,
        route=f"{request.method} {request.scope['route'].path}"[:200],
        key=key,
        body_hash=await _fingerprint(request),
    )
    oldest = argosy.clock.now() - timedelta(days=argosy.settings.idempotency_days)
    kept = await idempotency.first_answer(session, named, oldest=oldest)
    if kept is not None:
        raise ReplayedAnswer(kept)

    async def keep(response: Response) -> None:
        answer = Answer(response.status_code, bytes(response.body))
        await idempotency.keep_answer(session, named, answer)

    request.scope[KEEP] = keep


once = Depends(claim_key, scope="function")
"""For a route's `dependencies=[once]`; behind what reads a large body, if the route has that."""


def install(app: FastAPI) -> None:
    """Let an app send kept answers again."""
    app.add_exception_handler(ReplayedAnswer, _replay)


async def _replay(_request: Request, replayed: Exception) -> Response:
    assert isinstance(replayed, ReplayedAnswer)
    kept = replayed.kept
    return Response(
        kept.body,
        kept.status,
        headers={"Idempotent-Replay": "true"},
        media_type="application/json" if kept.body else None,
    )


async def _fingerprint(request: Request) -> str:
    """Hash what is asked: the whole address and the body."""
    asked = f"{request.url.path}?{request.url.query}\n".encode()
    is_form = request.headers.get("content-type", "").lower().startswith(_FORMS)
    parts = [asked, *(await _fields(request) if is_form else [await request.body()])]
    if sum(map(len, parts)) < LARGE_BYTES:
        return _hash(parts)
    return await asyncio.to_thread(_hash, parts)


async def _fields(request: Request) -> list[bytes]:
    """Return what a form says: its bytes differ each time it is sent, by their boundary alone."""
    said: list[bytes] = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            content = value.encode()
        else:
            await value.seek(0)
            content = await value.read()
        said += [f"\n{name}: {len(content)}\n".encode(), content]
    return said


def _hash(parts: list[bytes]) -> str:
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
