"""CoinGecko (§6): points of a chart, markets, search and coins, with its three forms of errors.

The notes leave open, and this module settles: which code a wrong key gets (10002 here), the words
of a 404, and that markets leave unknown ids out.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.simulator.faults import Trait
from tests.simulator.market import Listing, RawBar, at, within
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

COINS = {"bitcoin": ("btc", "Bitcoin", "BTC-USD"), "ethereum": ("eth", "Ethereum", "ETH-BTC")}
OLD = {"luna-old": ("luna", "Luna (old)")}
KEY = "CG-simulated"
PAID = "/pro-api.coingecko.com"
DAY_S, HOUR_S = 86_400, 3_600


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as CoinGecko would; below `/pro-api.coingecko.com` the paid host does."""
    paid = request.path.startswith(PAID)
    refusal = _refused(request, paid=paid)
    if refusal is not None:
        return refusal
    path = request.path.removeprefix(PAID).removeprefix("/api/v3")
    if path == "/search":
        return json_reply(_search(request.query["query"].lower()))
    if path == "/coins/list":
        rows = [{"id": one.id, "symbol": one.symbol, "name": one.name} for one in simulator.coins]
        return json_reply([*rows, {"id": "luna-old", "symbol": "luna", "name": "Luna (old)"}])
    if path == "/coins/markets" and "ids" not in request.query:
        return json_reply(_ranked(simulator, request.query))
    if path == "/coins/markets":
        ids = request.query["ids"].split(",")
        return json_reply([_market(simulator, one) for one in ids if one in COINS | OLD])
    coin, _, part = path.removeprefix("/coins/").partition("/")
    if coin not in COINS:
        return json_reply({"error": "coin not found"}, 404)
    if part == "market_chart":
        return _chart(simulator, coin, request.query, paid=paid)
    return json_reply(_coin(simulator, coin)) if not part else Reply(404, b"", "text/html")


def _refused(request: Request, *, paid: bool) -> Reply | None:
    demo, pro = (request.headers.get(f"x-cg-{plan}-api-key") for plan in ("demo", "pro"))
    if paid and demo is not None:
        return _status(10011, "If you are using Demo API key, please change your root URL.", 400)
    if (paid and pro != KEY) or (demo is not None and demo != KEY):
        return _status(10002, "API Key Missing. Please make sure you include it.", 401)
    return None


def _status(code: int, words: str, status: int) -> Reply:
    said = {"timestamp": "2024-12-31T10:00:00.000+00:00", "error_code": code}
    return json_reply({"status": said | {"error_message": words}}, status)


def _chart(simulator: "Simulator", coin: str, query: dict[str, str], *, paid: bool) -> Reply:
    days = query["days"]
    if not paid and (days == "max" or int(days) > 365):
        words = "Your request exceeds the allowed time range. Upgrade to a paid plan."
        said = {"error_code": 10012, "error_message": words}
        return json_reply({"error": {"status": said}}, 401)
    listing = simulator.listings[COINS[coin][2]]
    now = at(listing.bars[-1].day + timedelta(days=1), "00:00")
    live = Trait.LIVE_LAST_ROW in simulator.traits
    if live:  # the last point is of this moment (§10.1)
        now -= DAY_S // 2 + 37
    since = 0 if days == "max" else now - int(days) * DAY_S
    daily = query.get("interval") == "daily" or days == "max" or int(days) > 90
    points = _daily(listing) if daily else _hourly(listing)
    points = [point for point in points if since <= point[0] // 1_000 <= now]
    if live:
        points.append([now * 1_000, listing.bars[-1].close])
    volumes = [[stamp, Decimal(900)] for stamp, _ in points]
    return json_reply({"prices": points, "market_caps": volumes, "total_volumes": volumes})


def _daily(listing: Listing) -> list[list[Any]]:
    """The price at each midnight, which closed the day before."""
    return [[(at(bar.day, "00:00") + DAY_S) * 1_000, bar.close] for bar in listing.bars]


def _hourly(listing: Listing) -> list[list[Any]]:
    """Prices some seconds after each hour (u) of the last days."""
    return [
        [(at(bar.day, "00:00") + (number + 1) * HOUR_S) * 1_000 + 4_321 * (number < 23), part.close]
        for bar in listing.bars[-100:]
        for number, part in enumerate(within(bar, 24))
    ]


def _ranked(simulator: "Simulator", query: dict[str, str]) -> list[dict[str, Any]]:
    count, page = int(query.get("per_page", 100)), int(query.get("page", 1))
    assert 1 <= count <= 250
    begin = count * (page - 1)
    return [
        {"id": coin.id, "symbol": coin.symbol, "name": coin.name, "market_cap_rank": rank}
        for rank, coin in enumerate(simulator.coins[begin : begin + count], begin + 1)
    ]


def _market(simulator: "Simulator", coin: str) -> dict[str, Any]:
    if coin in OLD:  # a coin that is not traded any more has nulls
        return {"id": coin, "symbol": OLD[coin][0], "current_price": None, "last_updated": None}
    symbol, name, listed = COINS[coin]
    before, last = _last_two(simulator, listed)
    return {
        "id": coin,
        "symbol": symbol,
        "name": name,
        "current_price": last.close,
        "market_cap": last.close * 19_000_000,
        "total_volume": last.close * last.volume,
        "high_24h": last.high,
        "low_24h": last.low,
        "price_change_24h": last.close - before.close,
        "price_change_percentage_24h": (last.close / before.close - 1) * 100,
        "last_updated": f"{datetime.fromtimestamp(at(last.day, '23:59'), UTC):%Y-%m-%dT%H:%M:%S}.123Z",
    }


def _last_two(simulator: "Simulator", listed: str) -> list[RawBar]:
    return simulator.listings[listed].bars[-2:]


def _search(text: str) -> dict[str, Any]:
    coins = [
        {"id": coin, "name": name, "api_symbol": coin, "symbol": symbol.upper()}
        for coin, (symbol, name, *_) in (COINS | OLD).items()
        if text in {symbol, coin} or text in name.lower()
    ]
    return {"coins": coins, "exchanges": [], "icos": [], "categories": [], "nfts": []}


def _coin(simulator: "Simulator", coin: str) -> dict[str, Any]:
    symbol, name, listed = COINS[coin]
    last = _last_two(simulator, listed)[-1]
    return {
        "id": coin,
        "symbol": symbol,
        "name": name,
        "categories": ["Layer 1 (L1)", None],
        "description": {"en": f'{name} is a <a href="https://example.org">coin</a>.\r\n'},
        "links": {"homepage": [f"http://{coin}.example.org", "", ""]},
        "genesis_date": "2009-01-03",
        "market_data": {
            "current_price": {"usd": last.close},
            "market_cap": {"usd": last.close * 19_000_000},
        },
    }
