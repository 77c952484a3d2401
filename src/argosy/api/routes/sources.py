"""The sources of prices and rates."""

from argosy.api.body import exact_router
from argosy.api.dependencies import Program, Viewer
from argosy.api.responses import SIGNED_IN, Responses
from argosy.api.schemas.fields import Problem
from argosy.api.schemas.source import SourceOut
from argosy.services import sources

router = exact_router(prefix="/sources", tags=["sources"])


_LISTING: Responses = {
    **SIGNED_IN,
    503: {"model": Problem, "description": "Redis, which keeps the limits, does not answer."},
}


@router.get("", responses=_LISTING)
async def list_sources(_user: Viewer, argosy: Program) -> list[SourceOut]:
    """Return what each source can do, what is left of its limits, and how it is doing."""
    found = await sources.states(argosy.sources, argosy.budgets)
    return [SourceOut.of(state) for state in found]
