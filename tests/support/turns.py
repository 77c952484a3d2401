"""Which share of the work the event loop did in one go: a proportion, so that a busy machine
changes nothing."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest


@dataclass
class Turns:
    """The longest single turn of the event loop, beside all the process worked meanwhile."""

    longest_s: float = 0.0
    all_s: float = 0.0

    @property
    def longest_share(self) -> float:
        """CPU time of the longest turn over that of the whole process, 0 to 1."""
        return self.longest_s / self.all_s


@contextmanager
def turns_of_the_loop() -> Iterator[Turns]:
    """Watch each turn of the running loop; the result is complete when the block ends."""
    turns, run, begun = Turns(), asyncio.Handle._run, time.process_time()

    def watched(handle: asyncio.Handle) -> None:
        before = time.thread_time()
        run(handle)
        turns.longest_s = max(turns.longest_s, time.thread_time() - before)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.Handle, "_run", watched)
        yield turns
    turns.all_s = time.process_time() - begun
