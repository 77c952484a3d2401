"""The option that says whose portfolio a command means, and the ledger of the one meant."""

from typing import Annotated, TypeAlias

import typer

from argosy.services import acting, books, views
from argosy.services.books import Ledger
from argosy.services.views import AS_IT_IS, View
from argosy.wiring import Argosy

UserOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--user", help="Whose: an e-mail address or username, if there are several."),
]
CurrencyOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--currency", help="Show it in another currency, or in an asset (BTC)."),
]
ScopeOption: TypeAlias = Annotated[
    str,
    typer.Option("--scope", help="portfolio, holding:SYMBOL, category:CRYPTO or currency:USD."),
]
CsvOption: TypeAlias = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


async def load_ledger(argosy: Argosy, name: str, user: str | None, view: View = AS_IT_IS) -> Ledger:
    """Return the replayed ledger of the portfolio that is meant, as a view shows it."""
    async with argosy.database.read() as session:
        portfolio = await acting.find_portfolio(session, name, user=user)
        known = await books.known(session, portfolio.user_id, portfolio.id)
        ledger = await books.load(session, known, cache=argosy.ledgers, compute=argosy.compute)
        return await views.seen(session, ledger, view, compute=argosy.compute)
