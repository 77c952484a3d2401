"""CoinMarketCap (§7): bars, latest quotes, the map and info of coins, in one envelope.

The notes leave open, and this module settles: v3 quotes are a list whose prices are a list too
(with the trait KEYED they are keyed by number and currency); a bar of an hour counts by its
opening; the running bar is left out unless the last row lives; a Basic key has no bars.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.simulator.faults import Trait
from tests.simulator.market import Listing, RawBar, at, within
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

COINS = {1: ("BTC", "Bitcoin", "BTC-USD"), 1027: ("ETH", "Ethereum", "ETH-BTC")}
OTHERS = {1831: ("BCH", "Bitcoin Cash"), 3602: ("BTC", "Batcat")}
FIRST_NUMBER = 100_000
"""Those coins have from here on that are in lists alone."""
KEY, BASIC_KEY = "cmc-simulated", "cmc-simulated-basic"
LATER_BY = timedelta(hours=36)
LIVE_AFTER = timedelta(hours=11, minutes=30)
"""What time it is after bitcoin's last midnight, also where that session still runs."""

NOW = datetime(2024, 12, 31, tzinfo=UTC) + LATER_BY
LIVE = datetime(2024, 12, 31, tzinfo=UTC) + LIVE_AFTER
"""The same in the small world as it is by itself."""


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as CoinMarketCap would."""
    key = request.headers.get("x-cmc_pro_api_key")
    if key is None:
        return refusal(401, 1002, "API key missing.")
    if key not in {KEY, BASIC_KEY}:
        return refusal(401, 1001, "This API Key is invalid.")
    if request.path == "/v1/cryptocurrency/map":
        return envelope(_map(simulator, request.query))
    if request.path == "/v2/cryptocurrency/ohlcv/historical" and key == BASIC_KEY:
        return refusal(403, 1006, "Your API Key subscription plan doesn't support this endpoint.")
    wanted = [int(number) for number in request.query["id"].split(",")]
    known = [number for number in wanted if number in COINS]
    if known != wanted and request.query.get("skip_invalid") != "true":
        return refusal(400, 400, f'Invalid value for "id": "{request.query["id"]}"')
    if request.path == "/v3/cryptocurrency/quotes/latest":
        return _quotes(simulator, known)
    if request.path == "/v2/cryptocurrency/info":
        return envelope({str(number): _info(number) for number in known})
    if request.path == "/v2/cryptocurrency/ohlcv/historical":
        return _bars(simulator, known[0], request.query)
    return Reply(404, b"<html>404</html>", "text/html")


def envelope(data: Any, now: datetime = NOW) -> Reply:
    """An answer with its status, which also says what time it is."""
    return json_reply({"data": data, "status": _status(now, 0, None)})


def refusal(status: int, code: int, words: str) -> Reply:
    """An error; it costs no credit."""
    return json_reply({"status": _status(NOW, code, words)}, status)


def _status(now: datetime, code: int, words: str | None) -> dict[str, Any]:
    said = {"error_code": code, "error_message": words, "elapsed": 12, "notice": None}
    return {"timestamp": _text(now), **said, "credit_count": int(code == 0)}


def _text(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S}.000Z"


def _map(simulator: "Simulator", query: dict[str, str]) -> list[dict[str, Any]]:
    """Active coins by rank, from `start` (the first is 1), at most `limit`."""
    start, limit = int(query.get("start", 1)), int(query.get("limit", 100))
    assert 1 <= limit <= 5_000
    known = {name.lower(): number for number, (_, name, _) in COINS.items()}
    rows = [_mapped(number) for number in COINS | OTHERS]
    for number, coin in enumerate(simulator.coins, FIRST_NUMBER):
        if coin.id not in known:
            rows.append(_coin(number, coin.symbol.upper(), coin.name))
    return rows[start - 1 : start - 1 + limit]


def _mapped(number: int) -> dict[str, Any]:
    symbol, name, *_ = (COINS | OTHERS)[number]
    return _coin(number, symbol, name)


def _coin(number: int, symbol: str, name: str) -> dict[str, Any]:
    slug = name.lower().replace(" ", "-")
    return {"id": number, "name": name, "symbol": symbol, "slug": slug, "is_active": 1}


def _info(number: int) -> dict[str, Any]:
    symbol, name, _ = COINS[number]
    return {
        "id": number,
        "name": name,
        "symbol": symbol,
        "category": "coin",
        "description": f"{name} ({symbol}) is a cryptocurrency.",
        "urls": {"website": [f"https://{name.lower()}.example.org/"], "twitter": []},
        "tags": ["mineable"],
    }


def _quotes(simulator: "Simulator", numbers: list[int]) -> Reply:
    rows = {str(number): _mapped(number) for number in numbers}
    for number, row in zip(numbers, rows.values(), strict=True):
        price = _price(simulator.listings[COINS[number][2]])
        keyed = Trait.KEYED in simulator.traits
        row["quote"] = {"USD": price} if keyed else [{"id": 2781, "symbol": "USD", **price}]
    return envelope(rows if Trait.KEYED in simulator.traits else list(rows.values()))


def _price(listing: Listing) -> dict[str, Any]:
    *_, before, last = listing.bars
    return {
        "price": last.close,
        "volume_24h": last.close * last.volume,
        "percent_change_24h": (last.close / before.close - 1) * 100,
        "market_cap": last.close * 19_000_000,
        "last_updated": _text(datetime.fromtimestamp(at(last.day, "23:59"), UTC)),
    }


def _bars(simulator: "Simulator", number: int, query: dict[str, str]) -> Reply:
    live = Trait.LIVE_LAST_ROW in simulator.traits
    last = simulator.listings["BTC-USD"].bars[-1].day
    now = _midnight(last) + (LIVE_AFTER if live else LATER_BY)
    hourly = query["time_period"] == "hourly"
    step = timedelta(hours=1) if hourly else timedelta(days=1)
    currency = "CHF" if Trait.WRONG_CURRENCY in simulator.traits else "USD"
    start, end = (_bound(query[name], hourly=hourly) for name in ("time_start", "time_end"))
    rows = [
        _row(bar, opened, step, currency)
        for bar, opened in _opened(simulator.listings[COINS[number][2]], start, end, hourly=hourly)
        if start < opened <= end and opened + step <= now + live * step
    ]
    rows = rows[: int(query.get("count", 10))]
    symbol, name, _ = COINS[number]
    return envelope({"id": number, "name": name, "symbol": symbol, "quotes": rows}, now)


def _bound(text: str, *, hourly: bool) -> datetime:
    """A bound of a range; with days only the date counts."""
    instant = datetime.fromisoformat(text)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return instant if hourly else instant.replace(hour=0, minute=0, second=0)


def _opened(
    listing: Listing, start: datetime, end: datetime, *, hourly: bool
) -> list[tuple[RawBar, datetime]]:
    days = [bar for bar in listing.bars if start.date() <= bar.day <= end.date()]
    return [
        (part, _midnight(bar.day) + timedelta(hours=number))
        for bar in days
        for number, part in enumerate(within(bar, 24) if hourly else [bar])
    ]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _row(bar: RawBar, opened: datetime, step: timedelta, currency: str) -> dict[str, Any]:
    closes = _text(opened + step - timedelta(seconds=1)).replace(".000Z", ".999Z")
    price = {"open": bar.open, "high": bar.high, "low": bar.low, "close": bar.close}
    traded = {"volume": Decimal(bar.volume) * bar.close, "market_cap": bar.close * 19_000_000}
    return {
        "time_open": _text(opened),
        "time_close": closes,
        "time_high": _text(opened),
        "time_low": _text(opened),
        "quote": {currency: {**price, **traded, "timestamp": closes}},
    }
