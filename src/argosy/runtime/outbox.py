"""What one listener is owed: how far it has come on each topic, and no events of its own.

A listener that keeps up gets every event once. One that does not read fast enough has one message
under way; when that is gone it gets the newest of each value, and of what happens all that is
still in the rings.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import Enum
from time import monotonic
from typing import Any

from argosy.runtime.eager import begin
from argosy.runtime.topics import Event, Form, Kind, Topic

SILENCE_TICKS = 30
"""After so many ticks, one a second, without any message a sign of life is sent."""

PATIENCE_S = 60.0
"""Who takes no message for so long is left."""


class Ending(Enum):
    """Why a listener is left."""

    EXPIRED = "The token has expired."
    INACTIVE = "This account is not active."
    SLOW = "Nothing was read for a minute."
    STOPPED = "The server stops."


class Outbox:
    """Sends one listener what it is owed, through `send`, in a `form`.

    `send` takes a message and may wait while the listener does not read. `on_end` is told when
    the listener is to be left.
    """

    def __init__(
        self,
        send: Callable[[Any], Awaitable[None]],
        form: Form,
        *,
        heartbeat: Any,
        on_end: Callable[[Ending], None],
    ) -> None:
        self.topics: dict[Topic, int | None] = {}
        self.expires_at: datetime | None = None
        self._send = send
        self._form = form
        self._heartbeat = heartbeat
        self._on_end = on_end
        self._limit = 0
        self._behind: dict[Topic, None] = {}
        self._stalled: asyncio.Task[None] | None = None
        self._stalled_s = 0.0
        self._quiet_ticks = 0
        self._open = True

    def follow(self, topic: Topic, seq: int | None) -> None:
        """Owe the events of a topic after a number; with None a snapshot first."""
        self.topics[topic] = seq

    def forget(self, topic: Topic) -> None:
        """Owe nothing of a topic."""
        self.topics.pop(topic, None)
        self._behind.pop(topic, None)

    def offer(self, topics: Sequence[Topic], limit: int) -> None:
        """Send what is owed of topics up to a number; later, if a message is still under way."""
        if not self._open:
            return
        self._limit = limit
        if self._stalled is not None:
            self._behind.update(dict.fromkeys(topics))
            return
        if len(topics) == 1 and self._send_newest(topics[0], limit):
            return
        self._flush(topics, late=False)

    async def reply(self, message: Any) -> None:
        """Send a message of its own, after the one that is under way."""
        while self._stalled is not None:
            await asyncio.wait([self._stalled])
        if self._open:
            self._start(message)

    def tick(self, now: datetime) -> None:
        """Once a second: end what is over, and give a sign of life after a long silence."""
        if not self._open:
            return
        if self.expires_at is not None and self.expires_at <= now:
            self._on_end(Ending.EXPIRED)
        elif self._stalled is not None:
            if monotonic() - self._stalled_s > PATIENCE_S:
                self._on_end(Ending.SLOW)
        elif self._quiet_ticks >= SILENCE_TICKS:
            self._start(self._heartbeat)
        else:
            self._quiet_ticks += 1

    def leave(self, why: Ending) -> None:
        """Let the listener be left."""
        if self._open:
            self._on_end(why)

    def end(self) -> None:
        """Send nothing any more."""
        self._open = False
        self._behind.clear()
        if self._stalled is not None:
            self._stalled.cancel()

    def _send_newest(self, topic: Topic, limit: int) -> bool:
        """Send a topic's newest event, if nothing else is owed of it: so it is nearly always."""
        event, seen = topic.ring[-1] if topic.ring else None, self.topics.get(topic)
        if event is None or event.previous is None or seen is None:
            return False
        if not event.previous <= seen < event.seq <= limit:
            return False
        self.topics[topic] = event.seq
        self._start(event.form(self._form))
        return True

    def _flush(self, topics: Sequence[Topic], *, late: bool) -> None:
        for topic, event in self._owed(topics, late=late):
            self.topics[topic] = event.seq
            if not self._start(event.form(self._form)):
                # That one is under way; the rest is found again when it is gone.
                self._behind.update(dict.fromkeys(topics))
                return

    def _owed(self, topics: Sequence[Topic], *, late: bool) -> list[tuple[Topic, Event]]:
        owed = [(topic, event) for topic in topics for event in self._owed_of(topic, late=late)]
        owed.sort(key=lambda one: one[1].seq)
        return owed

    def _owed_of(self, topic: Topic, *, late: bool) -> Sequence[Event]:
        if topic not in self.topics:
            return ()
        seen, limit = self.topics[topic], self._limit
        events = None if seen is None else topic.after(seen, limit)
        if seen is not None and late and topic.kind is Kind.VALUES:
            newest = topic.newest(limit)
            events = [newest] if newest is not None and newest.seq > seen else []
        if events is not None:
            return events
        snapshot = topic.snapshot(limit)
        if snapshot is None or (seen is None and topic.kind is Kind.HAPPENINGS):
            self.topics[topic] = max(limit, topic.forgotten)
            return ()
        return (snapshot,)

    def _start(self, message: Any) -> bool:
        """Send a message; tell whether it is gone, or at least nothing has to wait for it."""
        self._quiet_ticks = 0
        try:
            self._stalled = begin(self._send(message))
        except (OSError, RuntimeError):  # the listener is gone; whoever reads from it finds out
            self._open = False
            return False
        if self._stalled is None:
            return True
        self._stalled_s = monotonic()
        self._stalled.add_done_callback(self._gone)
        return False

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._stalled = None
        error = None if task.cancelled() else task.exception()
        if isinstance(error, OSError | RuntimeError):
            self._open = False
        elif error is not None:
            raise error
        if self._open:
            topics, self._behind = list(self._behind), {}
            self._flush(topics, late=True)
