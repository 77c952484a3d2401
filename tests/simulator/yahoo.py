"""Yahoo's answers, built from the small world. Every payload names the notes' section it follows."""

import json
import struct
from datetime import timedelta
from decimal import Decimal

from tests.simulator.faults import Trait
from tests.simulator.market import Listing, RawBar, within

CRUMB = "simulated.crumb"
COOKIE = "A3=d=simulated; Path=/"


def chart(listing: Listing, traits: frozenset[Trait], start: int, end: int) -> dict:
    """`GET /v8/finance/chart/{symbol}` (§1 bars): split-adjusted, dividends only in adjclose."""
    rows = [
        (listing.opening(bar.day) + 3_601 * _again(listing, index), _adjusted(listing, bar))
        for index, bar in enumerate(listing.bars)
        if start <= listing.opening(bar.day) < end
    ]
    rows = _odd_rows(rows, traits)
    last = listing.bars[-1]
    now = listing.closing(last.day)
    if traits & {Trait.LIVE_LAST_ROW, Trait.DUPLICATE_DAY}:
        now -= 3_600
    result = {"meta": _meta(listing, now)}
    if not rows:  # §1: an empty window has meta, no timestamp, and quote [{}]
        result["indicators"] = {"quote": [{}], "adjclose": [{}]}
        return {"chart": {"result": [result], "error": None}}
    result["timestamp"] = [stamp for stamp, _ in rows]
    events = {} if Trait.NO_EVENTS in traits else _events(listing, start, end)
    if events:
        result["events"] = events
    fields = ("open", "high", "low", "close", "volume")
    result["indicators"] = {
        "quote": [{name: [row[name] for _, row in rows] for name in fields}],
        "adjclose": [{"adjclose": [row["adjclose"] for _, row in rows]}],
    }
    return {"chart": {"result": [result], "error": None}}


SECONDS = {"1m": 60, "1h": 3_600}
DAY = 86_400
DEPTHS = {"1m": 30 * DAY, "1h": 730 * DAY}
MINUTES_A_REQUEST = 8 * DAY


