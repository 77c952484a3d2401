"""Events from one part to all who listen: inside this process, or over Redis to all processes."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from argosy.core.errors import StorageError
from argosy.runtime.redis_errors import answering

if TYPE_CHECKING:  # Redis is an extra
    from redis.asyncio import Redis


PRICES_CHANGED = "prices.changed"
"""The channel that tells that stored prices or rates changed; its payload is JSON."""

JOBS = "jobs"
"""The channel that tells of jobs that began or ended; its payload is JSON."""

ALERTS = "alerts"
"""The channel of what single users are told: JSON with `user_id`, `type` and what there is."""

QUEUE_LENGTH = 1000
"""Events that wait for a slow listener; the oldest are dropped beyond."""


@dataclass(frozen=True, slots=True)
class Event:
    """One message on one channel."""

    channel: str
    payload: bytes


class Bus(Protocol):
    """Carries events; nobody listening is no error, and nothing is kept."""

    async def publish(self, channel: str, payload: bytes) -> None:
        """Send `payload` to whoever listens to `channel` now."""
        ...

    def listen(self, *channels: str) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """Open an endless stream of the events of `channels`.

        `StorageError` ends it where events may have been lost: listen again, and look around.
        """
        ...


class MemoryBus:
    """Events inside one process."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Queue[Event]]] = defaultdict(set)

    async def publish(self, channel: str, payload: bytes) -> None:
        """Send `payload` to whoever listens to `channel` now."""
        event = Event(channel, payload)
        for queue in self._listeners.get(channel, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @asynccontextmanager
    async def listen(self, *channels: str) -> AsyncIterator[AsyncIterator[Event]]:
        """Open an endless stream of the events of `channels`."""
        queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_LENGTH)
        for channel in channels:
            self._listeners[channel].add(queue)
        try:
            yield _drain(queue)
        finally:
            for channel in channels:
                self._listeners[channel].discard(queue)
                if not self._listeners[channel]:
                    del self._listeners[channel]


async def _drain(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()


class RedisBus:
    """Events over Redis pub/sub."""

    def __init__(self, redis: "Redis", *, prefix: str = "argosy:bus:") -> None:
        self._redis = redis
        self._prefix = prefix

    async def publish(self, channel: str, payload: bytes) -> None:
        """Send `payload` to whoever listens to `channel` now."""
        with answering():
            await self._redis.publish(self._prefix + channel, payload)

    @asynccontextmanager
    async def listen(self, *channels: str) -> AsyncIterator[AsyncIterator[Event]]:
        """Open an endless stream of the events of `channels`."""
        async with self._redis.pubsub() as subscription:
            with answering():
                await subscription.subscribe(*(self._prefix + channel for channel in channels))
                # The first answers confirm the subscriptions; nothing sent after them is missed.
                for _ in channels:
                    await subscription.get_message(timeout=5)
            yield self._events(subscription.listen())

    async def _events(self, messages: AsyncIterator[dict[str, object]]) -> AsyncIterator[Event]:
        while True:
            with answering():
                message = await anext(messages, None)
            if message is None:
                return
            if message["type"] == "subscribe":  # once more: the connection was lost and made anew
                raise StorageError("Redis was away; what was told meanwhile is lost.")
            channel, payload = message["channel"], message["data"]
            if message["type"] == "message":
                assert isinstance(channel, bytes)
                assert isinstance(payload, bytes)
                yield Event(channel.decode().removeprefix(self._prefix), payload)
