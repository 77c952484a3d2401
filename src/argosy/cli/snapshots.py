"""`argosy portfolio snapshots`: what a portfolio was worth at the end of each day."""

from typing import Annotated

import orjson
import typer
from rich.console import RenderableType
from rich.text import Text

from argosy.api.schemas.snapshot import SnapshotsOut
from argosy.cli.figures import First, Last, Name
from argosy.cli.numbers import money
from argosy.cli.output import show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.runtime.clock import today
from argosy.services import acting, books, snapshots
from argosy.services.snapshots import Found, Wanted
from argosy.wiring import Argosy


def show_snapshots(
    name: Name,
    start: First = None,
    end: Last = None,
    limit: Annotated[int, typer.Option(min=1, max=400, help="At most so many days.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    user: UserOption = None,
) -> None:
    """Show the value at the end of each day that is over, oldest first."""

    async def read(argosy: Argosy) -> Found:
        wanted = Wanted(start=start, end=end, today=today(argosy.clock), limit=limit, cursor=cursor)
        async with argosy.database.read() as session:
            portfolio = await acting.find_portfolio(session, name, user=user)
            known = await books.known(session, portfolio.user_id, portfolio.id)
            found = await snapshots.page(
                session, known, wanted, ledgers=argosy.ledgers, compute=argosy.compute
            )
        await snapshots.keep(argosy.database, known, found.computed)
        return found

    found = with_argosy(read)
    currency = found.known.portfolio.rules.currency
    answer = SnapshotsOut.of(
        found.page.items, currency=currency, next_cursor=found.page.next_cursor
    )
    show(orjson.loads(answer.model_dump_json()), lambda: _table(found, currency))


def _table(found: Found, currency: str) -> RenderableType:
    if not found.page.items:
        return Text("No day of this span is over.")
    columns = ("Day", f"Value {currency}>", "Value USD>", "Holdings>")
    rows = [
        (
            one.day.isoformat(),
            money(one.total_value, currency),
            money(one.total_value_usd, "USD"),
            str(sum(held["asset_id"] is not None for held in one.positions)),
        )
        for one in found.page.items
    ]
    return table(columns, rows)


def register(app: typer.Typer) -> None:
    """Add this command to the group `portfolio`."""
    app.command("snapshots")(show_snapshots)
