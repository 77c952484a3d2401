"""Yahoo's JSON as histories, quotes and search results. Pure; provider-formats.md §1.

Yahoo's prices are adjusted for every split up to today, and change with each new one; here they
leave as they were traded, multiplied by the splits that came after them.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory, Split
from argosy.core.market.bars import Bar
from argosy.core.money import CONTEXT, split_minor_unit
from argosy.sources.adjusted import as_traded, split_factor
from argosy.sources.answers import Answer, read_json, status_error
from argosy.sources.base import (
    HOUR,
    MINUTE,
    DividendEvent,
    Found,
    History,
    Profile,
    Quote,
    RateQuote,
    midnight,
    scaled_bar,
)
from argosy.sources.shape import Shape, single_digits
from argosy.sources.stated import instant, percents

SOURCE = "yahoo"

CATEGORIES = {
    "EQUITY": AssetCategory.STOCK,
    "ETF": AssetCategory.ETF,
    "MUTUALFUND": AssetCategory.FUND,
    "INDEX": AssetCategory.INDEX,
    "CRYPTOCURRENCY": AssetCategory.CRYPTO,
    "CURRENCY": AssetCategory.CURRENCY,
    "FUTURE": AssetCategory.FUTURE,
}

_MEANINGS: tuple[tuple[tuple[str, ...], type[SourceError]], ...] = (
    (("not found", "no data found"), NotAtSourceError),
    (
        ("data doesn't exist for startdate", "data not available for starttime", "within the last"),
        NotAtSourceError,
    ),
    (("too many requests",), RateLimitedError),
    (("unauthorized", "invalid crumb", "invalid cookie"), SourceRefusedError),
    (("internal", "timeout", "unavailable"), SourceDownError),
)
"""What the errors that Yahoo states mean, by phrases in them."""

_STEPS = {MINUTE: timedelta(minutes=1), HOUR: timedelta(hours=1)}
_GRANULARITIES = {MINUTE: {"1m"}, HOUR: {"1h", "60m"}}
_WITHOUT_VOLUME = {"CURRENCY", "INDEX", "MUTUALFUND"}
"""What Yahoo often states no trades of: their 0 is no volume."""


def parse_history(body: Any, *, symbol: str) -> History:
    """Read the answer of `/v8/finance/chart` for daily bars."""
    chart = _chart(body, symbol)
    meta = chart.mapping("meta")
    zone = _zone(meta)
    splits = tuple(_splits(chart, zone))
    currency, parts = _currency(meta)
    unit = Decimal(1) / parts

    def day_of(stamp: Decimal) -> tuple[datetime, date]:
        day = _day(stamp, zone)
        return midnight(day), day

    bars = {bar.day: bar for bar in _bars(chart, day_of)}
    return History(
        source=SOURCE,
        symbol=symbol,
        currency=currency,
        bars=tuple(
            scaled_bar(as_traded(bars[day], splits, digits=single_digits), unit)
            for day in sorted(bars)
        ),
        unfinished=_running_day(meta, zone),
        splits=splits,
        dividends=tuple(_dividends(chart, zone, splits, unit)),
    )


def parse_intraday(
    body: Any, *, symbol: str, interval: str, splits: tuple[Split, ...], now: datetime
) -> tuple[Bar, ...]:
    """Read the answer of `/v8/finance/chart` for minutes or hours, without one that still runs.

    A row that does not begin before the last trade is the live quote that Yahoo appends.
    """
    chart = _chart(body, symbol)
    meta = chart.mapping("meta")
    stated = meta.text("dataGranularity")
    if stated is not None and stated not in _GRANULARITIES[interval]:
        raise SourceChangedError(SOURCE, f"it sent bars of {stated[:20]}, not of {interval}.")
    zone, last = _zone(meta), meta.number("regularMarketTime")
    until = now if last is None else min(instant(SOURCE, last), now)
    _, parts = _currency(meta)
    unit = Decimal(1) / parts

    def instant_of(stamp: Decimal) -> tuple[datetime, date]:
        at = instant(SOURCE, stamp)
        return at, at.astimezone(zone).date()

    return tuple(
        scaled_bar(as_traded(bar, splits, digits=single_digits), unit)
        for bar in _bars(chart, instant_of)
        if bar.at < until and bar.at + _STEPS[interval] <= now
    )


def parse_rates(body: Any, *, pair: tuple[str, str], now: datetime) -> tuple[RateQuote, ...]:
    """Read the answer of `/v8/finance/chart` for a pair of currencies: the days that are over."""
    base, quote = pair
    symbol = rate_symbol(pair)
    chart = _chart(body, symbol)
    meta = chart.mapping("meta")
    zone, (currency, parts) = _zone(meta), _currency(meta)
    if currency != quote or parts != 1:
        raise SourceChangedError(SOURCE, f"it sent {symbol} in {currency}.")
    today = now.astimezone(zone).date()

    def day_of(stamp: Decimal) -> tuple[datetime, date]:
        day = _day(stamp, zone)
        return midnight(day), day

    days = {bar.day: bar.close for bar in _bars(chart, day_of) if bar.day < today}
    return tuple(RateQuote(base, quote, day, days[day]) for day in sorted(days))


def rate_symbol(pair: tuple[str, str]) -> str:
    """Return what Yahoo calls a pair of currencies.

    Examples
    --------
    >>> rate_symbol(("EUR", "USD"))
    'EURUSD=X'
    """
    return f"{pair[0]}{pair[1]}=X"


def parse_quotes(body: Any) -> tuple[Quote, ...]:
    """Read the answer of `/v7/finance/quote`; entries without a price are left out."""
    root = Shape(body, SOURCE)
    _raise_stated(root, "quoteResponse")
    return tuple(
        quote
        for entry in root.mapping("quoteResponse").items("result")
        if (quote := _quote(entry)) is not None
    )


def parse_profile(body: Any, *, symbol: str) -> Profile:
    """Read the answer of `/v10/finance/quoteSummary`."""
    root = Shape(body, SOURCE)
    _raise_stated(root, "quoteSummary")
    results = root.mapping("quoteSummary").items("result")
    if not results:
        raise NotAtSourceError(SOURCE, f"it has nothing for {symbol}.")
    price, about = _module(results[0], "price"), _module(results[0], "assetProfile")
    currency, _ = _currency(price)
    return Profile(
        source=SOURCE,
        symbol=symbol,
        name=price.text("longName") or price.text("shortName") or symbol,
        category=CATEGORIES.get(price.text("quoteType") or ""),
        currency=currency,
        exchange=price.text("exchange") or price.text("exchangeName"),
        country=about.text("country"),
        sector=about.text("sector"),
        industry=about.text("industry"),
        description=about.text("longBusinessSummary"),
        website=about.text("website"),
        market_cap=price.number("marketCap") or None,
    )


def parse_search(body: Any) -> tuple[Found, ...]:
    """Read the answer of `/v1/finance/search`; entries without a symbol are left out."""
    root = Shape(body, SOURCE)
    _raise_stated(root, "finance")
    return tuple(
        Found(
            source=SOURCE,
            symbol=symbol,
            name=entry.text("longname") or entry.text("shortname") or symbol,
            exchange=entry.text("exchange"),
            category=CATEGORIES.get(entry.text("quoteType") or "", AssetCategory.OTHER),
        )
        for entry in root.items("quotes")
        if (symbol := entry.text("symbol")) is not None
    )


def failure(answer: Answer) -> SourceError | None:
    """Return what is wrong with an answer by its status, in the words of its body if it has any."""
    error = status_error(SOURCE, answer)
    if error is None or isinstance(error, RateLimitedError | SourceDownError):
        return error
    try:
        stated = stated_error(read_json(SOURCE, answer))
    except SourceError:
        stated = None
    return stated or error


def stated_error(body: Any) -> SourceError | None:
    """Return the error that a body states under any of its wrappers, or None."""
    root = Shape(body, SOURCE)
    for wrapper in ("chart", "quoteResponse", "quoteSummary", "finance"):
        if root.has(wrapper):
            error = _stated(root.mapping(wrapper))
            if error is not None:
                return error
    return None


def _raise_stated(root: Shape, wrapper: str) -> None:
    error = stated_error(root.value)
    if error is not None:
        raise error
    if wrapper != "finance" and not root.has(wrapper):
        raise SourceChangedError(SOURCE, f"the answer has no {wrapper}.")


def _stated(wrapped: Shape) -> SourceError | None:
    if not wrapped.has("error"):
        return None
    error = wrapped.mapping("error")
    said = f"{error.text('code') or ''}: {error.text('description') or 'no reason given'}"
    for phrases, kind in _MEANINGS:
        if any(phrase in said.lower() for phrase in phrases):
            return kind(SOURCE, said)
    return SourceChangedError(SOURCE, said)


def _chart(body: Any, symbol: str) -> Shape:
    root = Shape(body, SOURCE)
    _raise_stated(root, "chart")
    results = root.mapping("chart").items("result")
    if not results:
        raise NotAtSourceError(SOURCE, f"it has nothing for {symbol}.")
    return results[0]


def _module(result: Shape, name: str) -> Shape:
    """Return a part of a summary; an empty one where the symbol's kind has none."""
    return result.mapping(name) if result.has(name) else Shape({}, SOURCE, name)


