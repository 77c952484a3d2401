"""Binance's JSON as histories, quotes and search results. Pure; provider-formats.md §5."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory
from argosy.core.market.bars import Bar
from argosy.sources.answers import Answer, read_json, retry_after_s, sent_at, status_error
from argosy.sources.base import Found, Listed, Quote
from argosy.sources.shape import Shape
from argosy.sources.stated import exact, instant, percents

SOURCE = "binance"
EXCHANGE = "BINANCE"
PAGE = 1000
"""Bars a request."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNKNOWN = {-1121, -1100}
_BUSY = {-1003, -1015}
_DOWN = {-1000, -1001, -1006, -1007, -1016}


class Pair(NamedTuple):
    """A symbol with the two coins it is made of: one `base` costs so many `quote`."""

    symbol: str
    base: str
    quote: str
    trading: bool


class Page(NamedTuple):
    """Bars of one request, oldest first; `running` says that the last one is not over."""

    bars: tuple[Bar, ...]
    running: bool


def parse_page(answer: Answer) -> Page:
    """Read the answer of `/api/v3/klines`."""
    rows = _body(answer)
    if not isinstance(rows, list):
        raise SourceChangedError(SOURCE, "the bars are no list.")
    bars = tuple(_bar(row) for row in rows)
    now = sent_at(answer)
    running = bool(rows) and now is not None and instant(SOURCE, rows[-1][6], per_s=1000) >= now
    return Page(bars, running)


def parse_pairs(answer: Answer) -> tuple[Pair, ...]:
    """Read the answer of `/api/v3/exchangeInfo`."""
    found = []
    for entry in Shape(_body(answer), SOURCE).items("symbols"):
        symbol, base, quote = (entry.text(name) for name in ("symbol", "baseAsset", "quoteAsset"))
        if symbol is None or base is None or quote is None:
            raise SourceChangedError(SOURCE, "a symbol does not say what it is made of.")
        found.append(Pair(symbol, base, quote, entry.text("status") == "TRADING"))
    return tuple(found)


def parse_quotes(answer: Answer, pairs: dict[str, Pair]) -> tuple[Quote, ...]:
    """Read the answer of `/api/v3/ticker/24hr` for several symbols; all figures are of 24 hours."""
    body = _body(answer)
    if not isinstance(body, list):
        raise SourceChangedError(SOURCE, "the prices are no list.")
    found = []
    for value in body:
        entry = Shape(value, SOURCE, "a price")
        symbol = entry.text("symbol")
        price, stamp = _exact(entry, "lastPrice"), entry.number("closeTime")
        if symbol not in pairs or not price or stamp is None:
            continue  # a market that never traded
        percent = _exact(entry, "priceChangePercent")
        found.append(
            Quote(
                source=SOURCE,
                symbol=symbol,
                price=price,
                currency=pairs[symbol].quote,
                at=instant(SOURCE, stamp, per_s=1000),
                previous_close=_exact(entry, "prevClosePrice") or None,
                open=_exact(entry, "openPrice") or None,
                day_high=_exact(entry, "highPrice") or None,
                day_low=_exact(entry, "lowPrice") or None,
                volume=_exact(entry, "volume"),
                change=_exact(entry, "priceChange"),
                change_fraction=percents(percent),
            )
        )
    return tuple(found)


def found_pairs(pairs: tuple[Pair, ...], text: str) -> tuple[Found, ...]:
    """Return the trading pairs whose symbol or base coin is the text, or begins with it."""
    wanted = text.strip().upper().replace("-", "").replace("/", "")
    matching = [
        pair for pair in pairs if pair.trading and wanted and pair.symbol.startswith(wanted)
    ]
    matching.sort(key=lambda pair: (pair.base != wanted, len(pair.symbol), pair.symbol))
    return tuple(
        Found(
            source=SOURCE,
            symbol=pair.symbol,
            name=_name(pair),
            exchange=None,
            category=AssetCategory.CRYPTO,
        )
        for pair in matching
    )


def listed_pairs(pairs: tuple[Pair, ...]) -> tuple[Listed, ...]:
    """Return all pairs as what can be held: so much of a coin, in the units of another."""
    return tuple(
        Listed(
            symbol=pair.symbol,
            ticker=pair.symbol,
            name=_name(pair),
            category=AssetCategory.CRYPTO,
            exchange=EXCHANGE,
            currency=pair.quote,
            active=pair.trading,
        )
        for pair in pairs
    )


def milliseconds(day: date) -> int:
    """Return the instant at which a day begins, as Binance counts."""
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // timedelta(
        milliseconds=1
    )


def _body(answer: Answer) -> Any:
    """Return the JSON of an answer, or raise what it states instead."""
    if answer.status == 418:  # the address is banned for ignoring 429
        message = "it has banned this address for a while."
        raise RateLimitedError(SOURCE, message, retry_after_s=retry_after_s(answer))
    error = status_error(SOURCE, answer)
    try:
        body = read_json(SOURCE, answer)
    except SourceError as unreadable:
        raise error or unreadable from None
    problem = _stated(body, answer) or error
    if problem is not None:
        raise problem
    return body


def _stated(body: Any, answer: Answer) -> SourceError | None:
    """Return the error that a body names, with any status, or None if it names none."""
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(code, int):
        return None
    said = f"{body.get('msg') or 'no reason given'} ({code})"[:200]
    if code in _UNKNOWN:
        return NotAtSourceError(SOURCE, said)
    if code in _BUSY:
        return RateLimitedError(SOURCE, said, retry_after_s=retry_after_s(answer))
    if code in _DOWN:
        return SourceDownError(SOURCE, said)
    return SourceRefusedError(SOURCE, said) if answer.status in {401, 403, 451} else None


def _bar(row: Any) -> Bar:
    if not isinstance(row, list) or len(row) < 7:
        raise SourceChangedError(SOURCE, "a bar has another form.")
    at = instant(SOURCE, row[0], per_s=1000)
    prices = [exact(SOURCE, text) for text in row[1:5]]
    if not all(prices):
        raise SourceChangedError(SOURCE, "a bar has no prices.")
    opened, high, low, close = prices
    return Bar(
        at=at,
        day=at.date(),
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=exact(SOURCE, row[5]),
    )


def _name(pair: Pair) -> str:
    return f"{pair.base} in {pair.quote}"


def _exact(entry: Shape, name: str) -> Decimal | None:
    text = entry.text(name)
    return None if text is None else exact(SOURCE, text)
