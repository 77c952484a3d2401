"""`argosy worker`: fetches queued histories in a process of its own."""

from typing import Annotated

import typer

from argosy.cli.output import note
from argosy.cli.program import with_running_argosy
from argosy.jobs.workers import Workers
from argosy.wiring import Argosy

app = typer.Typer(help="Fetch queued histories.")


@app.command()
def worker(
    count: Annotated[
        int | None, typer.Option(min=1, max=64, help="Histories fetched at a time.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End when the queue is empty.")] = False,
) -> None:
    """Fetch what is queued, until Ctrl-C; any number of workers share the queue."""

    async def work(argosy: Argosy) -> None:
        workers = Workers(argosy, count=count)
        if once:
            note(f"{await workers.drain():,} done.")
            return
        note("Working (Ctrl-C stops it; what is under way goes back to the queue)")
        await workers.run()

    with_running_argosy(work)
