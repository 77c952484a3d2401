"""What happens, as topics of a hub: last prices, portfolios, their lines, jobs, what one is told.

Each process hears the bus and looks at versions by itself, so that it does not matter which
process saw a price or stored a line. A portfolio's figures are computed once a version, for all
who listen to it, and only while somebody does.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from argosy.core.errors import ArgosyError, NotFoundError, StorageError
from argosy.core.market.asset import Asset
from argosy.runtime.bus import ALERTS, JOBS, PRICES_CHANGED, Bus, Event
from argosy.runtime.clock import Clock, today
from argosy.runtime.compute import ComputePool
from argosy.runtime.hub import Hub
from argosy.runtime.outbox import Ending, Outbox
from argosy.runtime.topics import Kind, Topic
from argosy.services import books, naming
from argosy.services.books import SCOPES, Known, Ledger, LedgerCache
from argosy.services.collecting import QUOTES, told
from argosy.services.hearing import LEDGER_CHANNEL, LINES_CHANNEL
from argosy.services.naming import Mentioned
from argosy.services.quotes import Quoted, Quotes
from argosy.store import live as rows
from argosy.store import versions
from argosy.store.database import Database
from argosy.store.types import read_id

LOOK_S = 15.0
"""So often versions are looked at when nothing was heard: a message may be lost."""

_GATHER_S = 0.05
_AGAIN_S = 5.0
_TICK_S = 1.0
_TIDY_TICKS = 60

_log = structlog.get_logger(__name__)

Write = Callable[[Ledger, date], bytes]
"""Writes a portfolio's figures as `GET /portfolios/{id}` does."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the feed needs of the program."""

    database: Database
    bus: Bus
    clock: Clock
    quotes: Quotes
    ledgers: LedgerCache
    compute: ComputePool


