"""`argosy portfolio gains`: what was realized, one line a disposal."""

import orjson
import typer
from rich.console import RenderableType
from rich.text import Text

from argosy.api import figures_json as write
from argosy.cli.figures import First, Last, Name
from argosy.cli.numbers import UNKNOWN, money, quantity
from argosy.cli.output import show, table
from argosy.cli.portfolio_option import UserOption, load_ledger
from argosy.cli.program import with_argosy
from argosy.services.books import Ledger
from argosy.services.figures import Gain, gains_between, totals
from argosy.wiring import Argosy


def show_gains(name: Name, start: First = None, end: Last = None, user: UserOption = None) -> None:
    """Show realized gains, oldest first, and their sums."""

    async def compute(argosy: Argosy) -> tuple[Ledger, list[Gain]]:
        ledger = await load_ledger(argosy, name, user)
        return ledger, gains_between(ledger, start, end)

    ledger, gains = with_argosy(compute)
    answer = write.gains_json(gains, totals(gains), ledger.assets)
    show(orjson.loads(answer), lambda: _gains(ledger, gains))


def _gains(ledger: Ledger, gains: list[Gain]) -> RenderableType:
    if not gains:
        return Text("Nothing was realized in this range.")
    currency = ledger.portfolio.rules.currency
    columns = ("Day", "Asset", "Quantity>", f"Proceeds {currency}>", "Cost>", "Gain>", "Acquired")
    sums = totals(gains)
    total = ("", "All", "", *(money(sums[key], currency) for key in ("proceeds", "cost", "gain")))
    rows = [_line(ledger, gain, currency) for gain in gains]
    return table(columns, [*rows, (*total, "")], spare=("Acquired", "Quantity"))


def _line(ledger: Ledger, gain: Gain, currency: str) -> tuple[str, ...]:
    disposal = gain.disposal
    return (
        disposal.day.isoformat(),
        ledger.assets[disposal.asset_id].symbol,
        quantity(disposal.quantity),
        money(disposal.proceeds, currency),
        money(disposal.cost, currency),
        money(gain.gain, currency),
        UNKNOWN if gain.acquired is None else gain.acquired.isoformat(),
    )


def register(app: typer.Typer) -> None:
    """Add this command to the group `portfolio`."""
    app.command("gains")(show_gains)
