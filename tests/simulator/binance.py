"""Binance's spot market (§5): klines, 24-hour tickers and exchangeInfo, weights counted."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from tests.simulator.faults import Trait
from tests.simulator.market import Listing, RawBar, at, within
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

PAIRS = {"BTCUSDT": ("BTC", "USDT", "BTC-USD"), "ETHBTC": ("ETH", "BTC", "ETH-BTC")}
OLD = {"LUNABTC": ("LUNA", "BTC")}
STEPS = {"1m": 60, "1h": 3_600, "1d": 86_400, "1w": 604_800}


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as Binance would."""
    if request.path == "/api/v3/exchangeInfo":
        return _info(simulator, request.query.get("symbol"))
    if request.path == "/api/v3/klines":
        return _klines(simulator, request.query)
    if request.path == "/api/v3/ticker/24hr":
        return _tickers(simulator, json.loads(request.query["symbols"]))
    return Reply(404, b"<html>404</html>", "text/html")


def _info(simulator: "Simulator", symbol: str | None) -> Reply:
    known = {name: (pair[0], pair[1], "TRADING") for name, pair in PAIRS.items()}
    known |= {one.pair: (one.symbol.upper(), "USDT", "TRADING") for one in simulator.coins}
    known |= {name: (*pair, "BREAK") for name, pair in OLD.items()}
    if symbol is not None and symbol not in known:
        return _refusal(-1121, "Invalid symbol.")
    rows = [
        {
            "symbol": name,
            "status": status,
            "baseAsset": base,
            "quoteAsset": "CHF" if Trait.WRONG_CURRENCY in simulator.traits else quote,
        }
        for name, (base, quote, status) in known.items()
        if symbol in {None, name}
    ]
    return json_reply({"timezone": "UTC", "rateLimits": [], "symbols": rows})


def _klines(simulator: "Simulator", query: dict[str, str]) -> Reply:
    if query["symbol"] not in PAIRS:
        return _refusal(-1121, "Invalid symbol.")
    step = STEPS.get(query["interval"])
    if step is None:
        return _refusal(-1120, "Invalid interval.")
    listing = simulator.listings[PAIRS[query["symbol"]][2]]
    start, end = int(query.get("startTime", 0)), int(query.get("endTime", 2**60))
    rows = [row for row in _rows(listing, step) if start <= row[0] <= end]
    limit = min(int(query.get("limit", 500)), 1_000)
    headers = {}
    if Trait.LIVE_LAST_ROW in simulator.traits:  # the last candle still runs (§10.1)
        now = datetime.fromtimestamp(_rows(listing, step)[-1][6] // 1_000 - step // 2, UTC)
        headers["Date"] = format_datetime(now, usegmt=True)
    return json_reply(rows[:limit], X_MBX_USED_WEIGHT_1M="2", **headers)


def _rows(listing: Listing, step: int) -> list[list[Any]]:
    if step == STEPS["1d"]:
        return [_row(bar, at(bar.day, "00:00"), step) for bar in listing.bars]
    if step == STEPS["1w"]:
        return [_row(bar, at(bar.day, "00:00"), step) for bar in _weeks(listing.bars)]
    return [
        _row(part, at(bar.day, "00:00") + number * step, step)
        for bar in listing.bars[-3:]
        for number, part in enumerate(within(bar, STEPS["1d"] // step))
    ]


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


def _row(bar: RawBar, opening: int, step: int) -> list[Any]:
    prices = [f"{price:.8f}" for price in (bar.open, bar.high, bar.low, bar.close)]
    close_time = (opening + step) * 1_000 - 1
    volume = f"{bar.volume:.8f}"
    return [opening * 1_000, *prices, volume, close_time, "0", 308, "0", "0", "0"]


def _tickers(simulator: "Simulator", symbols: list[str]) -> Reply:
    if not all(symbol in PAIRS or symbol in OLD for symbol in symbols):
        return _refusal(-1121, "Invalid symbol.")
    return json_reply([_ticker(simulator, symbol) for symbol in symbols])


def _ticker(simulator: "Simulator", symbol: str) -> dict[str, Any]:
    if symbol in OLD:  # a market that does not trade answers with zeros
        zeros = dict.fromkeys(("lastPrice", "prevClosePrice", "priceChange"), "0.00000000")
        return {"symbol": symbol, **zeros, "priceChangePercent": "0.000", "closeTime": 0}
    *_, before, last = simulator.listings[PAIRS[symbol][2]].bars
    change = last.close - before.close
    return {
        "symbol": symbol,
        "priceChange": f"{change:.8f}",
        "priceChangePercent": f"{change / before.close * 100:.3f}",
        "prevClosePrice": f"{before.close:.8f}",
        "lastPrice": f"{last.close:.8f}",
        "openPrice": f"{last.open:.8f}",
        "highPrice": f"{last.high:.8f}",
        "lowPrice": f"{last.low:.8f}",
        "volume": f"{Decimal(last.volume):.8f}",
        "closeTime": at(last.day, "23:59") * 1_000,
        "count": 1,
    }


def _refusal(code: int, message: str) -> Reply:
    return json_reply({"code": code, "msg": message}, 400)
