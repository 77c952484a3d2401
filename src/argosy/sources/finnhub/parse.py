"""Finnhub's JSON as bars, quotes, events and profiles. Pure; provider-formats.md §2.

Days and weeks are adjusted for every split up to today, and leave as they were traded; minutes
and hours come raw.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

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
from argosy.sources.adjusted import as_traded
from argosy.sources.answers import Answer, read_json, status_error
from argosy.sources.base import (
    DAY,
    WEEK,
    DividendEvent,
    Found,
    Listed,
    Profile,
    Quote,
    RateQuote,
    Unit,
    midnight,
)
from argosy.sources.finnhub.symbols import STEPS, Symbol, exchange_of
from argosy.sources.shape import Shape, single_digits
from argosy.sources.stated import day_of, instant, optional_day, percents

SOURCE = "finnhub"
KEY_SETTING = "ARGOSY_FINNHUB_KEY"

_CATEGORIES = {
    "Common Stock": AssetCategory.STOCK,
    "ADR": AssetCategory.STOCK,
    "REIT": AssetCategory.STOCK,
    "ETF": AssetCategory.ETF,
    "ETP": AssetCategory.ETF,
    "Mutual Fund": AssetCategory.FUND,
    "Open-End Fund": AssetCategory.FUND,
    "Closed-End Fund": AssetCategory.FUND,
    "Index": AssetCategory.INDEX,
    "Crypto": AssetCategory.CRYPTO,
}
_NOT_IN_PLAN = (
    "the plan of this key does not include that. A free key has quotes of the United States, "
    "search and profiles: choose another source, or use a key of a paid plan."
)
_WRONG_KEY = f"it does not accept the key. Check {KEY_SETTING}."
_MEANINGS: tuple[tuple[str, type[SourceError], str], ...] = (
    ("access", SourceRefusedError, _NOT_IN_PLAN),
    ("api key", SourceRefusedError, _WRONG_KEY),
    ("sign up", SourceRefusedError, _WRONG_KEY),  # an empty key has a 429 with these words
    ("limit reached", RateLimitedError, "it asks for fewer requests."),
    ("symbol", NotAtSourceError, "it does not know that symbol."),
)
"""What the errors that Finnhub states mean, by phrases in them."""

_MILLION = Decimal(1_000_000)


def parse_bars(answer: Answer, *, symbol: Symbol, interval: str = DAY) -> tuple[Bar, ...]:
    """Read the answer of a `/candle` as it is, in its own unit; none for `no_data`."""
    root = _body(answer)
    said = root.text("s")
    if said == "no_data":
        return ()
    if said != "ok":
        raise SourceChangedError(SOURCE, "the bars have no status that is known.")
    return tuple(_bars(root, symbol, interval))


def raw_bar(bar: Bar, splits: tuple[Split, ...], interval: str) -> Bar:
    """Return a bar as it was traded; the week of a split counts in the shares of its end."""
    if interval in STEPS:
        return bar
    if interval == DAY:
        return as_traded(bar, splits, digits=single_digits)
    sunday = replace(bar, day=bar.day + timedelta(days=6))
    return replace(as_traded(sunday, splits, digits=single_digits), day=bar.day)


def parse_quote(answer: Answer, *, symbol: str, unit: Unit) -> Quote | None:
    """Read the answer of `/quote`; None for the zeros that stand for no data."""
    entry = _body(answer)
    price, stamp = entry.number("c"), entry.number("t")
    if not price or not stamp:
        return None
    percent = entry.number("dp")
    return Quote(
        source=SOURCE,
        symbol=symbol,
        price=CONTEXT.divide(price, Decimal(unit.parts)),
        currency=unit.currency,
        at=instant(SOURCE, stamp),
        previous_close=unit.whole(entry.number("pc")) or None,
        open=unit.whole(entry.number("o")) or None,
        day_high=unit.whole(entry.number("h")) or None,
        day_low=unit.whole(entry.number("l")) or None,
        change=unit.whole(entry.number("d")),
        change_fraction=percents(percent),
    )


def parse_units(answer: Answer) -> dict[str, Unit]:
    """Read what the symbols of a list, of `/stock/symbol` or a market's, are quoted in."""
    found = {}
    for entry in _list(answer, "a symbol"):
        symbol = entry.text("symbol")
        unit = entry.text("currency") or (entry.text("displaySymbol") or "").partition("/")[2]
        if symbol is not None and unit:
            found[symbol] = Unit(*split_minor_unit(unit))
    return found


