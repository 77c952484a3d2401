"""`argosy portfolio`: portfolios, what they hold and what became of them."""

from typing import Annotated

import typer
from rich.console import RenderableType

from argosy.api.schemas.portfolio import PortfolioIn, PortfolioOut
from argosy.api.schemas.rows import checked
from argosy.cli import (
    allocation,
    figures,
    gains,
    income,
    proposals,
    risk,
    snapshots,
    whatif,
)
from argosy.cli.output import show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.services import acting, portfolios
from argosy.services.portfolios import Portfolio
from argosy.wiring import Argosy

app = typer.Typer(help="Make, list and look at portfolios.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="1 to 100 characters.")],
    currency: Annotated[str, typer.Option(help="What it is measured in.")] = "USD",
    method: Annotated[
        str, typer.Option(help="average, fifo, lifo, hifo, specific or uk_pool.")
    ] = "average",
    dividend_policy: Annotated[str, typer.Option(help="income or reduces_cost.")] = "income",
    fees_in_cost: Annotated[bool, typer.Option(help="Trade fees are part of the cost.")] = True,
    track_cash: Annotated[bool, typer.Option(help="Deposits and cash are kept.")] = False,
    allow_short: Annotated[bool, typer.Option(help="More may be sold than is held.")] = False,
    description: Annotated[str | None, typer.Option(help="Any text.")] = None,
    user: UserOption = None,
) -> None:
    """Make a portfolio."""
    fields = {
        "name": name,
        "currency": currency,
        "cost_basis_method": method,
        "dividend_policy": dividend_policy,
        "fees_in_cost": fees_in_cost,
        "track_cash": track_cash,
        "allow_short": allow_short,
        "description": description,
    }
    draft = checked(PortfolioIn, fields).draft()

    async def make(argosy: Argosy) -> Portfolio:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            return await portfolios.create(session, owner.id, draft)

    made = with_argosy(make)
    show(_written(made), lambda: _table([made]))


@app.command("list")
def list_portfolios(user: UserOption = None) -> None:
    """List a user's portfolios."""

    async def read(argosy: Argosy) -> list[Portfolio]:
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            return await portfolios.of_user(session, owner.id)

    found = with_argosy(read)
    show([_written(one) for one in found], lambda: _table(found))


figures.register(app)
gains.register(app)
allocation.register(app)
income.register(app)
risk.register(app)
snapshots.register(app)
whatif.register(app)
app.command("proposals")(proposals.show_proposals)


def _table(found: list[Portfolio]) -> RenderableType:
    columns = ("Id", "Name", "Currency", "Method", "Dividends", "Cash", "Shorts")
    return table(columns, map(_row, found), spare=("Shorts", "Cash", "Dividends"))


def _row(one: Portfolio) -> tuple[object, ...]:
    rules = one.rules
    return (
        one.id,
        one.name,
        rules.currency,
        rules.method.value,
        rules.dividend_policy.value,
        "tracked" if rules.track_cash else None,
        "allowed" if rules.allow_short else None,
    )


def _written(one: Portfolio) -> dict[str, object]:
    return PortfolioOut.of(one).model_dump(mode="json")
