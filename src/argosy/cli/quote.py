"""`argosy quote`: what assets cost right now."""

from typing import Annotated

import typer

from argosy.api.schemas.quote import QuotesOut
from argosy.cli import exit_code, mode
from argosy.cli.numbers import percent, quantity
from argosy.cli.output import note, progress, show, table
from argosy.cli.program import with_argosy
from argosy.services.quotes import NotQuoted, Quoted, QuoteKind
from argosy.wiring import Argosy

app = typer.Typer(help="Show what assets cost right now.")

_COLUMNS = ("Symbol", "Price>", "Currency", "Change>", "At", "Source", "Kind")


@app.command()
def quote(
    symbols: Annotated[list[str], typer.Argument(help="Assets that all users share.")],
) -> None:
    """Show last prices; one that cannot be had does not stop the others."""

    async def fetch(argosy: Argosy) -> list[Quoted | NotQuoted]:
        return await argosy.quotes.many(None, symbols)

    with progress("Asking for quotes"):
        answers = with_argosy(fetch)
    quoted = [one for one in answers if isinstance(one, Quoted)]
    failed = [one for one in answers if isinstance(one, NotQuoted)]
    value = QuotesOut.of(answers).model_dump(mode="json")
    show(value, lambda: table(_COLUMNS, map(_row, quoted), spare=("Kind",)))
    if not mode.as_json():
        for one in quoted:
            if one.kind is not QuoteKind.LIVE:
                note(f"{one.asset.symbol}: {_told(one)}")
        for missed in failed:
            note(f"Error: {missed.name}: {missed.error}")
    if failed:
        raise typer.Exit(max(exit_code(missed.error) for missed in failed))


def _row(one: Quoted) -> tuple[object, ...]:
    known = one.quote
    at = one.day if one.day is not None else f"{known.at:%Y-%m-%d %H:%M}Z"
    return (
        one.asset.symbol,
        quantity(known.price),
        one.currency,
        percent(known.change_fraction),
        at,
        known.source,
        one.kind.value,
    )


def _told(one: Quoted) -> str:
    """Say what stands in for a live quote, and why."""
    kept = f"fetched {one.age_s} s ago" if one.age_s is not None else f"the close of {one.day}"
    reasons = " ".join(str(error) for error in one.refused.values())
    return f"no source has a live quote; this is {kept}. {reasons}".rstrip()
