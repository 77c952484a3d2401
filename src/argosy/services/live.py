"""What happens, as topics of a hub: last prices, portfolios, their lines, jobs, what one is told.

Each process hears the bus and looks at versions by itself, so that it does not matter which
process saw a price or stored a line.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from argosy.core.errors import ArgosyError, StorageError
from argosy.runtime.bus import ALERTS, JOBS, PRICES_CHANGED, Bus, Event
from argosy.runtime.hub import Hub
from argosy.runtime.outbox import Ending, Outbox
from argosy.runtime.topics import Kind, Topic
from argosy.services.collecting import QUOTES
from argosy.services.hearing import LEDGER_CHANNEL, LINES_CHANNEL
from argosy.services.live_portfolios import Engine, LivePortfolios
from argosy.services.live_prices import LivePrices
from argosy.services.quotes import Quotes
from argosy.store import live as rows

LOOK_S = 15.0
"""So often versions are looked at when nothing was heard: a message may be lost."""

_HEARD = (QUOTES, PRICES_CHANGED, LEDGER_CHANNEL, LINES_CHANNEL, JOBS, ALERTS)
_GATHER_S = 0.05
_AGAIN_S = 5.0
_TICK_S = 1.0
_TIDY_TICKS = 60

_log = structlog.get_logger(__name__)


class Live:
    """The feed of one process."""

    def __init__(self, bus: Bus, engine: Engine, quotes: Quotes, *, connections_max: int) -> None:
        self.hub = Hub()
        self._bus = bus
        self._engine = engine
        self._portfolios = LivePortfolios(self.hub, engine)
        self._prices = LivePrices(self.hub, engine.database, quotes)
        self._connections_max = connections_max
        self._connections: Counter[str] = Counter()
        self._boxes: dict[Outbox, str] = {}
        self._changed = asyncio.Event()
        self._begun: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear, look and tell for the time of a block."""
        for part in (self.hub.run(), self._hear(), self._look(), self._tick()):
            self._begin(part)
        try:
            yield
        finally:
            begun = list(self._begun)
            for task in begun:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)

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
        """Return the topics of a user's own portfolio; `NotFoundError` if there is none."""
        return await self._portfolios.topics(user_id, portfolio_id)

    async def prices(
        self, user_id: str, names: Iterable[str]
    ) -> tuple[dict[str, Topic], dict[str, ArgosyError]]:
        """Return the topics of assets by the names that a user gives them; why one has none."""
        found, failed = await self._prices.find(user_id, names)
        topics = {name: self._prices.topic(asset) for name, asset in found.items()}
        silent = {asset.id: asset for name, asset in found.items() if topics[name].body is None}
        if silent:
            self._begin(self._prices.tell_first(list(silent.values())))
        return topics, failed

    def jobs(self) -> Topic:
        """Return the topic of jobs; for administrators."""
        return self.hub.topic("jobs", Kind.HAPPENINGS)

    def alerts(self, user_id: str) -> Topic:
        """Return the topic of what a user is told."""
        return self.hub.topic(f"alerts:{user_id}", Kind.HAPPENINGS)

    def look_soon(self) -> None:
        """Let versions be looked at now."""
        self._changed.set()

    async def _hear(self) -> None:
        while True:
            try:
                async with self._bus.listen(*_HEARD) as events:
                    self.look_soon()
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
            self.look_soon()
            return
        said: dict[str, Any] = json.loads(event.payload)
        if event.channel == QUOTES:
            self._prices.tell(said)
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

    async def _look(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._changed.wait()
            await asyncio.sleep(_GATHER_S)  # whoever enters ten lines in a row is followed once
            self._changed.clear()
            try:
                await self._portfolios.look()
                await self._leave_inactive()
            except (ArgosyError, DBAPIError) as error:
                _log.warning("live.not_looked", reason=str(error), again_s=LOOK_S)

    async def _leave_inactive(self) -> None:
        asked = set(self._connections)
        async with self._engine.database.read() as session:
            gone = asked - await rows.active_users(session, asked)
        for box, user_id in list(self._boxes.items()):
            if user_id in gone:
                box.leave(Ending.INACTIVE)

    async def _tick(self) -> None:
        count = 0
        while True:
            await asyncio.sleep(_TICK_S)
            self.hub.tick(self._engine.clock.now())
            count += 1
            if not count % _TIDY_TICKS:
                self.hub.tidy()
                self._portfolios.tidy()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._begun.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, ArgosyError):
            _log.warning("live.not_told", reason=str(error))
        elif error is not None:  # a fault of our own
            _log.error("live.ended", exc_info=error)


async def tell(bus: Bus, user_id: str, type_: str, said: Mapping[str, Any]) -> None:
    """Tell a user something at once, wherever he listens; `said` is what JSON can hold."""
    await bus.publish(ALERTS, _json({"user_id": user_id, "type": type_, **said}))


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()