def intraday(
    listing: Listing, traits: frozenset[Trait], interval: str, start: int, end: int
) -> tuple[int, dict]:
    """The same chart for minutes or hours (§1 bars): split-adjusted, no adjclose, and not for long.

    Unconfirmed there, and so done here: 422 for a window that is too old or too long, and the live
    quote as a last row of its own, at the instant of the last trade.
    """
    now = listing.closing(listing.bars[-1].day)
    asked = f"{interval} data not available for startTime={start} and endTime={end}. "
    if start < now - DEPTHS[interval]:
        days = DEPTHS[interval] // DAY
        return 422, _stated(asked + f"The requested range must be within the last {days} days.")
    if interval == "1m" and end - start > MINUTES_A_REQUEST:
        said = "Only 8 days worth of 1m granularity data are allowed to be fetched per request."
        return 422, _stated(asked + said)
    step = SECONDS[interval]
    rows = []
    for bar in listing.bars:
        opening, closing = listing.opening(bar.day), listing.closing(bar.day)
        if closing < start or opening >= end:
            continue
        factor = listing.split_factor(bar.day)
        parts = within(bar, -(-(closing - opening) // step))
        rows += [
            (opening + step * number, _divided(part, factor)) for number, part in enumerate(parts)
        ]
    rows = [(stamp, row) for stamp, row in rows if start <= stamp < end]
    if rows and Trait.LIVE_LAST_ROW in traits:
        now -= 600  # the bar that began before still runs
        rows = [(stamp, row) for stamp, row in rows if stamp < now]
        rows.append((now, rows[-1][1] | {"volume": 0}))
    result = {"meta": _meta(listing, now) | {"dataGranularity": interval}}
    if not rows:
        result["indicators"] = {"quote": [{}]}
        return 200, {"chart": {"result": [result], "error": None}}
    result["timestamp"] = [stamp for stamp, _ in rows]
    fields = ("open", "high", "low", "close", "volume")
    quote = {name: [row[name] for _, row in rows] for name in fields}
    result["indicators"] = {"quote": [quote]}
    return 200, {"chart": {"result": [result], "error": None}}


def _stated(said: str) -> dict:
    error = {"code": "Unprocessable Entity", "description": said}
    return {"chart": {"result": None, "error": error}}


def profile(listing: Listing) -> dict:
    """`GET /v10/finance/quoteSummary/{symbol}` (§1 profile)."""
    price = {
        "symbol": listing.symbol,
        "quoteType": listing.kind,
        "currency": listing.currency,
        "shortName": listing.name,
        "longName": listing.name,
        "exchange": listing.exchange,
        "regularMarketPrice": float(listing.bars[-1].close),
    }
    found: dict = {"price": price, "summaryDetail": {"currency": listing.currency}}
    if listing.kind == "EQUITY":  # a coin or a future has no such module
        price["marketCap"] = MARKET_CAP
        found["assetProfile"] = {
            "sector": "Consumer Defensive",
            "industry": "Packaged Foods",
            "country": "United Kingdom",
            "website": "https://example.com",
            "longBusinessSummary": f"{listing.name} does what it does.",
            "fullTimeEmployees": 12,
        }
    return {"quoteSummary": {"result": [found], "error": None}}


def unknown_profile(symbol: str) -> dict:
    """404 (§1 errors), in the wrapper of a summary."""
    said = f"Quote not found for symbol: {symbol}"
    return {"quoteSummary": {"result": None, "error": {"code": "Not Found", "description": said}}}


MARKET_CAP = 17_500_000_000


def unknown(symbol: str) -> dict:
    """404 (§1 errors): unknown or delisted."""
    del symbol
    said = "No data found, symbol may be delisted"
    return {"chart": {"result": None, "error": {"code": "Not Found", "description": said}}}


def refusal(wrapper: str) -> dict:
    """401, or 200 with the same body (§1 errors): a bad crumb."""
    return {
        wrapper: {"result": None, "error": {"code": "Unauthorized", "description": "Invalid Crumb"}}
    }


def quotes(listings: list[Listing]) -> dict:
    """`GET /v7/finance/quote` (§1 quotes): unknown symbols are silently left out."""
    result = [
        {
            "symbol": listing.symbol,
            "quoteType": listing.kind,
            "currency": listing.currency,
            "shortName": listing.name,
            "exchange": listing.exchange,
            "regularMarketPrice": float(listing.bars[-1].close),
            "regularMarketTime": listing.closing(listing.bars[-1].day),
            "regularMarketPreviousClose": float(listing.bars[-2].close),
            "regularMarketOpen": float(listing.bars[-1].open),
            "regularMarketDayHigh": float(listing.bars[-1].high),
            "regularMarketDayLow": float(listing.bars[-1].low),
            "regularMarketVolume": listing.bars[-1].volume,
            "regularMarketChange": float(listing.bars[-1].close) - float(listing.bars[-2].close),
            "regularMarketChangePercent": 100
            * (float(listing.bars[-1].close) / float(listing.bars[-2].close) - 1),
            "marketState": "CLOSED",
        }
        | ({"marketCap": MARKET_CAP} if listing.kind == "EQUITY" else {})
        for listing in listings
    ]
    return {"quoteResponse": {"result": result, "error": None}}


def search(listings: list[Listing]) -> dict:
    """`GET /v1/finance/search` (§1 search): entries without a symbol occur."""
    found = [
        {
            "symbol": listing.symbol,
            "shortname": listing.name,
            "longname": listing.name,
            "exchange": listing.exchange,
            "quoteType": listing.kind,
            "isYahooFinance": True,
        }
        for listing in listings
    ]
    return {
        "count": len(found),
        "quotes": [*found, {"index": "x", "name": "Acme (private)"}],
        "news": [],
    }


def encode(body: dict) -> bytes:
    """JSON as a careless server writes it: NaN and Infinity included (§1 adjclose)."""
    return json.dumps(body).encode()


def _again(listing: Listing, index: int) -> bool:
    """Whether a day stands there for the second time: then as the last quote (§1 quirk a)."""
    return index > 0 and listing.bars[index - 1].day == listing.bars[index].day


def _adjusted(listing: Listing, bar: RawBar) -> dict:
    factor = listing.split_factor(bar.day)
    paid = 1.0
    for day, amount in listing.dividends.items():
        if day > bar.day:
            before = max((b for b in listing.bars if b.day < day), key=lambda b: b.day)
            paid *= 1 - float(amount / before.close)
    price = {
        name: round(float(getattr(bar, name) / factor), 6)
        for name in ("open", "high", "low", "close")
    }
    return price | {
        "volume": int(bar.volume * factor),
        "adjclose": round(float(bar.close / factor) * paid, 6),
    }


def _divided(part: RawBar, factor: Decimal) -> dict:
    names = ("open", "high", "low", "close")
    prices = {name: round(float(getattr(part, name) / factor), 6) for name in names}
    return prices | {"volume": int(part.volume * factor)}


def _odd_rows(rows: list, traits: frozenset[Trait]) -> list:
    nothing = dict.fromkeys(("open", "high", "low", "close", "volume", "adjclose"))
    if Trait.NAN_ROWS in traits:
        rows[3] = (rows[3][0], nothing)
        rows[7] = (rows[7][0], rows[7][1] | {"adjclose": float("inf")})
    if Trait.CLOCK_HOUR in traits:
        rows = [(stamp - 3_600, row) for stamp, row in rows]
    if Trait.SINGLE_PRECISION in traits:
        rows = [
            (stamp, {name: _single(value) for name, value in row.items()}) for stamp, row in rows
        ]
    return rows


def _single(value: object) -> object:
    return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, float) else value


def _meta(listing: Listing, now: int) -> dict:
    last = listing.bars[-1]
    start, end = listing.opening(last.day), listing.closing(last.day)
    return {
        "currency": listing.currency,
        "symbol": listing.symbol,
        "exchangeName": listing.exchange,
        "instrumentType": listing.kind,
        "regularMarketTime": now,
        "exchangeTimezoneName": listing.zone,
        "regularMarketPrice": float(last.close),
        "currentTradingPeriod": {"regular": {"start": start, "end": end, "timezone": "X"}},
        "dataGranularity": "1d",
    }


def _events(listing: Listing, start: int, end: int) -> dict:
    """Splits and dividends inside the window, keyed by the epoch as text; amounts split-adjusted."""
    splits, dividends = {}, {}
    for day, (new, old) in listing.splits.items():
        stamp = listing.opening(day)
        if start <= stamp < end:
            ratio = {
                "numerator": float(new),
                "denominator": float(old),
                "splitRatio": f"{new}:{old}",
            }
            splits[str(stamp)] = {"date": stamp, **ratio}
    for day, amount in listing.dividends.items():
        stamp = listing.opening(day)
        if start <= stamp < end:
            paid = round(float(amount / listing.split_factor(day)), 6)
            own = {"currency": listing.dividend_currency} if listing.dividend_currency else {}
            dividends[str(stamp)] = {"amount": paid, "date": stamp, **own}
    found = {"splits": splits, "dividends": dividends}
    return {name: events for name, events in found.items() if events}


def raw_closes(listing: Listing) -> dict:
    """What an adapter must get back out of a chart: the closes as they were traded."""
    return {bar.day: bar.close for bar in listing.bars}


def in_pounds(pence: Decimal) -> Decimal:
    """A price in pence as pounds."""
    return pence / 100


def after(listing: Listing) -> int:
    """Some instant after the listing's last session."""
    return listing.closing(listing.bars[-1].day + timedelta(days=1))
