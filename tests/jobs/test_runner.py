"""The runner of jobs: what is due runs, once, wherever it runs; what fails stops nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from argosy.core.errors import InputError, NotFoundError
from argosy.jobs.job import Job
from argosy.jobs.runner import RETRY, Ended, Runner
from argosy.runtime.clock import FixedClock
from argosy.services import schedule
from argosy.services.schedule import LEASE
from argosy.wiring import Argosy
from tests.support.api import make_settings

NOON = datetime(2024, 1, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
async def argosy(database_url: str, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Argosy]:
    async with Argosy.opened(make_settings(tmp_path, database_url), clock=clock) as argosy:
        yield argosy


def job(run: Callable[[Argosy], Awaitable[str]], name: str = "tidy") -> Job:
    return Job(name=name, about="Tidies up.", every=HOUR, run=run)


def counted(runs: list[str], name: str = "tidy") -> Job:
    async def run(_: Argosy) -> str:
        runs.append(name)
        return f"{len(runs)} done."

    return job(run, name)


async def test_a_new_job_is_due_at_once_and_then_each_time_its_interval_is_over(
    argosy: Argosy, clock: FixedClock
):
    runs: list[str] = []
    runner = Runner(argosy, [counted(runs)])
    assert await runner.run_due() == {"tidy": Ended("1 done.")}
    assert await runner.run_due() == {}
    clock.advance(HOUR - timedelta(seconds=1))
    assert await runner.run_due() == {}
    clock.advance(timedelta(seconds=1))
    assert await runner.run_due() == {"tidy": Ended("2 done.")}
    state = (await schedule.states(argosy.database))["tidy"]
    assert (state.runs, state.failures, state.outcome) == (2, 0, "2 done.")
    assert state.due_at == clock.now() + HOUR
    assert state.worker is None


async def test_what_fails_says_why_and_stops_nothing_else(argosy: Argosy, clock: FixedClock):
    async def refuse(_: Argosy) -> str:
        raise InputError("There is nothing to tidy.")

    async def crash(_: Argosy) -> str:
        raise ZeroDivisionError

    runs: list[str] = []
    runner = Runner(argosy, [job(refuse, "refuses"), job(crash, "crashes"), counted(runs)])
    ended = await runner.run_due()
    assert ended["refuses"] == Ended(None, "There is nothing to tidy.")
    assert "ZeroDivisionError" in str(ended["crashes"].error)
    assert runs == ["tidy"]
    states = await schedule.states(argosy.database)
    assert states["refuses"].failures == 1
    assert states["refuses"].error == "There is nothing to tidy."
    assert states["refuses"].due_at == clock.now() + RETRY


async def test_two_runners_never_run_one_job_at_the_same_time(argosy: Argosy):
    runs: list[str] = []
    began, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: Argosy) -> str:
        runs.append("tidy")
        began.set()
        await go_on.wait()
        return ""

    first, second = Runner(argosy, [job(wait)]), Runner(argosy, [job(wait)])
    running = asyncio.create_task(first.run_due())
    await began.wait()
    assert await second.run_due() == {}
    assert await second.run_one("tidy", due=False) is None
    go_on.set()
    await running
    assert runs == ["tidy"]


async def test_the_job_of_a_process_that_died_is_free_when_its_lease_is_over(
    argosy: Argosy, clock: FixedClock
):
    runs: list[str] = []
    dead, alive = Runner(argosy, [counted(runs)]), Runner(argosy, [counted(runs)])
    await schedule.register(argosy.database, ["tidy"], clock=clock)
    lease = schedule.leased(argosy.database, "tidy", dead.holder)
    assert await lease.__aenter__()  # and is never left
    assert await alive.run_due() == {}
    clock.advance(LEASE)
    assert await alive.run_due() == {"tidy": Ended("1 done.")}


async def test_a_runner_that_is_stopped_gives_its_job_back(argosy: Argosy):
    began = asyncio.Event()

    async def wait(_: Argosy) -> str:
        began.set()
        await asyncio.Event().wait()
        return ""

    stopped = asyncio.create_task(Runner(argosy, [job(wait)]).run())
    await began.wait()
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    runs: list[str] = []
    assert await Runner(argosy, [counted(runs)]).run_due() == {"tidy": Ended("1 done.")}


async def test_a_job_that_is_made_due_while_it_runs_runs_once_more(
    argosy: Argosy, clock: FixedClock
):
    runs: list[str] = []

    async def again(argosy: Argosy) -> str:
        runs.append("tidy")
        if len(runs) == 1:
            clock.advance(timedelta(seconds=1))
            await schedule.make_due(argosy.database, "tidy", clock=clock)
        return ""

    runner = Runner(argosy, [job(again)])
    await runner.run_due()
    await runner.run_due()
    await runner.run_due()
    assert runs == ["tidy", "tidy"]


async def test_a_paused_job_rests_until_it_is_resumed_but_can_be_run_by_hand(argosy: Argosy):
    runs: list[str] = []
    runner = Runner(argosy, [counted(runs)])
    await schedule.register(argosy.database, ["tidy"], clock=argosy.clock)
    await schedule.pause(argosy.database, "tidy", paused=True)
    assert await runner.run_due() == {}
    assert await runner.run_one("tidy", due=False) == Ended("1 done.")
    await schedule.pause(argosy.database, "tidy", paused=False)
    await schedule.make_due(argosy.database, "tidy", clock=argosy.clock)
    assert await runner.run_due() == {"tidy": Ended("2 done.")}


async def test_the_loop_runs_what_it_is_woken_for(argosy: Argosy):
    ran = asyncio.Queue[str]()

    async def tell(_: Argosy) -> str:
        await ran.put("tidy")
        return ""

    runner = Runner(argosy, [job(tell)])
    loop = asyncio.create_task(runner.run())
    await ran.get()
    await runner.wake("tidy")
    await ran.get()
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_a_job_that_does_not_exist_cannot_be_run_or_paused(argosy: Argosy):
    with pytest.raises(NotFoundError):
        await Runner(argosy, []).run_one("tidy")
    with pytest.raises(NotFoundError):
        await schedule.pause(argosy.database, "tidy", paused=True)
