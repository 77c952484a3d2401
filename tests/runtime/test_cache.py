"""Both caches keep bytes for a while; the memory one within its bytes."""

import asyncio

import pytest
from redis.asyncio import Redis

from argosy.runtime.cache import MemoryCache, RedisCache


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.valkey)])
async def cache(request):
    if request.param == "memory":
        yield MemoryCache(1_000_000)
        return
    async with Redis.from_url(request.getfixturevalue("redis_url")) as redis:
        yield RedisCache(redis)


async def test_what_is_kept_is_found(cache):
    await cache.set("a", b"\x00one")
    await cache.set("b", b"")
    assert await cache.get("a") == b"\x00one"
    assert await cache.get("b") == b""
    assert await cache.get("c") is None


async def test_what_is_deleted_is_gone(cache):
    await cache.set("a", b"1")
    await cache.set("b", b"2")
    await cache.delete("a", "never-there")
    await cache.delete()
    assert await cache.get("a") is None
    assert await cache.get("b") == b"2"


async def test_what_is_kept_for_a_while_expires(cache):
    await cache.set("short", b"1", ttl_s=0.05)
    await cache.set("long", b"2", ttl_s=60)
    assert await cache.get("short") == b"1"
    await asyncio.sleep(0.1)
    assert await cache.get("short") is None
    assert await cache.get("long") == b"2"


def test_the_least_recently_used_leaves_first():
    cache = MemoryCache(3 * 1300)
    for name in "abc":
        cache.keep(name, bytes(1000))
    cache.lookup("a")
    cache.keep("d", bytes(1000))
    assert [name for name in "abcd" if cache.lookup(name) is not None] == ["a", "c", "d"]
    assert cache.size_bytes <= 3 * 1300


def test_what_is_larger_than_the_cache_is_not_kept():
    cache = MemoryCache(1000)
    cache.keep("small", bytes(100))
    cache.keep("large", bytes(2000))
    assert cache.lookup("small") == bytes(100)
    assert cache.lookup("large") is None


def test_replacing_does_not_count_twice():
    cache = MemoryCache(10_000)
    for size in (100, 5000, 50):
        cache.keep("a", bytes(size))
    assert cache.size_bytes < 500


async def test_a_redis_that_is_gone_is_an_empty_cache():
    async with Redis.from_url("redis://127.0.0.1:1/0", retry=None) as redis:
        cache = RedisCache(redis)
        await cache.set("a", b"1")
        assert await cache.get("a") is None
