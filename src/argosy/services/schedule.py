"""Who runs which job when: leases, so that many processes share one schedule."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from argosy.core.errors import StorageError
from argosy.runtime.clock import Clock
from argosy.store import job_runs
from argosy.store.database import Database
from argosy.store.job_runs import JobRun, Result

__all__ = ["JobRun", "Result"]

LEASE = timedelta(seconds=90)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """One process that runs jobs: its name, unique among all, and its time.

    So long after it died, `lease`, its jobs are free again.
    """

    name: str
    clock: Clock
    lease: timedelta = LEASE


async def register(database: Database, names: Iterable[str], *, clock: Clock) -> None:
    """Make jobs known that are not yet; they are due at once."""
    async with database.write() as session:
        await job_runs.register(session, names, due_at=clock.now())


async def states(database: Database) -> dict[str, JobRun]:
    """Return when each job ran and is due, by name."""
    async with database.read() as session:
        return await job_runs.read(session)


async def due(database: Database, *, clock: Clock) -> list[str]:
    """Return the jobs that wait to be run, the longest waiting first."""
    now = clock.now()
    waiting = {
        one.name: one.due_at
        for one in (await states(database)).values()
        if one.due_at is not None
        and one.due_at <= now
        and not one.paused
        and (one.leased_until is None or one.leased_until <= now)
    }
    return sorted(waiting, key=waiting.__getitem__)


async def make_due(database: Database, name: str, *, clock: Clock) -> None:
    """Let a job be run now; while it runs already, once more after."""
    async with database.write() as session:
        await job_runs.set_due(session, name, clock.now())


async def pause(database: Database, name: str, *, paused: bool) -> None:
    """Let a job rest, or run again."""
    async with database.write() as session:
        await job_runs.set_paused(session, name, paused=paused)


@asynccontextmanager
async def leased(
    database: Database, name: str, holder: Holder, *, due: bool = True
) -> AsyncIterator[bool]:
    """Hold a job's lease for a block, renewed meanwhile; the block is told whether it is held.

    The block is canceled if the lease is lost, which takes a process that slept for long.
    """
    now = holder.clock.now()
    async with database.write() as session:
        held = await job_runs.claim(
            session, name, worker=holder.name, now=now, until=now + holder.lease, due=due
        )
    if not held:
        yield False
        return
    task = asyncio.current_task()
    assert task is not None, "leases are held by coroutines"
    renewal = asyncio.create_task(_renew(database, name, holder, task))
    try:
        yield True
    finally:
        renewal.cancel()
        with suppress(asyncio.CancelledError):
            await renewal


async def finish(database: Database, name: str, holder: Holder, result: Result) -> None:
    """Write down how a run ended."""
    async with database.write() as session:
        await job_runs.finish(session, name, worker=holder.name, result=result)


async def give_back(database: Database, name: str, holder: Holder) -> None:
    """Give a job back that was not finished; it stays due."""
    async with database.write() as session:
        await job_runs.give_back(session, name, worker=holder.name)


async def _renew(
    database: Database, name: str, holder: Holder, task: "asyncio.Task[object]"
) -> None:
    while True:
        await asyncio.sleep(holder.lease.total_seconds() / 4)
        until = holder.clock.now() + holder.lease
        try:
            async with database.write() as session:
                kept = await job_runs.renew(session, name, worker=holder.name, until=until)
        except StorageError as error:  # it may answer again before the lease runs out
            _log.warning("job.lease_not_renewed", job=name, reason=str(error))
            continue
        if not kept:
            task.cancel()
            return
