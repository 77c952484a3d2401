"""`argosy prices`: shared prices, from files and from sources."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any

import typer
from rich.text import Text

from argosy.cli import exit_code, mode
from argosy.cli.day_option import day_option
from argosy.cli.files import FileArgument, source_of, tell, written
from argosy.cli.numbers import counted
from argosy.cli.output import note, progress, show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import (
    ArgosyError,
    CurrencyMismatchError,
    InputError,
    NotFoundError,
    RateLimitedError,
    SourceDownError,
    SourceError,
    SourcesFailedError,
    plain,
)
from argosy.core.market.bars import UpsertCounts
from argosy.core.market.spans import Span
from argosy.runtime.clock import today
from argosy.services import filling, prices, refresh, retention
from argosy.services.filling import Filled, Filling, NotFilled
from argosy.services.prices import DAILY, Put
from argosy.services.refresh import Loaded, NotLoaded, Wanted
from argosy.services.retention import Reduced
from argosy.wiring import Argosy

app = typer.Typer(help="Store prices that all users share.", no_args_is_help=True)

_REACH = {"1m": 7, "1h": 365}
"""How many days back short bars are asked for, where nothing is said: sources have no more."""

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

_SHOWN = 20  # rows of a dry run
INTERRUPTED = 130


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

    report(with_argosy(store), "price")


Tickers = Annotated[
    list[str] | None, typer.Option("--symbol", "--ticker", help="An asset; may be repeated.")
]
SourceName = Annotated[
    str | None, typer.Option("--source", help="Whom to ask; the best for the asset if none.")
]
Days = Annotated[
    int | None,
    typer.Option(min=1, max=36_500, help="So many days back, instead of --start."),
]
First = Annotated[date | None, day_option("The first day.")]
Last = Annotated[date | None, day_option("The last day.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Ask, show what would change, store nothing.")
]


@app.command()
def load(
    symbol: Tickers = None,
    source: SourceName = None,
    symbol_there: Annotated[
        str | None, typer.Option(help="What the source calls it, if not by its symbol.")
    ] = None,
    days: Days = None,
    start: First = None,
    end: Last = None,
    interval: Annotated[str, typer.Option(help="How long a bar is: 1m, 1h, 1d, 1wk.")] = DAILY,
    dry_run: DryRun = False,
) -> None:
    """Fetch prices and splits from a source and store them; what fails does not stop the rest."""
    if not symbol:
        raise InputError("Name an asset with --symbol.")
    length = prices.check_interval(interval)
    if days is None and start is None:
        days = _REACH.get(length)
    if symbol_there is not None and len(symbol) > 1:
        raise InputError("--symbol-there goes with one --symbol.")
    wanted = symbol

    async def fetch(argosy: Argosy) -> list[Loaded | NotLoaded]:
        now = today(argosy.clock)
        since = _since(days, start, now)
        _refuse_backward(since, end)
        warn(argosy, source, since=since, count=len(wanted))
        with progress("Loading prices") as step:
            return await refresh.load_prices(
                argosy.database,
                argosy.sources,
                [
                    Wanted(
                        symbol=one,
                        source=source,
                        symbol_there=symbol_there,
                        start=since,
                        end=end,
                        interval=length,
                    )
                    for one in wanted
                ],
                today=now,
                dry_run=dry_run,
                progress=step,
            )

    done = with_argosy(fetch)
    loaded = [one for one in done if isinstance(one, Loaded)]
    failed = [one for one in done if isinstance(one, NotLoaded)]
    value = {
        "loaded": [_loaded(one, dry_run=dry_run) for one in loaded],
        "failed": [_failed(one.wanted.symbol, one.error) for one in failed],
    }
    show(value, lambda: table(_COLUMNS, map(_row, loaded), spare=("Unchanged", "Splits")))
    if dry_run:
        _tell_changes(loaded)
    for one in loaded:
        tell(one.rejected)
    tell_failures([(one.wanted.symbol, one.error) for one in failed])


@app.command()
def backfill(
    symbol: Tickers = None,
    every: Annotated[
        bool, typer.Option("--all", help="All active assets, but what the catalog alone knows.")
    ] = False,
    source: SourceName = None,
    days: Days = None,
    start: First = None,
    end: Last = None,
    force: Annotated[bool, typer.Option("--force", help="Fetch what is stored, too.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Fetch the days that assets lack; stop it whenever you like, and run it again to go on."""
    if every == bool(symbol):
        raise InputError("Name assets with --symbol, or take --all.")
    if days is None and start is None:
        raise InputError("Say how far back: --days 365, or --start 2020-01-01.")
    done: list[Filled | NotFilled] = []

    async def run(argosy: Argosy) -> None:
        now = today(argosy.clock)
        since = _since(days, start, now)
        assert since is not None
        until = end or now - timedelta(days=1)
        _refuse_backward(since, until)
        database, sources = argosy.database, argosy.sources
        wanted = (
            await filling.active(database, sources, source)
            if every
            else await filling.named(database, symbol or [])
        )
        warn(argosy, source, since=since, count=len(wanted))
        asked = Filling(days=Span(since, until), source=source, force=force, dry_run=dry_run)
        with progress("Filling histories") as step:
            async for one in filling.fill(database, sources, wanted, asked, clock=argosy.clock):
                done.append(one)
                step(len(done), len(wanted))
        if not dry_run:
            await filling.renew_metrics(database, done)

    try:
        with_argosy(run)
    except KeyboardInterrupt:
        report_filled(done, dry_run=dry_run)
        note("Stopped. What was loaded is stored; run it again to go on.")
        raise typer.Exit(INTERRUPTED) from None
    report_filled(done, dry_run=dry_run)
    tell_failures([(one.asset.symbol, one.error) for one in done if isinstance(one, NotFilled)])


