"""The counters of this process, for Prometheus."""

from secrets import compare_digest

from fastapi import APIRouter, Depends, Request, Response

from argosy.api.dependencies import Credentials, Program, Reading
from argosy.api.schemas.fields import Problem
from argosy.core.errors import AccessError, NotFoundError
from argosy.runtime.metrics import CONTENT_TYPE
from argosy.services import counting
from argosy.settings import is_loopback

router = APIRouter(tags=["service"])

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_TEXT = {"text/plain": {"schema": {"type": "string"}}}


async def scraper(request: Request, argosy: Program, credentials: Credentials) -> None:
    """Let this machine in, and whoever shows the token; for others there is nothing here."""
    if _is_local(request):
        return
    token = argosy.settings.metrics_token
    if token is None:
        what = "page"
        raise NotFoundError(what, "metrics")
    shown = credentials.credentials if credentials is not None else ""
    if not compare_digest(shown.encode(), token.get_secret_value().encode()):
        message = "These counters need the token of ARGOSY_METRICS_TOKEN."
        raise AccessError(message)


def _is_local(request: Request) -> bool:
    """Tell whether a request comes from this machine itself, not by a proxy on it."""
    direct = not any(name in request.headers for name in _FORWARDED)
    return direct and request.client is not None and is_loopback(request.client.host)


@router.get(
    "/metrics",
    response_class=Response,
    dependencies=[Depends(scraper)],
    responses={
        200: {"content": _TEXT, "description": "Prometheus's text format."},
        403: {"model": Problem, "description": "Another machine without the token."},
        404: {"model": Problem, "description": "Another machine, and no token is set."},
    },
)
async def read_counters(argosy: Program, session: Reading) -> Response:
    """Return what this process counts, and what is in the queue."""
    found = await counting.exposition(session, argosy.sources, clock=argosy.clock)
    return Response(found, media_type=CONTENT_TYPE)
