"""Long computations: one at a time, in a thread of their own, so that the event loop stays free."""

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SWITCH_INTERVAL_S = 0.0005
"""A computing thread gives the interpreter back after this long (Python's default is ten times
as much): the event loop waits for it on each of its turns, and /health takes several."""

_MANY = 50_000


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector while very many objects are made, none of them in cycles.

    It would walk all of them again and again: half the time of reading or replaying 100,000
    lines. Afterwards they are taken out of its sight, or its next walk would stop every thread
    for as long as all of them take; they still go when nothing refers to them.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            if gc.get_count()[0] > _MANY:
                gc.freeze()
            gc.enable()


class ComputePool:
    """One worker thread.

    One, because two computations in pure Python would only share the interpreter and each take
    twice as long; NumPy releases it by itself.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="argosy-compute")

    def open(self) -> None:
        """Make the interpreter hand over often enough."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)

    async def run(self, function: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
        """Run a plain function in the worker and return its result."""
        context = copy_context()
        loop = asyncio.get_running_loop()

        def work() -> R:
            with collector_paused():
                return context.run(function, *args, **options)

        return await loop.run_in_executor(self._executor, work)

    def close(self) -> None:
        """Finish what runs, drop what waits."""
        self._executor.shutdown(wait=True, cancel_futures=True)
