"""Alpha Vantage (§4): one path, numbered keys, strings for numbers, errors with status 200.

Where the notes are unsure (u), this is what is answered here: intraday bars and `outputsize=full`
want a paid key; an unknown symbol has an empty quote and overview; London is in GBX; SPLITS and
DIVIDENDS have a list under `data`, with "None" for a missing date; a session has six full hours.
The notes do not have LISTING_STATUS (a CSV file), nor the weekly functions: they are stamped with the last session of the week.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.simulator.faults import Trait
from tests.simulator.market import Listing, RawBar, within
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

FREE, PAID = "FREEKEY0123456789", "PAIDKEY0123456789"
SYMBOLS = {"ACME": "ACME", "TEA.LON": "TEA.L"}
EXCHANGES = {"XNAS": "NASDAQ", "XNYS": "NYSE", "ARCX": "NYSE ARCA"}
SEARCHED = {
    "ACME": ("Equity", "United States", "09:30", "16:00", "UTC-04", "USD"),
    "TEA.LON": ("Equity", "United Kingdom", "08:00", "16:30", "UTC+01", "GBX"),
}
NEW_YORK = ZoneInfo("America/New_York")
DOCUMENTATION = "https://www.alphavantage.co/documentation/"
PLANS = "You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/"
THANKS = "Thank you for using Alpha Vantage! "

DAILY_LIMIT = (
    f"We have detected your API key as {FREE} and our standard API rate limit is 25 requests per "
    "day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to "
    "instantly remove all daily rate limits."
)
BURST = (
    f"{THANKS}Please consider spreading out your free API requests more sparingly (1 request per "
    f"second). {PLANS} to lift the free key rate limit (25 requests per day), raise the per-second "
    "burst limit, and instantly unlock all premium endpoints"
)

PREMIUM = f"{THANKS}This is a premium endpoint. {PLANS}"


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as Alpha Vantage would."""
    query = request.query
    if query.get("apikey") not in {FREE, PAID}:
        return said(
            "Error Message",
            "the parameter apikey is invalid or missing. Please claim your free API key on "
            "(https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds.",
        )
    function = query["function"]
    if query["apikey"] == FREE and function == "TIME_SERIES_INTRADAY":
        return said("Information", PREMIUM)
    if query["apikey"] == FREE and query.get("outputsize") == "full":
        return said(
            "Information",
            f"{THANKS}The outputsize=full parameter value is a premium feature for the {function} "
            f"endpoint. {PLANS} to instantly unlock all premium features",
        )
    if function == "LISTING_STATUS":
        return _listing_status(simulator, query.get("state", "active"))
    if function == "SYMBOL_SEARCH":
        return _search(simulator, query["keywords"])
    if function == "CURRENCY_EXCHANGE_RATE":
        return _exchange_rate(simulator, query)
    if function.startswith(("FX_", "DIGITAL_")):
        return _pair(simulator, query)
    listing = simulator.listings.get(SYMBOLS.get(query["symbol"], ""))
    if listing is None:
        empty: dict[str, Any] = {"GLOBAL_QUOTE": {"Global Quote": {}}, "OVERVIEW": {}}
        return json_reply(empty[function]) if function in empty else _unknown(function)
    return _listed(simulator, listing, query)


def said(key: str, text: str) -> Reply:
    """A refusal, a quarter to one in the afternoon of New York."""
    return json_reply({key: text}, Date="Fri, 05 Jan 2024 17:45:00 GMT")


def _unknown(function: str) -> Reply:
    text = f"Invalid API call. Please retry or visit the documentation ({DOCUMENTATION}) for "
    return said("Error Message", f"{text}{function}.")


def _listed(simulator: "Simulator", listing: Listing, query: dict[str, str]) -> Reply:
    function, symbol = query["function"], query["symbol"]
    if function == "GLOBAL_QUOTE":
        return json_reply({"Global Quote": _quote(listing, symbol)}, **_date(simulator, listing))
    if function == "OVERVIEW":
        return json_reply(_overview(listing, symbol))
    if function in {"SPLITS", "DIVIDENDS"}:
        if symbol != listing.symbol:  # no events of other countries
            return _unknown(function)
        data = _splits(listing) if function == "SPLITS" else _dividends(listing)
        return json_reply({"symbol": symbol, "data": list(reversed(data))})
    if function == "TIME_SERIES_INTRADAY":
        return _intraday(simulator, listing, query)
    bars = listing.bars
    if function == "TIME_SERIES_WEEKLY":
        rows, name = dict(_rows(_weeks(bars))), "Weekly Time Series"
    else:
        rows, name = dict(_rows(bars)), "Time Series (Daily)"
        rows = dict(list(rows.items())[: None if query.get("outputsize") == "full" else 100])
    meta = {"1. Information": "Prices", "2. Symbol": symbol, "3. Last Refreshed": next(iter(rows))}
    meta |= {"4. Output Size": "Compact", "5. Time Zone": "US/Eastern"}
    return json_reply({"Meta Data": meta, name: rows}, **_date(simulator, listing))


