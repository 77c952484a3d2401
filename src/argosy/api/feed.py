"""What both roads of the live feed share: what is wanted, what that is, and how it is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from argosy.api.figures_json import portfolio_json
from argosy.core.errors import AccessError, ArgosyError
from argosy.runtime.outbox import Outbox
from argosy.runtime.topics import Event, Form, Topic
from argosy.services.books import Ledger
from argosy.services.figures import figures_on
from argosy.services.live import Live
from argosy.services.live_portfolios import Engine
from argosy.services.users import User
from argosy.wiring import Argosy

Name: TypeAlias = tuple[str, str]
"""A kind of thing and its name, as the client gives them."""

_JOBS, _ALERTS = ("jobs", ""), ("alerts", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a client wants to hear."""

    portfolios: Sequence[str] = ()
    symbols: Sequence[str] = ()
    jobs: bool = False
    alerts: bool = False

    @property
    def names(self) -> set[Name]:
        """All of it, by name."""
        found = {("portfolio", name.lower()) for name in self.portfolios}
        found |= {("symbol", name) for name in self.symbols}
        return found | ({_JOBS} if self.jobs else set()) | ({_ALERTS} if self.alerts else set())


@dataclass(slots=True)
class Found:
    """The topics of what is wanted, and why some of it has none."""

    topics: dict[Name, list[Topic]] = field(default_factory=dict)
    problems: dict[Name, ArgosyError] = field(default_factory=dict)

    @property
    def all(self) -> list[Topic]:
        """All topics, each once."""
        return list(dict.fromkeys(topic for topics in self.topics.values() for topic in topics))

    def told(self) -> dict[str, Any]:
        """Return what the client is told of it."""
        return {
            "topics": [topic.name for topic in self.all],
            "symbols": {
                name: topics[0].name
                for (kind, name), topics in self.topics.items()
                if kind == "symbol"
            },
            "problems": [
                {"name": name or kind, "code": error.code, "detail": str(error)}
                for (kind, name), error in self.problems.items()
            ],
        }


def live_of(argosy: Argosy) -> Live:
    """Make the feed of a process around the program's parts."""
    engine = Engine(
        database=argosy.database,
        clock=argosy.clock,
        ledgers=argosy.ledgers,
        compute=argosy.compute,
        write=_figures,
    )
    most = argosy.settings.live_connections
    return Live(argosy.bus, engine, argosy.quotes, connections_max=most)


def _figures(ledger: Ledger, today: date) -> bytes:
    return portfolio_json(ledger, figures_on(ledger, None, today=today))


async def find(live: Live, user: User, wanted: Wanted) -> Found:
    """Return the topics of what a user may hear."""
    found = Found()
    for portfolio_id in dict.fromkeys(wanted.portfolios):
        name = ("portfolio", portfolio_id.lower())
        try:
            found.topics[name] = await live.portfolio(user.id, portfolio_id)
        except ArgosyError as error:
            found.problems[name] = error
    if wanted.symbols:
        topics, problems = await live.prices(user.id, wanted.symbols)
        found.topics |= {("symbol", name): [topic] for name, topic in topics.items()}
        found.problems |= {("symbol", name): error for name, error in problems.items()}
    if wanted.jobs and user.is_admin:
        found.topics[_JOBS] = [live.jobs()]
    elif wanted.jobs:
        found.problems[_JOBS] = AccessError("This needs an administrator.")
    if wanted.alerts:
        found.topics[_ALERTS] = [live.alerts(user.id)]
    return found


async def subscribe(
    live: Live, box: Outbox, topics: Iterable[Topic], *, stream: str | None, seq: int
) -> None:
    """Let an outbox hear topics: from a number of a stream on, or with snapshots from now on.

    A number of another stream says nothing here, so whatever may have been missed is told as such.
    """
    since = None if stream is None else seq if stream == live.hub.stream else -1
    await live.hub.subscribe(box, dict.fromkeys(topics, since))


def as_text(event: Event) -> dict[str, Any]:
    """Write an event as a message of a WebSocket."""
    return {"type": "websocket.send", "text": event.json.decode()}


@cache
def server_sent(stream: str) -> Form:
    """Return how events of a stream are written as server-sent ones: their ids name the stream.

    The same form for all who listen, so that each event is written once.
    """

    def write(event: Event) -> dict[str, Any]:
        body = f"id: {stream}-{event.seq}\nevent: {event.type}\ndata: ".encode()
        body += event.json + b"\n\n"
        return {"type": "http.response.body", "body": body, "more_body": True}

    return write


def is_from_here(connection: HTTPConnection, allowed: Sequence[str]) -> bool:
    """Tell whether a page may open a connection: one of this host, or of an origin that is named.

    Programs send no origin; what protects is that browsers always do.
    """
    origin = connection.headers.get("origin")
    if origin is None or origin.rstrip("/") in allowed:
        return True
    return urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower()
