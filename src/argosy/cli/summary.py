"""`argosy summary`: all portfolios of a user together."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from argosy.api.csv_rows import csv_rows
from argosy.api.summary_json import COLUMNS, summary_values
from argosy.cli.numbers import money, percent
from argosy.cli.output import print_csv, show, table
from argosy.cli.portfolio_option import CsvOption, CurrencyOption, UserOption
from argosy.cli.program import with_argosy
from argosy.runtime.clock import today
from argosy.services import acting, households
from argosy.services.households import Member, Summary
from argosy.wiring import Argosy

app = typer.Typer(help="Show all portfolios together.")


@app.command()
def summary(
    span: Annotated[
        str, typer.Option("--range", help="1D, 7D, 1W, 1M, 3M, YTD, 1Y, 5Y, ALL …")
    ] = "ALL",
    currency: CurrencyOption = None,
    as_csv: CsvOption = False,
    user: UserOption = None,
) -> None:
    """Show what all portfolios are worth, gained and returned together."""

    async def compute(argosy: Argosy) -> Summary:
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            members = await households.known_of(session, owner.id)
            unit = (currency or "").strip() or households.currency_of(members)
            own = [one.portfolio.rules.currency for one in members]
            ledgers = await households.load(
                session, members, unit, cache=argosy.ledgers, compute=argosy.compute
            )
        return households.summary(ledgers, own, unit, span=span, today=today(argosy.clock))

    found = with_argosy(compute)
    values = summary_values(found)
    if as_csv:
        print_csv(csv_rows(COLUMNS, [*values["portfolios"], {"name": "All", **values}]))
    else:
        show(values, lambda: _summary(found))


def _summary(found: Summary) -> RenderableType:
    total, unit = found.performance, found.currency
    if total is None:
        return Text("There are no transactions yet.")
    head = f"{total.start.isoformat()} to {total.end.isoformat()}, {total.days} days, {unit}"
    columns = (
        *("Portfolio", f"Value {unit}>", "Share>", "On the day>", "Gain>"),
        *("Time-weighted>", "Money-weighted>"),
    )
    rows = [_member(one, unit) for one in found.members]
    rows.append(
        (
            "All",
            money(found.total_value, unit),
            "",
            money(found.day_change, unit),
            money(total.gain, unit),
            percent(total.twr),
            percent(total.mwr),
        )
    )
    parts: list[RenderableType] = [Text(head, style="bold"), table(columns, rows)]
    if found.flags:
        parts.append(Text(f"\nTo be seen with care: {', '.join(found.flags)}"))
    return Group(*parts)


def _member(one: Member, unit: str) -> tuple[str, ...]:
    found = one.performance
    return (
        one.ledger.portfolio.name,
        money(one.figures.total_value, unit),
        percent(one.weight),
        money(one.figures.day_change, unit),
        money(None if found is None else found.gain, unit),
        percent(None if found is None else found.twr),
        percent(None if found is None else found.mwr),
    )
