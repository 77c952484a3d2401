"""CoinGecko's JSON as histories, quotes and profiles. Pure; provider-formats.md §6.

Its history is a price now and then, stamped at or just after the end of the period it closes:
the price at midnight closes the day before. Volumes are money and not coins, so they stay out.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory
from argosy.core.market.bars import Bar
from argosy.sources.answers import Answer, read_json, retry_after_s, status_error
from argosy.sources.base import (
    DAY,
    HOUR,
    Found,
    History,
    Listed,
    Profile,
    Quote,
    midnight,
)
from argosy.sources.shape import Shape
from argosy.sources.stated import instant, moment, percents

SOURCE = "coingecko"
SETTING = "ARGOSY_COINGECKO_KEY"
CURRENCY = "USD"

_INSTANT = timedelta(milliseconds=1)
_LATE = timedelta(minutes=15)
"""So long after the hour a price still counts as the one that closed it."""

_KEY_MISSING = 10002
_REFUSALS = {
    10005: "the plan of this key does not include it",
    10010: "the key is of another plan than the address; see ARGOSY_COINGECKO_URL",
    10011: "the key is of another plan than the address; see ARGOSY_COINGECKO_URL",
    10012: "the free plan reaches back 365 days",
}


def parse_days(answer: Answer, *, symbol: str) -> History:
    """Read `/coins/{id}/market_chart` with daily points; a last one off midnight is of today."""
    bars: dict[date, Bar] = {}
    unfinished = None
    for at, price in _points(answer):
        day = (at - _INSTANT).date()
        bars[day] = Bar(at=midnight(day), day=day, close=price)
        unfinished = None if at == midnight(at.date()) else day
    return History(
        source=SOURCE,
        symbol=symbol,
        currency=CURRENCY,
        bars=tuple(bars[day] for day in sorted(bars)),
        interval=DAY,
        unfinished=unfinished,
    )


def parse_hours(answer: Answer, *, symbol: str) -> History:
    """Read `/coins/{id}/market_chart` with hourly points; the price of this moment is left out."""
    bars: dict[datetime, Bar] = {}
    for at, price in _points(answer):
        end = at.replace(minute=0, second=0, microsecond=0)
        start = end - timedelta(hours=1)
        if at - end <= _LATE:
            bars.setdefault(start, Bar(at=start, day=start.date(), close=price))
    return History(
        source=SOURCE,
        symbol=symbol,
        currency=CURRENCY,
        bars=tuple(bars[start] for start in sorted(bars)),
        interval=HOUR,
    )


def parse_quotes(answer: Answer) -> tuple[Quote, ...]:
    """Read the answer of `/coins/markets`; highs, lows and changes are of 24 hours."""
    entries = _list(answer, "prices")
    return tuple(quote for entry in entries if (quote := _quote(entry)) is not None)


def parse_search(answer: Answer) -> tuple[Found, ...]:
    """Read the answer of `/search`; tickers are shared by many coins, so the id is the symbol."""
    body = Shape(_body(answer), SOURCE)
    if not body.has("coins"):
        raise SourceChangedError(SOURCE, "the answer has no coins.")
    return tuple(
        Found(
            source=SOURCE,
            symbol=symbol,
            name=f"{coin.text('name') or symbol} ({coin.text('symbol') or symbol})",
            exchange=None,
            category=AssetCategory.CRYPTO,
        )
        for coin in body.items("coins")
        if (symbol := coin.text("id")) is not None
    )


def parse_ids(answer: Answer) -> frozenset[str]:
    """Read the answer of `/coins/list`: the ids of all coins."""
    coins = _list(answer, "coins")
    return frozenset(id_ for coin in coins if (id_ := coin.text("id")) is not None)


def parse_ranked(answer: Answer) -> tuple[Listed, ...]:
    """Read the answer of `/coins/markets` as a list of coins, the largest first."""
    return tuple(
        Listed(
            symbol=id_,
            ticker=ticker.upper(),
            name=coin.text("name") or ticker.upper(),
            category=AssetCategory.CRYPTO,
            exchange=None,
            currency=CURRENCY,
        )
        for coin in _list(answer, "prices")
        if (id_ := coin.text("id")) is not None and (ticker := coin.text("symbol")) is not None
    )


def parse_profile(answer: Answer) -> Profile:
    """Read the answer of `/coins/{id}`."""
    coin = Shape(_body(answer), SOURCE)
    symbol, name = coin.text("id"), coin.text("name")
    if symbol is None or name is None:
        raise SourceChangedError(SOURCE, "a coin has no id or name.")
    described = _inside(coin, "description").text("en")
    return Profile(
        source=SOURCE,
        symbol=symbol,
        name=name,
        category=AssetCategory.CRYPTO,
        currency=CURRENCY,
        description=re.sub(r"<[^>]*>", "", described).strip() if described else None,
        website=_first_text(_inside(coin, "links").value.get("homepage")),
        market_cap=_inside(_inside(coin, "market_data"), "market_cap").number("usd") or None,
    )


def _points(answer: Answer) -> Iterator[tuple[datetime, Decimal]]:
    """Yield the prices with their instants, oldest first; nulls and zeros are no prices."""
    body = _body(answer)
    points = body.get("prices") if isinstance(body, dict) else None
    if not isinstance(points, list):
        raise SourceChangedError(SOURCE, "the answer has no prices.")
    found = []
    for point in points:
        if not isinstance(point, list) or len(point) != 2:
            raise SourceChangedError(SOURCE, "a price has another form.")
        pair = Shape({"at": point[0], "price": point[1]}, SOURCE, "a price")
        price = pair.number("price")
        if price:
            found.append((instant(SOURCE, pair.number("at"), per_s=1000), price))
    yield from sorted(found, key=itemgetter(0))


def _quote(entry: Shape) -> Quote | None:
    symbol, price = entry.text("id"), entry.number("current_price")
    stamp = entry.text("last_updated")
    if symbol is None or not price or stamp is None:
        return None  # a coin that is not traded any more
    percent = entry.number("price_change_percentage_24h")
    return Quote(
        source=SOURCE,
        symbol=symbol,
        price=price,
        currency=CURRENCY,
        at=moment(SOURCE, stamp),
        day_high=entry.number("high_24h") or None,
        day_low=entry.number("low_24h") or None,
        market_cap=entry.number("market_cap") or None,
        change=entry.number("price_change_24h"),
        change_fraction=percents(percent),
    )


def _body(answer: Answer) -> Any:
    """Return the JSON of an answer, or raise what it states instead, in any of three forms."""
    error = status_error(SOURCE, answer)
    if isinstance(error, SourceDownError):
        raise error
    if answer.text.strip().endswith("error code: 1015"):  # the network in front of it
        raise RateLimitedError(SOURCE, "it asks for fewer requests.", retry_after_s=None)
    try:
        body = read_json(SOURCE, answer)
    except SourceError as unreadable:
        raise error or unreadable from None
    problem = (_stated(body, answer) if isinstance(body, dict) else None) or error
    if problem is not None:
        raise problem
    return body


def _list(answer: Answer, what: str) -> list[Shape]:
    body = _body(answer)
    if not isinstance(body, list):
        raise SourceChangedError(SOURCE, f"the {what} are no list.")
    return [Shape(value, SOURCE, f"one of the {what}") for value in body]


def _stated(body: dict[str, Any], answer: Answer) -> SourceError | None:
    """Return the error that a body names, or None if it names none."""
    said = body.get("error")
    wrapped = said.get("status") if isinstance(said, dict) else body.get("status")
    if isinstance(said, str):
        return _worded(said[:200], answer)
    if not isinstance(wrapped, dict) or not isinstance(wrapped.get("error_code"), int):
        return None
    return _coded(wrapped["error_code"], str(wrapped.get("error_message"))[:200], answer)


def _coded(code: int, words: str, answer: Answer) -> SourceError:
    if code == 429:
        return RateLimitedError(SOURCE, words, retry_after_s=retry_after_s(answer))
    if code == _KEY_MISSING:
        return SourceKeyMissingError(SOURCE, SETTING)
    if code in _REFUSALS:
        return SourceRefusedError(SOURCE, f"{_REFUSALS[code]}: {words} ({code})")
    return status_error(SOURCE, answer) or SourceChangedError(SOURCE, f"{words} ({code})")


def _worded(words: str, answer: Answer) -> SourceError:
    if "not found" in words.lower() or "not find" in words.lower() or answer.status == 404:
        return NotAtSourceError(SOURCE, words)
    return status_error(SOURCE, answer) or SourceChangedError(SOURCE, words)


def _inside(shape: Shape, name: str) -> Shape:
    """Return an object that may be absent or null: then an empty one."""
    return shape.mapping(name) if shape.has(name) else Shape({}, SOURCE, name)


def _first_text(values: Any) -> str | None:
    texts = values if isinstance(values, list) else []
    return next((text for text in texts if isinstance(text, str) and text), None)