def report_filled(
    done: list[Filled | NotFilled],
    *,
    dry_run: bool = False,
    beside: Mapping[str, object] | None = None,
) -> None:
    """Print what filling histories did, and in JSON what else there is to say."""
    filled = [one for one in done if isinstance(one, Filled)]
    failed = [one for one in done if isinstance(one, NotFilled)]
    loaded = [load for one in filled for load in one.loaded]
    bars = sum((one.bars for one in loaded), UpsertCounts())
    complete = [one.asset.symbol for one in filled if not one.loaded]
    value = {
        **(beside or {}),
        "loaded": [_loaded(one, dry_run=dry_run) for one in loaded],
        "complete": complete,
        "failed": [_failed(one.asset.symbol, one.error) for one in failed],
        **_counts(bars),
    }
    show(value, lambda: table(_COLUMNS, map(_row, loaded), spare=("Unchanged", "Splits")))
    if mode.as_json():
        return
    would = "would be " if dry_run else ""
    note(
        f"{counted(bars.created, 'price')} {would}created, {bars.updated:,} updated,"
        f" {bars.unchanged:,} unchanged; {counted(len(complete), 'asset')} had all of them,"
        f" {len(failed):,} failed."
    )
    for one in loaded:
        tell(one.rejected)
    if dry_run:
        _tell_changes(loaded)


def _refuse_backward(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        raise InputError(f"The span ends on {until}, before it starts on {since}.")


def _since(days: int | None, start: date | None, today_: date) -> date | None:
    if days is None:
        return start
    if start is not None:
        raise InputError("Give --days or --start, not both.")
    return today_ - timedelta(days=days)


def warn(argosy: Argosy, source: str | None, *, since: date | None, count: int) -> None:
    """Tell people what the free plan of a named source does not give, before it is asked."""
    if source is None or mode.as_json():
        return
    for caution in filling.cautions(
        argosy.sources, source, since=since, assets_wanted=count, today=today(argosy.clock)
    ):
        note(f"Note: {caution}")


def _tell_changes(loaded: list[Loaded]) -> None:
    """Show the rows that would be stored where they are few."""
    if mode.as_json() or not loaded:
        return
    for one in loaded:
        for change in one.changes[:_SHOWN]:
            was = "" if change.before is None else f", now {plain(change.before)}"
            when = (
                f"{change.at:%Y-%m-%d %H:%M}" if change.at.hour or change.at.minute else change.day
            )
            note(f"{one.asset.symbol} {when}: {plain(change.close)}{was}")
        if len(one.changes) > _SHOWN:
            note(f"{one.asset.symbol}: … and {len(one.changes) - _SHOWN:,} more.")
    note("Nothing was stored.")


def tell_failures(failed: list[tuple[str, ArgosyError]]) -> None:
    """Name each failure with what mends it, and leave with the code of the worst."""
    if not failed:
        return
    if not mode.as_json():
        note("\n".join(f"Error: {symbol}: {_reason(symbol, error)}" for symbol, error in failed))
    raise typer.Exit(max(exit_code(error) for _, error in failed))


@app.command()
def compact(
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="By default ARGOSY_PRICE_RETENTION_DAYS.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken, and take nothing.")
    ] = False,
) -> None:
    """Keep old daily prices as closes alone, where their source can be asked for the rest again."""

    async def run(argosy: Argosy) -> Reduced:
        wanted = argosy.settings.price_retention_days if days is None else days
        if wanted is None:
            raise InputError("Say how old: --days 730, or set ARGOSY_PRICE_RETENTION_DAYS.")
        with progress("Compacting prices") as step:
            return await retention.compact(
                argosy.database,
                argosy.sources,
                days=wanted,
                clock=argosy.clock,
                dry_run=dry_run,
                progress=step,
            )

    done = with_argosy(run)
    left = "would be left" if dry_run else "left"
    show(
        {"rows": done.rows, "bytes": done.bytes},
        lambda: Text(
            f"{counted(done.rows, 'price')} {left} with a close alone: {done.bytes:,} bytes less."
        ),
    )


def report(put: Put, what: str) -> None:
    """Print what storing a file's rows did; exit code 1 if some were rejected."""
    counts = put.counts
    value = {**_counts(counts), "rejected": written(put.rejected)}
    show(
        value,
        lambda: Text(
            f"{counted(counts.created, what)} created, {counts.updated:,} updated, "
            f"{counts.unchanged:,} unchanged, {counted(len(put.rejected), 'row')} rejected."
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


def _loaded(one: Loaded, *, dry_run: bool) -> dict[str, Any]:
    value = {
        "asset_id": one.asset.id,
        "symbol": one.asset.symbol,
        "source": one.source,
        "first_on": one.first_on,
        "last_on": one.last_on,
        **_counts(one.bars),
        "splits": _counts(one.splits),
        "rejected": written(one.rejected),
    }
    return {**value, "changes": [asdict(change) for change in one.changes]} if dry_run else value


def _failed(symbol: str, error: ArgosyError) -> dict[str, Any]:
    return {"symbol": symbol, "reason": _reason(symbol, error), "code": error.code}


def _reason(symbol: str, error: ArgosyError) -> str:
    """Say why prices could not be had, and what mends it."""
    for kinds, advice in _ADVICE:
        if isinstance(error, kinds):
            return f"{error} {advice.format(symbol=symbol)}"
    return str(error)


_COLUMNS = ("Symbol", "Source", "From", "To", "Created>", "Updated>", "Unchanged>", "Splits>")


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
