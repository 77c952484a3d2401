"""CoinMarketCap's JSON as bars, quotes and profiles. Pure; provider-formats.md §7.

Volumes are money and not coins, so they stay out.
"""

import re
from datetime import datetime
from typing import NamedTuple

from argosy.core.errors import (
    InputError,
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
from argosy.core.money import parse_decimal
from argosy.sources.answers import Answer, read_json, retry_after_s, status_error
from argosy.sources.base import DAY, Found, Listed, Profile, Quote, midnight
from argosy.sources.shape import Shape
from argosy.sources.stated import moment, percents

SOURCE = "coinmarketcap"
SETTING = "ARGOSY_COINMARKETCAP_KEY"
CURRENCY = "USD"

_MINUTE_S, _HOUR_S = 60.0, 3_600.0
_WAITS_S = {1008: _MINUTE_S, 1009: _HOUR_S, 1010: _HOUR_S, 1011: _MINUTE_S}
"""What to wait where it does not say: a minute's limit, or a day's or month's that may be long."""

_KEY_MISSING = {1002, 1005}
_REFUSALS = {
    1001: f"the key is not valid; check {SETTING}",
    1003: "the plan of this key is not paid yet",
    1004: "the plan of this key has run out",
    1006: "the plan of this key does not include it (bars need a paid one)",
    1007: "the key is disabled",
}
_BAD_REQUEST = 400
_UNKNOWN = re.compile(r"""["'](id|symbol|slug)["']""")


class Page(NamedTuple):
    """Bars of one request, oldest first; `running` says that the last one is not over."""

    bars: tuple[Bar, ...]
    running: bool


class Coin(NamedTuple):
    """A coin of the map, by the number that never changes."""

    symbol: str
    ticker: str
    name: str


def parse_bars(answer: Answer, *, interval: str) -> Page:
    """Read the answer of `/v2/cryptocurrency/ohlcv/historical` for one coin."""
    body = _body(answer)
    coin = body.mapping("data")
    if not coin.has("quotes"):  # keyed by its number
        coin = next(iter(coin.values()), coin)
    if not coin.has("quotes"):
        raise SourceChangedError(SOURCE, "the answer has no quotes.")
    found: dict[datetime, tuple[Bar, datetime]] = {}
    for entry in coin.items("quotes"):
        bar = _bar(entry, interval)
        if bar is not None:
            found[bar.at] = bar, moment(SOURCE, entry.text("time_close"))
    now = moment(SOURCE, body.mapping("status").text("timestamp"))
    ordered = sorted(found.items())
    running = bool(ordered) and ordered[-1][1][1] >= now
    return Page(tuple(bar for _, (bar, _) in ordered), running)


def parse_quotes(answer: Answer) -> tuple[Quote, ...]:
    """Read the answer of `/v3/cryptocurrency/quotes/latest`, a list or keyed by number."""
    entries = _entries(_body(answer))
    return tuple(quote for entry in entries if (quote := _quote(entry)) is not None)


def parse_map(answer: Answer) -> tuple[Coin, ...]:
    """Read the answer of `/v1/cryptocurrency/map`, in its order."""
    found = []
    for entry in _body(answer).items("data"):
        symbol, ticker, name = _id(entry), entry.text("symbol"), entry.text("name")
        if ticker is not None and name is not None:
            found.append(Coin(symbol, ticker, name))
    return tuple(found)


def parse_profile(answer: Answer) -> Profile:
    """Read the answer of `/v2/cryptocurrency/info` for one coin."""
    coin = next(iter(_entries(_body(answer))), None)
    if coin is None or coin.text("name") is None:
        raise SourceChangedError(SOURCE, "a coin has no name.")
    pages = coin.mapping("urls").value.get("website") if coin.has("urls") else None
    pages = pages if isinstance(pages, list) else []
    return Profile(
        source=SOURCE,
        symbol=_id(coin),
        name=coin.text("name") or "",
        category=AssetCategory.CRYPTO,
        currency=CURRENCY,
        description=coin.text("description"),
        website=next((page for page in pages if isinstance(page, str) and page), None),
    )


def found_coins(coins: tuple[Coin, ...], text: str) -> tuple[Found, ...]:
    """Return the coins whose ticker is the text, then those whose name or ticker begins with it."""
    wanted = text.strip().lower()
    matching = [
        coin
        for coin in coins
        if wanted and (coin.name.lower().startswith(wanted) or coin.ticker.lower() == wanted)
    ]
    matching.sort(key=lambda coin: coin.ticker.lower() != wanted)
    return tuple(
        Found(
            source=SOURCE,
            symbol=coin.symbol,
            name=f"{coin.name} ({coin.ticker})",
            exchange=None,
            category=AssetCategory.CRYPTO,
        )
        for coin in matching
    )


def listed_coins(coins: tuple[Coin, ...]) -> tuple[Listed, ...]:
    """Return coins as what can be held, in their order."""
    return tuple(
        Listed(
            symbol=coin.symbol,
            ticker=coin.ticker.upper(),
            name=coin.name,
            category=AssetCategory.CRYPTO,
            exchange=None,
            currency=CURRENCY,
        )
        for coin in coins
    )


def _bar(entry: Shape, interval: str) -> Bar | None:
    prices = _priced(entry)
    close = prices.number("close")
    if not close:
        return None
    opened = moment(SOURCE, entry.text("time_open"))
    return Bar(
        at=midnight(opened.date()) if interval == DAY else opened,
        day=opened.date(),
        close=close,
        open=prices.number("open") or None,
        high=prices.number("high") or None,
        low=prices.number("low") or None,
    )


def _quote(entry: Shape) -> Quote | None:
    priced = _priced(entry)
    price = priced.number("price")
    if not price:
        return None  # a coin that is not traded any more
    percent = priced.number("percent_change_24h")
    return Quote(
        source=SOURCE,
        symbol=_id(entry),
        price=price,
        currency=CURRENCY,
        at=moment(SOURCE, (priced if priced.has("last_updated") else entry).text("last_updated")),
        market_cap=priced.number("market_cap") or None,
        change_fraction=percents(percent),
    )


def _priced(entry: Shape) -> Shape:
    """Return what an entry says in dollars; its quotes are keyed by currency, or a list of them."""
    if isinstance(entry.value, dict) and isinstance(entry.value.get("quote"), list):
        stated = [one for one in entry.items("quote") if one.text("symbol") in {None, CURRENCY}]
        if not stated:
            raise SourceChangedError(SOURCE, f"{entry.path} has no price in {CURRENCY}.")
        return stated[0]
    return entry.mapping("quote").mapping(CURRENCY)


def _entries(body: Shape) -> list[Shape]:
    """Return the coins of an answer: a list, or by number, and by ticker a list of each."""
    data = body.value.get("data")
    if isinstance(data, dict):
        found = []
        for value in data.values():
            found += value if isinstance(value, list) else [value]
        data = found
    if not isinstance(data, list):
        raise SourceChangedError(SOURCE, "the answer has no data.")
    return [Shape(value, SOURCE, "a coin") for value in data]


def _id(entry: Shape) -> str:
    number = entry.number("id")
    if number is None or number != number.to_integral_value():
        raise SourceChangedError(SOURCE, "a coin has no number.")
    return str(int(number))


def _body(answer: Answer) -> Shape:
    """Return an answer with data, or raise the error that its status names, also with 200."""
    error = status_error(SOURCE, answer)
    if isinstance(error, SourceDownError):
        raise error
    try:
        body = Shape(read_json(SOURCE, answer), SOURCE)
        code = _code(body.mapping("status"))
    except SourceError as unreadable:
        raise error or unreadable from None
    if code != 0:
        words = str(body.mapping("status").value.get("error_message"))[:200]
        raise _stated(code, words, answer)
    if error is not None:
        raise error
    return body


def _code(status: Shape) -> int:
    """Return the error's code; some answers write it as text."""
    try:
        return int(parse_decimal(status.value.get("error_code"), field="A code"))
    except InputError as error:
        raise SourceChangedError(SOURCE, "the status has no code.") from error


def _stated(code: int, words: str, answer: Answer) -> SourceError:
    said = f"{words} ({code})"
    if code in _WAITS_S:
        wait_s = retry_after_s(answer)
        wait_s = _WAITS_S[code] if wait_s is None else wait_s
        return RateLimitedError(SOURCE, said, retry_after_s=wait_s)
    if code in _KEY_MISSING:
        return SourceKeyMissingError(SOURCE, SETTING)
    if code in _REFUSALS:
        return SourceRefusedError(SOURCE, f"{_REFUSALS[code]}: {said}")
    if code == _BAD_REQUEST and _UNKNOWN.search(words):
        return NotAtSourceError(SOURCE, said)
    if 500 <= code < 600:
        return SourceDownError(SOURCE, said)
    return status_error(SOURCE, answer) or SourceChangedError(SOURCE, said)
