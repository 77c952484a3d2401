"""What assets cost right now."""

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN, Responses
from argosy.api.routes.assets import AssetName
from argosy.api.schemas.fields import Problem
from argosy.api.schemas.quote import QuoteOut, QuotesIn, QuotesOut

router = exact_router(prefix="/quotes", tags=["quotes"])

_QUOTED: Responses = {
    **OWNED,
    409: CHANGING[409],
    502: {"model": Problem, "description": "No source has a price, and none is stored."},
}


@router.get("/{symbol}", responses=_QUOTED)
async def read_quote(symbol: AssetName, user: CurrentUser, argosy: Program) -> QuoteOut:
    """Return the last price of an asset, fetched now or a minute ago; a stored one says so."""
    return QuoteOut.of(await argosy.quotes.one(user.id, symbol))


@router.post("/batch", responses=SIGNED_IN)
async def read_quotes(body: QuotesIn, user: CurrentUser, argosy: Program) -> QuotesOut:
    """Return the last prices of up to 200 assets; one that has none does not stop the others."""
    return QuotesOut.of(await argosy.quotes.many(user.id, body.symbols))