def _rows(bars: list[RawBar]) -> Iterator[tuple[str, dict[str, str]]]:
    """Newest first."""
    for bar in reversed(bars):
        yield bar.day.isoformat(), _row(bar)


def _row(bar: RawBar, digits: str = ".4f") -> dict[str, str]:
    prices = [format(price, digits) for price in (bar.open, bar.high, bar.low, bar.close)]
    names = ("1. open", "2. high", "3. low", "4. close", "5. volume")
    return dict(zip(names, [*prices, str(bar.volume)], strict=True))


def _weeks(bars: list[RawBar]) -> list[RawBar]:
    weeks: dict[tuple[int, int], list[RawBar]] = {}
    for bar in bars:
        weeks.setdefault(bar.day.isocalendar()[:2], []).append(bar)
    return [
        RawBar(
            days[-1].day,
            open=days[0].open,
            high=max(day.high for day in days),
            low=min(day.low for day in days),
            close=days[-1].close,
            volume=sum(day.volume for day in days),
        )
        for days in weeks.values()
    ]


def _intraday(simulator: "Simulator", listing: Listing, query: dict[str, str]) -> Reply:
    step, first, steps = {
        "1min": (timedelta(minutes=1), time(9, 30), 390),
        "60min": (timedelta(hours=1), time(10), 6),
    }[query["interval"]]
    assert (query["adjusted"], query["extended_hours"]) == ("false", "false")
    month = query.get("month")
    days = [bar for bar in listing.bars if month is None or f"{bar.day:%Y-%m}" == month]
    if not days:
        return _unknown("TIME_SERIES_INTRADAY")
    rows = {}
    for bar in days if month else days[-3:]:
        opens = datetime.combine(bar.day, first, NEW_YORK)
        for number, part in enumerate(within(bar, steps)):
            if opens + step * number <= _now(simulator, listing):
                rows[f"{opens + step * number:%Y-%m-%d %H:%M:%S}"] = _row(part)
    meta = {"1. Information": "Intraday", "2. Symbol": query["symbol"], "4. Interval": "x"}
    meta |= {"5. Output Size": "Full size", "6. Time Zone": "US/Eastern"}
    newest_first = dict(reversed(rows.items()))
    return json_reply(
        {"Meta Data": meta, f"Time Series ({query['interval']})": newest_first},
        **_date(simulator, listing),
    )


def _pair(simulator: "Simulator", query: dict[str, str]) -> Reply:
    function = query["function"]
    meta = {"1. Information": "Prices", "7. Time Zone": "UTC"}
    if function.startswith("DIGITAL"):
        if (query["symbol"], query["market"]) != ("BTC", "USD"):
            return _unknown(function)
        listing = simulator.listings["BTC-USD"]
        weekly = function.endswith("WEEKLY")
        rows = dict(_rows(_weeks(listing.bars) if weekly else listing.bars))
        name = f"Time Series (Digital Currency {'Weekly' if weekly else 'Daily'})"
        return json_reply({"Meta Data": meta, name: rows}, **_date(simulator, listing))
    bars = [
        RawBar(day, rate, rate, rate, rate, 0)
        for day, rates in simulator.rates.items()
        if (rate := _rate(rates, query["from_symbol"], query["to_symbol"])) is not None
    ]
    if not bars:
        return _unknown(function)
    rows = {
        day: {name: text for name, text in row.items() if name != "5. volume"}
        for day, row in _rows(bars)
    }
    noon = datetime.combine(bars[-1].day, time(12), UTC)
    live = Trait.LIVE_LAST_ROW in simulator.traits
    now = noon if live else noon + timedelta(days=1)
    name = "Time Series FX (Daily)"
    return json_reply({"Meta Data": meta, name: rows}, Date=format_datetime(now, usegmt=True))


def _rate(rates: dict[str, Decimal], base: str, quote: str) -> Decimal | None:
    known = {"EUR": Decimal(1), **rates}
    if base not in known or quote not in known:
        return None
    return (known[quote] / known[base]).quantize(Decimal("0.0001"))


