"""One at a time, on both kinds of locks."""

import asyncio

import pytest
from redis.asyncio import Redis

from argosy.runtime.locks import MemoryLocks, RedisLocks


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.valkey)])
async def locks(request):
    if request.param == "memory":
        yield MemoryLocks()
        return
    async with Redis.from_url(request.getfixturevalue("redis_url")) as redis:
        yield RedisLocks(redis, ttl_s=0.3)


async def test_only_one_is_inside(locks):
    inside, most = 0, 0

    async def work():
        nonlocal inside, most
        async with locks.hold("a") as held:
            assert held
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(5)))
    assert most == 1


async def test_other_names_do_not_wait(locks):
    async with locks.hold("a"), locks.hold("b", wait_s=0) as held:
        assert held


async def test_whoever_does_not_wait_is_told(locks):
    async with locks.hold("a"):
        async with locks.hold("a", wait_s=0) as held:
            assert not held
        async with locks.hold("a", wait_s=0.1) as held:
            assert not held
    async with locks.hold("a", wait_s=0) as held:
        assert held


async def test_an_error_inside_frees_the_lock(locks):
    with pytest.raises(ZeroDivisionError):
        async with locks.hold("a"):
            raise ZeroDivisionError
    async with locks.hold("a", wait_s=0) as held:
        assert held


async def test_a_lock_is_renewed_as_long_as_it_is_held(locks):
    async with locks.hold("a"):
        await asyncio.sleep(0.8)
        async with locks.hold("a", wait_s=0) as held:
            assert not held


@pytest.mark.valkey
async def test_the_lock_of_a_dead_holder_becomes_free(redis_url):
    async with Redis.from_url(redis_url) as redis:
        await redis.set("argosy:lock:a", "somebody who died", px=100)
        async with RedisLocks(redis).hold("a", wait_s=2) as held:
            assert held


async def test_memory_locks_leave_nothing_behind():
    locks = MemoryLocks()
    async with locks.hold("a"), locks.hold("a", wait_s=0):
        pass
    assert not locks._locks
