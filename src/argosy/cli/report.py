"""`argosy report`: what is written to be kept, to the screen or into a file."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from argosy.api.gains_json import gains_bytes
from argosy.api.gains_pdf import gains_pdf
from argosy.cli.figures import First, Last, Name
from argosy.cli.gains import LongTermDays, Year, load_report
from argosy.cli.output import note
from argosy.cli.portfolio_option import CsvOption, CurrencyOption, ScopeOption, UserOption
from argosy.core.errors import InputError
from argosy.services import gains
from argosy.services.books import Ledger
from argosy.services.gains import GainsAsked, GainsReport
from argosy.services.views import parse_view

app = typer.Typer(help="Write reports to be kept.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Write reports to be kept."""


@app.command("gains")
def report_gains(
    name: Name,
    year: Year = None,
    start: First = None,
    end: Last = None,
    long_term_days: LongTermDays = gains.LONG_TERM_DAYS,
    csv: CsvOption = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Write a PDF.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", dir_okay=False, help="Into this file: .json, .csv or .pdf."),
    ] = None,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    user: UserOption = None,
) -> None:
    """Write realized gains with their lots and totals as JSON, CSV or PDF."""
    ending = output.suffix.lower() if output is not None else ""
    pdf, csv = pdf or ending == ".pdf", csv or ending == ".csv"
    if pdf and csv:
        raise InputError("Give one of --csv and --pdf, and a file whose name ends so.")
    if pdf and output is None:
        output = Path(f"gains-{'all' if year is None else year}.pdf")
    asked = GainsAsked(start=start, end=end, year=year, long_term_days=long_term_days)
    _ = asked.span  # refuses what cannot be meant
    ledger, found, day = load_report(name, user, parse_view(currency, scope), asked)
    written = _written(ledger, found, day, pdf=pdf, csv=csv)
    if output is None:
        sys.stdout.write(written.decode())
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}.") from error
    note(f"Wrote {output} ({len(found.found)} disposals).")


def _written(ledger: Ledger, found: GainsReport, day: date, *, pdf: bool, csv: bool) -> bytes:
    if not pdf:
        return gains_bytes(ledger, found, csv=csv)
    return gains_pdf(ledger, found, made_on=day)
