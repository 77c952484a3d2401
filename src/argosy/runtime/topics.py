"""Topics: what happens under one name, numbered and kept for a while."""

from collections import deque
from collections.abc import Callable
from enum import Enum
from time import monotonic
from typing import Any, TypeAlias

RING = {"values": 16, "happenings": 256}
"""So many events each topic keeps, by its kind."""


class Kind(Enum):
    """What a topic's events are to each other."""

    VALUES = "values"
    """Each takes the place of the one before: who is late wants the newest."""

    HAPPENINGS = "happenings"
    """Each says something of its own: who is late wants all of them."""


class Event:
    """One event: its number, the one before it on its topic, and what it says as JSON.

    `form` gives the message that travels, made once for all who listen.
    """

    __slots__ = ("_forms", "body", "previous", "seq", "topic", "type")

    def __init__(
        self, topic: str, type_: str, body: bytes, *, seq: int, previous: int | None
    ) -> None:
        self.topic = topic
        self.type = type_
        self.body = body
        self.seq = seq
        self.previous = previous
        self._forms: dict[Form, Any] = {}

    def form(self, form: "Form") -> Any:
        """Return the message in a form."""
        found = self._forms.get(form)
        if found is None:
            found = self._forms[form] = form(self)
        return found

    @property
    def json(self) -> bytes:
        """The whole as JSON; a snapshot has no `previous` and says what it is."""
        after = b'"snapshot":true' if self.previous is None else b'"previous":%d' % self.previous
        head = b'{"type":"%s","topic":"%s","seq":%d,%s' % (
            self.type.encode(),
            self.topic.encode(),
            self.seq,
            after,
        )
        return head + (b"}" if self.body == b"{}" else b"," + self.body[1:])


Form: TypeAlias = Callable[[Event], Any]
"""Makes of an event what is sent."""


class Topic:
    """A name with its last events.

    `forgotten` is the number up to which nothing is known any more.
    """

    def __init__(self, name: str, kind: Kind, *, since: int) -> None:
        self.name = name
        self.kind = kind
        self.ring: deque[Event] = deque(maxlen=RING[kind.value])
        self.forgotten = since
        self.last = since
        self.left_s = monotonic()

    @property
    def body(self) -> bytes | None:
        """What the newest event says."""
        return self.ring[-1].body if self.ring else None

    def add(self, type_: str, body: bytes, seq: int) -> None:
        """Keep a new event; the oldest may go."""
        if len(self.ring) == self.ring.maxlen:
            self.forgotten = self.ring[0].seq
        self.ring.append(Event(self.name, type_, body, seq=seq, previous=self.last))
        self.last = seq

    def after(self, seq: int, limit: int) -> list[Event] | None:
        """Return the events after a number up to another; None if some of them are forgotten."""
        if seq < self.forgotten:
            return None
        found: list[Event] = []
        for event in reversed(self.ring):
            if event.seq <= seq:
                break
            if event.seq <= limit:
                found.append(event)
        found.reverse()
        return found

    def newest(self, limit: int) -> Event | None:
        """Return the newest event up to a number, if it is still known."""
        return next((event for event in reversed(self.ring) if event.seq <= limit), None)

    def snapshot(self, limit: int) -> Event | None:
        """Return how things are at a number, for whoever starts there or missed what was before.

        Of what happens there is no state: whoever missed some of it is told so.
        """
        if self.kind is Kind.HAPPENINGS:
            return Event(self.name, "missed", b"{}", seq=limit, previous=None)
        newest = self.newest(limit)
        if newest is None:
            return None
        return Event(self.name, newest.type, newest.body, seq=limit, previous=None)
