"""`argosy asset sync`: what an asset is, and its prices, from the sources."""

from typing import Annotated

import typer

from argosy.api.schemas.asset import SyncOut
from argosy.cli import exit_code, mode
from argosy.cli.output import note, show, table
from argosy.cli.program import with_argosy
from argosy.services import syncing
from argosy.services.syncing import Synced
from argosy.wiring import Argosy


def sync(
    symbol: Annotated[str, typer.Argument(help="An asset, or a symbol that a source knows.")],
    intervals: Annotated[
        str, typer.Option(help="Bars of seven days beside the days, such as 1m,1h.")
    ] = "",
) -> None:
    """Fetch what a shared asset is and its prices; an unknown symbol is made first."""
    wanted = syncing.intervals_of(intervals)

    async def ask(argosy: Argosy) -> Synced:
        return await argosy.syncs.sync(None, symbol, is_admin=True, intervals=wanted)

    done = with_argosy(ask)
    asset, loaded = done.described.asset, done.loaded
    show(
        SyncOut.of_synced(done).model_dump(mode="json"),
        lambda: table(
            ("Symbol", "Name", "New", "Source", "From", "To", "Created>", "Updated>"),
            [
                (
                    asset.symbol,
                    asset.name,
                    "yes" if done.created else "no",
                    loaded.source if loaded else done.profile_source,
                    loaded.first_on if loaded else None,
                    loaded.last_on if loaded else None,
                    loaded.bars.created if loaded else None,
                    loaded.bars.updated if loaded else None,
                )
            ],
        ),
    )
    if done.intervals and not mode.as_json():
        bars = (f"{one.bars.created:,} bars of {name}" for name, one in done.intervals.items())
        note(f"Created beside the days: {', '.join(bars)}.")
    if done.failed and not mode.as_json():
        note("\n".join(f"Error: {what}: {error}" for what, error in done.failed.items()))
    if done.failed:
        raise typer.Exit(max(exit_code(error) for error in done.failed.values()))
