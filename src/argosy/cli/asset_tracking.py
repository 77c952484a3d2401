"""`argosy asset enable|disable|config`: which assets are fetched by themselves, and how."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import RenderableType
from rich.text import Text

from argosy.cli.numbers import counted
from argosy.cli.output import show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.market.asset import Asset
from argosy.services import asset_config, assets, tracking
from argosy.services.tracking import Fetching, Tracked
from argosy.wiring import Argosy

config = typer.Typer(help="Keep in a file what is fetched by itself.", no_args_is_help=True)

_SYMBOL = "An asset: SYMBOL, SYMBOL:EXCHANGE or its id."


def enable(
    symbol: Annotated[str, typer.Argument(help=_SYMBOL)],
    priority: Annotated[int | None, typer.Option(help="1, 2 or 3; 1 comes first.")] = None,
    interval: Annotated[int | None, typer.Option(help="Minutes between two looks at it.")] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Asked first; may be repeated, in the order wanted.")
    ] = None,
) -> None:
    """Fetch a shared asset by itself, whoever holds it: a year of history, then each day."""
    wanted = Fetching(enabled=True, priority=priority, interval_minutes=interval)
    _configure(symbol, wanted, source or ())


def disable(symbol: Annotated[str, typer.Argument(help=_SYMBOL)]) -> None:
    """Fetch a shared asset only while somebody holds it; what is stored stays."""
    _configure(symbol, Fetching(enabled=False), ())


@config.command("export")
def export_config(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; else it is shown.")
    ] = None,
) -> None:
    """Write which assets are fetched and how; where none is yet, what one may begin with."""

    async def read(argosy: Argosy) -> dict[str, dict[str, Any]]:
        async with argosy.database.read() as session:
            return await asset_config.export(session) or dict(asset_config.DEFAULTS)

    found = with_argosy(read)
    written = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if file is None:
        show(found, lambda: Text(written.decode().rstrip()))
        return
    try:
        file.write_bytes(written)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}.") from error
    show(
        {"path": str(file), "assets": len(found)},
        lambda: Text(f"{file}, {counted(len(found), 'asset')}"),
    )


@config.command("import")
def import_config(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="Else what one may begin with."),
    ] = None,
) -> None:
    """Store which assets are fetched and how: all of the file, or nothing."""
    entries = asset_config.read(asset_config.DEFAULTS if file is None else _document(file))

    async def store(argosy: Argosy) -> list[tuple[Asset, Tracked]]:
        async with argosy.database.write() as session:
            return await asset_config.put(
                session,
                argosy.sources,
                entries,
                clock=argosy.clock,
            )

    found = with_argosy(store)
    show([_shown(asset, one) for asset, one in found], lambda: _lines(found))


def _document(file: Path) -> object:
    try:
        return asset_config.parse(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error


def _configure(symbol: str, wanted: Fetching, order: Sequence[str]) -> None:
    async def store(argosy: Argosy) -> tuple[Asset, Tracked]:
        async with argosy.database.write() as session:
            asset = (await assets.get(session, None, symbol)).asset
            if order:
                await asset_config.put_order(session, argosy.sources, asset, order)
            found = await tracking.configure(
                session,
                argosy.sources,
                asset,
                wanted,
                clock=argosy.clock,
            )
            return asset, found

    asset, found = with_argosy(store)
    show(_shown(asset, found), lambda: _lines([(asset, found)]))


def _shown(asset: Asset, one: Tracked) -> dict[str, Any]:
    return {
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "enabled": one.enabled,
        "tracked": one.is_tracked,
        "priority": one.priority,
        "interval_minutes": one.interval_minutes,
    }


def _lines(found: Sequence[tuple[Asset, Tracked]]) -> RenderableType:
    columns = ("Symbol", "Enabled", "Fetched", "Priority>", "Minutes>", "Holders>")
    return table(
        columns,
        [
            (
                asset.symbol,
                "yes" if one.enabled else "no",
                "yes" if one.is_tracked else "no",
                one.priority,
                one.interval_minutes,
                one.tracking_users,
            )
            for asset, one in found
        ],
    )
