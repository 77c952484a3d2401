"""What if: every figure of a portfolio before and after a change that is not made."""

from typing import Annotated

from fastapi import Path, Response

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program
from argosy.api.responses import CHANGING
from argosy.api.schemas.whatif import WhatIfIn, WhatIfOut
from argosy.api.whatif_json import whatif_json
from argosy.runtime.clock import today
from argosy.services import whatif
from argosy.services.transactions import Actor

router = exact_router(prefix="/portfolios", tags=["figures"])


@router.post(
    "/{portfolio_id}/what-if",
    responses={**CHANGING, 200: {"model": WhatIfOut}},
    response_class=Response,
)
async def look_ahead(
    portfolio_id: Annotated[str, Path(max_length=200)],
    body: WhatIfIn,
    user: CurrentUser,
    argosy: Program,
) -> Response:
    """Show what other lines, rules, prices or rates would come to; nothing is stored."""
    found = await whatif.compare(
        argosy.database,
        Actor(user.id, argosy.clock),
        portfolio_id,
        body.wanted(),
        ledgers_kept=argosy.ledgers,
        compute=argosy.compute,
    )
    written = await argosy.compute.run(whatif_json, found, today=today(argosy.clock))
    return Response(written, media_type="application/json")
