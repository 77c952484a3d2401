"""`argosy db`: care of the database."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from argosy.cli.output import progress, show
from argosy.cli.program import with_argosy, with_closed_argosy
from argosy.services import projections, upkeep
from argosy.services.projections import Rebuilt
from argosy.services.upkeep import Copied, Upgraded
from argosy.wiring import Argosy

app = typer.Typer(
    help="Migrate, back up, restore, check and rebuild the database.", no_args_is_help=True
)


@app.command()
def upgrade() -> None:
    """Bring the database to the newest migration; a verified backup is made before."""

    async def run(argosy: Argosy) -> Upgraded:
        argosy.prepare_directory()
        return await upkeep.upgrade(argosy.database, at=argosy.clock.now())

    done = with_closed_argosy(run)
    kept = None if done.backup is None else str(done.backup)
    value = {"before": done.before, "after": done.after, "backup": kept}
    show(value, lambda: Text(_upgraded(done)))


def _upgraded(done: Upgraded) -> str:
    if done.before == done.after:
        return f"The database has the newest migration already ({done.after})."
    backup_ = "" if done.backup is None else f"\nBackup: {done.backup}"
    return f"The database is at migration {done.after} now.{backup_}"


@app.command()
def backup(
    target: Annotated[
        Path | None, typer.Argument(help="The file to make; one in the data directory if none.")
    ] = None,
) -> None:
    """Copy the database to a new file and read the copy back; the server may go on running."""

    async def run(argosy: Argosy) -> Copied:
        return await upkeep.backup(
            argosy.database,
            target,
            directory=argosy.settings.data_dir,
            at=argosy.clock.now(),
        )

    done = with_closed_argosy(run)
    value = {"path": str(done.path), "bytes": done.bytes}
    show(value, lambda: Text(f"{done.path}, {done.bytes:,} bytes, verified"))


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A backup that was made here.")]) -> None:
    """Put a backup in the place of the database; the old one is kept beside it."""

    async def run(argosy: Argosy) -> Path | None:
        return await upkeep.restore(argosy.database, source, at=argosy.clock.now())

    kept = with_closed_argosy(run)
    value = {"restored": str(source), "replaced": None if kept is None else str(kept)}
    where = "" if kept is None else f"\nThe old database is kept: {kept}"
    show(value, lambda: Text(f"{source} is in place.{where}"))


@app.command()
def check() -> None:
    """Look for damage and contradictions; exit code 1 if there are any."""

    async def run(argosy: Argosy) -> list[str]:
        found = await upkeep.check(argosy.database)
        return found or await projections.check(argosy.database, compute=argosy.compute)

    found = with_closed_argosy(run)
    show({"findings": found}, lambda: Text("\n".join(found) or "All is well."))
    if found:
        raise typer.Exit(1)


@app.command()
def rebuild() -> None:
    """Compute everything again that follows from the facts: price blocks, positions, figures."""

    async def run(argosy: Argosy) -> Rebuilt:
        with progress("Rebuilding") as step:
            return await projections.rebuild(argosy.database, compute=argosy.compute, progress=step)

    done = with_argosy(run)
    show(
        {"price_blocks": done.price_blocks, "portfolios": done.portfolios},
        lambda: Text(
            f"Rebuilt: prices of {done.price_blocks} assets; positions, snapshots and newest "
            f"figures of {done.portfolios} portfolios."
        ),
    )
