"""Told of what others changed: by PostgreSQL's triggers, or by this process itself."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import structlog

from argosy.core.errors import StorageError
from argosy.runtime.bus import PRICES_CHANGED, Bus
from argosy.store import dirty
from argosy.store.database import Database
from argosy.store.listening import REFRESH, TRANSACTIONS, listen

LEDGER, PRICES, NEW_PRICES = "ledger", "prices", "new prices"
"""What is heard: a ledger changed; somebody wants the prices refreshed now; they changed."""

_WAIT_S, _WAIT_MAX_S = 1.0, 30.0
_CHANNEL = "changed:"
LEDGER_CHANNEL = _CHANNEL + dirty.LEDGER
"""The bus's channel on which a process tells that it stored what marks portfolios."""

LINES = "lines"
"""What a change of lines announces, once for each portfolio: JSON of which lines."""

LINES_CHANNEL = _CHANNEL + LINES
"""The bus's channel of changed lines."""

_log = structlog.get_logger(__name__)


def announce(database: Database, bus: Bus) -> None:
    """Publish on the bus what transactions of this process announce, once they are stored."""
    sent: set[asyncio.Task[None]] = set()

    async def publish(announced: list[tuple[str, bytes]]) -> None:
        for what, said in announced:
            await bus.publish(_CHANNEL + what, said)

    def tell(announced: list[tuple[str, bytes]]) -> None:
        task = asyncio.get_running_loop().create_task(publish(announced))
        sent.add(task)
        task.add_done_callback(sent.discard)

    database.on_commit = tell


async def changes(database: Database, bus: Bus) -> AsyncIterator[str]:
    """Give `LEDGER` or `PRICES` whenever something changed; the first at once, to look around.

    A lost connection is made again and again; what it missed is looked for after. So whoever
    hears this still has to look by himself now and then: a message may be lost, a mark is not.
    """
    yield LEDGER
    async with aclosing(_lasting(lambda: _told(database, bus))) as told:
        async for what in told:
            yield what


async def new_prices(bus: Bus) -> AsyncIterator[str]:
    """Give `NEW_PRICES` whenever some process says that prices changed."""
    async with aclosing(_lasting(lambda: _told_of_prices(bus))) as told:
        async for what in told:
            yield what


async def _lasting(
    listening: Callable[[], AsyncGenerator[str, None]],
) -> AsyncGenerator[str, None]:
    """Listen, and again whenever the connection is lost."""
    wait_s = _WAIT_S
    while True:
        try:
            async with aclosing(listening()) as told:
                async for what in told:
                    wait_s = _WAIT_S
                    yield what
        except StorageError as error:
            _log.warning("database.not_heard", reason=str(error), again_s=wait_s)
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, _WAIT_MAX_S)


async def _told(database: Database, bus: Bus) -> AsyncGenerator[str, None]:
    if database.is_sqlite:
        async with bus.listen(LEDGER_CHANNEL) as events:
            async for _ in events:
                yield LEDGER
        return
    async with aclosing(listen(database, TRANSACTIONS, REFRESH)) as told:
        async for channel, _ in told:
            yield PRICES if channel == REFRESH else LEDGER


async def _told_of_prices(bus: Bus) -> AsyncGenerator[str, None]:
    async with bus.listen(PRICES_CHANGED) as events:
        async for _ in events:
            yield NEW_PRICES
