"""Prices and rates fetched from a source, and stored as facts that all users share.

Fetching takes as long as the outside world likes: it is done before any transaction is open.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import (
    ArgosyError,
    CurrencyMismatchError,
    InputError,
    NotAtSourceError,
    RowProblem,
    SourceError,
    SourcesFailedError,
)
from argosy.core.market.asset import Asset, AssetSource
from argosy.core.market.bars import Bar, UpsertCounts, pack_bars
from argosy.core.market.restated import unspoiled
from argosy.core.market.spans import Span
from argosy.core.market.stated_rates import StatedRate, check_rates
from argosy.runtime import metrics
from argosy.services import asset_metrics, judging
from argosy.sources.base import DAY, History, HistorySource, RateQuote, RateSource, midnight
from argosy.sources.ecb import EcbSource
from argosy.sources.registry import Registry
from argosy.store import asset_sources, assets, dividends, price_pages, prices, rates, splits
from argosy.store.database import Database
from argosy.store.price_pages import BarFilter

Progress = Callable[[int, int], None]
"""Told after each step: how many are done, of how many."""

_ALL = 100_000  # bars of one source: centuries of days, two months of minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which prices are asked for; without a source the best one for the asset answers.

    `symbol_there` is what the source calls the asset; without it that is what is stored for the
    source, else the asset's own symbol.
    """

    symbol: str
    source: str | None = None
    symbol_there: str | None = None
    start: date | None = None
    end: date | None = None
    interval: str = DAY


@dataclass(frozen=True, slots=True)
class BarChange:
    """A close that would be stored; `before` is what is stored now, None if nothing is."""

    at: datetime
    day: date
    close: Decimal
    before: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What one load of prices stored, or would store: then `changes` says which closes."""

    asset: Asset
    source: str
    first_on: date | None
    last_on: date | None
    bars: UpsertCounts
    splits: UpsertCounts
    dividends: UpsertCounts
    rejected: tuple[RowProblem, ...]
    changes: tuple[BarChange, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether a price or a split is known that was not."""
        return self.bars.changed or self.splits.changed


@dataclass(frozen=True, slots=True)
class NotLoaded:
    """Prices that could not be had, and why."""

    wanted: Wanted
    error: ArgosyError


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRates:
    """What one load of exchange rates stored."""

    source: str
    first_on: date | None
    last_on: date | None
    rates: UpsertCounts
    rejected: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class RatesNotLoaded:
    """Exchange rates that could not be had, and why."""

    source: str
    error: SourceError


