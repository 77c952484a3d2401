"""`argosy portfolio show` and `performance`: what a portfolio holds and what became of it."""

from datetime import date
from typing import Annotated

import orjson
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from argosy.api import figures_json as write
from argosy.api.csv_rows import csv_rows
from argosy.api.performance_json import PERFORMANCE_COLUMNS, performance_values
from argosy.cli.day_option import day_option
from argosy.cli.numbers import UNKNOWN, money, percent, quantity
from argosy.cli.output import print_csv, show, table
from argosy.cli.portfolio_option import (
    CsvOption,
    CurrencyOption,
    ScopeOption,
    UserOption,
    load_ledger,
)
from argosy.cli.program import with_argosy
from argosy.core.performance.summary import Performance
from argosy.core.valuation.figures import HoldingFigures, PortfolioFigures
from argosy.runtime.clock import today
from argosy.services import figures
from argosy.services.books import Ledger
from argosy.services.views import parse_view
from argosy.wiring import Argosy

Name = Annotated[str, typer.Argument(help="The portfolio's name or id.", metavar="ID|NAME")]
Day = Annotated[date | None, day_option("Cut after this day.")]
First = Annotated[date | None, day_option("The first day.")]
Last = Annotated[date | None, day_option("The last day.")]

_MONEY = {
    "total_value": "Value",
    "total_cost": "Cost",
    "unrealized_gain": "Unrealized gain",
    "realized_gain": "Realized gain",
    "income": "Income",
    "fees": "Fees and taxes",
    "total_gain": "Total gain",
    "day_change": "Change on the day",
    "invested": "Paid in",
}
_MONEY_OF_RANGE = {
    "value_start": "Value before",
    "value_end": "Value at the end",
    "money_in": "Money in",
    "money_out": "Money out",
    "gain": "Gain",
}
_RETURNS = {
    "twr": "Time-weighted",
    "annualized_twr": "Time-weighted, a year",
    "mwr": "Money-weighted",
    "mwr_annual": "Money-weighted, a year",
    "modified_dietz": "On average capital",
    "total_return": "Simple",
}


def show_portfolio(
    name: Name,
    as_of: Day = None,
    holdings: Annotated[
        bool, typer.Option("--holdings", help="With --json: the holdings instead.")
    ] = False,
    user: UserOption = None,
) -> None:
    """Show a portfolio's holdings and figures at the end of a day."""

    async def compute(argosy: Argosy) -> tuple[Ledger, PortfolioFigures]:
        ledger = await load_ledger(argosy, name, user)
        day = today(argosy.clock)
        return ledger, figures.figures_on(ledger, as_of, today=day)

    ledger, found = with_argosy(compute)
    if holdings:
        answer = write.holdings_json(found, ledger.assets, lots=False, closed=False)
    else:
        answer = write.portfolio_json(ledger, found)
    show(orjson.loads(answer), lambda: _portfolio(ledger, found))


def show_performance(
    name: Name,
    span: Annotated[
        str | None, typer.Option("--range", help="1D, 7D, 1W, 1M, 3M, YTD, 1Y, 5Y, ALL …")
    ] = None,
    start: First = None,
    end: Last = None,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    as_csv: CsvOption = False,
    user: UserOption = None,
) -> None:
    """Show every kind of return over a range; the whole history if none is given."""
    view = parse_view(currency, scope)

    async def compute(argosy: Argosy) -> tuple[Ledger, Performance | None]:
        ledger = await load_ledger(argosy, name, user, view)
        found = figures.performance_over(
            ledger,
            name=span,
            start=start,
            end=end,
            today=today(argosy.clock),
        )
        return ledger, found

    ledger, found = with_argosy(compute)
    unit = ledger.portfolio.rules.currency
    values = performance_values(found, unit, ledger.scope)
    if as_csv:
        print_csv(csv_rows(PERFORMANCE_COLUMNS[1:], [values]))
    else:
        show(values, lambda: _performance(found, unit))


def _portfolio(ledger: Ledger, found: PortfolioFigures) -> RenderableType:
    currency = ledger.portfolio.rules.currency
    head = f"{ledger.portfolio.name} in {currency}, end of {found.as_of.isoformat()}"
    totals = [
        (title, money(getattr(found, name), currency), found.reasons.get(name, ""))
        for name, title in _MONEY.items()
    ]
    reason = found.reasons.get("total_return", "")
    totals.append(("Simple return", percent(found.total_return), reason))
    totals += [(f"Cash {unit}", money(amount, unit), "") for unit, amount in found.cash.items()]
    parts: list[RenderableType] = [
        Text(head, style="bold"),
        Text(ledger.portfolio.description or "", style="dim"),
        table(("", ">", ""), totals),
        Text(),
        _holdings(ledger, found, currency),
    ]
    if found.flags:
        parts.append(Text(f"\nTo be seen with care: {', '.join(found.flags)}"))
    return Group(*parts)


def _holdings(ledger: Ledger, found: PortfolioFigures, currency: str) -> RenderableType:
    held = [holding for holding in found.holdings if holding.quantity]
    held.sort(key=lambda one: -(one.value or 0))
    cost = f"Cost {currency}"
    columns = (
        *("Asset", "Quantity>", "Price>", "As of", f"Value {currency}>", "Weight>"),
        *(f"{cost}>", "Unrealized>", "Return>", ""),
    )
    rows = [_holding(ledger, one, currency) for one in held]
    return table(columns, rows, spare=("As of", cost, "Price", "Weight"))


def _holding(ledger: Ledger, one: HoldingFigures, currency: str) -> tuple[str, ...]:
    return (
        ledger.assets[one.asset_id].symbol,
        quantity(one.quantity),
        UNKNOWN if one.price is None else f"{quantity(one.price)} {one.currency}",
        UNKNOWN if one.price_on is None else one.price_on.isoformat(),
        money(one.value, currency),
        percent(one.weight),
        money(one.cost, currency),
        money(one.unrealized_gain, currency),
        percent(one.unrealized_return),
        one.reasons.get("value", ", ".join(one.flags)),
    )


def _performance(found: Performance | None, currency: str) -> RenderableType:
    if found is None:
        return Text("There are no transactions in this range.")
    head = f"{found.start.isoformat()} to {found.end.isoformat()}, {found.days} days, {currency}"
    rows = [
        (title, money(getattr(found, name), currency), found.reasons.get(name, ""))
        for name, title in _MONEY_OF_RANGE.items()
    ]
    rows += [
        (title, percent(getattr(found, name)), found.reasons.get(name, ""))
        for name, title in _RETURNS.items()
    ]
    return Group(Text(head, style="bold"), table(("", ">", ""), rows))


def register(app: typer.Typer) -> None:
    """Add these commands to the group `portfolio`."""
    app.command("show")(show_portfolio)
    app.command("performance")(show_performance)