def _bars(chart: Shape, place: Callable[[Decimal], tuple[datetime, date]]) -> Iterator[Bar]:
    """Yield a bar for each row that has a close, where `place` puts its time."""
    stamps = chart.numbers("timestamp")
    if not stamps:
        return
    indicators = chart.mapping("indicators")
    quote = indicators.first("quote")
    columns = {name: quote.column(name, len(stamps)) for name in ("open", "high", "low", "volume")}
    closes = quote.column("close", len(stamps), required=True)
    adjusted = indicators.first("adjclose").column("adjclose", len(stamps))
    for index, stamp in enumerate(stamps):
        close = closes[index]
        if stamp is not None and close:  # a missing day is null, or 0 where Yahoo forgot it
            at, day = place(stamp)
            yield Bar(
                at=at,
                day=day,
                close=close,
                open=columns["open"][index] or None,
                high=columns["high"][index] or None,
                low=columns["low"][index] or None,
                volume=_volume(columns["volume"][index]),
                adjusted_close=adjusted[index] or None,
            )


def _volume(value: Decimal | None) -> Decimal | None:
    return None if value is None or value < 0 else value


def _splits(chart: Shape, zone: ZoneInfo) -> Iterator[Split]:
    for event in _events(chart, "splits"):
        new, old = event.number("numerator"), event.number("denominator")
        stamp = event.number("date")
        if new is None or old is None or stamp is None or new <= 0 or old <= 0:
            raise SourceChangedError(SOURCE, "a split has no ratio or date.")
        yield Split(_day(stamp, zone), new.normalize(CONTEXT), old.normalize(CONTEXT))


