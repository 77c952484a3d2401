"""`argosy jobs`: what runs by itself, when it ran, and running it by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer

from argosy.cli.output import show, table
from argosy.cli.program import with_argosy
from argosy.jobs.runner import Ended, Runner
from argosy.jobs.schedule import schedule_of
from argosy.services import schedule
from argosy.services.schedule import JobRun
from argosy.wiring import Argosy

app = typer.Typer(help="Look at what runs by itself.", no_args_is_help=True)

JobName = Annotated[str, typer.Argument(help="A job's name, as `argosy jobs list` has it.")]


@app.command("list")
def list_jobs() -> None:
    """Show each job, when it ran last and is due next, and what came of it."""

    async def read(argosy: Argosy) -> tuple[dict[str, JobRun], list[tuple[str, str, float]]]:
        jobs = schedule_of(argosy.settings)
        table = [(job.name, job.about, job.every.total_seconds()) for job in jobs]
        return await schedule.states(argosy.database), table

    states, jobs = with_argosy(read)
    found = [
        {"name": name, "about": about, "every_s": every_s, **_state(states.get(name))}
        for name, about, every_s in jobs
    ]
    columns = ("Job", "About", "Ran", "Due", "Outcome")
    show(found, lambda: table(columns, map(_row, found), spare=("About",)))


@app.command()
def run(name: JobName) -> None:
    """Run a job now, due or not."""

    async def once(argosy: Argosy) -> Ended | None:
        runner = Runner(argosy, schedule_of(argosy.settings))
        await runner.register()
        return await runner.run_one(name, due=False)

    ended = with_argosy(once)
    show_ended({} if ended is None else {name: ended})


@app.command()
def pause(name: JobName) -> None:
    """Let a job rest until it is resumed."""
    _pause(name, paused=True)


@app.command()
def resume(name: JobName) -> None:
    """Let a paused job run again."""
    _pause(name, paused=False)


def show_ended(ended: Mapping[str, Ended]) -> None:
    """Print how runs ended; exit code 1 if one failed."""
    found = [
        {"name": name, "outcome": one.outcome, "error": one.error} for name, one in ended.items()
    ]
    rows = [(one["name"], one["error"] or one["outcome"]) for one in found]
    show(found, lambda: table(("Job", "Outcome"), rows))
    if any(one.error for one in ended.values()):
        raise typer.Exit(1)


def _pause(name: str, *, paused: bool) -> None:
    async def change(argosy: Argosy) -> None:
        await Runner(argosy, schedule_of(argosy.settings)).register()
        await schedule.pause(argosy.database, name, paused=paused)

    with_argosy(change)


def _state(state: JobRun | None) -> dict[str, object]:
    if state is None:
        return dict.fromkeys(("ran_at", "due_at", "outcome")) | dict.fromkeys(
            ("running", "paused", "failed"), False
        )
    return {
        "ran_at": state.finished_at,
        "due_at": state.due_at,
        "running": state.worker is not None,
        "paused": state.paused,
        "outcome": state.error or state.outcome,
        "failed": state.error is not None,
    }


def _row(one: Mapping[str, object]) -> tuple[object, ...]:
    due = "paused" if one["paused"] else "running" if one["running"] else _minute(one["due_at"])
    return one["name"], one["about"], _minute(one["ran_at"]), due, one["outcome"]


def _minute(at: object) -> str | None:
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else None