@dataclass(eq=False, slots=True)
class _Watched:
    """A portfolio that somebody listens to; `key` is the version that was told last."""

    topic: Topic
    user_id: str
    portfolio_id: str
    key: tuple[object, ...] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Live:
    """The feed of one process."""

    def __init__(self, parts: Parts, *, write: Write, connections_max: int) -> None:
        self.hub = Hub()
        self._parts = parts
        self._write = write
        self._connections_max = connections_max
        self._connections: Counter[str] = Counter()
        self._boxes: dict[Outbox, str] = {}
        self._watched: dict[str, _Watched] = {}
        self._changed = asyncio.Event()
        self._begun: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear, look and tell for the time of a block."""
        parts = (self.hub.run(), self._hear(), self._look_again(), self._tick())
        tasks = [asyncio.create_task(part) for part in parts]
        for task in tasks:
            task.add_done_callback(_tell_end)
        try:
            yield
        finally:
            for task in (*tasks, *self._begun):
                task.cancel()
            await asyncio.gather(*tasks, *self._begun, return_exceptions=True)

    def enter(self, box: Outbox, user_id: str) -> bool:
        """Let somebody in, unless he is here too often already."""
        if self._connections[user_id] >= self._connections_max:
            return False
        self._connections[user_id] += 1
        self._boxes[box] = user_id
        self.hub.enter(box)
        return True

    def leave(self, box: Outbox) -> None:
        """Let somebody go."""
        self.hub.leave(box)
        user_id = self._boxes.pop(box, None)
        if user_id is not None:
            self._connections[user_id] -= 1
            if not self._connections[user_id]:
                del self._connections[user_id]

    async def portfolio(self, user_id: str, portfolio_id: str) -> list[Topic]:
        """Return the topics of a user's own portfolio: its figures, up to date, and its lines.

        Raises
        ------
        NotFoundError
            If there is none, or it is somebody else's.
        """
        async with self._parts.database.read() as session:
            known = await books.known(session, user_id, portfolio_id)
        id_ = known.portfolio.id
        topic = self.hub.topic(f"portfolio:{id_}", Kind.VALUES)
        watched = self._watched.get(id_)
        if watched is None or watched.topic is not topic:
            watched = self._watched[id_] = _Watched(topic, user_id, id_)
        if watched.key != self._key_of(known):
            await self._refresh(watched)
        return [topic, self.hub.topic(f"transactions:{id_}", Kind.HAPPENINGS)]

    async def prices(
        self, user_id: str, names: Iterable[str]
    ) -> tuple[dict[str, Topic], dict[str, ArgosyError]]:
        """Return the topics of assets by the names that a user gives them; why one has none."""
        mentions = {name: _mention(name) for name in names}
        async with self._parts.database.read() as session:
            known = await naming.know(session, user_id, mentions.values())
        found: dict[str, Topic] = {}
        failed: dict[str, ArgosyError] = {}
        silent: list[Asset] = []
        for name, mention in mentions.items():
            try:
                asset = known.find(mention)
            except ArgosyError as error:
                failed[name] = error
                continue
            assert asset is not None, "a name was given"
            found[name] = self.hub.topic(f"price:{asset.id}", Kind.VALUES)
            if found[name].body is None:
                silent.append(asset)
        if silent:
            self._begin(self._first_prices(silent))
        return found, failed

    def jobs(self) -> Topic:
        """Return the topic of jobs; for administrators."""
        return self.hub.topic("jobs", Kind.HAPPENINGS)

    def alerts(self, user_id: str) -> Topic:
        """Return the topic of what a user is told."""
        return self.hub.topic(f"alerts:{user_id}", Kind.HAPPENINGS)

    async def look(self) -> None:
        """Tell what changed of the portfolios that somebody listens to."""
        heard = [one for one in self._watched.values() if self.hub.listeners(one.topic)]
        async with self._parts.database.read() as session:
            now = await rows.portfolio_versions(session, [one.portfolio_id for one in heard])
            scopes = await versions.read(session, SCOPES)
        facts = (*(scopes[scope] for scope in SCOPES), today(self._parts.clock))
        for one in heard:
            version = now.get(one.portfolio_id)
            if version is None:
                self._gone(one)
            elif one.key != (version, *facts):
                await self._refresh(one)

    async def _refresh(self, watched: _Watched) -> None:
        """Compute a portfolio's figures, unless somebody has meanwhile; tell them if they moved."""
        parts = self._parts
        async with watched.lock, parts.database.read() as session:
            try:
                known = await books.known(session, watched.user_id, watched.portfolio_id)
            except NotFoundError:
                self._gone(watched)
                return
            key = self._key_of(known)
            if key == watched.key:
                return
            ledger = await books.load(session, known, cache=parts.ledgers, compute=parts.compute)
            figures = await parts.compute.run(self._write, ledger, today(parts.clock))
            watched.key = key
            body = b'{"portfolio":' + figures + b"}"
            if body != watched.topic.body:
                self.hub.publish(watched.topic, "portfolio_update", body)

    def _key_of(self, known: Known) -> tuple[object, ...]:
        return (known.portfolio.version, *known.versions, today(self._parts.clock))

    def _gone(self, watched: _Watched) -> None:
        if self._watched.get(watched.portfolio_id) is watched:
            del self._watched[watched.portfolio_id]
            self.hub.publish(watched.topic, "portfolio_deleted", b"{}")

    async def _first_prices(self, wanted: Collection[Asset]) -> None:
        """Tell what assets cost now that nobody asked about before, as everybody sees it.

        Of a private asset its owner sees more, and nobody else can listen to it.
        """
        quotes = self._parts.quotes
        answers = [
            *(await quotes.of_assets(asset for asset in wanted if asset.owner is None)).values()
        ]
        for asset in wanted:
            if asset.owner is not None:
                answers += await quotes.many(asset.owner, [asset.id])
        for answer in answers:
            if isinstance(answer, Quoted):
                self._price(told(answer), first=True)

    def _price(self, quote: Mapping[str, Any], *, first: bool = False) -> None:
        topic = self.hub.find(f"price:{quote['asset_id']}")
        if topic is None or (first and topic.body is not None):
            return
        body = _json({**quote, "prices": {quote["symbol"]: _in_seed_form(quote)}})
        if body != topic.body:
            self.hub.publish(topic, "price_update", body)

    async def _hear(self) -> None:
        heard = (QUOTES, PRICES_CHANGED, LEDGER_CHANNEL, LINES_CHANNEL, JOBS, ALERTS)
        while True:
            try:
                async with self._parts.bus.listen(*heard) as events:
                    self._changed.set()
                    async for event in events:
                        self._hear_one(event)
            except StorageError as error:
                _log.warning("live.not_heard", reason=str(error), again_s=_AGAIN_S)
            for topic in self.hub:  # what happened meanwhile nobody tells again
                if topic.kind is Kind.HAPPENINGS:
                    self.hub.publish(topic, "missed", b"{}")
            await asyncio.sleep(_AGAIN_S)

    def _hear_one(self, event: Event) -> None:
        try:
            self._take(event)
        except (KeyError, ValueError) as error:  # another version's words, while it is replaced
            _log.warning("live.not_understood", channel=event.channel, reason=repr(error))

    def _take(self, event: Event) -> None:
        if event.channel in {PRICES_CHANGED, LEDGER_CHANNEL}:
            self._changed.set()
            return
        said: dict[str, Any] = json.loads(event.payload)
        if event.channel == QUOTES:
            self._price(said)
        elif event.channel == LINES_CHANNEL:
            self._happened(f"transactions:{said['portfolio_id']}", "transactions_changed", said)
        elif event.channel == JOBS:
            self._happened("jobs", "job_update", said)
        else:
            self._happened(f"alerts:{said.pop('user_id')}", said.pop("type"), said)

    def _happened(self, name: str, type_: str, said: Mapping[str, Any]) -> None:
        topic = self.hub.find(name)
        if topic is not None:
            self.hub.publish(topic, type_, _json(said))

    async def _look_again(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._changed.wait()
            await asyncio.sleep(_GATHER_S)
            self._changed.clear()
            try:
                await self.look()
                await self._leave_inactive()
            except (ArgosyError, DBAPIError) as error:
                _log.warning("live.not_looked", reason=str(error), again_s=LOOK_S)

    async def _leave_inactive(self) -> None:
        asked = set(self._connections)
        async with self._parts.database.read() as session:
            gone = asked - await rows.active_users(session, asked)
        for box, user_id in list(self._boxes.items()):
            if user_id in gone:
                box.leave(Ending.INACTIVE)

    async def _tick(self) -> None:
        count = 0
        while True:
            await asyncio.sleep(_TICK_S)
            self.hub.tick(self._parts.clock.now())
            count += 1
            if not count % _TIDY_TICKS:
                self.hub.tidy()
                known = self._watched.items()
                self._watched = {k: one for k, one in known if self.hub.find(one.topic.name)}

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._begun.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.warning("live.no_first_price", reason=str(error))


async def tell(bus: Bus, user_id: str, type_: str, said: Mapping[str, Any]) -> None:
    """Tell a user something at once, wherever he listens; `said` is what JSON can hold."""
    payload = {"user_id": user_id, "type": type_, **said}
    await bus.publish(ALERTS, _json(payload))


def _tell_end(task: asyncio.Task[None]) -> None:
    """Log what ended a part of the feed that has no end: a fault of our own."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _log.error("live.ended", exc_info=error)


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def _mention(name: str) -> Mentioned:
    return Mentioned(asset_id=name) if read_id(name) is not None else Mentioned(symbol=name)


def _in_seed_form(quote: Mapping[str, Any]) -> dict[str, Any]:
    """Return a price by the names of the Portfolio Tracker API."""
    fraction = quote["change_fraction"]
    return {
        "symbol": quote["symbol"],
        "current_price": quote["price"],
        "change": quote["change"],
        "change_percent": None if fraction is None else float(Decimal(str(fraction)) * 100),
    }
