"""`argosy asset exposures`: what assets that all users share are made of."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from argosy.api.schemas.allocation import ExposureOut
from argosy.cli.day_option import day_option
from argosy.cli.files import source_of
from argosy.cli.numbers import percent
from argosy.cli.output import show, table
from argosy.cli.program import with_argosy
from argosy.services import assets, exposures
from argosy.services.exposures import Exposure
from argosy.services.prices import Writer
from argosy.wiring import Argosy


def show_exposures(
    symbol: Annotated[str, typer.Argument(help="An asset: SYMBOL, SYMBOL:EXCHANGE or its id.")],
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="The issuer's CSV file, to store it."
        ),
    ] = None,
    source: Annotated[str, typer.Option(help="The name of who says so.")] = "csvfile",
    day: Annotated[date | None, day_option("From when on it holds; today if left out.")] = None,
) -> None:
    """Show what a shared asset is made of, or store it from a file for all who see it."""

    async def use(argosy: Argosy) -> list[Exposure]:
        if file is None:
            async with argosy.database.read() as session:
                asset = (await assets.get(session, None, symbol)).asset
                return await exposures.of_asset(session, None, asset)
        draft = await exposures.read_file(source_of(file), name=source, day=day)
        writer = Writer(user_id=None, shared=True)
        async with argosy.database.write() as session:
            asset = (await assets.get(session, None, symbol)).asset
            return await exposures.put(session, writer, asset, draft, clock=argosy.clock)

    found = with_argosy(use)
    written = [ExposureOut.of(one).model_dump(mode="json") for one in found]
    show(written, lambda: _shown(found))


def _shown(found: list[Exposure]) -> RenderableType:
    if not found:
        return Text("Nothing is stored of what it is made of.")
    rows = [
        (one.dimension.value, one.day.isoformat(), one.source, unit, percent(weight))
        for one in found
        for unit, weight in sorted(one.weights.items(), key=lambda item: -item[1])
    ]
    return table(("By", "From", "Source", "", "Weight>"), rows, spare=("Source",))
