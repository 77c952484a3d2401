"""Runs what is due: inside the server, as a process of its own, or as a Celery task.

Whichever it is, a job runs in one place at a time, by a lease in the database; so any number of
runners may share a schedule.
"""

import asyncio
import json
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from argosy.core.errors import ArgosyError, NotFoundError, StorageError
from argosy.jobs.job import Job
from argosy.runtime.bus import JOBS
from argosy.services import schedule
from argosy.services.schedule import Holder, Result
from argosy.wiring import Argosy

LOOK_S = 5.0
"""How often the schedule is looked at when nothing wakes the runner."""

RETRY = timedelta(minutes=5)
"""A job that failed is tried again after this, unless it is due earlier."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How something ended: what came of it, or why it failed."""

    outcome: str | None
    error: str | None = None


def holder_of(argosy: Argosy) -> Holder:
    """Return a name for whoever runs jobs here, unique among all processes."""
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
    return Holder(name, argosy.clock, timedelta(seconds=argosy.settings.lease_seconds))


async def attempt(name: str, work: Awaitable[str]) -> Ended:
    """Wait for work, whatever comes of it: nothing that fails may stop what runs after it."""
    try:
        return Ended(await work)
    except ArgosyError as error:
        _log.warning("job.failed", job=name, code=error.code, reason=str(error))
        return Ended(None, str(error))
    except Exception as error:  # noqa: BLE001 - the last handler of jobs: what runs next must run
        _log.exception("job.crashed", job=name)
        return Ended(None, f"An error of the program ({type(error).__name__}); the log has it.")


class Runner:
    """Looks at the schedule and runs what is due, each job as a task of its own."""

    def __init__(
        self, argosy: Argosy, jobs: Sequence[Job], *, on_end: Callable[[str], None] | None = None
    ) -> None:
        self.holder = holder_of(argosy)
        self._on_end = on_end
        self._argosy = argosy
        self._jobs = {job.name: job for job in jobs}
        self._running: dict[str, asyncio.Task[object]] = {}
        self._awake = asyncio.Event()

    async def run(self) -> None:
        """Run jobs until canceled; what runs then is given back and stays due."""
        await attempt("register", self._registered())
        try:
            while True:
                await attempt("schedule", self._start_due())
                await self._sleep()
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def run_due(self) -> dict[str, Ended]:
        """Run each job that is due, one after the other, and say how each ended."""
        await self.register()
        found: dict[str, Ended] = {}
        for name in await schedule.due(self._argosy.database, clock=self._argosy.clock):
            if name in self._jobs:
                ended = await self.run_one(name)
                if ended is not None:
                    found[name] = ended
        return found

    async def run_one(self, name: str, *, due: bool = True) -> Ended | None:
        """Run a job if it is due, or in any case; None where it is not, or runs elsewhere."""
        job = self._jobs.get(name)
        if job is None:
            raise NotFoundError("job", name)
        database = self._argosy.database
        try:
            async with schedule.leased(database, name, self.holder, due=due) as held:
                if not held:
                    return None
                await self._tell(name, "started")
                ended = await attempt(name, job.run(self._argosy))
                await schedule.finish(database, name, self.holder, self._result(job, ended))
                await self._tell(name, "ended", outcome=ended.outcome, error=ended.error)
                return ended
        except asyncio.CancelledError:
            await schedule.give_back(database, name, self.holder)
            raise

    async def register(self) -> None:
        """Make the jobs known that are not yet."""
        await schedule.register(self._argosy.database, self._jobs, clock=self._argosy.clock)

    async def wake(self, name: str) -> None:
        """Let a job be due now, and look at once."""
        await schedule.make_due(self._argosy.database, name, clock=self._argosy.clock)
        self._awake.set()

    async def _registered(self) -> str:
        await self.register()
        return ""

    async def _start_due(self) -> str:
        for name in await schedule.due(self._argosy.database, clock=self._argosy.clock):
            if name in self._jobs and name not in self._running:
                task = asyncio.create_task(attempt(name, self._run_quietly(name)))
                self._running[name] = task
                task.add_done_callback(partial(self._ended, name))
        return ""

    async def _run_quietly(self, name: str) -> str:
        ended = await self.run_one(name)
        return "" if ended is None else ended.outcome or ""

    def _ended(self, name: str, _: object) -> None:
        del self._running[name]
        self._awake.set()
        if self._on_end is not None:
            self._on_end(name)

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._awake.wait()
        except TimeoutError:
            return
        self._awake.clear()

    async def _tell(self, name: str, event: str, **more: str | None) -> None:
        """Tell those who listen to jobs; that nobody can be told fails no job."""
        said = {"name": name, "event": event, "at": _written(self._argosy.clock.now()), **more}
        try:
            await self._argosy.bus.publish(JOBS, json.dumps(said).encode())
        except StorageError as error:
            _log.warning("job.not_told", job=name, reason=str(error))

    def _result(self, job: Job, ended: Ended) -> Result:
        now = self._argosy.clock.now()
        due_at = job.next_after(now)
        if ended.error is not None:
            due_at = min(due_at, now + RETRY)
        return Result(at=now, due_at=due_at, outcome=ended.outcome, error=ended.error)


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
