"""A small world with a past: symbols, raw prices, splits, dividends and rates, from a seed."""

import csv
import math
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")


@dataclass(frozen=True)
class RawBar:
    """What was traded on a day; volume in the shares of that day."""

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int


@dataclass
class Listing:
    """One symbol of the world, in the unit its exchange quotes."""

    symbol: str
    name: str
    kind: str
    currency: str
    zone: str
    exchange: str
    opens: time
    closes: time
    bars: list[RawBar]
    splits: dict[date, tuple[int, int]] = field(default_factory=dict)
    dividends: dict[date, Decimal] = field(default_factory=dict)
    dividend_currency: str | None = None

    def split_factor(self, day: date) -> Decimal:
        """How many shares of today one share of `day` became."""
        factor = Decimal(1)
        for when, (new, old) in self.splits.items():
            if when > day:
                factor = factor * new / old
        return factor

    def opening(self, day: date) -> int:
        """The session's open as epoch seconds."""
        return int(datetime.combine(day, self.opens, ZoneInfo(self.zone)).timestamp())

    def closing(self, day: date) -> int:
        """The session's close as epoch seconds."""
        return int(datetime.combine(day, self.closes, ZoneInfo(self.zone)).timestamp())


@dataclass(frozen=True)
class Share:
    """A share or fund as lists of symbols have it: no more than its names."""

    symbol: str
    name: str
    mic: str
    is_fund: bool = False
    delisted_on: date | None = None


@dataclass(frozen=True)
class Coin:
    """A coin as lists have it, by its rank; `pair` trades at Binance."""

    id: str
    symbol: str
    name: str

    @property
    def pair(self) -> str:
        return f"{self.symbol.upper()}USDT"


def shares(count: int = 40) -> list[Share]:
    """Acme, a class of shares, and as many more as are asked for; one in ten is gone."""
    known = [
        Share("ACME", "Acme Corp", "XNAS"),
        Share("BRK.B", "Berkshire Hathaway Inc. Class B", "XNYS"),
        Share("SPY", "SPDR S&P 500 ETF Trust", "ARCX", is_fund=True),
    ]
    made = [
        Share(
            _letters(number),
            f"Company {number} Inc",
            ("XNAS", "XNYS", "ARCX")[number % 3],
            is_fund=number % 3 == 2,
            delisted_on=date(2020, 1, 2) + timedelta(number % 900) if number % 10 == 9 else None,
        )
        for number in range(max(count - len(known), 0))
    ]
    return [*known, *made]


def coins(count: int = 20) -> list[Coin]:
    """Bitcoin, ether, and as many more as are asked for, the largest first."""
    known = [Coin("bitcoin", "btc", "Bitcoin"), Coin("ethereum", "eth", "Ethereum")]
    made = [
        Coin(f"coin-{number}", f"c{_letters(number).lower()}", f"Coin {number}")
        for number in range(max(count - len(known), 0))
    ]
    return [*known, *made]


