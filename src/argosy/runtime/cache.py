"""Bytes kept by name for a while: in this process, or in Redis for all processes."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote as quoted

if TYPE_CHECKING:  # Redis is an extra
    from redis.asyncio import Redis


_OVERHEAD_BYTES = 200
"""About what an entry costs beside its key and value."""


def cache_key(kind: str, symbol: str, *, source: str = "", span: str = "") -> str:
    """Return the key of an answer about a symbol, by the one scheme of all kinds.

    Examples
    --------
    >>> cache_key("quote", "X:BTCUSD", source="massive"), cache_key("close", "AAPL")
    ('quote:X%3ABTCUSD:massive', 'close:AAPL')
    """
    parts = (kind, symbol, source, span)
    return ":".join(quoted(part, safe="^=") for part in parts if part)


class Cache(Protocol):
    """Keeps bytes by key; may forget anything at any time."""

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under `key`, or None."""
        ...

    async def set(self, key: str, value: bytes, *, ttl_s: float | None = None) -> None:
        """Keep `value` under `key`, at most `ttl_s` seconds long."""
        ...

    async def delete(self, *keys: str) -> None:
        """Forget `keys`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(slots=True)
class _Entry:
    value: bytes
    expires_s: float | None
    size: int


class MemoryCache:
    """The least recently used entries leave when the bytes run out.

    Parameters
    ----------
    limit_bytes : int
        What keys and values may take together.
    timer : callable
        Seconds that only grow; tests give their own.
    """

    def __init__(self, limit_bytes: int, *, timer: Callable[[], float] = monotonic) -> None:
        self._limit = limit_bytes
        self._timer = timer
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self.size_bytes = 0

    def lookup(self, key: str) -> bytes | None:
        """Return what is kept under `key`, or None, without leaving the event loop's turn."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires_s is not None and entry.expires_s <= self._timer():
            self.forget(key)
            return None
        self._entries.move_to_end(key)
        return entry.value

    def keep(self, key: str, value: bytes, *, ttl_s: float | None = None) -> None:
        """Keep `value` under `key`; a value larger than the whole cache is not kept."""
        self.forget(key)
        size = len(key) + len(value) + _OVERHEAD_BYTES
        if size > self._limit:
            return
        expires_s = None if ttl_s is None else self._timer() + ttl_s
        self._entries[key] = _Entry(value, expires_s, size)
        self.size_bytes += size
        while self.size_bytes > self._limit:
            self.forget(next(iter(self._entries)))

    def forget(self, key: str) -> None:
        """Drop one entry, if it is there."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size_bytes -= entry.size

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under `key`, or None."""
        return self.lookup(key)

    async def set(self, key: str, value: bytes, *, ttl_s: float | None = None) -> None:
        """Keep `value` under `key`, at most `ttl_s` seconds long."""
        self.keep(key, value, ttl_s=ttl_s)

    async def delete(self, *keys: str) -> None:
        """Forget `keys`."""
        for key in keys:
            self.forget(key)

    async def close(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.size_bytes = 0


class RedisCache:
    """The same in Redis, where the server bounds the memory.

    A Redis that does not answer is an empty cache: what was asked is computed instead.
    """

    def __init__(self, redis: "Redis", *, prefix: str = "argosy:cache:") -> None:
        from redis.exceptions import RedisError  # noqa: PLC0415 - an extra

        self._redis = redis
        self._prefix = prefix
        self._absent = suppress(RedisError)

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under `key`, or None."""
        value: bytes | str | None = None
        with self._absent:
            value = await self._redis.get(self._prefix + key)
        assert not isinstance(value, str), "the client does not decode answers"
        return value

    async def set(self, key: str, value: bytes, *, ttl_s: float | None = None) -> None:
        """Keep `value` under `key`, at most `ttl_s` seconds long."""
        milliseconds = None if ttl_s is None else max(1, round(ttl_s * 1000))
        with self._absent:
            await self._redis.set(self._prefix + key, value, px=milliseconds)

    async def delete(self, *keys: str) -> None:
        """Forget `keys`; a failure is raised, since what should be gone is still there."""
        if keys:
            await self._redis.delete(*(self._prefix + key for key in keys))

    async def close(self) -> None:
        """Let go of connections; the client belongs to whoever made it."""
