"""Making, listing, changing and putting away portfolios."""

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Writing
from argosy.api.idempotency import once
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN
from argosy.api.schemas.portfolio import PortfolioIn, PortfolioOut, PortfolioPatch
from argosy.services import portfolios

router = exact_router(prefix="/portfolios", tags=["portfolios"])


@router.get("", responses=SIGNED_IN)
async def list_portfolios(user: CurrentUser, session: Reading) -> list[PortfolioOut]:
    """Return one's own portfolios, oldest first."""
    return [PortfolioOut.of(one) for one in await portfolios.of_user(session, user.id)]


@router.post("", status_code=201, responses=CHANGING, dependencies=[once])
async def create_portfolio(body: PortfolioIn, user: CurrentUser, session: Writing) -> PortfolioOut:
    """Make a portfolio."""
    return PortfolioOut.of(await portfolios.create(session, user.id, body.draft()))


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