def _letters(number: int) -> str:
    """Return a symbol of five letters; no two numbers have the same."""
    letters = [chr(65 + number // 26**place % 26) for place in reversed(range(4))]
    return "Q" + "".join(letters)


def walk(seed: int, days: list[date], start: float, *, splits=()) -> list[RawBar]:
    """A raw price path: a random walk in today's shares, multiplied back before each split."""
    chance = random.Random(seed)
    level, bars = start, []
    for day in days:
        level *= math.exp(chance.gauss(0.0003, 0.015))
        factor = 1.0
        for when, (new, old) in splits:
            factor *= new / old if when > day else 1.0
        prices = sorted(level * factor * chance.uniform(0.99, 1.01) for _ in range(4))
        low, first, last, high = (Decimal(price).quantize(CENT) for price in prices)
        volume = int(chance.randint(10_000, 90_000) / factor)
        bars.append(RawBar(day, open=first, high=high, low=low, close=last, volume=volume))
    return bars


def within(bar: RawBar, steps: int) -> list[RawBar]:
    """The parts of a day: from the open by the low and the high to the close; they add up to it."""
    if not bar.close.is_finite():
        return []
    corners = [bar.open, bar.low, bar.high, bar.close]
    path = [
        (corners[leg] + (corners[leg + 1] - corners[leg]) * (place - leg)).quantize(CENT)
        for place in (Decimal(3 * number) / steps for number in range(steps + 1))
        for leg in (min(int(place), 2),)
    ]
    share, rest = divmod(bar.volume, steps)
    return [
        RawBar(
            bar.day,
            open=before,
            high=max(before, after),
            low=min(before, after),
            close=after,
            volume=share + (rest if number == 0 else 0),
        )
        for number, (before, after) in enumerate(pairwise(path))
    ]


def weekdays(start: date, count: int) -> list[date]:
    """The first weekdays from a date on."""
    days = (start + timedelta(days=offset) for offset in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


def everyday(start: date, count: int) -> list[date]:
    """Each day from a date on."""
    return [start + timedelta(days=offset) for offset in range(count)]


def small_world(seed: int = 7) -> dict[str, Listing]:
    """Five listings: a US stock with two splits, a London one in pence, two coins, and oil."""
    days = weekdays(date(2024, 1, 2), 260)
    splits = {days[60]: (4, 1), days[150]: (1, 8)}
    york, london = "America/New_York", "Europe/London"
    us = Listing("ACME", "Acme Corp", "EQUITY", "USD", york, "NMS", time(9, 30), time(16), [])
    us.bars = walk(seed, days, 50.0, splits=list(splits.items()))
    us.splits = splits
    us.dividends = {days[30]: Decimal("0.80"), days[100]: Decimal("0.25")}
    pence = Listing("TEA.L", "Tea plc", "EQUITY", "GBp", london, "LSE", time(8), time(16, 30), [])
    pence.bars = walk(seed + 1, days, 812.0)
    pence.dividends, pence.dividend_currency = {days[50]: Decimal("0.115")}, "GBP"
    coin = Listing(
        "BTC-USD", "Bitcoin USD", "CRYPTOCURRENCY", "USD", "UTC", "CCC", time(0), time(23, 59), []
    )
    coin.bars = walk(seed + 2, everyday(date(2024, 1, 1), 366), 43_000.0)
    oil = Listing("CL=F", "Crude Oil", "FUTURE", "USD", york, "NYM", time(0), time(23, 59), [])
    oil.bars = walk(seed + 3, days, 70.0)
    oil.bars[20] = RawBar(
        days[20], Decimal("17.73"), Decimal("17.85"), Decimal("-40.32"), Decimal("-37.63"), 1
    )
    ether = Listing(
        "ETH-BTC", "Ether", "CRYPTOCURRENCY", "BTC", "UTC", "CCC", time(0), time(23, 59), []
    )
    ether.bars = walk(seed + 4, everyday(date(2021, 1, 1), 1_500), 20.0)
    return {listing.symbol: listing for listing in (us, pence, coin, oil, ether)}


def rate_days(seed: int = 7, *, until: date | None = None) -> dict[date, dict[str, Decimal]]:
    """A hundred days of euro rates; one currency is not quoted in the first half."""
    chance = random.Random(seed)
    days = weekdays(until - timedelta(days=140), 100) if until else weekdays(date(2026, 6, 15), 100)
    usd, jpy = 1.1, 160.0
    found: dict[date, dict[str, Decimal]] = {}
    for index, day in enumerate(days):
        usd *= math.exp(chance.gauss(0, 0.004))
        jpy *= math.exp(chance.gauss(0, 0.005))
        found[day] = {"USD": Decimal(f"{usd:.4f}"), "JPY": Decimal(f"{jpy:.2f}")}
        if index >= 50:
            found[day]["XAU"] = Decimal("0.00042")
    return found


PER_DOLLAR = {
    "AED": "3.6725", "ARS": "1010.5", "BDT": "121.9", "BHD": "0.37699", "CLP": "945.2", "COP": "4105",
    "CRC": "505.3", "DOP": "61.2", "EGP": "49.6", "GEL": "2.72", "GHS": "11.4", "JOD": "0.709",
    "KES": "129.2", "KWD": "0.3071", "KZT": "521.4", "LKR": "301.7", "MAD": "9.21", "NGN": "1533",
    "OMR": "0.38449", "PEN": "3.61", "PKR": "281.4", "QAR": "3.64", "RSD": "101.3", "RUB": "81.7",
    "SAR": "3.75", "TND": "2.91", "TWD": "30.4", "UAH": "41.6", "UGX": "3570", "UYU": "40.1",
    "VND": "26120", "XAF": "561.3", "XOF": "561.3",
}  # fmt: skip
"""What a dollar costs at Yahoo; the Tanzanian shilling and all others are unknown there."""
PEGGED = {"AED", "BHD", "JOD", "OMR", "QAR", "SAR"}
PER_EURO = 1.1


def currency_pairs(days: list[date], seed: int = 7) -> dict[str, Listing]:
    """A euro and a dollar in the currencies of `PER_DOLLAR`; what is pegged does not move."""
    found: dict[str, Listing] = {}
    for code, level in PER_DOLLAR.items():
        for base, factor in (("USD", 1.0), ("EUR", PER_EURO)):
            symbol = f"{base}{code}=X"
            pair = Listing(
                symbol, f"{base}/{code}", "CURRENCY", code, "Europe/London", "CCY",
                time(0), time(23, 59), [],
            )  # fmt: skip
            still = base == "USD" and code in PEGGED
            pair.bars = _rates(symbol, seed, days, Decimal(level), factor, still=still)
            found[symbol] = pair
    return found


def _rates(
    symbol: str, seed: int, days: list[date], level: Decimal, factor: float, *, still: bool
) -> list[RawBar]:
    chance, moved, bars = random.Random(f"{seed}{symbol}"), float(level) * factor, []
    for day in days:
        moved *= math.exp(chance.gauss(0, 0.003))
        price = level if still else Decimal(f"{moved:.6g}")
        bars.append(RawBar(day, open=price, high=price, low=price, close=price, volume=0))
    return bars


def at(day: date, clock: str) -> int:
    """An instant in UTC as epoch seconds."""
    return int(datetime.combine(day, time.fromisoformat(clock), UTC).timestamp())


def until(listings: dict[str, Listing], today: date) -> dict[str, Listing]:
    """Return the listings moved by whole weeks, so that each ends within the week before a day."""
    return {name: _moved(listing, today) for name, listing in listings.items()}


def _moved(listing: Listing, today: date) -> Listing:
    step = timedelta(weeks=(today - timedelta(days=1) - listing.bars[-1].day).days // 7)
    return replace(
        listing,
        bars=[replace(bar, day=bar.day + step) for bar in listing.bars],
        splits={day + step: ratio for day, ratio in listing.splits.items()},
        dividends={day + step: amount for day, amount in listing.dividends.items()},
    )


def read_listings(folder: Path) -> dict[str, Listing]:
    """Read `SYMBOL.csv` files (`date,close`; `open,high,low,volume` where known) as listings.

    A symbol such as BTC-USD is a coin priced in what stands behind its dash; any other is a stock
    of the United States. Known symbols keep what else is known of them.
    """
    known, found = small_world(), {}
    for path in sorted(folder.glob("*.csv")):
        symbol = path.stem
        listing = replace(known.get(symbol) or _new(symbol), splits={}, dividends={})
        with path.open(encoding="utf-8", newline="") as file:
            listing.bars = sorted(map(_read_bar, csv.DictReader(file)), key=lambda bar: bar.day)
        found[symbol] = listing
    return found


def _new(symbol: str) -> Listing:
    _, dash, currency = symbol.partition("-")
    york = "America/New_York"
    if dash:
        zone, opens, closes = "UTC", time(0), time(23, 59)
        return Listing(symbol, symbol, "CRYPTOCURRENCY", currency, zone, "CCC", opens, closes, [])
    return Listing(symbol, symbol, "EQUITY", "USD", york, "NMS", time(9, 30), time(16), [])


def _read_bar(row: dict[str, str]) -> RawBar:
    close = Decimal(row["close"])
    prices = {name: Decimal(row.get(name) or close) for name in ("open", "high", "low")}
    volume = int(Decimal(row.get("volume") or 0))
    return RawBar(date.fromisoformat(row["date"]), **prices, close=close, volume=volume)
