"""Alpha Vantage's JSON as histories, quotes and profiles. Pure; provider-formats.md §4.

Nearly every answer has status 200; what went wrong stands under a key of its own. Those texts can
name the caller's key, so that none of them is passed on.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
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
from argosy.core.market.exchanges import exchange_name
from argosy.core.money import CONTEXT, split_minor_unit
from argosy.sources.answers import Answer, read_json, sent_at, status_error
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
    Unit,
    midnight,
    scaled_bar,
)
from argosy.sources.shape import Shape
from argosy.sources.stated import day_of, exact, moment, optional_day, percents

SOURCE = "alphavantage"
KEY_SETTING = "ARGOSY_ALPHAVANTAGE_KEY"

_NEW_YORK = ZoneInfo("America/New_York")
_ZONES = {"US/Eastern": _NEW_YORK, "UTC": ZoneInfo("UTC")}
_STEPS = {MINUTE: timedelta(minutes=1), HOUR: timedelta(hours=1)}
_SESSION_OVER = time(16, 30)
"""New York's close, and time for delayed prices to arrive; every other exchange closes earlier."""

_CATEGORIES = {
    "Equity": AssetCategory.STOCK,
    "Common Stock": AssetCategory.STOCK,
    "ETF": AssetCategory.ETF,
    "Mutual Fund": AssetCategory.FUND,
    "Index": AssetCategory.INDEX,
}
_LISTED_TYPES = {"Stock": AssetCategory.STOCK, "ETF": AssetCategory.ETF}
_LISTED_COLUMNS = {"symbol", "name", "exchange", "assetType", "delistingDate", "status"}
_STATES = {"Active": True, "Delisted": False}
_CLASS = re.compile(r"-(?=[A-Z]{1,2}$)")
_NOTHING = {"", "None", "-"}


class Series(NamedTuple):
    """Bars of one answer, oldest first; `running` says that the last one is not over."""

    bars: tuple[Bar, ...]
    running: bool = False

    def in_unit(self, unit: Unit) -> "Series":
        """Return the same bars in the unit's whole currency."""
        factor = CONTEXT.divide(Decimal(1), Decimal(unit.parts))
        return Series(tuple(scaled_bar(bar, factor) for bar in self.bars), self.running)


def parse_series(answer: Answer, *, interval: str = DAY) -> Series:
    """Read any function that answers with a time series; rows without a close are left out."""
    root = _body(answer)
    name = next((key for key in root.value if "Time Series" in key), None)
    if name is None:
        raise SourceChangedError(SOURCE, "the answer has no time series.")
    zone = _zone(root.mapping("Meta Data"))
    rows = root.mapping(name).value.items()
    bars = {bar.at: bar for stamp, row in rows for bar in _bars(stamp, row, interval, zone)}
    ordered = tuple(bars[at] for at in sorted(bars))
    now = sent_at(answer)
    running = bool(bars) and now is not None and _end(ordered[-1], interval, zone) > now
    return Series(ordered, running)


def parse_quote(answer: Answer, *, symbol: str, unit: Unit) -> Quote | None:
    """Read the answer of `GLOBAL_QUOTE`; None where it has no price of that symbol.

    It states a day and no time: the quote is of that day's close, or of now while it is open.
    """
    entry = _body(answer).mapping("Global Quote")
    price, day = _number(entry, "price"), _text(entry, "latest trading day")
    if not price or day is None:
        return None
    percent = (_text(entry, "change percent") or "").rstrip("%")
    closed = datetime.combine(day_of(SOURCE, day[:10]), time(16), _NEW_YORK).astimezone(UTC)
    return Quote(
        source=SOURCE,
        symbol=symbol,
        price=CONTEXT.divide(price, Decimal(unit.parts)),
        currency=unit.currency,
        at=min(closed, sent_at(answer) or closed),
        previous_close=unit.whole(_number(entry, "previous close")) or None,
        open=unit.whole(_number(entry, "open")) or None,
        day_high=unit.whole(_number(entry, "high")) or None,
        day_low=unit.whole(_number(entry, "low")) or None,
        volume=_number(entry, "volume"),
        change=unit.whole(_number(entry, "change")),
        change_fraction=percents(exact(SOURCE, percent)) if percent else None,
    )


def parse_exchange_rate(answer: Answer, *, symbol: str, currency: str) -> Quote | None:
    """Read the answer of `CURRENCY_EXCHANGE_RATE`, of coins and currencies alike."""
    entry = _body(answer).mapping("Realtime Currency Exchange Rate")
    rate, refreshed = _number(entry, "Exchange Rate"), _text(entry, "Last Refreshed")
    if not rate or refreshed is None:
        return None
    at = moment(SOURCE, refreshed, _zone(entry))
    return Quote(source=SOURCE, symbol=symbol, price=rate, currency=currency, at=at)


