"""Answers kept as bytes by version, and what the OpenAPI document says of errors."""

import asyncio
import gzip
import string
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import blake2b
from typing import Any, NamedTuple

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from argosy import __version__
from argosy.api.schemas.fields import InvalidInput, Problem
from argosy.runtime.locks import MemoryLocks

JSON = "application/json"
COMPRESSED_FROM_BYTES = 4096
_GZIP_LEVEL = 4
_IN_NAMES = frozenset(string.ascii_letters + string.digits + "-.")
_builds = MemoryLocks()

OFFERED = "argosy.offered"
"""In the scope of a request: how its answer can be given again (`api.ready`)."""


class Offered(NamedTuple):
    """An answer of the present version: what its bytes are kept under, and its headers."""

    digest: str
    etag: str
    headers: list[tuple[bytes, bytes]]


Responses = dict[int | str, dict[str, Any]]

FILES: dict[str, Any] = {"content": {"text/csv": {"schema": {"type": "string"}}}}
"""What a route says that answers with a spreadsheet's text where it is asked to."""

REPORTS: dict[str, Any] = {
    "content": {
        **FILES["content"],
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    }
}
"""The same of a route that can make a document of it."""

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


def is_ready(request: Request, key: tuple[object, ...]) -> bool:
    """Tell whether the bytes of a version are kept."""
    return request.app.state.argosy.answers.lookup(_tagged(key)[0]) is not None


async def make_ready(
    request: Request, key: tuple[object, ...], build: Callable[[], Awaitable[bytes]]
) -> None:
    """Keep the bytes of a version, if they are not."""
    digest, answers = _tagged(key)[0], request.app.state.argosy.answers
    async with _builds.hold(digest):
        if answers.lookup(digest) is None:
            answers.keep(digest, await build())


async def versioned(
    request: Request,
    key: tuple[object, ...],
    build: Callable[[], Awaitable[bytes]],
    *,
    media_type: str = JSON,
    filename: str | None = None,
) -> Response:
    """Answer with the bytes of a version: kept ones if there are, else built once.

    Parameters
    ----------
    key : tuple
        All that the answer depends on: the route, the thing's id, its version, the parameters,
        and the day where it defaults to the latest.
    build : coroutine function
        Makes the bytes, of `media_type`.
    filename : str, optional
        The answer is offered as a file of this name.
    """
    digest, headers = _tagged(key)
    if filename is not None:
        headers["Content-Disposition"] = _attached(filename)
    unchanged = matches(request.headers.get("if-none-match"), headers["ETag"])
    told = dict(headers)
    answers = request.app.state.argosy.answers
    body = answers.lookup(digest)
    if body is None and unchanged:
        return Response(status_code=304, headers=told)
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
        digest += ".gz"
    response = Response(body, headers=headers, media_type=media_type)
    request.scope[OFFERED] = Offered(digest, headers["ETag"], response.raw_headers)
    return Response(status_code=304, headers=told) if unchanged else response


def versioned_file(
    request: Request,
    key: tuple[object, ...],
    pieces: AsyncIterator[bytes],
    *,
    media_type: str,
    name: str,
) -> Response:
    """Answer with a file that is sent as it is made and kept nowhere; `key` as for JSON."""
    _, headers = _tagged(key)
    if matches(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = _attached(name)
    return StreamingResponse(pieces, headers=headers, media_type=media_type)


def _attached(name: str) -> str:
    plain = "".join(letter if letter in _IN_NAMES else "_" for letter in name)
    return f'attachment; filename="{plain}"'


def _tagged(key: tuple[object, ...]) -> tuple[str, dict[str, str]]:
    digest = blake2b(repr((__version__, key)).encode(), digest_size=16).hexdigest()
    return digest, {
        "ETag": f'W/"{digest}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
    }


def matches(header: str | None, etag: str) -> bool:
    """Tell whether an `If-None-Match` header names an answer that the client has already."""
    if header is None:
        return False
    opaque = etag.removeprefix("W/")
    tags = (tag.strip().removeprefix("W/") for tag in header.split(","))
    return any(tag in {opaque, "*"} for tag in tags)
