"""Budgets of requests, in memory and over Redis: the same rules."""

import asyncio
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from argosy.core.errors import StorageError
from argosy.runtime.budgets import MemoryBudgets, RateLimit, RedisBudgets, wait_for

FIVE = (RateLimit(5, 60.0),)
LAYERED = (RateLimit(3, 1.5), RateLimit(5, 60.0))


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.valkey)])
async def budgets(request):
    if request.param == "memory":
        yield MemoryBudgets()
        return
    async with Redis.from_url(request.getfixturevalue("redis_url")) as redis:
        yield RedisBudgets(redis)


async def test_a_budget_gives_what_it_has_and_then_says_how_long_to_wait(budgets):
    assert [await budgets.take("a", FIVE) for _ in range(5)] == [0.0] * 5
    assert 0.0 < await budgets.take("a", FIVE) <= 60.0
    assert await budgets.left("a", FIVE) == (0,)
    assert await budgets.take("b", FIVE) == 0.0, "another budget is another's"


async def test_a_refusal_takes_nothing(budgets):
    assert await budgets.take("a", FIVE, 4) == 0.0
    assert await budgets.take("a", FIVE, 2) > 0.0
    assert await budgets.left("a", FIVE) == (1,)
    assert await budgets.take("a", FIVE, 1) == 0.0


async def test_what_costs_more_than_a_limit_never_comes(budgets):
    assert await budgets.take("a", FIVE, 6) == float("inf")


async def test_every_limit_holds(budgets):
    assert [await budgets.take("a", LAYERED) for _ in range(3)] == [0.0] * 3
    wait_s = await budgets.take("a", LAYERED)
    assert 0.0 < wait_s <= 1.5
    await asyncio.sleep(wait_s + 0.01)
    assert [await budgets.take("a", LAYERED) for _ in range(2)] == [0.0] * 2
    assert await budgets.take("a", LAYERED) > 10.0


async def test_without_limits_everything_goes(budgets):
    assert [await budgets.take("a", ()) for _ in range(50)] == [0.0] * 50


async def test_nobody_takes_from_a_blocked_budget(budgets):
    await budgets.block("a", 30.0)
    await budgets.block("a", 1.0)  # a shorter one does not end a longer one
    assert 1.0 < await budgets.take("a", FIVE) <= 30.0
    assert await budgets.left("a", FIVE) == (0,)
    assert await budgets.take("b", FIVE) == 0.0


async def test_a_block_ends(budgets):
    await budgets.block("a", 0.05)
    assert await wait_for(budgets, "a", FIVE, cost=1, patience_s=20.0) == 0.0


async def test_whoever_is_patient_waits(budgets):
    limits = (RateLimit(2, 0.1),)
    taken = [await wait_for(budgets, "a", limits, cost=1, patience_s=20.0) for _ in range(6)]
    assert taken == [0.0] * 6


async def test_whoever_is_not_is_told(budgets):
    assert await wait_for(budgets, "a", FIVE, cost=5, patience_s=0.0) == 0.0
    assert await wait_for(budgets, "a", FIVE, cost=1, patience_s=0.1) > 0.1


@pytest.mark.valkey
async def test_many_takers_over_one_redis_respect_it_together(redis_url):
    async def worker() -> int:
        async with Redis.from_url(redis_url) as redis:
            own = RedisBudgets(redis)
            return [await own.take("shared", (RateLimit(30, 60.0),)) for _ in range(20)].count(0.0)

    assert sum(await asyncio.gather(*(worker() for _ in range(5)))) == 30


@given(
    st.lists(st.tuples(st.floats(0, 20), st.integers(1, 4)), max_size=60),
    st.lists(st.builds(RateLimit, st.integers(4, 12), st.floats(1, 40)), min_size=1, max_size=3),
)
def test_no_window_ever_holds_more_than_its_limit(asked, limits):
    now = [0.0]
    budgets = MemoryBudgets(lambda: now[0])
    taken: deque[tuple[float, int]] = deque()

    async def ask() -> None:
        for step, cost in asked:
            now[0] += step
            if await budgets.take("a", limits, cost) == 0.0:
                taken.append((now[0], cost))

    asyncio.run(ask())
    for limit in limits:
        for end, _ in taken:
            inside = [cost for at, cost in taken if end - limit.per_s < at <= end]
            assert sum(inside) <= limit.requests


@given(st.integers(1, 12), st.floats(0.5, 60), st.integers(1, 4))
def test_the_wait_that_is_named_suffices_and_is_not_too_long(requests, per_s, cost):
    if cost > requests:
        return
    now, limits = [100.0], (RateLimit(requests, per_s),)
    budgets = MemoryBudgets(lambda: now[0])

    async def ask() -> tuple[float, float, float]:
        while await budgets.take("a", limits, cost) == 0.0:
            now[0] += per_s / 50
        wait_s = await budgets.take("a", limits, cost)
        now[0] += wait_s * 0.99
        early = await budgets.take("a", limits, cost)
        now[0] += wait_s * 0.02
        return wait_s, early, await budgets.take("a", limits, cost)

    wait_s, early, then = asyncio.run(ask())
    assert 0.0 < wait_s <= per_s
    assert early > 0.0
    assert then == 0.0


async def test_a_redis_that_is_gone_is_told_in_our_own_words():
    async with Redis.from_url("redis://127.0.0.1:1/0") as nowhere:
        budgets = RedisBudgets(nowhere)
        with pytest.raises(StorageError, match="Redis does not answer"):
            await budgets.take("yahoo", (RateLimit(1, 1.0),))
        with pytest.raises(StorageError):
            await budgets.left("yahoo", (RateLimit(1, 1.0),))
        with pytest.raises(StorageError):
            await budgets.block("yahoo", 5)
