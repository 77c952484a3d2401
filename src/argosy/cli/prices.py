"""`argosy prices`: shared prices, from files and from sources."""

from datetime import date
from typing import Annotated, Any

import typer
from rich.text import Text

from argosy.cli import exit_code, mode
from argosy.cli.day_option import day_option
from argosy.cli.files import FileArgument, source_of, tell, written
from argosy.cli.output import note, progress, show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import (
    CurrencyMismatchError,
    InputError,
    NotFoundError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    SourcesFailedError,
)
from argosy.core.market.bars import UpsertCounts
from argosy.runtime.clock import today
from argosy.services import prices, refresh
from argosy.services.prices import DAILY, Put
from argosy.services.refresh import Loaded, NotLoaded, Wanted
from argosy.wiring import Argosy

app = typer.Typer(help="Store prices that all users share.", no_args_is_help=True)

_ADVICE = (
    (NotFoundError, "Make it first: argosy asset create {symbol}."),
    (
        SourcesFailedError,
        "Load it again later, say what a source calls it (argosy asset source), or import a file.",
    ),
    (SourceDownError | RateLimitedError, "Load it again later."),
    (SourceError, "Try another --source or --symbol-there, or argosy prices import with a file."),
    (CurrencyMismatchError, "Try another --source, or make the asset in that currency."),
)
"""What mends a failure, where its own words do not say so."""


@app.command("import")
def import_prices(
    file: FileArgument,
    symbol: Annotated[
        str | None, typer.Option(help="Whose prices, if the file has no column symbol.")
    ] = None,
    source: Annotated[str, typer.Option(help="The name of who says so.")] = "csvfile",
    interval: Annotated[str, typer.Option(help="How long a bar is.")] = DAILY,
) -> None:
    """Store a file's prices: date, open, high, low, close, volume (symbol, exchange)."""
    upload = prices.check_upload(source, interval)

    async def store(argosy: Argosy) -> Put:
        with progress("Reading prices") as step:
            return await prices.import_file(
                argosy.database,
                source_of(file),
                symbol=symbol,
                upload=upload,
                clock=argosy.clock,
                progress=lambda rows: step(rows, 0),
            )

    report(with_argosy(store), "prices")


@app.command()
def load(
    symbol: Annotated[list[str], typer.Option(help="An asset; may be repeated.")],
    source: Annotated[
        str | None, typer.Option(help="Whom to ask; the best for the asset if none.")
    ] = None,
    symbol_there: Annotated[
        str | None, typer.Option(help="What the source calls it, if not by its symbol.")
    ] = None,
    start: Annotated[date | None, day_option("The first day.")] = None,
    end: Annotated[date | None, day_option("The last day.")] = None,
) -> None:
    """Fetch prices and splits from a source and store them; what fails does not stop the rest."""
    if symbol_there is not None and len(symbol) > 1:
        raise InputError("--symbol-there goes with one --symbol.")
    wanted = [
        Wanted(
            symbol=one,
            source=source,
            symbol_there=symbol_there,
            start=start,
            end=end,
        )
        for one in symbol
    ]

    async def fetch(argosy: Argosy) -> list[Loaded | NotLoaded]:
        with progress("Loading prices") as step:
            return await refresh.load_prices(
                argosy.database,
                argosy.sources,
                wanted,
                today=today(argosy.clock),
                progress=step,
            )

    done = with_argosy(fetch)
    loaded = [one for one in done if isinstance(one, Loaded)]
    failed = [one for one in done if isinstance(one, NotLoaded)]
    columns = ("Symbol", "Source", "From", "To", "Created>", "Updated>", "Unchanged>", "Splits>")
    value = {
        "loaded": [_loaded(one) for one in loaded],
        "failed": [_failed(one) for one in failed],
    }
    show(value, lambda: table(columns, map(_row, loaded), spare=("Unchanged", "Splits")))
    for one in loaded:
        tell(one.rejected)
    if failed and not mode.as_json():
        note("\n".join(f"Error: {missed.wanted.symbol}: {_reason(missed)}" for missed in failed))
    if failed:
        raise typer.Exit(max(exit_code(missed.error) for missed in failed))


def report(put: Put, what: str) -> None:
    """Print what storing a file's rows did; exit code 1 if some were rejected."""
    counts = put.counts
    value = {**_counts(counts), "rejected": written(put.rejected)}
    show(
        value,
        lambda: Text(
            f"{counts.created:,} {what} created, {counts.updated:,} updated, "
            f"{counts.unchanged:,} unchanged, {len(put.rejected):,} rows rejected."
        ),
    )
    tell(put.rejected)
    if put.rejected:
        raise typer.Exit(1)


def _counts(counts: UpsertCounts) -> dict[str, Any]:
    return {
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
    }


def _loaded(one: Loaded) -> dict[str, Any]:
    return {
        "asset_id": one.asset.id,
        "symbol": one.asset.symbol,
        "source": one.source,
        "first_on": one.first_on,
        "last_on": one.last_on,
        **_counts(one.bars),
        "splits": _counts(one.splits),
        "rejected": written(one.rejected),
    }


def _failed(one: NotLoaded) -> dict[str, Any]:
    return {"symbol": one.wanted.symbol, "reason": _reason(one), "code": one.error.code}


def _reason(one: NotLoaded) -> str:
    """Say why prices could not be had, and what mends it."""
    for kinds, advice in _ADVICE:
        if isinstance(one.error, kinds):
            return f"{one.error} {advice.format(symbol=one.wanted.symbol)}"
    return str(one.error)


def _row(one: Loaded) -> tuple[object, ...]:
    bars = one.bars
    return (
        one.asset.symbol,
        one.source,
        one.first_on,
        one.last_on,
        bars.created,
        bars.updated,
        bars.unchanged,
        one.splits.created + one.splits.updated + one.splits.unchanged,
    )
