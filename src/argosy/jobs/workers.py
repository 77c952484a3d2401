"""Workers on the queue of histories: as many as the settings say, in this process."""

import asyncio
from datetime import timedelta
from time import monotonic

from argosy.jobs.runner import Ended, attempt, holder_of
from argosy.runtime.bus import PRICES_CHANGED
from argosy.services import backfill
from argosy.services.backfill import Terms, Worked
from argosy.wiring import Argosy

LOOK_S = 5.0
"""How often an empty queue is looked at when nothing wakes the workers."""

_QUIET_S = 30.0

_REST_S, _DOUBLED = 0.02, 3


def rest_after(failed: int) -> float:
    """Return how many seconds a worker rests after so many jobs in a row that could not be done.

    Thousands of them leave the time and the database to those who read.

    Examples
    --------
    >>> [rest_after(failed) for failed in (1, 2, 4, 1_000)]
    [0.02, 0.04, 0.16, 0.16]
    """
    times: int = 2 ** min(failed - 1, _DOUBLED)
    return _REST_S * times


class Workers:
    """Fetch what is queued; several of them, in this process or others, share the queue."""

    def __init__(self, argosy: Argosy, *, count: int | None = None) -> None:
        self._argosy = argosy
        self._count = count or argosy.settings.workers
        self._terms = Terms(
            lease=timedelta(seconds=argosy.settings.lease_seconds),
            wait=timedelta(minutes=argosy.settings.backfill_retry_minutes),
            attempts=argosy.settings.max_backfill_attempts,
        )
        self._awake = asyncio.Event()
        self._told_s = monotonic()
        self._changed = False

    def wake(self) -> None:
        """Let workers that wait look at the queue now."""
        self._awake.set()

    async def run(self) -> None:
        """Work until canceled; what is under way then goes back to the queue."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._count):
                group.create_task(self._work())

    async def drain(self) -> int:
        """Work until nothing is left that can be done now; return how many jobs were done."""
        done = await asyncio.gather(*(self._drain() for _ in range(self._count)))
        await self._tell(now=True)
        return sum(done)

    async def _drain(self) -> int:
        done, worker = 0, holder_of(self._argosy).name
        while await self._one(worker) is not None:
            done += 1
        return done

    async def _work(self) -> None:
        worker, failed = holder_of(self._argosy).name, 0
        while True:
            ended = await attempt("backfill", self._outcome(worker))
            if ended == Ended("worked"):
                failed = 0
                continue
            if ended == Ended("put off"):
                failed += 1
                await asyncio.sleep(rest_after(failed))
                continue
            await attempt("backfill.tell", self._idle())
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._awake.wait()
            except TimeoutError:
                continue
            self._awake.clear()

    async def _outcome(self, worker: str) -> str:
        worked = await self._one(worker)
        if worked is None:
            return "idle"
        return "worked" if worked.error is None else "put off"

    async def _idle(self) -> str:
        await self._tell(now=True)
        return ""

    async def _one(self, worker: str) -> Worked | None:
        argosy = self._argosy
        worked = await backfill.work_one(
            argosy.database, argosy.sources, clock=argosy.clock, worker=worker, terms=self._terms
        )
        if worked is not None:
            self._changed = self._changed or worked.changed
            await self._tell(now=False)
        return worked

    async def _tell(self, *, now: bool) -> None:
        """Say that prices changed: when the queue is empty, and now and then while it is not."""
        if self._changed and (now or monotonic() - self._told_s > _QUIET_S):
            self._changed, self._told_s = False, monotonic()
            await self._argosy.bus.publish(PRICES_CHANGED, b'{"by": "backfill"}')
