"""`argosy queue`: the histories that are still to be fetched."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Group
from rich.text import Text

from argosy.api.schemas.queue import QueueJobOut, QueuePage
from argosy.cli.numbers import counted
from argosy.cli.output import show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.services import assets, queue
from argosy.services.queue import JobStatus, Listed
from argosy.wiring import Argosy

app = typer.Typer(help="Look at the histories that are to be fetched.", no_args_is_help=True)

_LAST = 2**63 - 1
JobOption = Annotated[
    int | None, typer.Argument(max=_LAST, help="A job's number; without it the whole queue.")
]
_ONE = "A job's number, as `argosy queue list` has it."


@app.command("list")
def list_jobs(
    status: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(JobStatus)}; may be repeated.")
    ] = None,
    symbol: Annotated[str | None, typer.Option(help="Only of this shared asset.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many at most.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="Where the last page ended.")] = None,
) -> None:
    """Show jobs, the newest first, and when the queue is likely to be empty."""
    statuses = [_status(word) for word in status or ()]

    async def read(argosy: Argosy) -> QueuePage:
        async with argosy.database.read() as session:
            asset = (await assets.get(session, None, symbol)).asset if symbol else None
            page = await queue.page(
                session, statuses=statuses, asset=asset, limit=limit, cursor=cursor
            )
            outlook = await queue.outlook(
                session, argosy.sources, argosy.budgets, clock=argosy.clock
            )
            return QueuePage.of(page.items, page.next_cursor, outlook)

    found = with_argosy(read)
    columns = ("Job>", "Symbol", "From", "To", "Source", "Why", "Status", "Tries>", "Next", "Told")
    show(
        found.model_dump(mode="json"),
        lambda: Group(
            table(columns, map(_row, found.items), spare=("Why", "Source", "Tries", "Next")),
            Text(_told(found)),
        ),
    )


@app.command()
def retry(
    job: Annotated[int | None, typer.Argument(max=_LAST, help=_ONE)] = None,
    symbol: Annotated[str | None, typer.Option(help="All jobs of this shared asset.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All jobs that failed or wait.")] = False,
) -> None:
    """Let jobs that failed or wait for a source be tried at once, with all their attempts."""
    if sum((job is not None, symbol is not None, all_)) != 1:
        raise InputError("Name a job, or give --symbol, or --all.")

    async def again(argosy: Argosy) -> int:
        async with argosy.database.write() as session:
            if job is not None:
                await queue.retry(session, job)
                return 1
            asset = (await assets.get(session, None, symbol)).asset if symbol else None
            return await queue.retry_all(session, asset=asset)

    count = with_argosy(again)
    show({"retried": count}, lambda: Text(f"{counted(count, 'job')} back in the queue."))


@app.command()
def pause(job: JobOption = None) -> None:
    """Hold a job or the whole queue back; work that has begun is finished."""
    _pause(job, paused=True)


@app.command()
def resume(job: JobOption = None) -> None:
    """Let a job or the whole queue go on."""
    _pause(job, paused=False)


@app.command()
def clean(
    days: Annotated[
        int | None, typer.Option(min=0, max=36_500, help="By default ARGOSY_BACKFILL_KEEP_DAYS.")
    ] = None,
) -> None:
    """Forget jobs that were completed so many days ago."""

    async def forget(argosy: Argosy) -> int:
        kept = argosy.settings.backfill_keep_days if days is None else days
        async with argosy.database.write() as session:
            return await queue.clean(session, days=kept, clock=argosy.clock)

    count = with_argosy(forget)
    show({"removed": count}, lambda: Text(f"{counted(count, 'completed job')} forgotten."))


def _pause(job: int | None, *, paused: bool) -> None:
    async def switch(argosy: Argosy) -> Listed | None:
        async with argosy.database.write() as session:
            if job is not None:
                return await queue.pause_job(session, job, paused=paused)
            await queue.pause(session, paused=paused)
            return None

    found = with_argosy(switch)
    what = "The queue" if found is None else f"Job {found.job.id} of {found.asset.symbol}"
    show(
        {"job": job, "paused": paused}, lambda: Text(f"{what} {'rests' if paused else 'goes on'}.")
    )


def _status(word: str) -> JobStatus:
    name = word.strip().lower().replace("-", "_")
    if name not in {one.value for one in JobStatus}:
        raise InputError(f"status: {word[:40]!r} is none of {', '.join(JobStatus)}.")
    return JobStatus(name)


def _row(job: QueueJobOut) -> tuple[object, ...]:
    return (
        job.id,
        job.symbol,
        job.start,
        job.end,
        job.source,
        job.cause,
        "paused" if job.paused else job.status,
        f"{job.attempts} of {job.max_attempts}",
        _moment(job.retry_after),
        " ".join(filter(None, (job.error_message, job.reason))) or None,
    )


def _told(found: QueuePage) -> str:
    counts = ", ".join(f"{count:,} {status}" for status, count in found.by_status.items() if count)
    rests = " The queue is paused." if found.paused else ""
    likely = f" Likely done {_moment(found.done_at)}." if found.done_at else ""
    return f"{counts or 'Nothing is queued'}.{rests}{likely}"


def _moment(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
