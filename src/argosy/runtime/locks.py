"""One at a time: named locks inside this process, or over Redis for all processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # Redis is an extra
    from redis.asyncio import Redis
    from redis.asyncio.lock import Lock


TTL_S = 30.0
"""A Redis lock whose holder died is free again after this long; a living one renews it."""


class Locks(Protocol):
    """Hands out named locks."""

    def hold(self, name: str, *, wait_s: float | None = None) -> AbstractAsyncContextManager[bool]:
        """Hold the lock `name` for a block; the block is told whether it is held.

        Waits as long as needed, or at most `wait_s` (0: not at all).
        """
        ...


class MemoryLocks:
    """Locks inside one process."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, name: str, *, wait_s: float | None = None) -> AsyncIterator[bool]:
        """Hold the lock `name` for a block; the block is told whether it is held."""
        lock, users = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = (lock, users + 1)
        try:
            held = await _acquire(lock, wait_s)
            try:
                yield held
            finally:
                if held:
                    lock.release()
        finally:
            lock, users = self._locks[name]
            if users == 1:
                del self._locks[name]
            else:
                self._locks[name] = (lock, users - 1)


async def _acquire(lock: asyncio.Lock, wait_s: float | None) -> bool:
    if wait_s is not None and wait_s <= 0 and lock.locked():
        return False
    try:
        async with asyncio.timeout(wait_s if wait_s is None or wait_s > 0 else None):
            return await lock.acquire()
    except TimeoutError:
        return False


class RedisLocks:
    """Locks over Redis, renewed while they are held."""

    def __init__(
        self, redis: "Redis", *, prefix: str = "argosy:lock:", ttl_s: float = TTL_S
    ) -> None:
        self._redis = redis
        self._prefix = prefix
        self._ttl_s = ttl_s

    @asynccontextmanager
    async def hold(self, name: str, *, wait_s: float | None = None) -> AsyncIterator[bool]:
        """Hold the lock `name` for a block; the block is told whether it is held."""
        lock = self._redis.lock(
            self._prefix + name, timeout=self._ttl_s, sleep=0.05, thread_local=False
        )
        blocking = wait_s is None or wait_s > 0
        held = await lock.acquire(blocking=blocking, blocking_timeout=wait_s)
        if not held:
            yield False
            return
        renewal = asyncio.create_task(self._renew(lock))
        try:
            yield True
        finally:
            renewal.cancel()
            with suppress(asyncio.CancelledError):
                await renewal
            await lock.release()

    async def _renew(self, lock: "Lock") -> None:
        while True:
            await asyncio.sleep(self._ttl_s / 3)
            await lock.reacquire()