async def load_prices(
    database: Database,
    sources: Registry,
    wanted: Sequence[Wanted],
    *,
    today: date,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[Loaded | NotLoaded]:
    """Fetch and store the prices and splits of assets, one after the other.

    Each asset is a transaction of its own: one that fails takes nothing from the others. With
    `dry_run` each is taken back again.
    """
    done: list[Loaded | NotLoaded] = []
    for one in wanted:
        try:
            done.append(await _load(database, sources, one, today=today, dry_run=dry_run))
        except ArgosyError as error:
            done.append(NotLoaded(one, error))
        if progress is not None:
            progress(len(done), len(wanted))
    if not dry_run:
        await asset_metrics.renew(database, _changed(done))
    return done


def _changed(done: Sequence[Loaded | NotLoaded]) -> set[int]:
    """Return the keys of the assets of which anything new is known."""
    return {one.asset.key for one in done if isinstance(one, Loaded) and one.changed}


async def _load(
    database: Database, sources: Registry, wanted: Wanted, *, today: date, dry_run: bool
) -> Loaded:
    async with database.read() as session:
        asset = await assets.get(session, None, wanted.symbol)
        stored = (await asset_sources.of_assets(session, [asset.key])).get(asset.key, ())
    history = await fetch_prices(sources, asset, wanted, stored=stored)
    if dry_run:
        return await try_prices(database, asset, history, today=today)
    async with database.write() as session:
        return await store_prices(session, asset, history, today=today)


async def try_prices(database: Database, asset: Asset, history: History, *, today: date) -> Loaded:
    """Store a history as `store_prices` does, see what that did, and take it back."""
    async with database.trial() as session:
        before = await _stored(session, asset, history)
        loaded = await _store(session, asset, history, today=today)
        after = await _stored(session, asset, history)
    changes = [
        BarChange(at, bar.day, bar.close, before[at].close if at in before else None)
        for at, bar in after.items()
        if before.get(at) != bar
    ]
    return replace(loaded, changes=tuple(changes))


async def fetch_prices(
    sources: Registry, asset: Asset, wanted: Wanted, *, stored: Sequence[AssetSource] = ()
) -> History:
    """Ask the source that is named, or each that can answer until one does.

    `stored` says what sources call the asset, and which of them are asked first. A source that
    has it in another currency, or is left alone after many failures, is passed over; the only
    one there is, is asked all the same. Bars of another interval than a day are asked for only
    where they are.

    Raises
    ------
    SourceError, CurrencyMismatchError
        What the only source said; of several a `SourcesFailedError` that names each and why.
    """
    symbols = {one.source: one.symbol for one in stored}
    refused: dict[str, ArgosyError] = {}
    able = _able(sources, asset, wanted, stored)
    for source in able:
        symbol = wanted.symbol_there or symbols.get(source.name) or source.symbol_of(asset)
        if symbol is None:
            refused[source.name] = NotAtSourceError(
                source.name, f"what it calls {asset.symbol} is not stored yet."
            )
            continue
        try:
            with sources.asking(source, "history", regardless=len(able) == 1):
                history = await source.history(
                    symbol, start=wanted.start, end=wanted.end, interval=wanted.interval
                )
            return history.quoted_in(asset.currency)
        except (SourceError, CurrencyMismatchError) as error:
            refused[source.name] = error
    raise SourcesFailedError(refused) if len(able) > 1 else refused[able[0].name]


def _able(
    sources: Registry, asset: Asset, wanted: Wanted, stored: Sequence[AssetSource]
) -> tuple[HistorySource, ...]:
    if wanted.source is None:
        ranked = [one.source for one in stored if one.rank is not None]
        able = sources.histories(asset.category, preferred=ranked)
        if not able:
            message = f"No source has prices of {asset.category.value}; name one, or import a file."
            raise InputError(message)
    else:
        source = sources.get(wanted.source)
        if not isinstance(source, HistorySource):
            raise InputError(f"The source {source.name} has no price histories.")
        able = (source,)
    if wanted.interval == DAY:
        return able
    able = tuple(one for one in able if wanted.interval in one.manifest.intervals)
    if not able:
        who = wanted.source or "any source that is asked for it"
        raise InputError(f"There are no bars of {wanted.interval} at {who}.")
    return able


async def store_prices(
    session: AsyncSession, asset: Asset, history: History, *, today: date
) -> Loaded:
    """Store a history, with the splits and dividends in it, as its source states them; judge it.

    The day whose session still ran is left for the next time.
    """
    loaded = await _store(session, asset, history, today=today)
    metrics.PRICE_ROWS.labels(history.source).inc(loaded.bars.created + loaded.bars.updated)
    return loaded


async def _store(session: AsyncSession, asset: Asset, history: History, *, today: date) -> Loaded:
    known = await splits.put_splits(session, asset.key, history.splits, source=history.source)
    bars = tuple(bar for bar in history.bars if bar.day != history.unfinished)
    if known.created:
        bars = await _unspoiled(session, asset, replace(history, bars=bars))
    packed = pack_bars(bars, asset_key=asset.key, latest=today + timedelta(days=1))
    counts = await prices.upsert_bars(
        session, packed.columns, source=history.source, interval=history.interval
    )
    per_share = [one.per_share(asset.currency) for one in history.dividends]
    paid = await dividends.put_dividends(session, asset.key, per_share, source=history.source)
    days = [bar.day for bar in bars]
    judged = counts.changed and history.interval == DAY
    if days and (judged or known.changed):
        span = judging.ALL_DAYS if known.changed else Span(min(days), max(days))
        await judging.judge_days(session, [asset], span, over=today)
    return Loaded(
        asset=asset,
        source=history.source,
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        bars=counts,
        splits=known,
        dividends=paid,
        rejected=tuple(packed.rejected),
    )


async def _unspoiled(session: AsyncSession, asset: Asset, history: History) -> tuple[Bar, ...]:
    """Return bars as they are stored where a new split made nothing but their last digits other.

    A source that divides its past by each split has fewer digits of it from then on.
    """
    stored = await _stored(session, asset, history)
    return tuple(unspoiled(bar, stored.get(bar.at)) for bar in history.bars)


async def _stored(session: AsyncSession, asset: Asset, history: History) -> dict[datetime, Bar]:
    """Return a source's bars of the days of a history, as they are stored, by time."""
    days = [bar.day for bar in history.bars] or [date.min]
    wanted = BarFilter(
        asset_key=asset.key,
        interval=history.interval,
        source=history.source,
        start=min(days),
        end=max(days),
    )
    page = await price_pages.read_bars(session, wanted, viewer=None, limit=_ALL)
    return {one.bar.at: one.bar for one in page.items}


async def load_rates(
    database: Database,
    sources: Registry,
    *,
    since: date,
    today: date,
    currencies: Collection[str] | None = None,
) -> list[LoadedRates | RatesNotLoaded]:
    """Store the exchange rates that are installed, and those that the network has beyond them.

    A network that does not answer takes nothing away from what is installed.
    """
    done: list[LoadedRates | RatesNotLoaded] = []
    for source in sources.rates():
        try:
            with sources.asking(source, "rates", regardless=True):
                found = await source.rates(since=since, currencies=currencies)
            done.append(await _kept(database, source, found, today=today))
            newest = max((quote.day for quote in found), default=since)
            if isinstance(source, EcbSource) and newest < today:
                with sources.asking(source, "rates", regardless=True):
                    newer = await source.refresh(since=newest, today=today, currencies=currencies)
                done.append(await _kept(database, source, newer, today=today))
        except SourceError as error:
            done.append(RatesNotLoaded(source.name, error))
    return done


async def _kept(
    database: Database, source: RateSource, quotes: Sequence[RateQuote], *, today: date
) -> LoadedRates:
    async with database.write() as session:
        return await store_rates(session, source.name, quotes, today=today)


async def store_rates(
    session: AsyncSession, source: str, quotes: Sequence[RateQuote], *, today: date
) -> LoadedRates:
    """Store rates as their source states them."""
    stated = [
        StatedRate(quote.base, quote.quote, midnight(quote.day), quote.day, quote.rate)
        for quote in quotes
    ]
    checked = check_rates(stated, latest=today + timedelta(days=1))
    counts = await rates.upsert_rates(session, checked.rates, source=source)
    days = [quote.day for quote in quotes]
    return LoadedRates(
        source=source,
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        rates=counts,
        rejected=tuple(checked.rejected),
    )
