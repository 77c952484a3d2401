"""Last prices as single sources give them: kept for a while, and asked for once at a time."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from pydantic import TypeAdapter

from argosy.core.errors import NotAtSourceError, SourceDownError, SourceError
from argosy.runtime.cache import Cache
from argosy.runtime.clock import Clock
from argosy.services.kept import PATIENCE_S, Kept, Shelf
from argosy.sources.base import Quote, QuoteSource
from argosy.sources.registry import Registry

Answers: TypeAlias = dict[str, Kept[Quote] | SourceError]


class QuoteFeed:
    """Asks sources for quotes, none twice within `fresh`, and none twice at the same time."""

    def __init__(
        self,
        sources: Registry,
        cache: Cache,
        clock: Clock,
        *,
        fresh: timedelta,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._sources = sources
        form = TypeAdapter(Kept[Quote])
        self._shelf = Shelf("quote", form, cache, clock, fresh=fresh)
        self._patience_s = patience_s
        self._asked: dict[tuple[str, str], asyncio.Task[Answers]] = {}

    async def ask(self, source: QuoteSource, symbols: Collection[str]) -> Answers:
        """Return what a source says of each symbol, or why it does not."""
        found: Answers = {}
        for symbol in symbols:
            kept = await self.kept(source, symbol)
            if kept is not None and self._shelf.is_fresh(kept):
                found[symbol] = kept if kept.value is not None else _unknown(source, symbol)
        missing = [symbol for symbol in symbols if symbol not in found]
        for task in self._flights(source, missing):
            # Whoever began it may go away; those who wait for it still get their answer.
            answers = await asyncio.shield(task)
            found |= {symbol: answers[symbol] for symbol in missing if symbol in answers}
        return found

    async def kept(self, source: QuoteSource, symbol: str) -> Kept[Quote] | None:
        """Return the last answer, whatever its age."""
        return await self._shelf.get(source.name, symbol)

    def _flights(self, source: QuoteSource, symbols: Collection[str]) -> set[asyncio.Task[Answers]]:
        """Return the requests under way that bring the symbols; one is begun for all others."""
        new = [symbol for symbol in symbols if (source.name, symbol) not in self._asked]
        if new:
            task = asyncio.create_task(self._fetch(source, new))
            self._asked |= {(source.name, symbol): task for symbol in new}
            task.add_done_callback(partial(self._landed, source.name, new))
        return {self._asked[source.name, symbol] for symbol in symbols}

    def _landed(self, source: str, symbols: Collection[str], _task: object) -> None:
        for symbol in symbols:
            del self._asked[source, symbol]

    async def _fetch(self, source: QuoteSource, symbols: list[str]) -> Answers:
        try:
            async with asyncio.timeout(self._patience_s):
                with self._sources.asking(source, "quotes"):
                    quotes = await source.quotes(symbols)
        except SourceError as error:
            return dict.fromkeys(symbols, error)
        except TimeoutError:
            late = SourceDownError(source.name, f"it took more than {self._patience_s:g} s.")
            return dict.fromkeys(symbols, late)
        known = {quote.symbol: quote for quote in quotes}
        answers: Answers = {}
        for symbol in symbols:
            kept = await self._shelf.put(source.name, symbol, known.get(symbol))
            answers[symbol] = kept if kept.value is not None else _unknown(source, symbol)
        return answers


def _unknown(source: QuoteSource, symbol: str) -> NotAtSourceError:
    return NotAtSourceError(source.name, f"it has no quote of {symbol[:40]}.")
