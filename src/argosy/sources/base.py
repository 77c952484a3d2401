"""What an adapter gives to the rest of the house: values, and the classes that hand them over.

An adapter speaks the outside world's language inside and this one outside: exact decimals, dates
of the exchange, prices raw as traded, money in whole currencies, typed errors.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from argosy.core.errors import CurrencyMismatchError, SourceKeyMissingError
from argosy.core.market.asset import Asset, AssetCategory, Dividend, Split
from argosy.core.market.bars import Bar
from argosy.core.money import CONTEXT, UNIT, exact_context, known, split_minor_unit
from argosy.sources.manifest import load_manifest

MINUTE, HOUR, DAY, WEEK = "1m", "1h", "1d", "1wk"
"""The intervals of bars; every source of histories has the day."""

EURO_BEGAN = date(1999, 1, 4)
"""The first day of the euro's rates, and so of those that others are crossed with."""


class Unit(NamedTuple):
    """A whole currency, None where it is unknown, and how many quoted units make one of it."""

    currency: str | None
    parts: int = 1

    def whole(self, value: Decimal | None) -> Decimal | None:
        """Return a quoted amount in the whole currency."""
        return None if value is None else CONTEXT.divide(value, Decimal(self.parts))


@dataclass(frozen=True, slots=True)
class DividendEvent:
    """Cash per share as paid at the time, by the day it went ex; `currency` where it differs."""

    day: date
    amount: Decimal
    currency: str | None = None
    pay_on: date | None = None

    def per_share(self, unit: str) -> Dividend:
        """Return it in a whole currency; `unit` is that of the history it belongs to."""
        currency, parts = split_minor_unit(self.currency or unit)
        amount = CONTEXT.divide(self.amount, Decimal(parts))
        return Dividend(self.day, amount, currency, self.pay_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What one source says about the past of one symbol, oldest first, one bar an interval.

    `currency` is the whole currency (GBP, never GBp); None where the source does not say. A daily
    bar's `at` is midnight UTC of its day, so that a day fetched twice has one key. `unfinished`
    names the day whose session still ran when the source answered.
    """

    source: str
    symbol: str
    currency: str | None
    bars: tuple[Bar, ...]
    interval: str = DAY
    unfinished: date | None = None
    splits: tuple[Split, ...] = ()
    dividends: tuple[DividendEvent, ...] = ()

    def quoted_in(self, unit: str) -> "History":
        """Return the same history in an asset's own unit, such as GBp, exactly.

        A history without a currency is taken to be in that unit already.
        """
        if self.currency is None or self.currency == unit:
            return self
        whole, parts = split_minor_unit(unit)
        if whole != self.currency:
            message = f"{self.source} quotes {self.symbol} in {self.currency}, not in {unit}."
            raise CurrencyMismatchError(message)
        return replace(
            self,
            currency=unit,
            bars=tuple(scaled_bar(bar, Decimal(parts)) for bar in self.bars),
            dividends=tuple(
                replace(paid, amount=CONTEXT.multiply(paid.amount, Decimal(parts)))
                if paid.currency is None
                else paid
                for paid in self.dividends
            ),
        )

    def between(self, start: date | None, end: date | None) -> "History":
        """Return the same history with the bars from `start` to `end`, both included."""
        first, last = start or date.min, end or date.max
        return replace(self, bars=tuple(bar for bar in self.bars if first <= bar.day <= last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The last price of a symbol, in a whole currency; None where the source has nothing.

    `change` is against the previous close, or over 24 hours where a market never closes, and
    `change_fraction` the same as a fraction (0.05). `volume` counts shares or coins, of the day
    or of 24 hours.
    """

    source: str
    symbol: str
    price: Decimal
    currency: str | None
    at: datetime
    previous_close: Decimal | None = None
    open: Decimal | None = None
    day_high: Decimal | None = None
    day_low: Decimal | None = None
    volume: Decimal | None = None
    market_cap: Decimal | None = None
    change: Decimal | None = None
    change_fraction: Decimal | None = None

    def with_change(self) -> "Quote":
        """Return the same quote with its change worked out from the previous close."""
        if not self.previous_close:
            return self
        change = CONTEXT.subtract(self.price, self.previous_close)
        return replace(self, change=change, change_fraction=fraction(change, self.previous_close))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a source says about a symbol itself; None where it says nothing.

    `market_cap` is in `currency`. `country` is as the source writes it.
    """

    source: str
    symbol: str
    name: str
    category: AssetCategory | None = None
    currency: str | None = None
    exchange: str | None = None
    country: str | None = None
    sector: str | None = None
    industry: str | None = None
    description: str | None = None
    website: str | None = None
    isin: str | None = None
    market_cap: Decimal | None = None


class RateQuote(NamedTuple):
    """`rate` units of `quote` for one `base`, as the source states it."""

    base: str
    quote: str
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One answer to a search."""

    source: str
    symbol: str
    name: str
    exchange: str | None
    category: AssetCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of a source's list of symbols.

    `symbol` is what the source calls it, `ticker` what people do, and `names` what other sources
    do, where the list says so. `exchange` has its usual name (`exchange_name`), and is None of
    coins, commodities and indices.
    """

    symbol: str
    ticker: str
    name: str
    category: AssetCategory
    exchange: str | None
    currency: str
    active: bool = True
    delisted_on: date | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SymbolList:
    """What a source lists. `others` are symbols that it has too, and tells no more of.

    Of a `whole` list a symbol in neither is gone.
    """

    listed: tuple[Listed, ...]
    others: frozenset[str] = frozenset()
    whole: bool = True


class Source:
    """Every adapter: a name, and a manifest that says what it can do.

    Attributes
    ----------
    manifest : Manifest
        What it can do, under which terms and limits: the `manifest.toml` of its package.
    name : str
        The name that is stored beside each of its prices.
    lacks : str or None
        The setting that is missing for it to answer at all, such as a key.
    """

    def __init__(self, package: str, *, lacks: str | None = None) -> None:
        self.manifest = load_manifest(package)
        self.name = self.manifest.name
        self.lacks = lacks

    def symbol_of(self, asset: Asset) -> str | None:
        """Return what the source calls an asset of which nothing else is stored.

        None where only a person can say: a coin's ticker is another thing's name elsewhere, and a
        price of that would be stored as the coin's.
        """
        return None if asset.category is AssetCategory.CRYPTO else asset.symbol

    def require_key(self) -> None:
        """Raise `SourceKeyMissingError`, naming the setting, if the source cannot be asked."""
        if self.lacks is not None:
            raise SourceKeyMissingError(self.name, self.lacks)

    def unready(self) -> str | None:
        """Say what has to be there before it can have anything; None if nothing is missing."""
        return None

    async def aclose(self) -> None:
        """Give back connections and threads, where any are kept."""


class HistorySource(Source, ABC):
    """Gives price histories, with the splits and dividends its manifest claims."""

    @abstractmethod
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return the bars from `start` to `end`, both included; all there are without them."""


class QuoteSource(Source, ABC):
    """Gives last prices."""

    @abstractmethod
    async def quotes(self, symbols: Sequence[str]) -> tuple[Quote, ...]:
        """Return a quote for each symbol that the source knows; the others are left out."""


class RateSource(Source, ABC):
    """Gives exchange rates.

    Attributes
    ----------
    listed : tuple of str
        Currencies that it is to be asked for one by one, and only where no other source has them;
        empty where it gives all it has at once.
    """

    listed: tuple[str, ...] = ()

    @abstractmethod
    async def rates(
        self, *, since: date | None = None, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Return the rates from `since` on, of all currencies or of some, oldest first."""


class ProfileSource(Source, ABC):
    """Describes symbols."""

    @abstractmethod
    async def profile(self, symbol: str) -> Profile:
        """Return what is known of one symbol."""


class SearchSource(Source, ABC):
    """Finds symbols by name."""

    @abstractmethod
    async def search(self, text: str, *, limit: int = 8) -> tuple[Found, ...]:
        """Return the best answers first."""


class SymbolSource(Source, ABC):
    """Lists the symbols it has."""

    @abstractmethod
    async def symbols(self) -> SymbolList:
        """Return the whole list, or raise: a part of it would look like symbols that are gone."""


def scaled_bar(bar: Bar, factor: Decimal) -> Bar:
    """Return a bar with its prices, and not its volume, multiplied exactly."""
    if factor == 1:
        return bar
    with exact_context():
        return replace(
            bar,
            close=bar.close * factor,
            open=_times(bar.open, factor),
            high=_times(bar.high, factor),
            low=_times(bar.low, factor),
            adjusted_close=_times(bar.adjusted_close, factor),
        )


def fraction(change: Decimal, whole: Decimal) -> Decimal | None:
    """Return a change as a part of a whole, such as percents of 100; None beyond 50 digits."""
    return known(CONTEXT.divide(change, whole).quantize(UNIT, context=CONTEXT))


def midnight(day: date) -> datetime:
    """Return the instant that a daily bar is kept under."""
    return datetime.combine(day, time(), UTC)


def _times(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else value * factor
