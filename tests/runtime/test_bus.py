"""Events reach whoever listens, on both buses."""

import asyncio

import pytest
from redis.asyncio import Redis

from argosy.core.errors import StorageError
from argosy.runtime.bus import QUEUE_LENGTH, Event, MemoryBus, RedisBus


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.valkey)])
async def bus(request):
    if request.param == "memory":
        yield MemoryBus()
        return
    async with Redis.from_url(request.getfixturevalue("redis_url")) as redis:
        yield RedisBus(redis)


async def test_every_listener_gets_every_event_of_its_channels_in_order(bus):
    async with bus.listen("a", "b") as both, bus.listen("b") as one:
        await bus.publish("a", b"1")
        await bus.publish("b", b"2")
        await bus.publish("c", b"3")
        await bus.publish("b", b"4")
        async with asyncio.timeout(5):
            assert [await anext(both) for _ in range(3)] == [
                Event("a", b"1"),
                Event("b", b"2"),
                Event("b", b"4"),
            ]
            assert [await anext(one) for _ in range(2)] == [Event("b", b"2"), Event("b", b"4")]


async def test_nobody_listening_is_no_error(bus):
    await bus.publish("a", b"1")
    async with bus.listen("a") as events:
        await bus.publish("a", b"2")
        async with asyncio.timeout(5):
            assert await anext(events) == Event("a", b"2")
    await bus.publish("a", b"3")


@pytest.mark.valkey
async def test_a_connection_that_was_lost_is_not_passed_over(redis_url):
    async with Redis.from_url(redis_url) as redis:
        bus = RedisBus(redis)
        async with bus.listen("a") as events:
            await bus.publish("a", b"1")
            async with asyncio.timeout(10):
                assert await anext(events) == Event("a", b"1")
                await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
                with pytest.raises(StorageError):
                    await anext(events)


async def test_a_slow_listener_loses_the_oldest_not_the_newest():
    bus = MemoryBus()
    async with bus.listen("a") as events:
        for number in range(QUEUE_LENGTH + 5):
            await bus.publish("a", b"%d" % number)
        assert await anext(events) == Event("a", b"5")


async def test_a_listener_that_left_leaves_nothing_behind():
    bus = MemoryBus()
    async with bus.listen("a"):
        pass
    assert not bus._listeners
