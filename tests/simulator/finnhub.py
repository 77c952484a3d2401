"""Finnhub (§2): candles in columns, quotes, lists of symbols, events, and two plans by their keys.

Where the notes are unsure (u), this is what is answered here: days and weeks are stamped with
midnight UTC, a week with its Monday; an unknown symbol has zeros with null changes, and an empty
profile; market capitalization counts millions; London is quoted in GBX; an unknown symbol's
candles are `no_data`; a free key may read lists of symbols; a longer range of minutes is cut.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.simulator.faults import Trait
from tests.simulator.market import Listing, RawBar, Share, at, within
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

FREE, PAID = "free-token", "paid-token"
STOCKS = {"ACME": "ACME", "TEA.L": "TEA.L"}
COINS = {"BINANCE:BTCUSDT": ("BTC-USD", "BTC/USDT"), "BINANCE:ETHBTC": ("ETH-BTC", "ETH/BTC")}
EURO = "OANDA:EUR_USD"
MONTH = timedelta(days=31)
SHORT = {"1": (timedelta(minutes=1), 390), "60": (timedelta(hours=1), 6)}
PREMIUM = ("/candle", "/split", "/dividend", "/forex/rates")
NO_ACCESS = "You don't have access to this resource."
NO_DATA = {"s": "no_data"}


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as Finnhub would."""
    query, path = request.query, request.path
    token = query.get("token") or request.headers.get("x-finnhub-token", "")
    if not token:
        said = "API limit reached. Please sign up for a free account to get more."
        return _error(429, said)
    if token not in {FREE, PAID}:
        return _error(401, "Invalid API key.")
    abroad = query.get("symbol", "").endswith(".L")
    if token == FREE and (path.endswith(PREMIUM) or abroad):
        return _error(403, NO_ACCESS)
    answers = {
        "/quote": lambda: _quote(simulator, query["symbol"]),
        "/search": lambda: _search(simulator, query["q"]),
        "/stock/symbol": lambda: _stock_list(simulator, query["exchange"]),
        "/crypto/symbol": lambda: _market_list(query["exchange"]),
        "/forex/symbol": lambda: _market_list(query["exchange"]),
        "/stock/profile2": lambda: _profile(simulator, query["symbol"]),
        "/stock/split": lambda: _splits(simulator, query),
        "/stock/dividend": lambda: _dividends(simulator, query),
        "/stock/candle": lambda: _candles(simulator, query, path),
        "/crypto/candle": lambda: _candles(simulator, query, path),
        "/forex/candle": lambda: _candles(simulator, query, path),
        "/forex/rates": lambda: _rates(simulator, query),
    }
    if path not in answers:
        return Reply(404, b"<html>404</html>", "text/html")
    return json_reply(answers[path](), X_Ratelimit_Limit="60", X_Ratelimit_Remaining="59")


def _error(status: int, said: str) -> Reply:
    return json_reply({"error": said}, status)


def _candles(simulator: "Simulator", query: dict[str, str], path: str) -> dict[str, Any]:
    symbol, resolution = query["symbol"], query["resolution"]
    start, end = (datetime.fromtimestamp(int(query[name]), UTC) for name in ("from", "to"))
    if symbol == EURO and path.startswith("/forex"):
        bars = [RawBar(day, *[rates["USD"]] * 4, 0) for day, rates in simulator.rates.items()]
        listing = None
    elif symbol in COINS and path.startswith("/crypto"):
        listing = simulator.listings[COINS[symbol][0]]
        bars = listing.bars
    elif symbol in STOCKS and path.startswith("/stock"):
        listing = simulator.listings[STOCKS[symbol]]
        bars = listing.bars
    else:
        return NO_DATA
    if resolution in SHORT:
        assert listing is not None
        start = max(start, end - MONTH)
        rows = list(_parts(listing, resolution, start, end))
    else:
        days = [bar for bar in bars if start.timestamp() <= at(bar.day, "00:00") <= end.timestamp()]
        adjusted = [_adjusted(listing, bar) for bar in days]
        weekly = _weeks(adjusted) if resolution == "W" else adjusted
        rows = [(at(bar.day, "00:00"), bar) for bar in weekly]
    if not rows:
        return NO_DATA
    return {
        "s": "ok",
        "t": [stamp for stamp, _ in rows],
        "o": [bar.open for _, bar in rows],
        "h": [bar.high for _, bar in rows],
        "l": [bar.low for _, bar in rows],
        "c": [bar.close for _, bar in rows],
        "v": [bar.volume for _, bar in rows],
    }


def _adjusted(listing: Listing | None, bar: RawBar) -> RawBar:
    """Days are adjusted for each split up to today, as prices with many digits."""
    factor = listing.split_factor(bar.day) if listing else Decimal(1)
    prices = [price / factor for price in (bar.open, bar.high, bar.low, bar.close)]
    return RawBar(bar.day, *prices, int(bar.volume * factor))


def _weeks(bars: list[RawBar]) -> list[RawBar]:
    weeks: dict[date, list[RawBar]] = {}
    for bar in bars:
        weeks.setdefault(bar.day - timedelta(days=bar.day.weekday()), []).append(bar)
    return [
        RawBar(
            monday,
            open=days[0].open,
            high=max(day.high for day in days),
            low=min(day.low for day in days),
            close=days[-1].close,
            volume=sum(day.volume for day in days),
        )
        for monday, days in weeks.items()
    ]


