"""Massive (§3): bars, snapshots, tickers, splits and dividends, for two plans by their keys.

Unconfirmed there, and so done here: an unknown ticker has a 200 without results, the wording of
401 and 404, days of coins from 00:00 UTC, and a free plan that cuts a range which reaches too far.
"""

import base64
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from tests.simulator.market import Listing, RawBar, Share, within
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

FREE, PAID = "a-free-key", "a-paid-key"
COINS = {"X:BTCUSD": "BTC-USD", "X:ETHBTC": "ETH-BTC"}
CIRCLE = "CIRCLE"
"""A ticker whose next page is always the same; nobody has seen one."""

LIMIT_MAX = 900
"""In truth 50,000: here a small world has several pages."""

SECONDS = {"minute": 60, "hour": 3_600}
BASE_ROWS = {"minute": 1, "hour": 60, "day": 1, "week": 7}
"""Base aggregates in a row; `limit` counts those."""

PLAN_YEARS = timedelta(days=2 * 365)
NOT_IN_PLAN = "You are not entitled to this data. Please upgrade your plan at https://massive.com"
NOT_THESE_DAYS = "Your plan doesn't include this data timeframe. Please upgrade your plan."


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as Massive would."""
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    key = key or request.query.get("apiKey", "")
    if key not in {FREE, PAID}:
        said = "Unknown API Key" if key else "API Key was not provided"
        return _error(401, "ERROR", error=said)
    parts = [unquote(part) for part in request.path.strip("/").split("/")]
    match parts:
        case ["v2", "aggs", "ticker", ticker, "range", "1", span, start, end]:
            asked = _Range(ticker, span, date.fromisoformat(start), date.fromisoformat(end))
            return asked.reply(simulator, request, free=key == FREE)
        case ["v2", "aggs", "ticker", ticker, "prev"]:
            return _previous(simulator, ticker)
        case ["v2", "snapshot", "locale", _, "markets", _, "tickers"] if key == FREE:
            return _error(403, "NOT_AUTHORIZED", message=NOT_IN_PLAN)
        case ["v2", "snapshot", "locale", _, "markets", market, "tickers"]:
            return _snapshots(simulator, market, request.query["tickers"].split(","))
        case ["v3", "reference", "tickers"]:
            if "search" not in request.query:
                return _tickers(simulator, request)
            return _search(simulator, request.query["search"].lower())
        case ["v3", "reference", "tickers", ticker]:
            return _profile(simulator, ticker)
        case ["v3", "reference", "splits"]:
            return _splits(simulator, request.query)
        case ["v3", "reference", "dividends"]:
            return _dividends(simulator, request.query)
    return Reply(404, b"404 page not found", "text/plain")


class _Range:
    """What `/v2/aggs/…/range/…` was asked for."""

    def __init__(self, ticker: str, span: str, start: date, end: date) -> None:
        self.ticker, self.span, self.start, self.end = ticker, span, start, end

    def reply(self, simulator: "Simulator", request: Request, *, free: bool) -> Reply:
        """A page: the parameters and the place are in the cursor, the key is not."""
        if self.ticker == CIRCLE:
            return _rows([], next_url=f"https://api.massive.com{request.path}?cursor=x")
        listing = _listing(simulator, self.ticker)
        if listing is None or self.start > self.end:
            return _rows([], ticker=self.ticker)
        began = listing.bars[-1].day - PLAN_YEARS if free else date.min
        if self.end < began:
            return _error(403, "NOT_AUTHORIZED", message=NOT_THESE_DAYS)
        query = {"adjusted": "true", "limit": "5000", "place": 0} | request.query
        if "cursor" in request.query:
            query = json.loads(base64.urlsafe_b64decode(request.query["cursor"]))
        rows = self._windows(listing, max(self.start, began), adjusted=query["adjusted"] != "false")
        place = int(query["place"])
        count = max(min(int(query["limit"]), LIMIT_MAX) // BASE_ROWS[self.span], 2)
        page = rows[place : place + count]
        more: dict[str, Any] = {"ticker": self.ticker, "adjusted": query["adjusted"] != "false"}
        if len(page) == count:  # the next page begins with the last row of this one, or is empty
            ends = place + count == len(rows)
            query["place"] = place + count - (0 if ends else 1)
            cursor = base64.urlsafe_b64encode(json.dumps(query).encode()).decode()
            more["next_url"] = f"https://api.massive.com{request.path}?cursor={cursor}"
        return _rows(page, **more)

    def _windows(self, listing: Listing, start: date, *, adjusted: bool) -> list[dict[str, Any]]:
        zone = ZoneInfo(listing.zone)
        parts = [row for bar in listing.bars for row in self._parts(listing, bar, zone, adjusted)]
        first = _midnight(start, zone)
        last = _midnight(self.end + timedelta(days=1), zone)
        return [row for row in _joined(parts) if first <= row["t"] < last]

    def _parts(
        self, listing: Listing, bar: RawBar, zone: ZoneInfo, adjusted: bool
    ) -> list[dict[str, Any]]:
        factor = listing.split_factor(bar.day) if adjusted else Decimal(1)
        if self.span == "day":
            return [_window(bar, _midnight(bar.day, zone), factor)]
        if self.span == "week":  # from Sunday on
            sunday = bar.day - timedelta(days=(bar.day.weekday() + 1) % 7)
            return [_window(bar, _midnight(sunday, zone), factor)]
        if bar not in listing.bars[-3:]:
            return []
        opening = listing.opening(bar.day)
        length = -(-(listing.closing(bar.day) - opening) // 1_800) * 30
        minutes = within(bar, length)
        step = SECONDS[self.span]
        starts = [(opening + 60 * number) // step * step for number in range(len(minutes))]
        return [_window(part, 1_000 * at, factor) for at, part in zip(starts, minutes, strict=True)]


def _window(bar: RawBar, stamp: int, factor: Decimal) -> dict[str, Any]:
    prices = {"o": bar.open, "h": bar.high, "l": bar.low, "c": bar.close}
    row: dict[str, Any] = {name: round(price / factor, 4) for name, price in prices.items()}
    return row | {"v": bar.volume * factor, "vw": row["c"], "n": 7, "t": stamp}


def _joined(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for stamp, same in groupby(rows, key=lambda row: row["t"]):
        parts = list(same)
        found.append(
            {
                "v": sum(part["v"] for part in parts),
                "o": parts[0]["o"],
                "c": parts[-1]["c"],
                "h": max(part["h"] for part in parts),
                "l": min(part["l"] for part in parts),
                "t": stamp,
            }
        )
    return found


def _previous(simulator: "Simulator", ticker: str) -> Reply:
    listing = _listing(simulator, ticker)
    if listing is None:
        return _rows([], ticker=ticker)
    bar = listing.bars[-1]
    stamp = 1_000 * listing.closing(bar.day)
    return _rows([{"T": ticker, **_window(bar, stamp, Decimal(1))}], ticker=ticker)


def _snapshots(simulator: "Simulator", market: str, tickers: list[str]) -> Reply:
    known = [one for one in tickers if _listing(simulator, one) is not None]
    entries = [
        _snapshot(simulator, one) for one in known if one.startswith("X:") == (market == "crypto")
    ]
    return json_reply(
        {"status": "OK", "request_id": "r", "count": len(entries), "tickers": entries}
    )


def _snapshot(simulator: "Simulator", ticker: str) -> dict[str, Any]:
    listing = _listing(simulator, ticker)
    assert listing is not None
    before, last = listing.bars[-2:]
    closing = listing.closing(last.day)
    return {
        "ticker": ticker,
        "day": _window(last, 0, Decimal(1)),
        "prevDay": _window(before, 0, Decimal(1)),
        "min": {"c": last.open, "t": closing * 1_000},
        "lastTrade": {"p": last.close, "s": 10, "t": closing * 10**9},
        "todaysChange": last.close - before.close,
        "todaysChangePerc": round((last.close / before.close - 1) * 100, 3),
        "updated": closing * 10**9,
    }


def _tickers(simulator: "Simulator", request: Request) -> Reply:
    """A page of the list: the place is in the cursor, as are the parameters."""
    query = {"active": "true", "limit": "100", "place": 0} | request.query
    if "cursor" in request.query:
        query = json.loads(base64.urlsafe_b64decode(request.query["cursor"]))
    wanted = query["active"] == "true"
    listed = [share for share in simulator.shares if (share.delisted_on is None) == wanted]
    place, count = int(query["place"]), min(int(query["limit"]), 1_000)
    more: dict[str, Any] = {}
    if place + count < len(listed):
        cursor = json.dumps({**query, "place": place + count}).encode()
        cursor = base64.urlsafe_b64encode(cursor).decode()
        more["next_url"] = f"https://api.massive.com{request.path}?cursor={cursor}"
    return _rows([_listed(share) for share in listed[place : place + count]], **more)


def _listed(share: Share) -> dict[str, Any]:
    gone = share.delisted_on
    return {
        "ticker": share.symbol,
        "name": share.name,
        "market": "stocks",
        "locale": "us",
        "primary_exchange": share.mic,
        "type": "ETF" if share.is_fund else "CS",
        "active": gone is None,
        "currency_name": "usd",
        **({} if gone is None else {"delisted_utc": f"{gone}T00:00:00Z"}),  # not in the notes
    }


def _search(simulator: "Simulator", text: str) -> Reply:
    tickers = [ticker for ticker in ["ACME", *COINS] if _listing(simulator, ticker) is not None]
    rows = [_entry(simulator, ticker) for ticker in tickers]
    return _rows([row for row in rows if text in f"{row['ticker']} {row['name']}".lower()])


def _profile(simulator: "Simulator", ticker: str) -> Reply:
    if _listing(simulator, ticker) is None:
        return _error(404, "NOT_FOUND", message="Ticker not found.")
    more = {
        "description": "It makes everything.",
        "homepage_url": "https://acme.example",
        "sic_description": "GENERAL GOODS",
        "market_cap": Decimal("771126206500.5"),
        "address": {"city": "NEW YORK"},
    }
    entry = _entry(simulator, ticker) | (more if ticker == "ACME" else {})
    return json_reply({"status": "OK", "request_id": "r", "results": entry})


def _entry(simulator: "Simulator", ticker: str) -> dict[str, Any]:
    listing = _listing(simulator, ticker)
    assert listing is not None
    entry = {"ticker": ticker, "name": listing.name, "active": True}
    if ticker in COINS:
        return entry | {"market": "crypto", "locale": "global", "currency_name": "United States"}
    stock = {"market": "stocks", "locale": "us", "type": "CS", "currency_name": "usd"}
    return entry | stock | {"primary_exchange": "XNAS"}


def _splits(simulator: "Simulator", query: dict[str, str]) -> Reply:
    listing = _listing(simulator, query["ticker"])
    rows = [
        {"id": "E1", "ticker": query["ticker"], "execution_date": day.isoformat(),
         "split_from": old, "split_to": new}
        for day, (new, old) in (listing.splits.items() if listing else ())
        if day.isoformat() <= query["execution_date.lte"]
    ]  # fmt: skip
    return _rows(rows + rows[:1])  # wrong doubles occur


def _dividends(simulator: "Simulator", query: dict[str, str]) -> Reply:
    listing = _listing(simulator, query["ticker"])
    return _rows(
        [
            {"id": "E2", "ticker": query["ticker"], "cash_amount": amount, "currency": "USD",
             "ex_dividend_date": day.isoformat(), "frequency": 4, "dividend_type": "CD"}
            for day, amount in (listing.dividends.items() if listing else ())
            if day.isoformat() <= query["ex_dividend_date.lte"]
        ]
    )  # fmt: skip


def _listing(simulator: "Simulator", ticker: str) -> Listing | None:
    return simulator.listings.get(COINS.get(ticker, "ACME" if ticker == "ACME" else ""))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).astimezone(UTC).timestamp()) * 1_000


def _rows(rows: list[dict[str, Any]], **more: Any) -> Reply:
    body = {"status": "OK", "request_id": "r", "resultsCount": len(rows), **more}
    return json_reply(body | ({"results": rows} if rows else {}))


def _error(status: int, name: str, **said: str) -> Reply:
    return json_reply({"status": name, "request_id": "r", **said}, status)
