"""Events by topic, offered to all who listen.

A hub numbers what happens in its process, over all topics together; so one number says how far
somebody has come, whatever he listens to. The numbers are those of this process alone, which
`Hub.stream` names: whoever comes with a number of another stream gets snapshots.

An `Outbox` holds no events, only how far its listener has come on each topic: what it is owed is
in the rings of the topics, which all share. Rounds go through the outboxes one after the other;
each finds all that is new, in the order of the numbers.
"""

import asyncio
import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from time import monotonic

from argosy.runtime.outbox import Ending, Outbox
from argosy.runtime.topics import Kind, Topic

KEPT_S = 600.0
"""A topic that nobody listens to is kept so long: whoever comes back misses nothing."""

_A_TURN = 100
"""After so many topics were offered the event loop gets a turn."""


class Hub:
    """All topics of a process, and all who listen to any."""

    def __init__(self) -> None:
        self.stream = secrets.token_hex(8)
        self._topics: dict[str, Topic] = {}
        self._boxes: dict[Topic, dict[Outbox, None]] = {}
        self._all: dict[Outbox, None] = {}
        self._seq = 0
        self._done = 0
        self._fresh: dict[Topic, None] = {}
        self._news = asyncio.Event()
        self._rest = asyncio.Event()
        self._round = asyncio.Lock()

    def __iter__(self) -> Iterator[Topic]:
        return iter(list(self._topics.values()))

    @property
    def seq(self) -> int:
        """The number of the last event that all have been offered."""
        return self._done

    def find(self, name: str) -> Topic | None:
        """Return a topic, if there is one of this name."""
        return self._topics.get(name)

    def topic(self, name: str, kind: Kind) -> Topic:
        """Return the topic of a name; a new one knows nothing of what was before."""
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = Topic(name, kind, since=self._seq)
            self._boxes[topic] = {}
        topic.left_s = monotonic()
        return topic

    def listeners(self, topic: Topic) -> int:
        """Return how many listen to a topic."""
        return len(self._boxes.get(topic, ()))

    def publish(self, topic: Topic, type_: str, body: bytes) -> None:
        """Say something to all who listen to a topic; `body` is a JSON object."""
        self._seq += 1
        topic.add(type_, body, self._seq)
        self._fresh[topic] = None
        self._rest.clear()
        self._news.set()

    def enter(self, box: Outbox) -> None:
        """Look after an outbox, until it leaves."""
        self._all[box] = None

    async def subscribe(self, box: Outbox, topics: Mapping[Topic, int | None]) -> None:
        """Let an outbox listen to topics, each after a number, or from now on with a snapshot.

        Between two rounds, so that no listener is told of a later event before an earlier one.
        """
        async with self._round:
            for topic, seq in topics.items():
                self._boxes[topic][box] = None
                box.follow(topic, seq)
            box.offer(list(topics), self._done)

    def unsubscribe(self, box: Outbox, topics: Collection[Topic]) -> None:
        """Let an outbox no longer listen to topics."""
        for topic in topics:
            box.forget(topic)
            self._boxes.get(topic, {}).pop(box, None)
            topic.left_s = monotonic()

    def leave(self, box: Outbox) -> None:
        """Let an outbox go altogether."""
        box.end()
        self.unsubscribe(box, list(box.topics))
        self._all.pop(box, None)

    async def run(self) -> None:
        """Offer what is new to those who listen, until canceled."""
        while True:
            await self._news.wait()
            async with self._round:
                await self._offer()

    async def settled(self) -> None:
        """Wait until all that was published so far was offered."""
        limit = self._seq
        while self._done < limit:
            await self._rest.wait()

    async def _offer(self) -> None:
        limit, fresh, self._fresh = self._seq, list(self._fresh), {}
        self._news.clear()
        boxes: dict[Outbox, None] = {}
        for topic in fresh:
            boxes |= self._boxes[topic]
        since_turn = 0
        for box in boxes:
            topics = fresh
            if len(fresh) > 1:
                topics = [topic for topic in fresh if topic in box.topics]
            box.offer(topics, limit)
            since_turn += len(topics)
            if since_turn >= _A_TURN:
                since_turn = 0
                await asyncio.sleep(0)
        self._done = limit
        if not self._fresh:
            self._rest.set()

    def tick(self, now: datetime) -> None:
        """Once a second: give signs of life, and end what is over."""
        for box in list(self._all):
            box.tick(now)

    def tidy(self) -> None:
        """Forget the topics that nobody listened to for a while."""
        until = monotonic() - KEPT_S
        for topic in self:
            if not self._boxes[topic] and topic.left_s < until and topic not in self._fresh:
                del self._topics[topic.name], self._boxes[topic]

    def stop(self) -> None:
        """Leave all who listen, since the server stops."""
        for box in list(self._all):
            box.leave(Ending.STOPPED)
