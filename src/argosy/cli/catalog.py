"""`argosy catalog`: which assets there are, as the sources list them."""

from typing import Annotated, Any

import typer

from argosy.cli import FAILED, mode
from argosy.cli.output import note, progress, show, table
from argosy.cli.program import with_argosy
from argosy.services import catalog
from argosy.services.catalog import Refreshed
from argosy.wiring import Argosy

app = typer.Typer(help="Fill the catalog of shared assets.", no_args_is_help=True)

_COUNTS = ("listed", "created", "changed", "delisted", "relisted", "left_out", "doubted")
_DOUBTED = "A list lost more than a tenth of its symbols at once; those stay as they are."
_SOURCE = typer.Option(help="Only this one; may be repeated.")


@app.command()
def seed(source: Annotated[list[str] | None, _SOURCE] = None) -> None:
    """Fill the catalog: what comes with Argosy, and the lists of all sources that are set up."""
    _refresh(source)


@app.command()
def refresh(source: Annotated[list[str] | None, _SOURCE] = None) -> None:
    """Bring the catalog up to date: new assets, new names, and what is not traded any more."""
    _refresh(source)


def _refresh(names: list[str] | None) -> None:
    async def ask(argosy: Argosy) -> list[Refreshed]:
        with progress("Storing assets") as step:
            return await catalog.refresh(
                argosy.database,
                argosy.sources,
                clock=argosy.clock,
                names=names or (),
                progress=step,
            )

    done = with_argosy(ask)
    show(
        [_written(one) for one in done],
        lambda: table(
            ("Source", *(f"{name.replace('_', ' ').capitalize()}>" for name in _COUNTS)),
            [(one.source, *_counts(one)) for one in done if one.error is None],
            spare=("Relisted", "Doubted", "Left out"),
        ),
    )
    failed = [one.error for one in done if one.error is not None]
    if not mode.as_json():
        told = [_DOUBTED] if any(one.doubted for one in done) else []
        for text in (*told, *(f"Error: {error}" for error in failed)):
            note(text)
    if failed:
        raise typer.Exit(FAILED)


def _counts(one: Refreshed) -> list[int]:
    return [getattr(one, name) for name in _COUNTS]


def _written(one: Refreshed) -> dict[str, Any]:
    return {
        "source": one.source,
        **dict(zip(_COUNTS, _counts(one), strict=True)),
        "code": one.error.code if one.error else None,
        "reason": str(one.error) if one.error else None,
    }