def parse_listed(answer: Answer, *, code: str) -> tuple[Listed, ...]:
    """Read the answer of `/stock/symbol` of an exchange; what has no exchange is left out."""
    found = []
    for entry in _list(answer, "a symbol"):
        symbol, currency = entry.text("symbol"), entry.text("currency")
        exchange = exchange_of(entry.text("mic"), code)
        if symbol is None or currency is None or exchange is None:
            continue
        found.append(
            Listed(
                symbol=symbol,
                ticker=symbol.removesuffix(f".{code}"),
                name=entry.text("description") or symbol,
                category=_CATEGORIES.get(entry.text("type") or "", AssetCategory.OTHER),
                exchange=exchange,
                currency=split_minor_unit(currency)[0],
            )
        )
    return tuple(found)


def parse_pairs(answer: Answer) -> tuple[Listed, ...]:
    """Read the answer of `/crypto/symbol`: so much of a coin, in the units of another."""
    found = []
    for entry in _list(answer, "a symbol"):
        symbol = entry.text("symbol") or ""
        market, _, pair = symbol.partition(":")
        coin, _, unit = (entry.text("displaySymbol") or "").partition("/")
        if pair and coin and unit:
            found.append(
                Listed(
                    symbol=symbol,
                    ticker=pair,
                    name=f"{coin} in {unit}",
                    category=AssetCategory.CRYPTO,
                    exchange=market,
                    currency=unit,
                )
            )
    return tuple(found)


def parse_splits(answer: Answer) -> tuple[Split, ...]:
    """Read the answer of `/stock/split`, oldest first."""
    found = []
    for entry in _list(answer, "a split"):
        new, old = entry.number("toFactor"), entry.number("fromFactor")
        if new is None or old is None or new <= 0 or old <= 0:
            raise SourceChangedError(SOURCE, "a split has no ratio.")
        found.append(
            Split(
                day_of(SOURCE, (entry.text("date") or "")[:10]),
                new.normalize(CONTEXT),
                old.normalize(CONTEXT),
            )
        )
    return tuple(sorted(found, key=lambda split: split.day))


def parse_dividends(answer: Answer, *, unit: Unit) -> tuple[DividendEvent, ...]:
    """Read the answer of `/stock/dividend`, oldest first, as paid and not as adjusted since."""
    found = []
    for entry in _list(answer, "a dividend"):
        amount, own = entry.number("amount"), entry.text("currency")
        if amount is None:
            raise SourceChangedError(SOURCE, "a dividend has no amount.")
        stated = unit if own is None else Unit(*split_minor_unit(own))
        paid = CONTEXT.divide(amount, Decimal(stated.parts))
        other = stated.currency if stated.currency != unit.currency else None
        day = day_of(SOURCE, (entry.text("date") or "")[:10])
        found.append(DividendEvent(day, paid, other, optional_day(entry.text("payDate"))))
    return tuple(sorted(found, key=lambda paid: paid.day))


def parse_rates(answer: Answer, *, day: date) -> tuple[RateQuote, ...]:
    """Read the answer of `/forex/rates`, which does not say its day."""
    root = _body(answer)
    base, quotes = root.text("base"), root.mapping("quote")
    if base is None:
        raise SourceChangedError(SOURCE, "the rates have no base.")
    return tuple(
        RateQuote(base, currency, day, rate)
        for currency in sorted(quotes.value)
        if currency != base and (rate := quotes.number(currency))
    )


