"""`argosy rates`: shared exchange rates, from files and from sources."""

from datetime import date
from typing import Annotated

import typer

from argosy.cli import exit_code, mode
from argosy.cli.day_option import day_option
from argosy.cli.files import FileArgument, source_of, tell, written
from argosy.cli.output import note, progress, show, table
from argosy.cli.prices import report
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.money import parse_currency
from argosy.runtime.clock import today
from argosy.services import rate_refresh, rates, refresh
from argosy.services.prices import Put, check_source
from argosy.services.refresh import LoadedRates, RatesNotLoaded
from argosy.wiring import Argosy

app = typer.Typer(help="Store exchange rates that all users share.", no_args_is_help=True)


@app.command("import")
def import_rates(
    file: FileArgument,
    source: Annotated[str, typer.Option(help="The name of who says so.")] = "csvfile",
    pair: Annotated[
        str | None,
        typer.Option(help="BASE/QUOTE of a file that has dates and rates alone, as EUR/USD."),
    ] = None,
) -> None:
    """Store a file's rates: currency, date, rate_to_usd; base, quote, date, rate; the ECB's."""
    named, ends = check_source(source), None if pair is None else _pair(pair)

    async def store(argosy: Argosy) -> Put:
        with progress("Reading rates") as step:
            return await rates.import_file(
                argosy.database,
                source_of(file),
                source_name=named,
                pair=ends,
                clock=argosy.clock,
                progress=lambda rows: step(rows, 0),
            )

    report(with_argosy(store), "rate")


@app.command()
def load(
    since: Annotated[date | None, day_option("The first day; that of the euro if none.")] = None,
    currency: Annotated[
        list[str] | None, typer.Option(help="Only this one; may be repeated.")
    ] = None,
) -> None:
    """Store the rates that are installed, and the newer ones that the network has."""
    chosen = None if not currency else {parse_currency(one) for one in currency}

    async def fetch(argosy: Argosy) -> list[LoadedRates | RatesNotLoaded]:
        return await refresh.load_rates(
            argosy.database,
            argosy.sources,
            since=since or rate_refresh.EURO_BEGAN,
            today=today(argosy.clock),
            currencies=chosen,
        )

    with progress("Loading rates"):
        done = with_argosy(fetch)
    _tell(done)


@app.command("refresh")
def refresh_all() -> None:
    """Store what is missing since the last stored day: of the banks, of all listed currencies."""

    async def fetch(argosy: Argosy) -> list[LoadedRates | RatesNotLoaded]:
        return await rate_refresh.refresh_rates(
            argosy.database, argosy.sources, today=today(argosy.clock), progress=step
        )

    with progress("Refreshing rates") as step:
        done = with_argosy(fetch)
    _tell(done)


def _tell(done: list[LoadedRates | RatesNotLoaded]) -> None:
    loaded = [one for one in done if isinstance(one, LoadedRates)]
    failed = [one for one in done if isinstance(one, RatesNotLoaded)]
    value = {
        "loaded": [_loaded(one) for one in loaded],
        "failed": [
            {"source": one.source, "reason": str(one.error), "code": one.error.code}
            for one in failed
        ],
    }
    show(value, lambda: table(_COLUMNS, map(_row, loaded)))
    for one in loaded:
        tell(one.rejected)
    if failed and not mode.as_json():
        note("\n".join(f"Error: {one.error}" for one in failed))
    if failed:
        raise typer.Exit(max(exit_code(one.error) for one in failed))


_COLUMNS = ("Source", "From", "To", "Created>", "Updated>", "Unchanged>")


def _row(one: LoadedRates) -> tuple[object, ...]:
    counts = one.rates
    return (
        one.source,
        one.first_on,
        one.last_on,
        counts.created,
        counts.updated,
        counts.unchanged,
    )


def _loaded(one: LoadedRates) -> dict[str, object]:
    names = ("source", "first_on", "last_on", "created", "updated", "unchanged")
    return {**dict(zip(names, _row(one), strict=True)), "rejected": written(one.rejected)}


def _pair(text: str) -> tuple[str, str]:
    base, slash, quote = text.partition("/")
    if not slash:
        message = f"pair: {text[:40]!r} is not BASE/QUOTE, such as EUR/USD."
        raise InputError(message)
    return parse_currency(base, field="pair"), parse_currency(quote, field="pair")
