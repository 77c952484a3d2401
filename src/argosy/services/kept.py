"""Answers of sources that are kept: given again for a while, and later if a source fails."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from argosy.core.errors import NotAtSourceError, SourceDownError, SourceError
from argosy.runtime.cache import Cache, cache_key
from argosy.runtime.clock import Clock
from argosy.sources.base import Source
from argosy.sources.registry import Registry

T = TypeVar("T")

KEPT = timedelta(days=1)
"""How old an answer may be that stands in for a source that fails."""

PATIENCE_S = 15.0
"""Somebody waits for it: a source that takes longer, with its retries, is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[T]):
    """What a source answered, and when; None where it does not know the symbol."""

    fetched_at: datetime
    value: T | None


class Shelf(Generic[T]):
    """Keeps answers of one kind by source and symbol; they are fresh for `fresh`."""

    def __init__(
        self,
        kind: str,
        form: TypeAdapter[Kept[T]],
        cache: Cache,
        clock: Clock,
        *,
        fresh: timedelta,
    ) -> None:
        self._kind = kind
        self._form = form
        self._cache = cache
        self._clock = clock
        self._fresh = fresh

    async def get(self, source: str, symbol: str) -> Kept[T] | None:
        """Return the last answer, whatever its age."""
        body = await self._cache.get(cache_key(self._kind, symbol, source=source))
        try:
            return None if body is None else self._form.validate_json(body)
        except ValidationError:  # an older version wrote it
            return None

    async def put(self, source: str, symbol: str, value: T | None) -> Kept[T]:
        """Keep an answer of now."""
        kept = Kept(fetched_at=self._clock.now(), value=value)
        key = cache_key(self._kind, symbol, source=source)
        await self._cache.set(key, self._form.dump_json(kept), ttl_s=KEPT.total_seconds())
        return kept

    def is_fresh(self, kept: Kept[T]) -> bool:
        """Whether an answer is young enough to be given again."""
        return self._clock.now() - kept.fetched_at < self._fresh


class Answers(Generic[T]):
    """Asks sources one question each, none twice while it is fresh, nor twice at the same time."""

    def __init__(
        self, sources: Registry, shelf: Shelf[T], *, patience_s: float = PATIENCE_S
    ) -> None:
        self._sources = sources
        self._shelf = shelf
        self._patience_s = patience_s
        self._asked: dict[tuple[str, str], asyncio.Task[T | None]] = {}

    async def ask(self, source: Source, about: str, call: Callable[[], Awaitable[T]]) -> T:
        """Return what a source says, kept or new; an older answer where it fails.

        Raises
        ------
        NotAtSourceError
            If it does not know what it is asked about.
        SourceError
            If it fails, and nothing is kept.
        """
        kept = await self._shelf.get(source.name, about)
        if kept is not None and self._shelf.is_fresh(kept):
            return _known(source, about, kept.value)
        key = (source.name, about)
        if key not in self._asked:
            task = asyncio.create_task(self._fetch(source, about, call))
            self._asked[key] = task
            task.add_done_callback(partial(self._landed, key))
        try:
            # Whoever began it may go away; those who wait for it still get their answer.
            return _known(source, about, await asyncio.shield(self._asked[key]))
        except NotAtSourceError:
            raise
        except SourceError:
            if kept is None or kept.value is None:
                raise
            return kept.value

    async def _fetch(
        self, source: Source, about: str, call: Callable[[], Awaitable[T]]
    ) -> T | None:
        try:
            async with asyncio.timeout(self._patience_s):
                with self._sources.asking(source):
                    value: T | None = await call()
        except NotAtSourceError:
            value = None
        except TimeoutError:
            late = f"it took more than {self._patience_s:g} s."
            raise SourceDownError(source.name, late) from None
        return (await self._shelf.put(source.name, about, value)).value

    def _landed(self, key: tuple[str, str], task: "asyncio.Task[T | None]") -> None:
        del self._asked[key]
        if not task.cancelled():
            task.exception()  # who waited has it; if nobody did, nobody misses it


def _known(source: Source, about: str, value: T | None) -> T:
    if value is None:
        raise NotAtSourceError(source.name, f"it does not know {about[:40]}.")
    return value
