"""Making, listing, changing and putting away portfolios."""

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.idempotency import once
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN
from argosy.api.schemas.newest import PortfolioListedOut
from argosy.api.schemas.portfolio import PortfolioIn, PortfolioOut, PortfolioPatch
from argosy.services import demo, newest, portfolios
from argosy.services.transactions import Actor

router = exact_router(prefix="/portfolios", tags=["portfolios"])
_LISTED = TypeAdapter(list[PortfolioListedOut])


@router.get(
    "",
    response_class=JSONResponse,
    responses={**SIGNED_IN, 200: {"model": list[PortfolioListedOut]}},
)
async def list_portfolios(user: Viewer, session: Reading, argosy: Program) -> Response:
    """Return one's own portfolios, oldest first, each with its newest figures as they are kept."""
    kept, now = await newest.of_user(session, user.id), argosy.clock.now()
    listed = [
        PortfolioListedOut.with_current(one, kept.get(one.id), now=now)
        for one in await portfolios.of_user(session, user.id)
    ]
    return Response(_LISTED.dump_json(listed), media_type="application/json")


@router.post("", status_code=201, responses=CHANGING, dependencies=[once])
async def create_portfolio(body: PortfolioIn, user: CurrentUser, session: Writing) -> PortfolioOut:
    """Make a portfolio."""
    return PortfolioOut.of(await portfolios.create(session, user.id, body.draft()))


@router.post(
    "/demo",
    status_code=201,
    responses={**SIGNED_IN, 200: {"model": PortfolioOut, "description": "It is there already."}},
)
async def open_demo(user: CurrentUser, argosy: Program, response: Response) -> PortfolioOut:
    """Make the demo, a portfolio on real prices, in one's own account; once, until deleted."""
    portfolio, made = await demo.add(
        argosy.database, Actor(user.id, argosy.clock), rates=argosy.rates
    )
    if not made:
        response.status_code = 200
    return PortfolioOut.of(portfolio)


@router.put("/{portfolio_id}", responses=CHANGING)
async def replace_portfolio(
    portfolio_id: str, body: PortfolioIn, user: CurrentUser, session: Writing
) -> PortfolioOut:
    """Give a portfolio all its settings anew: the ledger is replayed, and stays as it is."""
    changed = await portfolios.change(session, user.id, portfolio_id, body.draft())
    return PortfolioOut.of(changed)


@router.patch("/{portfolio_id}", responses=CHANGING)
async def change_portfolio(
    portfolio_id: str, body: PortfolioPatch, user: CurrentUser, session: Writing
) -> PortfolioOut:
    """Change some settings: the ledger is replayed, and stays as it is."""
    old = await portfolios.get(session, user.id, portfolio_id)
    changed = await portfolios.change(session, user.id, portfolio_id, body.onto(old))
    return PortfolioOut.of(changed)


@router.delete("/{portfolio_id}", status_code=204, responses=OWNED)
async def delete_portfolio(
    portfolio_id: str, user: CurrentUser, session: Writing, argosy: Program
) -> None:
    """Put a portfolio away. Transfers that name it lead outside from now on."""
    await portfolios.delete(session, user.id, portfolio_id, argosy.clock)
