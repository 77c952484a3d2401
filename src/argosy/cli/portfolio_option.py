"""The option that says whose portfolio a command means, and the ledger of the one meant."""

from typing import Annotated, TypeAlias

import typer

from argosy.services import acting, books
from argosy.services.books import Ledger
from argosy.wiring import Argosy

UserOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--user", help="Whose: an e-mail address or username, if there are several."),
]


async def load_ledger(argosy: Argosy, name: str, user: str | None) -> Ledger:
    """Return the replayed ledger of the portfolio that is meant."""
    async with argosy.database.read() as session:
        portfolio = await acting.find_portfolio(session, name, user=user)
        known = await books.known(session, portfolio.user_id, portfolio.id)
        return await books.load(session, known, cache=argosy.ledgers, compute=argosy.compute)
