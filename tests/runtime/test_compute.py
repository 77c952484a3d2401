import asyncio
import gc
import weakref
from threading import current_thread

from argosy.runtime.compute import ComputePool, collector_paused


class Line:
    """Something that the collector has to walk."""


async def test_a_computation_runs_beside_the_event_loop():
    pool = ComputePool()
    assert await pool.run(current_thread) is not current_thread()
    pool.close()


async def test_computations_take_turns():
    pool, order = ComputePool(), []
    await asyncio.gather(*(pool.run(order.append, number) for number in range(20)))
    assert order == list(range(20))
    pool.close()


def test_the_collector_walks_little_after_much_was_made():
    with collector_paused():
        lines = [Line() for _ in range(200_000)]
    assert gc.isenabled()
    assert gc.get_count()[0] < 10_000
    last = weakref.ref(lines[-1])
    del lines
    assert last() is None, "what nothing refers to goes all the same"


def test_a_pause_within_a_pause_does_not_end_it():
    with collector_paused():
        with collector_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
