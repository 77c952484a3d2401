"""`argosy sources`: where prices and rates come from."""

from typing import Annotated

import typer

from argosy.api.schemas.source import SourceOut
from argosy.cli import FAILED, mode
from argosy.cli.output import note, show, table
from argosy.cli.program import with_argosy
from argosy.runtime.clock import today
from argosy.services import sources
from argosy.services.sources import Checked, SourceState
from argosy.wiring import Argosy

app = typer.Typer(help="Look at the sources of prices and rates.", no_args_is_help=True)

_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))


@app.command("list")
def list_sources() -> None:
    """Show what each source gives, what is left of its limits, and which setting it lacks."""

    async def read(argosy: Argosy) -> list[SourceState]:
        return await sources.states(argosy.sources, argosy.budgets)

    found = [SourceOut.of(state) for state in with_argosy(read)]
    columns = ("Source", "Title", "Grade", "Gives", "Intervals", "Left", "Lacks")
    show(
        [one.model_dump(mode="json") for one in found],
        lambda: table(columns, map(_row, found), spare=("Title", "Grade", "Intervals")),
    )


@app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Option(help="Only this one; may be repeated.")
    ] = None,
) -> None:
    """Ask each source that is set up a small question; exit code 4 if one does not answer."""

    async def ask(argosy: Argosy) -> list[Checked]:
        return await sources.check(argosy.sources, source or (), today=today(argosy.clock))

    done = with_argosy(ask)
    show(
        [
            {
                "source": one.source,
                "answers": one.error is None,
                "code": one.error.code if one.error else None,
                "reason": str(one.error) if one.error else None,
            }
            for one in done
        ],
        lambda: table(
            ("Source", "Answers"), [(one.source, "no" if one.error else "yes") for one in done]
        ),
    )
    failed = [one.error for one in done if one.error is not None]
    if failed and not mode.as_json():
        note("\n".join(f"Error: {error}" for error in failed))
    if failed:
        raise typer.Exit(FAILED)


def _row(one: SourceOut) -> tuple[object, ...]:
    return (
        one.name,
        one.title,
        one.grade,
        ", ".join(one.capabilities),
        ", ".join(one.intervals),
        ", ".join(
            f"{limit.left:,} of {limit.requests:,}/{_span(limit.per_s)}" for limit in one.limits
        ),
        one.lacks,
    )


def _span(seconds: float) -> str:
    """Word a time in the largest unit that it is a multiple of: `min`, `30 d`."""
    size, unit = next((one for one in _SPANS if seconds % one[0] == 0), (1, "s"))
    return unit if seconds == size else f"{seconds / size:g} {unit}"
