"""Everything that runs by itself, inside one process: the schedule, the workers, the ear."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from argosy.jobs.runner import Runner, attempt
from argosy.jobs.schedule import LEDGER_JOB, PRICES_JOB, schedule_of
from argosy.jobs.tasks import ALERTS_JOB
from argosy.jobs.workers import Workers
from argosy.services import hearing
from argosy.wiring import Argosy

_GATHER_S = 0.2
"""So long changes are gathered: whoever enters ten lines in a row is followed once."""

_FOLLOWED_BY = {
    hearing.LEDGER: LEDGER_JOB,
    hearing.PRICES: PRICES_JOB,
    hearing.NEW_PRICES: ALERTS_JOB,
}


@asynccontextmanager
async def running(
    argosy: Argosy, *, schedule: bool = True, work: bool = True
) -> AsyncIterator[None]:
    """Run the schedule, the workers or both beside a block; end them with it."""
    workers = Workers(argosy)
    parts: list[Coroutine[Any, Any, None]] = []
    if schedule:
        # What a job queues is begun at once, not when the workers look next.
        runner = Runner(argosy, schedule_of(argosy.settings), on_end=lambda _: workers.wake())
        parts += [runner.run(), Ear(argosy, runner).run()]
    if work:
        parts.append(workers.run())
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Ear:
    """Lets the jobs that follow a change run as soon as it is stored."""

    def __init__(self, argosy: Argosy, runner: Runner) -> None:
        self._argosy = argosy
        self._runner = runner
        self._heard: set[str] = set()
        self._any = asyncio.Event()

    async def run(self) -> None:
        """Listen until canceled."""
        argosy = self._argosy
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(hearing.changes(argosy.database, argosy.bus)))
            group.create_task(self._listen(hearing.new_prices(argosy.bus)))
            group.create_task(self._follow())

    async def _listen(self, changes: AsyncIterator[str]) -> None:
        async for what in changes:
            self._heard.add(_FOLLOWED_BY[what])
            self._any.set()

    async def _follow(self) -> None:
        while True:
            await self._any.wait()
            await asyncio.sleep(_GATHER_S)
            self._any.clear()
            jobs, self._heard = self._heard, set()
            for name in jobs:
                await attempt("hear", self._wake(name))

    async def _wake(self, name: str) -> str:
        await self._runner.wake(name)
        return ""
