"""Which source is asked for what: an asset's own order first, then its category's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from argosy.core.errors import InputError, SourceDownError, SourceError
from argosy.core.market.asset import AssetCategory
from argosy.runtime import metrics
from argosy.runtime.clock import Clock, SystemClock
from argosy.sources.base import (
    HistorySource,
    RateSource,
    SearchSource,
    Source,
    SymbolSource,
)
from argosy.sources.breaker import FAILURES, Breaker
from argosy.sources.manifest import Capability

NO_ORDER: Mapping[AssetCategory, Sequence[str]] = MappingProxyType({})


class Registry:
    """All sources of one program, by name.

    `order` ranks sources by category; a category without an entry takes them in the order in
    which they were registered.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        *,
        order: Mapping[AssetCategory, Sequence[str]] = NO_ORDER,
        clock: Clock | None = None,
    ) -> None:
        self._sources = {source.name: source for source in sources}
        self._order = order
        self._breakers = {
            source.name: Breaker(
                clock or SystemClock(), failures=FAILURES if source.manifest.needs_network else None
            )
            for source in self
        }

    def __iter__(self) -> Iterator[Source]:
        return iter(self._sources.values())

    def get(self, name: str) -> Source:
        """Return the source of that name."""
        source = self._sources.get(name)
        if source is None:
            known = ", ".join(sorted(self._sources))
            raise InputError(f"There is no source {name[:40]}; there are {known}.")
        return source

    def breaker(self, name: str) -> Breaker:
        """Return what keeps count of a source's failures in this process."""
        return self._breakers[self.get(name).name]

    @contextmanager
    def asking(
        self, source: Source, kind: str = "other", *, regardless: bool = False
    ) -> Iterator[None]:
        """Keep count of how asking a source for a kind of thing ends, within a `with`.

        Raises
        ------
        SourceDownError
            At once, if the source is left alone for now; not where it is asked `regardless`.
        """
        breaker = self._breakers[source.name]
        if not regardless and not breaker.admit():
            until = f" until {breaker.retry_at:%H:%M:%S} UTC" if breaker.retry_at else ""
            message = f"it failed too often and is left alone{until}."
            raise SourceDownError(source.name, message, asked=False)
        metrics.FETCHES.labels(source.name, kind).inc()
        try:
            yield
        except SourceError as error:
            metrics.FAILURES.labels(source.name, error.code).inc()
            breaker.tell(error)
            raise
        breaker.tell(None)

    def choose(
        self,
        capability: Capability,
        category: AssetCategory,
        *,
        preferred: Sequence[str] = (),
    ) -> tuple[Source, ...]:
        """Return the sources to ask, best first: `preferred`, then the category's order.

        A preferred source is asked even for a category that its manifest does not list; it must
        have the capability all the same. One that lacks its key is asked only if preferred: its
        error then names the setting.
        """
        order = self._order.get(category, tuple(self._sources))
        names = [*preferred, *(name for name in order if name not in preferred)]
        able = [self._sources[name] for name in names if name in self._sources]
        return tuple(
            source
            for source in able
            if capability in source.manifest.capabilities
            and (
                source.name in preferred
                or (category in source.manifest.categories and source.lacks is None)
            )
        )

    def histories(
        self, category: AssetCategory, *, preferred: Sequence[str] = ()
    ) -> tuple[HistorySource, ...]:
        """Return the sources of price histories, best first."""
        chosen = self.choose(Capability.HISTORY, category, preferred=preferred)
        return tuple(source for source in chosen if isinstance(source, HistorySource))

    def rates(self) -> tuple[RateSource, ...]:
        """Return the sources that give exchange rates all at once, best first."""
        return tuple(one for one in self._rate_sources() if not one.listed)

    def listed_rates(self) -> tuple[RateSource, ...]:
        """Return those that are asked currency by currency, for what the others lack."""
        return tuple(one for one in self._rate_sources() if one.listed)

    def _rate_sources(self) -> Iterator[RateSource]:
        chosen = self.choose(Capability.RATES, AssetCategory.CURRENCY)
        return (source for source in chosen if isinstance(source, RateSource))

    def symbols(self) -> tuple[SymbolSource, ...]:
        """Return the sources that list their symbols, in the order of their registration."""
        able = (one for one in self._sources.values() if isinstance(one, SymbolSource))
        return tuple(one for one in able if one.lacks is None)

    def searches(self) -> tuple[SearchSource, ...]:
        """Return the sources that find symbols by name."""
        able = (one for one in self._sources.values() if isinstance(one, SearchSource))
        return tuple(one for one in able if one.lacks is None)

    async def aclose(self) -> None:
        """Close every source."""
        for source in self._sources.values():
            await source.aclose()
