"""`argosy portfolio gains`: what was realized, one line a disposal."""

from datetime import date
from typing import Annotated

import orjson
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from argosy.api import gains_json as write
from argosy.cli.figures import First, Last, Name
from argosy.cli.numbers import UNKNOWN, money, quantity
from argosy.cli.output import print_csv, show, table
from argosy.cli.portfolio_option import (
    CsvOption,
    CurrencyOption,
    ScopeOption,
    UserOption,
    load_ledger,
)
from argosy.cli.program import with_argosy
from argosy.core.valuation.gains import RealizedGain
from argosy.runtime.clock import today
from argosy.services import gains
from argosy.services.books import Ledger
from argosy.services.gains import GainsAsked, GainsReport, UnderMethod
from argosy.services.views import View, parse_view
from argosy.wiring import Argosy

Year = Annotated[int | None, typer.Option(min=1900, max=9998, help="A calendar year.")]
LongTermDays = Annotated[
    int, typer.Option(min=0, max=36_525, help="Held for more days than this is long-term.")
]


def show_gains(
    name: Name,
    year: Year = None,
    start: First = None,
    end: Last = None,
    long_term_days: LongTermDays = gains.LONG_TERM_DAYS,
    methods: Annotated[
        bool, typer.Option("--methods", help="The same history under every cost-basis method.")
    ] = False,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    csv: CsvOption = False,
    user: UserOption = None,
) -> None:
    """Show realized gains, oldest first, and their sums."""
    asked = GainsAsked(start=start, end=end, year=year, long_term_days=long_term_days)
    _ = asked.span  # refuses what cannot be meant
    view = parse_view(currency, scope)
    if methods:
        _show_methods(name, user, view, asked, csv=csv)
        return
    ledger, found, _ = load_report(name, user, view, asked)
    if csv:
        print_csv(write.gains_bytes(ledger, found, csv=True))
        return
    show(write.gains_answer(ledger, found), lambda: _gains(ledger, found))


def load_report(
    name: str, user: str | None, view: View, asked: GainsAsked
) -> tuple[Ledger, GainsReport, date]:
    """Return a ledger with its gains, and today."""

    async def compute(argosy: Argosy) -> tuple[Ledger, GainsReport, date]:
        ledger = await load_ledger(argosy, name, user, view)
        return ledger, gains.gains_report(ledger, asked), today(argosy.clock)

    return with_argosy(compute)


def _gains(ledger: Ledger, found: GainsReport) -> RenderableType:
    if not found.found:
        return Text("Nothing was realized in this range.")
    currency = ledger.portfolio.rules.currency
    columns = (
        *("Day", "Asset", "Quantity>", f"Proceeds {currency}>", "Cost>", "Gain>", "Term"),
        "Acquired",
    )
    sums = found.totals
    total = (
        "",
        "All",
        "",
        *(money(one, currency) for one in (sums.proceeds, sums.cost, sums.gain)),
    )
    rows = [_line(ledger, one, currency) for one in found.found]
    parts: list[RenderableType] = [
        table(columns, [*rows, (*total, "", "")], spare=("Acquired", "Term", "Quantity"))
    ]
    if found.wash:
        parts.append(Text(f"\nNear purchases (wash-sale hint): {len(found.wash)} sales at a loss."))
    parts += [Text(f"{one.day.isoformat()}  {one.reason}") for one in found.todos]
    return Group(*parts)


def _line(ledger: Ledger, one: RealizedGain, currency: str) -> tuple[str, ...]:
    disposal = one.disposal
    return (
        disposal.day.isoformat(),
        ledger.assets[disposal.asset_id].symbol,
        quantity(disposal.quantity),
        money(disposal.proceeds, currency),
        money(disposal.cost, currency),
        money(one.gain, currency),
        one.term.value,
        UNKNOWN if one.acquired is None else one.acquired.isoformat(),
    )


def _show_methods(name: str, user: str | None, view: View, asked: GainsAsked, *, csv: bool) -> None:
    async def compute(argosy: Argosy) -> tuple[Ledger, date, list[UnderMethod]]:
        ledger = await load_ledger(argosy, name, user, view)
        day = today(argosy.clock)
        as_of = gains.end_of(ledger, asked, today=day)
        found = [
            gains.under_method(ledger, method, asked, as_of=as_of)
            for method in gains.methods(ledger)
        ]
        return ledger, as_of, found

    ledger, as_of, found = with_argosy(compute)
    if csv:
        print_csv(write.methods_bytes(ledger, asked, as_of, found, csv=True))
        return
    answer = orjson.loads(write.methods_bytes(ledger, asked, as_of, found))
    show(answer, lambda: _methods(ledger, found))


def _methods(ledger: Ledger, found: list[UnderMethod]) -> RenderableType:
    currency = ledger.portfolio.rules.currency
    columns = (
        *("Method", f"Realized {currency}>", "Short-term>", "Long-term>", "Unrealized>"),
        *("Cost>", "Both>", ""),
    )
    rows = [
        (
            one.method.value,
            *(
                money(value, currency)
                for value in (
                    *(one.realized, one.short_term, one.long_term, one.unrealized, one.cost),
                    one.total,
                )
            ),
            "current" if one.current else "",
        )
        for one in found
    ]
    return table(columns, rows, spare=("Cost",))


def register(group: typer.Typer) -> None:
    """Add this command to the group `portfolio`."""
    group.command("gains")(show_gains)
