"""What sources say of names and symbols: kept for a while, and asked for while nothing is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from pydantic import TypeAdapter

from argosy.core.errors import SourceError
from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.market.exchanges import exchange_name
from argosy.runtime.cache import Cache
from argosy.runtime.clock import Clock
from argosy.services import assets
from argosy.services.kept import Answers, Kept, Shelf
from argosy.sources.base import Found, Profile, ProfileSource, SearchSource
from argosy.sources.registry import Registry
from argosy.store.database import Database
from argosy.store.search_text import spellings

__all__ = ["Found"]

_FOUND = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """How long an answer is given again: of a search, and of what a thing is."""

    answers: timedelta
    metadata: timedelta


class Finder:
    """Finds assets here, and then at the sources."""

    def __init__(
        self, database: Database, sources: Registry, cache: Cache, clock: Clock, *, ages: Ages
    ) -> None:
        self._database = database
        self._sources = sources
        searches = Shelf(
            "search", TypeAdapter(Kept[tuple[Found, ...]]), cache, clock, fresh=ages.answers
        )
        profiles = Shelf("profile", TypeAdapter(Kept[Profile]), cache, clock, fresh=ages.metadata)
        self._searches = Answers(sources, searches)
        self._profiles = Answers(sources, profiles)

    async def find(
        self,
        user_id: str | None,
        text: str,
        *,
        categories: Sequence[AssetCategory] = (),
        limit: int,
        ask_sources: bool,
    ) -> list[Asset] | list[Found]:
        """Return the assets that match a text, the best first; if none, what sources call so."""
        async with self._database.read() as session:
            found = await assets.search(session, user_id, text, categories=categories, limit=limit)
        if found or not ask_sources:
            return found
        there = await self.listed(text)
        return [one for one in there if not categories or one.category in categories][:limit]

    async def listed(self, text: str) -> list[Found]:
        """Return what the first source that knows a symbol calls just so; a failing one is not it.

        They are asked one after the other: each request counts.
        """
        symbols = set(spellings(text))
        for source in self._sources.searches():
            try:
                found = await self.search(source, text)
            except SourceError:
                continue
            exact = [one for one in found if one.symbol.upper() in symbols]
            if exact:
                return [replace(one, exchange=_exchange(one)) for one in exact]
        return []

    async def search(self, source: SearchSource, text: str) -> tuple[Found, ...]:
        """Return what a source finds for a text."""
        about = " ".join(text.upper().split())
        return await self._searches.ask(source, about, partial(source.search, text, limit=_FOUND))

    async def profile(self, source: ProfileSource, symbol: str) -> Profile:
        """Return what a source says of a symbol itself."""
        return await self._profiles.ask(source, symbol, partial(source.profile, symbol))


def _exchange(found: Found) -> str | None:
    return None if found.category is AssetCategory.CRYPTO else exchange_name(found.exchange)
