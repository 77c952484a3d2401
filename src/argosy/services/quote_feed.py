"""Last prices as single sources give them: kept for a while, and asked for once at a time."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from argosy.core.errors import NotAtSourceError, SourceDownError, SourceError
from argosy.runtime.cache import Cache, cache_key
from argosy.runtime.clock import Clock
from argosy.sources.base import Quote, QuoteSource
from argosy.sources.registry import Registry

KEPT = timedelta(days=1)
"""How old an answer may be that stands in for a source that fails."""

PATIENCE_S = 15.0
"""Somebody waits for a quote: a source that takes longer, with its retries, is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a source answered, and when; None where it does not know the symbol."""

    fetched_at: datetime
    quote: Quote | None


Answers: TypeAlias = dict[str, Kept | SourceError]
_KEPT = TypeAdapter(Kept)


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
        self._cache = cache
        self._clock = clock
        self._fresh = fresh
        self._patience_s = patience_s
        self._asked: dict[tuple[str, str], asyncio.Task[Answers]] = {}

    async def ask(self, source: QuoteSource, symbols: Collection[str]) -> Answers:
        """Return what a source says of each symbol, or why it does not."""
        found: Answers = {}
        for symbol in symbols:
            kept = await self.kept(source, symbol)
            if kept is not None and self._clock.now() - kept.fetched_at < self._fresh:
                found[symbol] = kept if kept.quote is not None else _unknown(source, symbol)
        missing = [symbol for symbol in symbols if symbol not in found]
        for task in self._flights(source, missing):
            # Whoever began it may go away; those who wait for it still get their answer.
            answers = await asyncio.shield(task)
            found |= {symbol: answers[symbol] for symbol in missing if symbol in answers}
        return found

    async def kept(self, source: QuoteSource, symbol: str) -> Kept | None:
        """Return the last answer, whatever its age."""
        body = await self._cache.get(_key(source, symbol))
        try:
            return None if body is None else _KEPT.validate_json(body)
        except ValidationError:  # an older version wrote it
            return None

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
                with self._sources.asking(source):
                    quotes = await source.quotes(symbols)
        except SourceError as error:
            return dict.fromkeys(symbols, error)
        except TimeoutError:
            late = SourceDownError(source.name, f"it took more than {self._patience_s:g} s.")
            return dict.fromkeys(symbols, late)
        known = {quote.symbol: quote for quote in quotes}
        answers: Answers = {}
        for symbol in symbols:
            kept = Kept(fetched_at=self._clock.now(), quote=known.get(symbol))
            body = _KEPT.dump_json(kept)
            await self._cache.set(_key(source, symbol), body, ttl_s=KEPT.total_seconds())
            answers[symbol] = kept if kept.quote is not None else _unknown(source, symbol)
        return answers


def _key(source: QuoteSource, symbol: str) -> str:
    return cache_key("quote", symbol, source=source.name)


def _unknown(source: QuoteSource, symbol: str) -> NotAtSourceError:
    return NotAtSourceError(source.name, f"it has no quote of {symbol[:40]}.")
