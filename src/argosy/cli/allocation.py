"""`argosy portfolio allocation` and `drift`: where the value lies, and where it should."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

import orjson
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from argosy.api import allocation_json as write
from argosy.cli.figures import Day, Name
from argosy.cli.numbers import money, percent
from argosy.cli.output import print_csv, show, table
from argosy.cli.portfolio_option import (
    CsvOption,
    CurrencyOption,
    ScopeOption,
    UserOption,
    load_ledger,
)
from argosy.cli.program import with_argosy
from argosy.core.valuation.allocation import Allocation, Slice
from argosy.core.valuation.drift import Drift
from argosy.runtime.clock import today
from argosy.services import composition, targets
from argosy.services.books import Ledger
from argosy.services.targets import DriftReport
from argosy.services.views import parse_view
from argosy.wiring import Argosy


def show_allocation(
    name: Name,
    by: Annotated[
        str,
        typer.Option(
            help="holding, category, currency, country, sector, tag, tag:strategy or "
            "portfolio_cash; with commas one inside the other."
        ),
    ] = "category",
    as_of: Day = None,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    csv: CsvOption = False,
    user: UserOption = None,
) -> None:
    """Show where a portfolio's value lies; what is unknown is a slice of its own."""
    axes = composition.parse_axes(by)
    view = parse_view(currency, scope)

    async def compute(argosy: Argosy) -> tuple[Ledger, date, Allocation]:
        ledger = await load_ledger(argosy, name, user, view)
        day = today(argosy.clock)
        async with argosy.database.read() as session:
            weights = await composition.of_ledger(session, ledger, axes, as_of or day)
        return ledger, *composition.allocation_on(ledger, as_of, axes, weights, today=day)

    ledger, day, found = with_argosy(compute)
    if csv:
        print_csv(write.allocation_bytes(ledger, day, found, csv=True))
        return
    answer = orjson.loads(write.allocation_bytes(ledger, day, found))
    show(answer, lambda: _allocation(ledger, day, found))


def show_drift(
    name: Name,
    as_of: Day = None,
    currency: CurrencyOption = None,
    csv: CsvOption = False,
    user: UserOption = None,
) -> None:
    """Show how far a portfolio is from its targets, and what to trade to be there."""
    view = parse_view(currency)

    async def compute(argosy: Argosy) -> tuple[Ledger, DriftReport]:
        ledger = await load_ledger(argosy, name, user, view)
        portfolio, day = ledger.portfolio, today(argosy.clock)
        async with argosy.database.read() as session:
            aims, called = await targets.of_portfolio(session, portfolio.user_id, portfolio.id)
            axes = list(dict.fromkeys(aim.axis for aim in aims))
            weights = await composition.of_ledger(session, ledger, axes, as_of or day)
        known = (weights, called)
        return ledger, targets.drift_on(ledger, as_of, today=day, aims=aims, known=known)

    ledger, found = with_argosy(compute)
    if csv:
        print_csv(write.drift_bytes(ledger, found, csv=True))
        return
    answer = orjson.loads(write.drift_bytes(ledger, found))
    show(answer, lambda: _drift(ledger, found))


def _allocation(ledger: Ledger, day: date, found: Allocation) -> RenderableType:
    currency = ledger.portfolio.rules.currency
    head = f"{ledger.portfolio.name} in {currency}, end of {day.isoformat()}"
    columns = (", ".join(axis.text for axis in found.axes), f"Value {currency}>", "Weight>", "")
    rows = [
        ("  " * depth + one.name, money(one.value, currency), percent(one.weight), _why(one))
        for depth, one in _walk(found.slices, 0)
    ]
    total = ("All", money(found.total_value, currency), "", found.reasons.get("total_value", ""))
    return Group(Text(head, style="bold"), table(columns, [*rows, total]))


def _why(one: Slice) -> str:
    return next(iter(one.reasons.values()), ", ".join(one.flags))


def _walk(slices: Sequence[Slice], depth: int) -> Iterator[tuple[int, Slice]]:
    for one in slices:
        yield depth, one
        yield from _walk(one.slices, depth + 1)


def _drift(ledger: Ledger, found: DriftReport) -> RenderableType:
    if not found.groups:
        return Text("The portfolio has no targets; PUT /portfolios/{id}/targets sets them.")
    currency = ledger.portfolio.rules.currency
    parts: list[RenderableType] = [
        Text(
            f"{ledger.portfolio.name} in {currency}, end of {found.as_of.isoformat()}", style="bold"
        )
    ]
    for group in found.groups:
        columns = (
            *(group.axis.text, "Weight>", "Target>", "Band>", f"To target {currency}>"),
            *("To the band>", ""),
        )
        parts += [Text(), table(columns, [_row(row, currency) for row in group.rows])]
    return Group(*parts)


def _row(row: Drift, currency: str) -> tuple[str, ...]:
    target = row.target
    if target is None:
        return (row.name, percent(row.weight), "", "", "", "", "")
    low, high = target.edges
    return (
        row.name,
        percent(row.weight),
        percent(target.weight),
        f"{percent(low)} to {percent(high)}",
        money(row.to_target, currency),
        money(row.to_band, currency),
        "outside" if row.outside else "",
    )


def register(app: typer.Typer) -> None:
    """Add these commands to the group `portfolio`."""
    app.command("allocation")(show_allocation)
    app.command("drift")(show_drift)
