"""Massive's JSON as bars, quotes, profiles and search results. Pure; provider-formats.md §3."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from argosy.core.errors import NotAtSourceError, SourceChangedError
from argosy.core.market.asset import AssetCategory, Split
from argosy.core.market.bars import Bar
from argosy.core.market.exchanges import exchange_name
from argosy.core.money import CONTEXT, split_minor_unit
from argosy.sources.answers import Answer
from argosy.sources.base import (
    DAY,
    HOUR,
    MINUTE,
    WEEK,
    DividendEvent,
    Found,
    Listed,
    Profile,
    Quote,
    midnight,
)
from argosy.sources.massive.body import SOURCE, Page, read_body, read_page
from argosy.sources.shape import Shape
from argosy.sources.stated import day_of, instant, optional_day

NEW_YORK = ZoneInfo("America/New_York")
LENGTHS = {
    MINUTE: timedelta(minutes=1),
    HOUR: timedelta(hours=1),
    DAY: timedelta(days=1),
    WEEK: timedelta(days=7),
}

_MARKETS = {
    "crypto": AssetCategory.CRYPTO,
    "fx": AssetCategory.CURRENCY,
    "indices": AssetCategory.INDEX,
}
_TYPES = {
    **dict.fromkeys(("CS", "PFD", "ADRC", "ADRP", "GDR", "NYRS", "OS"), AssetCategory.STOCK),
    **dict.fromkeys(("ETF", "ETN", "ETV", "ETS"), AssetCategory.ETF),
    "FUND": AssetCategory.FUND,
    "BOND": AssetCategory.BOND,
}


@dataclass(frozen=True, slots=True)
class Ticker:
    """A symbol, with what its prefix says: `X:` coins, `C:` currencies, `I:` indices, else US."""

    symbol: str

    @property
    def zone(self) -> tzinfo:
        """Where its days begin."""
        return UTC if self.symbol.startswith(("X:", "C:")) else NEW_YORK

    @property
    def currency(self) -> str | None:
        """What its prices are in; an index has points."""
        if self.symbol.startswith(("X:", "C:")):
            return self.symbol[-3:]
        return None if self.symbol.startswith("I:") else "USD"

    @property
    def is_share(self) -> bool:
        """Whether it can split and pay dividends."""
        return ":" not in self.symbol


def parse_bars(answer: Answer, ticker: Ticker, interval: str) -> Page[Bar]:
    """Read the answer of `/v2/aggs/…/range/…`; a row without a close is left out."""

    def bar(row: Shape) -> Bar | None:
        close = row.number("c")
        if not close:
            return None
        at, day = _place(row.number("t"), ticker, interval)
        return Bar(
            at=at,
            day=day,
            close=close,
            open=row.number("o") or None,
            high=row.number("h") or None,
            low=row.number("l") or None,
            volume=row.number("v"),
        )

    return read_page(answer, bar)


def ends_at(bar: Bar, ticker: Ticker, interval: str) -> datetime:
    """Return when a bar is over: a day at the midnight of its exchange."""
    if interval in {DAY, WEEK}:
        return datetime.combine(bar.day + LENGTHS[interval], time(), ticker.zone)
    return bar.at + LENGTHS[interval]


def parse_splits(answer: Answer) -> Page[Split]:
    """Read the answer of `/v3/reference/splits`."""

    def split(row: Shape) -> Split:
        new, old = row.number("split_to"), row.number("split_from")
        if new is None or old is None or new <= 0 or old <= 0:
            raise SourceChangedError(SOURCE, "a split has no ratio.")
        return Split(
            day_of(SOURCE, row.text("execution_date")),
            CONTEXT.normalize(new),
            CONTEXT.normalize(old),
        )

    return read_page(answer, split)


def parse_dividends(answer: Answer) -> Page[DividendEvent]:
    """Read the answer of `/v3/reference/dividends`; a share there is priced in dollars."""

    def dividend(row: Shape) -> DividendEvent:
        amount, unit = row.number("cash_amount"), row.text("currency")
        if amount is None:
            raise SourceChangedError(SOURCE, "a dividend has no amount.")
        currency, parts = split_minor_unit(unit or "USD")
        paid = CONTEXT.divide(amount, Decimal(parts))
        own = None if currency == "USD" else currency
        day = day_of(SOURCE, row.text("ex_dividend_date"))
        return DividendEvent(day, paid, own, optional_day(row.text("pay_date")))

    return read_page(answer, dividend)


def parse_snapshot(answer: Answer) -> tuple[Quote, ...]:
    """Read the answer of `/v2/snapshot/…`; what was not traded today is left out."""
    quotes = (_snapshot(entry) for entry in read_body(answer).items("tickers"))
    return tuple(quote for quote in quotes if quote is not None)


def parse_previous(answer: Answer, ticker: Ticker) -> Quote | None:
    """Read the answer of `/v2/aggs/…/prev`: the last whole day, or None of an unknown ticker."""
    row = Shape(read_body(answer).value, SOURCE).first("results")
    price, stamp = row.number("c"), row.number("t")
    if not price or stamp is None:
        return None
    return _quote(ticker, price, instant(SOURCE, stamp, per_s=1_000), row)


def parse_profile(answer: Answer) -> Profile:
    """Read the answer of `/v3/reference/tickers/{ticker}`."""
    entry = read_body(answer).mapping("results")
    symbol = entry.text("ticker")
    if symbol is None:
        raise NotAtSourceError(SOURCE, "it describes nothing.")
    unit = entry.text("currency_name") or ""  # of a coin it is a whole name
    return Profile(
        source=SOURCE,
        symbol=symbol,
        name=entry.text("name") or symbol,
        category=_category(entry),
        currency=unit.upper() if len(unit) == 3 else Ticker(symbol).currency,
        exchange=entry.text("primary_exchange"),
        industry=entry.text("sic_description"),
        description=entry.text("description"),
        website=entry.text("homepage_url"),
        market_cap=entry.number("market_cap"),
    )


def parse_search(answer: Answer) -> Page[Found]:
    """Read the answer of `/v3/reference/tickers`, in the order it has."""

    def found(entry: Shape) -> Found | None:
        symbol = entry.text("ticker")
        if symbol is None:
            return None
        return Found(
            source=SOURCE,
            symbol=symbol,
            name=entry.text("name") or symbol,
            exchange=entry.text("primary_exchange"),
            category=_category(entry),
        )

    return read_page(answer, found)


def parse_listed(answer: Answer) -> Page[Listed]:
    """Read the answer of `/v3/reference/tickers` as a list; what has no exchange is left out.

    `delisted_utc`, which the notes on the format do not have, is read where it is there.
    """

    def listed(entry: Shape) -> Listed | None:
        symbol, exchange = entry.text("ticker"), exchange_name(entry.text("primary_exchange"))
        if symbol is None or exchange is None:
            return None
        gone = entry.text("delisted_utc")
        return Listed(
            symbol=symbol,
            ticker=symbol,
            name=entry.text("name") or symbol,
            category=_category(entry),
            exchange=exchange,
            currency=(entry.text("currency_name") or "usd").upper(),
            active=entry.flag("active"),
            delisted_on=None if gone is None else day_of(SOURCE, gone[:10]),
        )

    return read_page(answer, listed)


def _place(stamp: Decimal | None, ticker: Ticker, interval: str) -> tuple[datetime, date]:
    """Return the instant and the day of a bar, by the start of its window.

    A week of the stock market begins on its Monday, though Massive's window does on Sunday.
    """
    if stamp is None:
        raise SourceChangedError(SOURCE, "a bar has no time.")
    at = instant(SOURCE, stamp, per_s=1_000)
    day = at.astimezone(ticker.zone).date()
    if interval == WEEK and ticker.zone is NEW_YORK:
        day += timedelta(days=-day.weekday() % 7)
    return (midnight(day) if interval in {DAY, WEEK} else at), day


def _snapshot(entry: Shape) -> Quote | None:
    symbol, stamp = entry.text("ticker"), entry.number("updated")
    prices = [_part(entry, "lastTrade").number("p"), _part(entry, "min").number("c"),
              _part(entry, "day").number("c")]  # fmt: skip
    price = next((price for price in prices if price), None)
    if symbol is None or price is None or not stamp:
        return None
    before = _part(entry, "prevDay").number("c") or None
    at = instant(SOURCE, stamp, per_s=1_000_000_000)
    return _quote(Ticker(symbol), price, at, _part(entry, "day"), before=before)


def _part(entry: Shape, name: str) -> Shape:
    return entry.mapping(name) if entry.has(name) else Shape({}, SOURCE, name)


def _quote(
    ticker: Ticker, price: Decimal, at: datetime, day: Shape, *, before: Decimal | None = None
) -> Quote:
    return Quote(
        source=SOURCE,
        symbol=ticker.symbol,
        price=price,
        currency=ticker.currency,
        at=at,
        previous_close=before,
        open=day.number("o") or None,
        day_high=day.number("h") or None,
        day_low=day.number("l") or None,
        volume=day.number("v"),
    ).with_change()


def _category(entry: Shape) -> AssetCategory:
    market = _MARKETS.get(entry.text("market") or "")
    return market or _TYPES.get(entry.text("type") or "", AssetCategory.OTHER)