def parse_splits(answer: Answer) -> tuple[Split, ...]:
    """Read the answer of `SPLITS`, oldest first."""
    found = []
    for entry in _body(answer).items("data"):
        day, factor = _text(entry, "effective_date"), _number(entry, "split_factor")
        if day is None or factor is None or factor <= 0:
            raise SourceChangedError(SOURCE, "a split has no ratio or date.")
        found.append(Split(day_of(SOURCE, day[:10]), *_ratio(factor)))
    return tuple(sorted(found, key=lambda split: split.day))


def parse_dividends(answer: Answer, *, unit: Unit) -> tuple[DividendEvent, ...]:
    """Read the answer of `DIVIDENDS`, oldest first; one without its day is left out."""
    found = []
    for entry in _body(answer).items("data"):
        day, amount = _text(entry, "ex_dividend_date"), unit.whole(_number(entry, "amount"))
        if amount is None:
            raise SourceChangedError(SOURCE, "a dividend has no amount.")
        if day is not None:
            pay_on = optional_day(_text(entry, "payment_date"))
            found.append(DividendEvent(day_of(SOURCE, day[:10]), amount, pay_on=pay_on))
    return tuple(sorted(found, key=lambda paid: paid.day))


def parse_search(answer: Answer) -> tuple[Found, ...]:
    """Read the answer of `SYMBOL_SEARCH`; it names regions, and no exchanges."""
    return tuple(
        Found(
            source=SOURCE,
            symbol=symbol,
            name=_text(entry, "name") or symbol,
            exchange=None,
            category=_CATEGORIES.get(_text(entry, "type") or "", AssetCategory.OTHER),
        )
        for entry in _body(answer).items("bestMatches")
        if (symbol := _text(entry, "symbol")) is not None
    )


def parse_unit(answer: Answer, *, symbol: str) -> Unit:
    """Read from the answer of `SYMBOL_SEARCH` what a symbol is quoted in."""
    for entry in _body(answer).items("bestMatches"):
        currency = _text(entry, "currency")
        if _text(entry, "symbol") == symbol and currency is not None:
            return Unit(*split_minor_unit(currency))
    return Unit(None)


def parse_listing(answer: Answer) -> tuple[Listed, ...]:
    """Read the table of `LISTING_STATUS`, which the notes on the format do not have.

    What went wrong comes as JSON. A class of shares stands behind a dash there.
    """
    text = answer.text.strip()
    if not text.startswith("symbol,"):
        _body(answer)
        raise SourceChangedError(SOURCE, "the answer is no list of symbols.")
    rows = csv.DictReader(io.StringIO(text))
    if not set(rows.fieldnames or ()) >= _LISTED_COLUMNS:
        raise SourceChangedError(SOURCE, "the list of symbols has other columns.")
    try:
        found = [_listed(row) for row in rows]
    except csv.Error as error:
        raise SourceChangedError(SOURCE, "the list of symbols is no table.") from error
    return tuple(one for one in found if one is not None)


def _listed(row: dict[str, str | None]) -> Listed | None:
    if row["status"] not in _STATES:  # the last column: a row that is cut has none
        raise SourceDownError(SOURCE, "the answer breaks off.")
    symbol, name, exchange, kind, gone, status = (
        (row[column] or "").strip()
        for column in ("symbol", "name", "exchange", "assetType", "delistingDate", "status")
    )
    if not symbol or not exchange:
        return None
    return Listed(
        symbol=symbol,
        ticker=_CLASS.sub(".", symbol),
        name=name or symbol,
        category=_LISTED_TYPES.get(kind, AssetCategory.OTHER),
        exchange=exchange_name(exchange),
        currency="USD",
        active=_STATES[status],
        delisted_on=day_of(SOURCE, gone) if gone not in {"", "null"} else None,
    )


def parse_profile(answer: Answer, *, symbol: str) -> Profile:
    """Read the answer of `OVERVIEW`, which has companies and no funds."""
    entry = _body(answer)
    name, currency = _text(entry, "Name"), _text(entry, "Currency")
    if name is None:
        raise NotAtSourceError(SOURCE, f"it describes no {symbol[:40]}.")
    return Profile(
        source=SOURCE,
        symbol=symbol,
        name=name,
        category=_CATEGORIES.get(_text(entry, "AssetType") or ""),
        currency=split_minor_unit(currency)[0] if currency else None,
        exchange=_text(entry, "Exchange"),
        country=_text(entry, "Country"),
        sector=_text(entry, "Sector"),
        industry=_text(entry, "Industry"),
        description=_text(entry, "Description"),
        website=_text(entry, "OfficialSite"),
        market_cap=_number(entry, "MarketCapitalization"),
    )


