"""Answers kept as bytes by version, and what the OpenAPI document says of errors."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any

from fastapi import Request, Response

from argosy import __version__
from argosy.api.schemas.fields import InvalidInput, Problem
from argosy.runtime.locks import MemoryLocks

COMPRESSED_FROM_BYTES = 4096
_GZIP_LEVEL = 4
_builds = MemoryLocks()

Responses = dict[int | str, dict[str, Any]]

SIGNED_IN: Responses = {
    401: {"model": Problem, "description": "No valid access token."},
    422: {"model": InvalidInput, "description": "Input that cannot be meant."},
}
OWNED: Responses = {
    **SIGNED_IN,
    404: {"model": Problem, "description": "No such thing, or somebody else's."},
}
CHANGING: Responses = {
    **OWNED,
    409: {"model": Problem, "description": "It contradicts what is stored."},
}


async def versioned_json(
    request: Request, key: tuple[object, ...], build: Callable[[], Awaitable[bytes]]
) -> Response:
    """Answer with the bytes of a version: kept ones if there are, else built once.

    Parameters
    ----------
    key : tuple
        All that the answer depends on: the route, the thing's id, its version, the parameters,
        and the day where it defaults to the latest.
    build : coroutine function
        Makes the JSON.
    """
    digest = blake2b(repr((__version__, key)).encode(), digest_size=16).hexdigest()
    etag = f'W/"{digest}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if _matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    answers = request.app.state.argosy.answers
    body = answers.lookup(digest)
    if body is None:
        async with _builds.hold(digest):
            body = answers.lookup(digest)
            if body is None:
                body = await build()
                answers.keep(digest, body)
    if len(body) >= COMPRESSED_FROM_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        packed = answers.lookup(digest + ".gz")
        if packed is None:
            packed = await asyncio.to_thread(gzip.compress, body, _GZIP_LEVEL, mtime=0)
            answers.keep(digest + ".gz", packed)
        body, headers["Content-Encoding"] = packed, "gzip"
    return Response(body, headers=headers, media_type="application/json")


def _matches(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    opaque = etag.removeprefix("W/")
    tags = (tag.strip().removeprefix("W/") for tag in header.split(","))
    return any(tag in {opaque, "*"} for tag in tags)