def parse_search(answer: Answer) -> tuple[Found, ...]:
    """Read the answer of `/search`; it names no exchanges."""
    return tuple(
        Found(
            source=SOURCE,
            symbol=symbol,
            name=entry.text("description") or symbol,
            exchange=None,
            category=_CATEGORIES.get(entry.text("type") or "", AssetCategory.OTHER),
        )
        for entry in _body(answer).items("result")
        if (symbol := entry.text("symbol")) is not None
    )


def parse_profile(answer: Answer, *, symbol: str) -> Profile:
    """Read the answer of `/stock/profile2`; its currency is that of the company's accounts."""
    entry = _body(answer)
    name, value = entry.text("name"), entry.number("marketCapitalization")
    if name is None:
        raise NotAtSourceError(SOURCE, f"it describes no {symbol[:40]}.")
    industry = entry.text("finnhubIndustry")
    return Profile(
        source=SOURCE,
        symbol=symbol,
        name=name,
        currency=entry.text("currency"),
        exchange=entry.text("exchange"),
        country=entry.text("country"),
        industry=None if industry == "N/A" else industry,
        website=entry.text("weburl"),
        market_cap=CONTEXT.multiply(value, _MILLION) if value else None,
    )


def _list(answer: Answer, what: str) -> list[Shape]:
    body = _read(answer)
    if not isinstance(body, list):
        raise SourceChangedError(SOURCE, "the answer is no list.")
    return [Shape(value, SOURCE, what) for value in body]


def _body(answer: Answer) -> Shape:
    return Shape(_read(answer), SOURCE)


def _read(answer: Answer) -> Any:
    """Return the JSON that was asked for, or raise what the answer states instead."""
    error = status_error(SOURCE, answer)
    if isinstance(error, SourceDownError):
        raise error
    try:
        body = read_json(SOURCE, answer)
    except SourceError:
        if error is None:
            raise
        body = None
    stated = _stated(body, error)
    if stated is not None:
        raise stated
    return body


def _stated(body: Any, error: SourceError | None) -> SourceError | None:
    """Return what a status and the text under `error` mean together."""
    text = body.get("error") if isinstance(body, dict) else None
    said = text.lower() if isinstance(text, str) else ""
    kinds = (kind(SOURCE, message) for phrase, kind, message in _MEANINGS if phrase in said)
    stated = next(kinds, None)
    if isinstance(error, RateLimitedError) and not isinstance(stated, SourceRefusedError):
        return error  # it knows how long to wait
    if stated is None and error is None and said:
        return SourceChangedError(SOURCE, "it sent an error that is not known.")
    return stated or error


def _bars(root: Shape, symbol: Symbol, interval: str) -> Iterator[Bar]:
    """Yield a bar for each row that has a time and a close."""
    stamps = root.numbers("t")
    closes = root.column("c", len(stamps), required=bool(stamps))
    columns = {name: root.column(name, len(stamps)) for name in ("o", "h", "l", "v")}
    for index, stamp in enumerate(stamps):
        close = closes[index]
        if stamp is None or not close:
            continue
        at, day = _start(instant(SOURCE, stamp), symbol, interval)
        volume = columns["v"][index]
        yield Bar(
            at=at,
            day=day,
            open=columns["o"][index] or None,
            high=columns["h"][index] or None,
            low=columns["l"][index] or None,
            close=close,
            volume=None if volume is None or volume < 0 else volume,
        )


def _start(at: datetime, symbol: Symbol, interval: str) -> tuple[datetime, date]:
    """Return where a bar begins, and its day: days and weeks are stamped in UTC."""
    if interval in STEPS:
        return at, at.astimezone(symbol.zone).date()
    day = at.date()
    if interval == WEEK:
        day -= timedelta(days=day.weekday())
    return midnight(day), day
