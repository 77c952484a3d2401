"""Workers on the queue of histories: as many as the settings say, in this process."""

import asyncio
from datetime import timedelta
from time import monotonic

from argosy.jobs.runner import Ended, attempt, holder_of
from argosy.runtime.bus import PRICES_CHANGED
from argosy.services import backfill
from argosy.services.backfill import Terms
from argosy.wiring import Argosy

LOOK_S = 5.0
"""How often an empty queue is looked at when nothing wakes the workers."""

_QUIET_S = 30.0


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
        while await self._one(worker):
            done += 1
        return done

    async def _work(self) -> None:
        worker = holder_of(self._argosy).name
        while True:
            ended = await attempt("backfill", self._outcome(worker))
            if ended == Ended("worked"):
                continue
            await attempt("backfill.tell", self._idle())
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._awake.wait()
            except TimeoutError:
                continue
            self._awake.clear()

    async def _outcome(self, worker: str) -> str:
        return "worked" if await self._one(worker) else "idle"

    async def _idle(self) -> str:
        await self._tell(now=True)
        return ""

    async def _one(self, worker: str) -> bool:
        argosy = self._argosy
        worked = await backfill.work_one(
            argosy.database, argosy.sources, clock=argosy.clock, worker=worker, terms=self._terms
        )
        if worked is None:
            return False
        self._changed = self._changed or worked.changed
        await self._tell(now=False)
        return True

    async def _tell(self, *, now: bool) -> None:
        """Say that prices changed: when the queue is empty, and now and then while it is not."""
        if self._changed and (now or monotonic() - self._told_s > _QUIET_S):
            self._changed, self._told_s = False, monotonic()
            await self._argosy.bus.publish(PRICES_CHANGED, b'{"by": "backfill"}')
