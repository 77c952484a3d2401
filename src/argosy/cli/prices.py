"""`argosy prices`: shared prices, from files and from sources."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from argosy.cli.files import FileArgument, source_of, tell, written
from argosy.cli.output import progress, show, table
from argosy.cli.program import with_argosy
from argosy.core.market.bars import UpsertCounts
from argosy.runtime.clock import today
from argosy.services import prices, refresh
from argosy.services.prices import DAILY, Put
from argosy.services.refresh import Loaded, Wanted
from argosy.wiring import Argosy

app = typer.Typer(help="Store prices that all users share.", no_args_is_help=True)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


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
    start: Day = None,
    end: Day = None,
) -> None:
    """Fetch prices and splits from a source and store them."""
    wanted = [
        Wanted(
            symbol=one,
            source=source,
            symbol_there=symbol_there,
            start=start.date() if start else None,
            end=end.date() if end else None,
        )
        for one in symbol
    ]

    async def fetch(argosy: Argosy) -> list[Loaded]:
        with progress("Loading prices") as step:
            return await refresh.load_prices(
                argosy.database,
                argosy.sources,
                wanted,
                today=today(argosy.clock),
                progress=step,
            )

    loaded = with_argosy(fetch)
    columns = ("Symbol", "Source", "From", "To", "Created>", "Updated>", "Unchanged>", "Splits>")
    show([_loaded(one) for one in loaded], lambda: table(columns, [_row(one) for one in loaded]))
    for one in loaded:
        tell(one.rejected)


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
