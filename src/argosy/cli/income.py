"""`argosy portfolio income`: what a portfolio paid, yields, and payments to come."""

from typing import Annotated

import orjson
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from argosy.api.income_json import income_bytes
from argosy.cli.figures import First, Last, Name
from argosy.cli.numbers import money, percent, quantity
from argosy.cli.output import print_csv, show, table
from argosy.cli.portfolio_option import (
    CsvOption,
    CurrencyOption,
    ScopeOption,
    UserOption,
    load_ledger,
)
from argosy.cli.program import with_argosy
from argosy.runtime.clock import today
from argosy.services import income
from argosy.services.books import Ledger
from argosy.services.income import Income, IncomeBy, IncomeReport
from argosy.services.views import parse_view
from argosy.wiring import Argosy


def show_income(
    name: Name,
    by: Annotated[IncomeBy, typer.Option(help="What it is added up by.")] = IncomeBy.YEAR,
    start: First = None,
    end: Last = None,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    csv: CsvOption = False,
    user: UserOption = None,
) -> None:
    """Show what a portfolio paid, what it yields, and which payments can be expected."""
    view = parse_view(currency, scope)

    async def compute(argosy: Argosy) -> tuple[Ledger, IncomeReport]:
        ledger = await load_ledger(argosy, name, user, view)
        async with argosy.database.read() as session:
            known = await income.known_dividends(session, ledger)
        day = today(argosy.clock)
        found = income.income_over(ledger, known, by=by, start=start, end=end, today=day)
        return ledger, found

    ledger, found = with_argosy(compute)
    if csv:
        print_csv(income_bytes(ledger, found, csv=True))
        return
    answer = orjson.loads(income_bytes(ledger, found))
    show(answer, lambda: _income(ledger, found))


def _income(ledger: Ledger, found: IncomeReport) -> RenderableType:
    currency = ledger.portfolio.rules.currency
    columns = ("", f"Gross {currency}>", "Tax>", "Net>", "Dividends>", "Interest>", "Rewards>")
    rows = [_row(row, currency) for row in (*found.rows, found.total, found.last_year)]
    whole = found.whole
    parts: list[RenderableType] = [
        table(columns, rows, spare=("Rewards", "Interest", "Dividends")),
        Text(f"\nYield on cost {percent(whole.on_cost)}, on value {percent(whole.on_value)}"),
    ]
    if found.calendar:
        parts += [Text("\nTo be expected, before tax"), _calendar(ledger, found)]
    return Group(*parts)


def _row(row: Income, currency: str) -> tuple[str, ...]:
    amounts = (row.gross, row.tax, row.net, row.dividends, row.interest, row.rewards)
    return (row.name, *(money(amount, currency) for amount in amounts))


def _calendar(ledger: Ledger, found: IncomeReport) -> RenderableType:
    columns = ("Paid", "Asset", "Ex", "Shares>", "Per share>", "Amount>", "")
    rows = [
        (
            one.pay_on.isoformat(),
            ledger.assets[one.asset_id].symbol,
            one.ex_on.isoformat(),
            quantity(one.shares),
            quantity(one.per_share),
            f"{money(one.amount, one.currency)} {one.currency}",
            one.certainty.value,
        )
        for one in found.calendar
    ]
    return table(columns, rows, spare=("Per share", "Ex"))


def register(app: typer.Typer) -> None:
    """Add this command to the group `portfolio`."""
    app.command("income")(show_income)
