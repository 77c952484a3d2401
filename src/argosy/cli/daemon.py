"""`argosy daemon`: runs the schedule in a process of its own."""

import asyncio
from typing import Annotated

import typer

from argosy.cli.jobs import show_ended
from argosy.cli.output import note
from argosy.cli.program import with_running_argosy
from argosy.jobs.embedded import running
from argosy.jobs.runner import Runner
from argosy.jobs.schedule import schedule_of
from argosy.wiring import Argosy

app = typer.Typer(help="Run the schedule.")


@app.command()
def daemon(
    interval: Annotated[
        int | None,
        typer.Option(min=1, max=1440, help="Minutes between refreshes of the prices."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Run what is due, and end.")] = False,
    work: Annotated[bool, typer.Option("--work", help="Work on the queue too.")] = False,
) -> None:
    """Refresh prices and rates, follow changed ledgers, tidy up: until Ctrl-C."""
    changed = {} if interval is None else {"fetch_interval_minutes": interval}

    async def run(argosy: Argosy) -> None:
        if once:
            runner = Runner(argosy, schedule_of(argosy.settings))
            show_ended(await runner.run_due())
            return
        minutes = argosy.settings.fetch_interval_minutes
        note(f"Refreshing every {minutes} minutes (Ctrl-C stops it)")
        async with running(argosy, work=work):
            await asyncio.Event().wait()

    with_running_argosy(run, **changed)
