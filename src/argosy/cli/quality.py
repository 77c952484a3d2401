"""`argosy quality`: how good the stored prices are, and what counts of those in doubt."""

from typing import Annotated

import typer

from argosy.api.schemas.quality import PointOut, QualityOut, RatedOut
from argosy.cli.numbers import UNKNOWN
from argosy.cli.output import note, show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.services import assets, quality, verdicts
from argosy.services.prices import Writer
from argosy.services.quality import Rated, Report
from argosy.services.verdicts import Decision, Doubted, Status
from argosy.wiring import Argosy

app = typer.Typer(help="Look at the quality of stored prices.", no_args_is_help=True)

Symbol = Annotated[str, typer.Argument(help="An asset: SYMBOL, SYMBOL:EXCHANGE or its id.")]
Day = Annotated[str, typer.Argument(help="The price's day, or its time as it is listed.")]
From = Annotated[str, typer.Option(help="Whose price it is.")]

_ALL = 1_000_000
_NAMED, _COUNTED = ("Symbol", "Exchange", "Score>"), ("Missing>", "Open gaps>", "Suspects>")
_SPARE = ("Completeness", "Agreement", "Freshness", "Trust")


@app.command("report")
def report(
    symbol: Annotated[str | None, typer.Option(help="One asset, with all its doubts.")] = None,
    worst: Annotated[int, typer.Option(min=1, max=1000, help="So many, the worst first.")] = 20,
    every: Annotated[bool, typer.Option("--all", help="All assets with prices.")] = False,
) -> None:
    """Show the score of each asset's prices, or all that is known of one asset's."""
    if symbol is not None and every:
        raise InputError("Give --symbol or --all.")
    if symbol is None:
        _list(None if every else worst)
    else:
        _one(symbol)


@app.command()
def accept(symbol: Symbol, day: Day, source: From) -> None:
    """Let a shared price count though it is in doubt; that sticks for the same value."""
    _decide(symbol, Decision(source=source, timestamp=day, status=Status.ACCEPTED))


@app.command()
def reject(symbol: Symbol, day: Day, source: From) -> None:
    """Let a shared price not count; that sticks when the same value is fetched again."""
    _decide(symbol, Decision(source=source, timestamp=day, status=Status.REJECTED))


def _list(count: int | None) -> None:
    async def read(argosy: Argosy) -> list[Rated]:
        await quality.look_over(argosy.database, clock=argosy.clock, limit=_ALL)
        found: list[Rated] = []
        cursor: str | None = None
        async with argosy.database.read() as session:
            while True:
                page = await quality.worst(session, limit=min(count or 1000, 1000), cursor=cursor)
                found += page.items
                cursor = page.next_cursor
                if cursor is None or count is not None:
                    return found

    found = with_argosy(read)
    show(
        [RatedOut.of(one).model_dump(mode="json") for one in found],
        lambda: table(
            (*_NAMED, *(f"{name}>" for name in _SPARE), *_COUNTED),
            [
                (
                    one.asset.symbol,
                    one.asset.exchange,
                    _score(one.quality.score),
                    *map(_score, (one.quality.completeness, one.quality.agreement)),
                    *map(_score, (one.quality.freshness, one.quality.trust)),
                    one.quality.missing,
                    one.quality.open_gaps,
                    one.quality.suspects,
                )
                for one in found
            ],
            spare=_SPARE,
        ),
    )


def _one(symbol: str) -> None:
    async def read(argosy: Argosy) -> Report:
        async with argosy.database.read() as session:
            asset = (await assets.get(session, None, symbol)).asset
            return await quality.report(session, asset, now=argosy.clock.now())

    out = QualityOut.of(with_argosy(read))
    show(
        out.model_dump(mode="json"),
        lambda: table(
            ("From", "To", "Source", "Status", "Doubt"),
            [
                (one.day, one.until, one.source, one.status or "note", one.reason)
                for one in out.findings
            ],
        ),
    )
    gaps = ", ".join(f"{one.start}…{one.end} ({one.status})" for one in out.gaps)
    note(
        f"Score {_score(out.scores.score)}: {out.present} of {out.expected} sessions have a price"
        + (f"; missing: {gaps}." if gaps else ".")
    )


def _decide(symbol: str, decision: Decision) -> None:
    async def store(argosy: Argosy) -> Doubted:
        async with argosy.database.write() as session:
            asset = (await assets.get(session, None, symbol)).asset
            everybody = Writer(user_id=None, shared=True)
            at = argosy.clock.now()
            return await verdicts.decide(session, everybody, asset, decision, at=at)

    done = with_argosy(store)
    out = PointOut.of(done)
    show(
        out.model_dump(mode="json"),
        lambda: table(
            ("Symbol", "Source", "Day", "Close>", "Status"),
            [(done.asset.symbol, out.source, out.day, out.close, out.status)],
        ),
    )


def _score(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f}"