def _body(answer: Answer) -> Shape:
    """Return the object that was asked for, or raise what the answer states instead."""
    error = status_error(SOURCE, answer)
    if error is not None:
        raise error
    root = Shape(read_json(SOURCE, answer), SOURCE)
    for name in ("Error Message", "Note", "Information"):
        said = root.text(name)
        if said is not None:
            raise _stated(said.lower(), answer)
    return root


def _stated(said: str, answer: Answer) -> SourceError:
    """Return what a refusal means; the text about bursts names the day's limit as well."""
    waits_s = {"second": 1.0, "minute": 60.0, "day": _until_midnight_s(answer)}
    for period, wait_s in waits_s.items():
        if f"per {period}" in said:
            message = f"the {period}'s requests of this key are used up."
            return RateLimitedError(SOURCE, message, retry_after_s=wait_s)
    if "is a premium" in said:
        return SourceRefusedError(
            SOURCE,
            "the plan of this key does not include that. A free key has the last 100 days: ask "
            "for a later start, choose another source, or use a key of a paid plan.",
        )
    if "invalid api call" in said:
        return NotAtSourceError(SOURCE, "it does not know that symbol.")
    if "apikey" in said or "api key" in said:
        return SourceRefusedError(SOURCE, f"it does not accept the key. Check {KEY_SETTING}.")
    return SourceChangedError(SOURCE, "it sent a message instead of data.")


def _until_midnight_s(answer: Answer) -> float:
    """Return how long the day of New York still lasts, in which requests are counted."""
    now = sent_at(answer)
    if now is None:
        return 3_600.0
    tomorrow = now.astimezone(_NEW_YORK).date() + timedelta(days=1)
    return (datetime.combine(tomorrow, time(), _NEW_YORK) - now).total_seconds()


def _bars(stamp: str, row: Any, interval: str, zone: ZoneInfo) -> Iterator[Bar]:
    """Yield the bar of a row, if it has a close."""
    entry = Shape(row, SOURCE, f"the row {stamp[:20]}")
    close = _number(entry, "close")
    if not close:
        return
    at, day = _start(stamp, interval, zone)
    yield Bar(
        at=at,
        day=day,
        open=_number(entry, "open") or None,
        high=_number(entry, "high") or None,
        low=_number(entry, "low") or None,
        close=close,
        volume=_number(entry, "volume"),
    )


def _start(stamp: str, interval: str, zone: ZoneInfo) -> tuple[datetime, date]:
    """Return where a bar begins, and its day; a week is stamped with its last session."""
    if interval in _STEPS:
        at = moment(SOURCE, stamp, zone)
        return at, at.astimezone(zone).date()
    day = day_of(SOURCE, stamp[:10])
    if interval == WEEK:
        day -= timedelta(days=day.weekday())
    return midnight(day), day


def _end(bar: Bar, interval: str, zone: ZoneInfo) -> datetime:
    """Return when a bar is over; UTC alone never sleeps."""
    if interval in _STEPS:
        return bar.at + _STEPS[interval]
    if zone.key == "UTC":
        return bar.at + timedelta(days=7 if interval == WEEK else 1)
    last = bar.day + timedelta(days=4 if interval == WEEK else 0)
    return datetime.combine(last, _SESSION_OVER, zone)


def _ratio(factor: Decimal) -> tuple[Decimal, Decimal]:
    """Return new and old shares of a factor that was cut to its digits: 0.3333 is 1 for 3."""
    ratio = Fraction(factor).limit_denominator(100)
    near = CONTEXT.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
    if near.quantize(factor, context=CONTEXT) != factor or not near:
        ratio = Fraction(factor)
    return Decimal(ratio.numerator), Decimal(ratio.denominator)


def _text(entry: Shape, name: str) -> str | None:
    """Return a text by its name without the number before it or the currency behind it."""
    if not isinstance(entry.value, dict):
        raise SourceChangedError(SOURCE, f"{entry.path} is not an object any more.")
    for key in entry.value:
        if key.partition(". ")[2].partition(" (")[0] == name or key == name:
            said = entry.text(key)
            return None if said in _NOTHING else said
    return None


def _number(entry: Shape, name: str) -> Decimal | None:
    said = _text(entry, name)
    return None if said is None else exact(SOURCE, said)


def _zone(entry: Shape) -> ZoneInfo:
    name = _text(entry, "Time Zone")
    if name not in _ZONES:
        raise SourceChangedError(SOURCE, f"its times are of a zone unknown here ({name}).")
    return _ZONES[name]