def _exchange_rate(simulator: "Simulator", query: dict[str, str]) -> Reply:
    base, market = query["from_currency"], query["to_currency"]
    last = simulator.listings["BTC-USD"].bars[-1]
    if (base, market) != ("BTC", "USD"):
        return _unknown("CURRENCY_EXCHANGE_RATE")
    return json_reply(
        {
            "Realtime Currency Exchange Rate": {
                "1. From_Currency Code": base,
                "2. From_Currency Name": "Bitcoin",
                "3. To_Currency Code": market,
                "4. To_Currency Name": "United States Dollar",
                "5. Exchange Rate": f"{last.close:.8f}",
                "6. Last Refreshed": f"{last.day} 16:45:01",
                "7. Time Zone": "UTC",
                "8. Bid Price": f"{last.low:.8f}",
                "9. Ask Price": f"{last.high:.8f}",
            }
        }
    )


def _quote(listing: Listing, symbol: str) -> dict[str, str]:
    *_, before, last = listing.bars
    change = last.close - before.close
    return {
        "01. symbol": symbol,
        "02. open": f"{last.open:.4f}",
        "03. high": f"{last.high:.4f}",
        "04. low": f"{last.low:.4f}",
        "05. price": f"{last.close:.4f}",
        "06. volume": str(last.volume),
        "07. latest trading day": last.day.isoformat(),
        "08. previous close": f"{before.close:.4f}",
        "09. change": f"{change:.4f}",
        "10. change percent": f"{change / before.close * 100:.4f}%",
    }


def _search(simulator: "Simulator", text: str) -> Reply:
    found = []
    for symbol, (kind, region, opens, closes, zone, currency) in SEARCHED.items():
        name = simulator.listings[SYMBOLS[symbol]].name
        if text.lower() in f"{symbol} {name}".lower():
            if Trait.WRONG_CURRENCY in simulator.traits:
                currency = simulator.listings[SYMBOLS[symbol]].currency
            values = (symbol, name, kind, region, opens, closes, zone, currency, "0.8889")
            names = (
                "symbol", "name", "type", "region", "marketOpen", "marketClose", "timezone",
                "currency", "matchScore",
            )  # fmt: skip
            numbered = (f"{number}. {word}" for number, word in enumerate(names, 1))
            found.append(dict(zip(numbered, values, strict=True)))
    return json_reply({"bestMatches": found})


def _listing_status(simulator: "Simulator", state: str) -> Reply:
    """A CSV file of all that is listed, or all that is gone."""
    lines = ["symbol,name,exchange,assetType,ipoDate,delistingDate,status"]
    for share in simulator.shares:
        if (share.delisted_on is None) == (state == "active"):
            symbol, gone = share.symbol.replace(".", "-"), share.delisted_on or "null"
            kind, status = "ETF" if share.is_fund else "Stock", state.capitalize()
            name, place = f'"{share.name}"', EXCHANGES[share.mic]
            lines.append(f"{symbol},{name},{place},{kind},1999-11-18,{gone},{status}")
    body = "\r\n".join(lines) + "\r\n"
    return Reply(200, body.encode(), "application/x-download")


def _overview(listing: Listing, symbol: str) -> dict[str, str]:
    return {
        "Symbol": symbol,
        "AssetType": "Common Stock",
        "Name": listing.name,
        "Description": "Makes everything.",
        "Exchange": "NASDAQ",
        "Currency": "USD",
        "Country": "USA",
        "Sector": "TECHNOLOGY",
        "Industry": "None",
        "MarketCapitalization": "123456789000",
        "DividendYield": "None",
    }


def _splits(listing: Listing) -> list[dict[str, str]]:
    return [
        {"effective_date": day.isoformat(), "split_factor": f"{Decimal(new) / old:.4f}"}
        for day, (new, old) in listing.splits.items()
    ]


def _dividends(listing: Listing) -> list[dict[str, str]]:
    dates = dict.fromkeys(("declaration_date", "record_date", "payment_date"), "None")
    return [
        {"ex_dividend_date": day.isoformat(), **dates, "amount": f"{amount}"}
        for day, amount in listing.dividends.items()
    ]


def _date(simulator: "Simulator", listing: Listing) -> dict[str, str]:
    return {"Date": format_datetime(_now(simulator, listing), usegmt=True)}


def _now(simulator: "Simulator", listing: Listing) -> datetime:
    """When it answers: a week after the last session, or while it runs (§10.1)."""
    now = datetime.combine(listing.bars[-1].day, time(12, 45), NEW_YORK)
    if Trait.LIVE_LAST_ROW not in simulator.traits:
        now += timedelta(days=7)
    return now.astimezone(UTC)
