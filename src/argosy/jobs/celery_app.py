"""Celery's view of the schedule: `celery -A argosy.jobs.celery_app worker`, and `beat`.

Beat says when, and the same lease as everywhere sees to it that a job runs once: a daemon beside
it does no harm. A task is the same coroutine, on its process's one event loop.
"""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown

from argosy.core.errors import InputError
from argosy.jobs.runner import Runner
from argosy.jobs.schedule import schedule_of
from argosy.jobs.workers import Workers
from argosy.settings import Settings
from argosy.wiring import PATIENCE_S, Argosy, set_up_logs

BACKFILL_EVERY_S = 15.0
"""How often beat lets the queue be worked off."""

_LOOK_S = 60.0
_HARD_S, _SOFT_S = 30 * 60, 25 * 60
"""A task is ended by its own loop first, which gives its job back; Celery kills it later."""


class Process:
    """One worker process: its event loop, and the program's parts, made after the fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop = asyncio.Runner()
        self._parts = AsyncExitStack()
        self._argosy: Argosy | None = None

    def run_job(self, name: str) -> str | None:
        """Run a job of the schedule if it is due; return what came of it."""
        return self._loop.run(self._run_job(name))

    def work(self) -> int:
        """Work the queue of histories off; return how many jobs were done."""
        return self._loop.run(self._work())

    def close(self) -> None:
        """Close everything."""
        if self._argosy is not None:
            self._loop.run(self._parts.aclose())
            self._argosy = None
        self._loop.close()

    async def _run_job(self, name: str) -> str | None:
        argosy = await self._open()
        async with asyncio.timeout(_SOFT_S):
            ended = await Runner(argosy, schedule_of(argosy.settings)).run_one(name)
        return None if ended is None else ended.error or ended.outcome

    async def _work(self) -> int:
        argosy = await self._open()
        async with asyncio.timeout(_SOFT_S):
            return await Workers(argosy).drain()

    async def _open(self) -> Argosy:
        if self._argosy is None:
            opened = Argosy.opened(self._settings, patience_s=PATIENCE_S)
            self._argosy = await self._parts.enter_async_context(opened)
            await Runner(self._argosy, schedule_of(self._settings)).register()
        return self._argosy


def make_app(settings: Settings) -> Celery:
    """Make the Celery application of the settings.

    Raises
    ------
    InputError
        If no broker is set.
    """
    broker = settings.celery_broker
    if broker is None:
        raise InputError("Celery needs a broker: set ARGOSY_REDIS_URL or ARGOSY_CELERY_BROKER_URL.")
    # Celery has a name of its own for a socket's address.
    made = Celery("argosy", broker=broker.replace("unix://", "redis+socket://", 1))
    made.conf.update(
        task_serializer="json",
        accept_content=["json"],
        enable_utc=True,
        timezone="UTC",
        task_ignore_result=True,
        task_acks_late=True,  # a killed worker's task is given to another
        task_time_limit=_HARD_S,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        beat_schedule=beat_schedule(settings),
    )
    _add_tasks(made, settings)
    return made


def beat_schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return the schedule in Celery's form: when to look whether a job is due.

    More often than it is due, so that one that failed, or was made due, need not wait for its
    whole interval; looking costs a query.
    """
    entries = {
        job.name: {
            "task": "argosy.run",
            "args": (job.name,),
            "schedule": min(job.every.total_seconds(), _LOOK_S),
            "options": {"expires": _LOOK_S},
        }
        for job in schedule_of(settings)
    }
    entries["backfill"] = {
        "task": "argosy.work",
        "args": (),
        "schedule": BACKFILL_EVERY_S,
        "options": {"expires": BACKFILL_EVERY_S},
    }
    return entries


def _add_tasks(made: Celery, settings: Settings) -> None:
    """Add the two tasks, and what opens and closes the process that runs them."""
    process: list[Process] = []

    def here() -> Process:
        if not process:
            process.append(Process(settings))
        return process[0]

    @made.task(name="argosy.run")
    def run(name: str) -> str | None:
        return here().run_job(name)

    @made.task(name="argosy.work")
    def work() -> int:
        return here().work()

    @worker_process_init.connect(weak=False)
    def begin(**_: object) -> None:
        set_up_logs(settings)

    @worker_process_shutdown.connect(weak=False)
    def end(**_: object) -> None:
        if process:
            process.pop().close()


def __getattr__(name: str) -> Celery:
    """Make the application when Celery asks for it: nobody else needs a broker."""
    if name != "app":
        raise AttributeError(name)
    return make_app(Settings())