def _parts(
    listing: Listing, resolution: str, start: datetime, end: datetime
) -> Iterator[tuple[int, RawBar]]:
    """Minutes and hours of a session, as they were traded."""
    step, count = SHORT[resolution]
    opens = listing.opens if resolution == "1" else time(10)
    for bar in listing.bars:
        first = datetime.combine(bar.day, opens, ZoneInfo(listing.zone)).astimezone(UTC)
        if start - timedelta(days=1) <= first <= end:
            for number, part in enumerate(within(bar, count)):
                if start <= first + step * number <= end:
                    yield int((first + step * number).timestamp()), part


def _quote(simulator: "Simulator", symbol: str) -> dict[str, Any]:
    name = STOCKS.get(symbol) or COINS.get(symbol, ("",))[0]
    if name not in simulator.listings or Trait.ZERO_ROWS in simulator.traits:
        return {"c": 0, "d": None, "dp": None, "h": 0, "l": 0, "o": 0, "pc": 0, "t": 0}
    listing = simulator.listings[name]
    *_, before, last = listing.bars
    change = last.close - before.close
    return {
        "c": last.close,
        "d": change,
        "dp": (change / before.close * 100).quantize(Decimal("0.0001")),
        "h": last.high,
        "l": last.low,
        "o": last.open,
        "pc": before.close,
        "t": listing.closing(last.day),
    }


def _search(simulator: "Simulator", text: str) -> dict[str, Any]:
    found = [
        {
            "description": simulator.listings[name].name.upper(),
            "displaySymbol": symbol,
            "symbol": symbol,
            "type": "Common Stock",
        }
        for symbol, name in STOCKS.items()
        if text.lower() in f"{symbol} {simulator.listings[name].name}".lower()
    ]
    return {"count": len(found), "result": found}


def _stock_list(simulator: "Simulator", exchange: str) -> list[dict[str, Any]]:
    if exchange == "US":
        return [_share(share) for share in simulator.shares if share.delisted_on is None]
    return [
        {
            "currency": "GBX"
            if Trait.WRONG_CURRENCY not in simulator.traits
            else simulator.listings[name].currency,
            "description": simulator.listings[name].name.upper(),
            "displaySymbol": symbol,
            "figi": "BBG000000000",
            "isin": None,
            "mic": "XLON",
            "symbol": symbol,
            "symbol2": "",
            "type": "Common Stock",
        }
        for symbol, name in STOCKS.items()
        if symbol.endswith(f".{exchange}")
    ]


def _share(share: Share) -> dict[str, Any]:
    return {
        "currency": "USD",
        "description": share.name.upper(),
        "displaySymbol": share.symbol,
        "figi": "BBG000000000",
        "isin": None,
        "mic": share.mic,
        "shareClassFIGI": "",
        "symbol": share.symbol,
        "symbol2": "",
        "type": "ETP" if share.is_fund else "Common Stock",
    }


def _market_list(exchange: str) -> list[dict[str, Any]]:
    shown = {symbol: pair for symbol, (_, pair) in COINS.items()} | {EURO: "EUR/USD"}
    return [
        {"description": f"{exchange} {pair}", "displaySymbol": pair, "symbol": symbol}
        for symbol, pair in shown.items()
        if symbol.lower().startswith(f"{exchange}:")
    ]


def _profile(simulator: "Simulator", symbol: str) -> dict[str, Any]:
    if symbol not in STOCKS:
        return {}
    return {
        "country": "US",
        "currency": "USD",
        "exchange": "NASDAQ NMS - GLOBAL MARKET",
        "finnhubIndustry": "N/A",
        "ipo": "1980-12-12",
        "logo": "",
        "marketCapitalization": Decimal("1415993.5"),
        "name": simulator.listings[STOCKS[symbol]].name,
        "phone": "",
        "shareOutstanding": Decimal("4375.48"),
        "ticker": symbol,
        "weburl": "https://acme.example/",
    }


def _splits(simulator: "Simulator", query: dict[str, str]) -> list[dict[str, Any]]:
    splits = simulator.listings[STOCKS[query["symbol"]]].splits
    return [
        {"symbol": query["symbol"], "date": str(day), "fromFactor": old, "toFactor": new}
        for day, (new, old) in reversed(splits.items())
        if query["from"] <= str(day) <= query["to"]
    ]


def _dividends(simulator: "Simulator", query: dict[str, str]) -> list[dict[str, Any]]:
    listing = simulator.listings[STOCKS[query["symbol"]]]
    return [
        {
            "symbol": query["symbol"],
            "date": str(day),
            "amount": amount,
            "adjustedAmount": amount / listing.split_factor(day),
            "payDate": str(day + timedelta(days=20)),
            "recordDate": "",
            "declarationDate": "",
            "currency": listing.dividend_currency or listing.currency,
            "freq": "0",
        }
        for day, amount in reversed(listing.dividends.items())
        if query["from"] <= str(day) <= query["to"]
    ]


def _rates(simulator: "Simulator", query: dict[str, str]) -> dict[str, Any]:
    """Per base; the answer does not state its day."""
    rates = {"EUR": Decimal(1)} | simulator.rates[date.fromisoformat(query["date"])]
    base = rates[query["base"]]
    digits = Decimal("0.00001")
    quote = {currency: (rate / base).quantize(digits) for currency, rate in rates.items()}
    return {"base": query["base"], "quote": quote}