def _dividends(
    chart: Shape, zone: ZoneInfo, splits: tuple[Split, ...], unit: Decimal
) -> Iterator[DividendEvent]:
    for event in _events(chart, "dividends"):
        amount, stamp = event.number("amount"), event.number("date")
        if amount is None or stamp is None:
            raise SourceChangedError(SOURCE, "a dividend has no amount or date.")
        day = _day(stamp, zone)
        factor = split_factor(splits, since=day)
        paid = amount if factor == 1 else single_digits(CONTEXT.multiply(amount, factor))
        own = event.text("currency")
        if own is None:
            yield DividendEvent(day, CONTEXT.multiply(paid, unit))
        else:
            currency, parts = split_minor_unit(own)
            yield DividendEvent(day, CONTEXT.divide(paid, Decimal(parts)), currency)


def _events(chart: Shape, kind: str) -> list[Shape]:
    if not chart.has("events") or not chart.mapping("events").has(kind):
        return []
    events = chart.mapping("events").mapping(kind)
    return sorted(events.values(), key=lambda event: event.number("date") or Decimal(0))


def _quote(entry: Shape) -> Quote | None:
    symbol, price = entry.text("symbol"), entry.number("regularMarketPrice")
    stamp = entry.number("regularMarketTime")
    if symbol is None or not price or stamp is None:
        return None
    currency, parts = _currency(entry)

    def whole(name: str) -> Decimal | None:
        value = entry.number(name)
        return None if value is None else CONTEXT.divide(value, parts)

    percent = entry.number("regularMarketChangePercent")
    volume = _volume(entry.number("regularMarketVolume"))
    return Quote(
        source=SOURCE,
        symbol=symbol,
        price=CONTEXT.divide(price, parts),
        currency=currency,
        at=instant(SOURCE, stamp),
        previous_close=whole("regularMarketPreviousClose") or None,
        open=whole("regularMarketOpen") or None,
        day_high=whole("regularMarketDayHigh") or None,
        day_low=whole("regularMarketDayLow") or None,
        volume=volume or None if entry.text("quoteType") in _WITHOUT_VOLUME else volume,
        market_cap=entry.number("marketCap") or None,  # in whole currency even beside pence (u)
        change=whole("regularMarketChange"),
        change_fraction=percents(percent),
    ).with_change()  # exact, where there is a previous close


def _currency(meta: Shape) -> tuple[str | None, Decimal]:
    """Return the whole currency and how many quoted units make one; GBp differs by case alone."""
    unit = meta.text("currency")
    if unit is None:
        return None, Decimal(1)
    currency, parts = split_minor_unit(unit)
    return currency, Decimal(parts)


def _zone(meta: Shape) -> ZoneInfo:
    name = meta.text("exchangeTimezoneName") or "UTC"
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        message = f"it names a time zone that does not exist ({name[:40]})."
        raise SourceChangedError(SOURCE, message) from error


def _day(stamp: Decimal, zone: ZoneInfo) -> date:
    """Return the exchange's day of a session's open.

    Rows that Yahoo stamps an hour early around a change of the clocks fall before midnight; they
    belong to the day that follows.
    """
    local = instant(SOURCE, stamp).astimezone(zone)
    return (local + timedelta(hours=1)).date() if local.hour == 23 else local.date()


def _running_day(meta: Shape, zone: ZoneInfo) -> date | None:
    """Return the day of the session that still ran at the last trade, or None."""
    last = meta.number("regularMarketTime")
    if last is None or not meta.has("currentTradingPeriod"):
        return None
    period = meta.mapping("currentTradingPeriod")
    if not period.has("regular"):
        return None
    regular = period.mapping("regular")
    start, end = regular.number("start"), regular.number("end")
    running = start is not None and end is not None and start <= last < end
    return _day(last, zone) if running else None
