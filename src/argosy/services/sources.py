"""What the sources can do, how they are doing, and whether they answer."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from argosy.core.errors import InputError, NotAtSourceError, SourceDownError, SourceError
from argosy.runtime.budgets import Budgets, RateLimit
from argosy.sources.base import HistorySource, RateSource, SearchSource, Source
from argosy.sources.breaker import Circuit, Failure
from argosy.sources.ecb import EcbSource
from argosy.sources.manifest import Capability, Grade, Manifest
from argosy.sources.registry import Registry

__all__ = ["Capability", "Circuit", "Grade"]

_WORD = "apple"
_SYMBOL = "AAPL"
_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source: its manifest, what it lacks, and how it has been doing in this process.

    `left` says for each limit of the manifest what it still allows.
    """

    manifest: Manifest
    lacks: str | None
    left: tuple[int, ...]
    circuit: Circuit
    retry_at: datetime | None
    last_failure: Failure | None

    @property
    def limits(self) -> tuple[tuple[RateLimit, int], ...]:
        """Each limit, and what is left of it."""
        return tuple(zip(self.manifest.limits, self.left, strict=True))


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a source answered a small question; `error` is None where it did."""

    source: str
    error: SourceError | None


async def states(registry: Registry, budgets: Budgets) -> list[SourceState]:
    """Return all sources as they are now; asks none of them."""
    return [await _state(source, registry, budgets) for source in registry]


async def check(registry: Registry, names: Iterable[str] = (), *, today: date) -> list[Checked]:
    """Ask sources a small question each, at the same time; without names all that are set up.

    Of one that is named and is not, the error names what is missing.
    """
    named = dict.fromkeys(registry.get(name.strip().lower()) for name in names)
    for source in named:
        if not _can_be_asked(source):
            raise InputError(f"There is nothing to ask {source.name}.")
    able = [one for one in registry if _can_be_asked(one) and _is_set_up(one)]
    asked = (_check(registry, source, today) for source in named or able)
    return list(await asyncio.gather(*asked))


async def _state(source: Source, registry: Registry, budgets: Budgets) -> SourceState:
    breaker = registry.breaker(source.name)
    return SourceState(
        manifest=source.manifest,
        lacks=source.lacks,
        left=await budgets.left(source.name, source.manifest.limits),
        circuit=breaker.circuit,
        retry_at=breaker.retry_at,
        last_failure=breaker.last,
    )


def _can_be_asked(source: Source) -> bool:
    return isinstance(source, SearchSource | RateSource | HistorySource)


def _is_set_up(source: Source) -> bool:
    return source.lacks is None and source.unready() is None


async def _check(registry: Registry, source: Source, today: date) -> Checked:
    missing = source.unready()
    if missing is not None:
        return Checked(source.name, SourceDownError(source.name, missing))
    try:
        with registry.asking(source, "check", regardless=True):
            await _ask(source, today)
    except NotAtSourceError:
        return Checked(source.name, None)
    except SourceError as error:
        return Checked(source.name, error)
    return Checked(source.name, None)


async def _ask(source: Source, today: date) -> None:
    """Ask for what costs little: a search before a few days; of the bank's files the smallest."""
    source.require_key()
    if isinstance(source, EcbSource):
        await source.refresh(since=today, today=today)
    elif isinstance(source, SearchSource):
        await source.search(_WORD, limit=1)
    elif isinstance(source, RateSource):
        await source.rates(since=today - _DAYS)
    elif isinstance(source, HistorySource):
        await source.history(_SYMBOL, start=today - _DAYS, end=today)
