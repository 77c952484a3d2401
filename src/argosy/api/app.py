"""The web application: routes, errors and the layers around them, joined once."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import cache
from typing import TypeAlias

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from argosy import __version__
from argosy.api import errors, idempotency, stream
from argosy.api.dev_panel import DevPanel
from argosy.api.document import describe
from argosy.api.feed import live_of
from argosy.api.last_good import STALE_HEADER, Edits, LastGood
from argosy.api.middleware import Edge
from argosy.api.ready import Ready
from argosy.api.routes import ROUTERS, metrics, service
from argosy.api.routes.docs import router as docs
from argosy.api.warmth import Asked, kept_warm, warm
from argosy.api.web import WebApp
from argosy.wiring import PATIENCE_S, Argosy

BASE = "/api/v1"
_EXPOSED = [
    *("ETag", "Idempotent-Replay", "Retry-After", "X-Process-Time", "X-Request-ID"),
    *("Age", STALE_HEADER),
]


Beside: TypeAlias = Callable[[Argosy], AbstractAsyncContextManager[None]]
"""What runs in the server's process while it serves, such as the jobs."""


def create_app(argosy: Argosy, *, beside: Beside | None = None) -> FastAPI:
    """Make the application around the program's parts; its lifespan opens and closes them."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await argosy.open(patience_s=PATIENCE_S)
            await warm(app)
            more = beside(argosy) if beside is not None else nullcontext()
            async with kept_warm(app), app.state.live.running(), more:
                yield
        finally:
            await argosy.close()

    app = FastAPI(
        title="Argosy",
        version=__version__,
        openapi_url="/openapi.json",
        docs_url=None,  # the usual pages load their scripts from other hosts
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.argosy = argosy
    app.state.asked = Asked(argosy.clock)
    app.state.last_good = LastGood(argosy)
    app.state.live = live_of(argosy)
    app.router.routes += _routes()
    # Not a mount: that would match every path, and a wrong method would become a 404.
    app.router.default = WebApp()
    errors.install(app)
    idempotency.install(app)
    _wrap(app, argosy)
    describe(app)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Build the routes, once a process: to model all parameters takes most of a second."""
    versioned = APIRouter(prefix=BASE)
    for part in (*ROUTERS, stream.router):
        versioned.include_router(part)
    router = APIRouter(redirect_slashes=False, generate_unique_id_function=_operation_id)
    for part in (service.health, metrics.router, service.root, docs, versioned):
        router.include_router(part)
    return router.routes


def _wrap(app: FastAPI, argosy: Argosy) -> None:
    """Put the layers around the routes; the last one added is the outermost."""
    app.add_middleware(Edits, last_good=app.state.last_good)
    app.add_middleware(Ready, argosy=argosy, asked=app.state.asked)
    app.add_middleware(GZipMiddleware, minimum_size=4096, compresslevel=4)
    if argosy.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(argosy.settings.cors_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
            max_age=86_400,
        )
    if argosy.settings.dev_panel:
        app.add_middleware(DevPanel, argosy=argosy)
    app.add_middleware(Edge, body_limit=argosy.settings.json_body_limit)


def _operation_id(route: APIRoute) -> str:
    return route.name
