"""The sources of prices and rates."""

from argosy.api.body import exact_router
from argosy.api.dependencies import Program, Viewer
from argosy.api.responses import SIGNED_IN
from argosy.api.schemas.source import SourceOut
from argosy.services import sources

router = exact_router(prefix="/sources", tags=["sources"])


@router.get("", responses=SIGNED_IN)
async def list_sources(_user: Viewer, argosy: Program) -> list[SourceOut]:
    """Return what each source can do, what is left of its limits, and how it is doing."""
    found = await sources.states(argosy.sources, argosy.budgets)
    return [SourceOut.of(state) for state in found]
