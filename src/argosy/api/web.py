"""The web app's files, as they were built; any other page address gets the app itself."""

import asyncio
import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

STATIC = Path(__file__).parent.parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_PACKED_FROM_BYTES = 1024
_PACKED_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml")
_NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Argosy</title>
<p>The web app is not built. The API is at <a href="/api/docs">/api/docs</a>."""
_RESERVED = ("api/", "dev/", "health/", "ws/")


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


class WebApp:
    """Serves a directory of built files from memory.

    Files under `assets/` carry a hash in their names: browsers may keep them for ever.
    """

    def __init__(self, directory: Path = STATIC) -> None:
        self._directory = directory
        self._files: dict[str, _File] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._answer(request, unquote(scope["path"]).lstrip("/"))
        await response(scope, receive, send)

    async def _answer(self, request: Request, path: str) -> Response:
        if f"{path}/".startswith(_RESERVED):
            raise HTTPException(404, f"There is no {request.url.path}.")
        if request.method not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        file = await self._find(path or "index.html")
        if file is None and "." in path.rpartition("/")[2]:
            raise HTTPException(404, f"There is no file {path[:200]}.")
        if file is None:
            file = await self._find("index.html")
        if file is None:
            return HTMLResponse(_NOT_BUILT)
        return _response(request, file, forever=path.startswith("assets/"))

    async def _find(self, name: str) -> _File | None:
        file = self._files.get(name)
        path = self._directory / name
        if (
            file is None
            and "\0" not in name
            and path.resolve().is_relative_to(self._directory.resolve())
        ):
            file = await asyncio.to_thread(_load, path)
            if file is not None and name.startswith("assets/"):
                # Other names may get new content from the next build.
                self._files[name] = file
        return file


def _load(path: Path) -> _File | None:
    try:
        body = path.read_bytes()
    except OSError:
        return None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type == "text/javascript":
        media_type = "text/javascript; charset=utf-8"
    packable = len(body) >= _PACKED_FROM_BYTES and media_type.startswith(_PACKED_TYPES)
    packed = gzip.compress(body, 9, mtime=0) if packable else None
    return _File(body, packed, media_type, f'"{blake2b(body, digest_size=12).hexdigest()}"')


def _response(request: Request, file: _File, *, forever: bool) -> Response:
    headers = {
        "Cache-Control": _FOREVER if forever else _ASK_AGAIN,
        "ETag": file.etag,
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    body = file.body
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(body, headers=headers, media_type=file.media_type)
