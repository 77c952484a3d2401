"""Exchange rates kept up to date: what is missing since the last stored day, and nothing twice.

Central banks come first: they state one rate a day. Currencies that none of them has come from a
source that is asked for each; of such a day only the end counts, so that a rate once stored stays.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotAtSourceError, RateLimitedError, SourceChangedError, SourceError
from argosy.core.market.reconcile import is_own
from argosy.core.money import split_minor_unit
from argosy.services import refresh
from argosy.services.refresh import LoadedRates, Progress, RatesNotLoaded
from argosy.sources.base import EURO_BEGAN, RateQuote, RateSource
from argosy.sources.ecb import EcbSource
from argosy.sources.registry import Registry
from argosy.store import latest_rates, rates
from argosy.store.database import Database

__all__ = ["EURO_BEGAN", "LoadedRates", "RatesNotLoaded", "refresh_rates"]

Done = list[LoadedRates | RatesNotLoaded]

_ENDED = timedelta(days=30)
"""A bank that has not quoted a currency for so long, while it quoted others, has stopped to."""

_PATIENCE_S = 90.0
_ONE_DAY = timedelta(days=1)
_FRIDAY = 4


async def refresh_rates(
    database: Database, sources: Registry, *, today: date, progress: Progress | None = None
) -> Done:
    """Store the rates that are missing: of the banks, of the listed currencies, of those in use.

    Each source and each currency is a transaction of its own: what fails takes nothing from the
    others, and is asked for again the next time.
    """
    async with database.read() as session:
        known = await rates.known_days(session)
    done: Done = []
    for source in sources.rates():
        stored = [span for (name, _), span in known.items() if name == source.name]
        # What begins later is a part that somebody asked for, such as the demo's.
        whole = any(span.first <= EURO_BEGAN for span in stored)
        newest = max(span.last for span in stored) if whole else None
        if newest is None or newest < _last_weekday(today):
            done += await _from_bank(database, sources, source, newest, today=today)
    for source in sources.listed_rates():
        async with database.read() as session:
            wanted = await _lacking(session, source, today=today)
        done += await _one_by_one(database, sources, source, wanted, today=today, progress=progress)
    return done


async def is_lacking(session: AsyncSession) -> bool:
    """Return whether any of several currencies in use has no rate at all."""
    used = {split_minor_unit(unit)[0] for unit in await rates.currencies_in_use(session)}
    known = {row[0] for row in await latest_rates.read(session)}
    return len(used) > 1 and not used <= known | {"USD"}


async def _from_bank(
    database: Database, sources: Registry, source: RateSource, newest: date | None, *, today: date
) -> Done:
    if newest is None and isinstance(source, EcbSource):
        return await refresh.load_rates(database, sources, since=EURO_BEGAN, today=today)
    since = EURO_BEGAN if newest is None else newest
    try:
        with sources.asking(source, "rates"):
            if isinstance(source, EcbSource):
                found = await source.refresh(since=since, today=today)
            else:
                found = await source.rates(since=since)
    except SourceError as error:
        return [RatesNotLoaded(source.name, error)]
    return [await _kept(database, source, found, today=today)]


async def _lacking(session: AsyncSession, source: RateSource, *, today: date) -> dict[str, date]:
    """Return the currencies to ask a source for, each from the first day that is missing on."""
    known = await rates.known_days(session)
    own = {pair: span.last for (name, pair), span in known.items() if name == source.name}
    others = [
        (span.last, pair)
        for (name, pair), span in known.items()
        if name != source.name and not is_own(name)  # a typed rate says nothing of the next day
    ]
    in_use: set[str] = set()
    covered: set[str] = set()
    if others:  # before a bank was heard, nobody knows what it has
        ended = max(day for day, _ in others) - _ENDED
        units = await rates.currencies_in_use(session)
        in_use = {split_minor_unit(unit)[0] for unit in units}
        covered = {code for day, pair in others if day >= ended for code in pair}
    wanted = sorted(
        {*in_use, *source.listed} - covered, key=lambda code: (code not in in_use, code)
    )
    last_over = _last_weekday(today - _ONE_DAY)
    found: dict[str, date] = {}
    for currency in wanted:
        newest = min((day for pair, day in own.items() if pair[1] == currency), default=None)
        if newest is None or newest < last_over:
            found[currency] = EURO_BEGAN if newest is None else newest + _ONE_DAY
    return found


async def _one_by_one(
    database: Database,
    sources: Registry,
    source: RateSource,
    wanted: Mapping[str, date],
    *,
    today: date,
    progress: Progress | None,
) -> Done:
    """Ask for each currency; one that the source does not know does not stop the rest."""
    failed: list[RatesNotLoaded] = []
    loaded: LoadedRates | None = None
    for number, (currency, since) in enumerate(wanted.items(), 1):
        try:
            found = await _patiently(sources, source, currency, since)
        except SourceError as error:
            failed.append(RatesNotLoaded(source.name, error))
            if not isinstance(error, NotAtSourceError | SourceChangedError):
                break  # it would say the same of the others
            continue
        kept = await _kept(database, source, found, today=today)
        loaded = kept if loaded is None else _together(loaded, kept)
        if progress is not None:
            progress(number, len(wanted))
    return [*([] if loaded is None else [loaded]), *failed]


async def _patiently(
    sources: Registry, source: RateSource, currency: str, since: date
) -> tuple[RateQuote, ...]:
    """Ask, and once more after a limit of a minute: many currencies are asked for in a row."""
    try:
        with sources.asking(source, "rates"):
            return await source.rates(since=since, currencies={currency})
    except RateLimitedError as error:
        if error.retry_after_s is None or error.retry_after_s > _PATIENCE_S:
            raise
        await asyncio.sleep(error.retry_after_s)
    with sources.asking(source, "rates"):
        return await source.rates(since=since, currencies={currency})


def _together(first: LoadedRates, second: LoadedRates) -> LoadedRates:
    starts = [day for day in (first.first_on, second.first_on) if day is not None]
    ends = [day for day in (first.last_on, second.last_on) if day is not None]
    return LoadedRates(
        source=first.source,
        first_on=min(starts, default=None),
        last_on=max(ends, default=None),
        rates=first.rates + second.rates,
        rejected=(*first.rejected, *second.rejected),
    )


async def _kept(
    database: Database, source: RateSource, quotes: Sequence[RateQuote], *, today: date
) -> LoadedRates:
    async with database.write() as session:
        return await refresh.store_rates(session, source.name, quotes, today=today)


def _last_weekday(day: date) -> date:
    """Return a day, or the Friday before where it is on a weekend."""
    return day - timedelta(days=max(day.weekday() - _FRIDAY, 0))
