"""The main job on real prices, through the command line, checked by hand against the raw files.

`ARGOSY_TEST_MARKET_DATA` names a folder of daily histories (`SYMBOL.source.csv` with the header
date,open,high,low,close,adj_close,volume). Without it nothing is checked, and that is said.
"""

import csv
import json
import os
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest

FOLDER = os.environ.get("ARGOSY_TEST_MARKET_DATA")
pytestmark = pytest.mark.skipif(
    FOLDER is None,
    reason="ARGOSY_TEST_MARKET_DATA names no folder: the main job was NOT checked on real prices",
)
LAST = date(2021, 3, 31)
CENT = Decimal("0.01")


@dataclass
class Raw:
    """A raw file: the value of a day is the last one at or before it."""

    days: list[date] = field(default_factory=list)
    values: list[Decimal] = field(default_factory=list)

    def on(self, day: date) -> Decimal:
        return self.values[bisect_right(self.days, day) - 1]


def read(name: str, column: str = "close") -> Raw:
    raw = Raw()
    assert FOLDER is not None
    with (Path(FOLDER) / f"{name}.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row[column]:
                raw.days.append(date.fromisoformat(row["date"]))
                raw.values.append(Decimal(row[column]))
    return raw


@dataclass(frozen=True)
class Job:
    """What was imported, and how to ask Argosy about it."""

    raw: dict[str, Raw]
    rows: list[dict[str, str]]
    ask: Callable[..., Any]

    def holding(self, symbol: str) -> dict[str, Any]:
        words = ["portfolio", "show", "Real", "--holdings", "--as-of", LAST.isoformat()]
        [holding] = [x for x in self.ask(*words) if x["symbol"] == symbol]
        return dict(holding)

    def euros(self, symbol: str, day: date) -> Decimal:
        """Return euros for one unit of the symbol's currency on a day."""
        if symbol == "VOD":
            return 1 / self.raw["EURGBP"].on(day) / 100
        return 1 / self.raw["EURUSD"].on(day)


def transactions(raw: dict[str, Raw]) -> list[dict[str, str]]:
    """About sixty lines over seven years, each trade at its day's close."""
    rows: list[dict[str, str]] = []

    def trade(kind: str, symbol: str, day: str, quantity: str, fee: str = "") -> None:
        price = raw[symbol].on(date.fromisoformat(day))
        rows.append(
            {"type": kind, "symbol": symbol, "date": day, "quantity": quantity}
            | {"price": str(price), "fee": fee}
        )

    trade("BUY", "AAPL", "2014-01-02", "10", "9.99")
    trade("BUY", "AAPL", "2014-03-03", "5", "9.99")
    rows.append({"type": "SPLIT", "symbol": "AAPL", "date": "2014-06-09", "ratio": "7:1"})
    trade("BUY", "AAPL", "2015-08-24", "20", "9.99")
    trade("SELL", "AAPL", "2019-11-01", "40", "12.50")
    rows.append({"type": "SPLIT", "symbol": "AAPL", "date": "2020-08-31", "ratio": "4:1"})
    trade("SELL", "AAPL", "2020-12-01", "100", "12.50")
    for year in (2014, 2015):
        for month in range(1, 13):
            trade("BUY", "SPY", f"{year}-{month:02}-15", "2", "1")
    for day, amount in (
        ("2015-03-20", "44.81"),
        ("2016-03-18", "50.36"),
        ("2018-03-16", "52.66"),
        ("2020-03-20", "67.49"),
    ):
        tax = (Decimal(amount) * Decimal("0.15")).quantize(CENT)
        rows.append(
            {"type": "DIVIDEND", "symbol": "SPY", "date": day, "amount": amount, "tax": str(tax)}
        )
    trade("BUY", "GLD", "2014-11-05", "10", "5")
    trade("BUY", "GLD", "2018-08-15", "15", "5")
    trade("SELL", "GLD", "2020-08-06", "12", "5")
    for number in range(8):
        trade("BUY", "BTC", f"{2015 + number // 4}-{3 * (number % 4) + 1:02}-10", "0.25", "2.5")
    trade("SELL", "BTC", "2020-12-31", "0.62500001", "10")
    trade("BUY", "VOD", "2014-06-02", "1000", "600")
    trade("BUY", "VOD", "2017-02-01", "500", "600")
    trade("SELL", "VOD", "2019-05-14", "700", "600")
    rows.extend(
        {"type": "FEE", "date": f"{year}-12-30", "amount": "24", "currency": "EUR"}
        for year in range(2014, 2021)
    )
    return rows


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("real")
    raw = {
        "AAPL": read("AAPL.lean-raw"),
        "SPY": read("SPY.lean-raw"),
        "GLD": read("GLD.av-raw"),
        "BTC": read("BTC-USD.yahoo2014"),
        "VOD": read("VOD.L.ftse100adj", "adj_close"),  # pence; the file has no other close
        "EURUSD": read("EURUSD.ecb"),
        "EURGBP": read("EURGBP.ecb"),
    }

    def ask(*words: str, given: str | None = None) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "argosy", *words, "--json"],
            env={**os.environ, "ARGOSY_DATA_DIR": str(folder / "data")},
            capture_output=True,
            text=True,
            input=given,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return json.loads(done.stdout)

    person = ["--email", "real@example.org", "--username", "real", "--password-stdin"]
    ask("user", "create", *person, given="twelve monkeys\n")
    assert FOLDER is not None
    for symbol, exchange, currency, category, name in (
        ("AAPL", "NASDAQ", "USD", "STOCK", "AAPL.lean-raw"),
        ("SPY", "NYSEARCA", "USD", "ETF", "SPY.lean-raw"),
        ("GLD", "NYSEARCA", "USD", "ETF", "GLD.av-raw"),
        ("BTC", "", "USD", "CRYPTO", "BTC-USD.yahoo2014"),
        ("VOD", "LSE", "GBp", "STOCK", ""),
    ):
        where = ["--exchange", exchange] if exchange else []
        kind = ["--currency", currency, "--category", category]
        ask("asset", "create", symbol, *where, *kind)
        path = Path(FOLDER) / f"{name}.csv"
        if not name:
            path = folder / "vod.csv"
            pairs = zip(raw["VOD"].days, raw["VOD"].values, strict=True)
            lines = [f"{day},{value}" for day, value in pairs]
            path.write_text("date,close\n" + "\n".join(lines) + "\n")
        ask("prices", "import", str(path), "--symbol", symbol, "--source", "files")
    for pair in ("EUR/USD", "EUR/GBP"):
        path = Path(FOLDER) / f"{pair.replace('/', '')}.ecb.csv"
        ask("rates", "import", str(path), "--pair", pair, "--source", "ecb")
    ask("portfolio", "create", "Real", "--currency", "EUR", "--method", "fifo")
    rows = transactions(raw)
    path = folder / "transactions.csv"
    with path.open("w", newline="") as file:
        names = ["type", "symbol", "date", "quantity", "price", "amount", "fee", "tax", "ratio"]
        writer = csv.DictWriter(file, [*names, "currency"])
        writer.writeheader()
        writer.writerows(rows)
    ask("transactions", "import", str(path), "--portfolio", "Real")
    return Job(raw, rows, ask)


def to_cent(value: Decimal | str) -> Decimal:
    return Decimal(value).quantize(CENT, ROUND_HALF_EVEN)


def test_apple_shares_go_through_both_splits(job):
    # (10 + 5) x 7 + 20 - 40 = 85; x 4 = 340; - 100 = 240
    assert job.holding("AAPL")["quantity"] == "240"


def test_the_value_of_spy_is_shares_times_close_over_the_ecb_rate(job):
    value = 48 * job.raw["SPY"].on(LAST) / job.raw["EURUSD"].on(LAST)
    assert to_cent(job.holding("SPY")["value"]) == to_cent(value)


def test_vodafone_is_quoted_in_pence_and_worth_euros(job):
    value = 800 * job.raw["VOD"].on(LAST) / 100 / job.raw["EURGBP"].on(LAST)
    holding = job.holding("VOD")
    assert to_cent(holding["value"]) == to_cent(value)
    assert holding["currency"] == "GBp"


def test_the_gain_of_the_first_apple_sale_by_hand(job):
    # 40 shares of 2019 are the oldest: of 70 that 10 shares of 2014-01-02 became.
    bought, sold = date(2014, 1, 2), date(2019, 11, 1)
    apple = job.raw["AAPL"]
    cost = (10 * apple.on(bought) + Decimal("9.99")) * job.euros("AAPL", bought) * 40 / 70
    proceeds = (40 * apple.on(sold) - Decimal("12.50")) * job.euros("AAPL", sold)
    gains = job.ask("portfolio", "gains", "Real", "--end", "2019-12-31")
    [sale] = [item for item in gains["items"] if item["symbol"] == "AAPL"]
    assert to_cent(sale["proceeds"]) == to_cent(proceeds)
    assert to_cent(sale["cost"]) == to_cent(cost)
    assert to_cent(sale["gain"]) == to_cent(proceeds - cost)
    in_dollars = 40 * apple.on(sold) - Decimal("12.50")
    dollars = in_dollars - (10 * apple.on(bought) + Decimal("9.99")) * 40 / 70
    assert to_cent(sale["price_part"]) == to_cent(dollars * job.euros("AAPL", sold))


def test_the_dividends_are_net_of_tax_at_each_days_rate(job):
    income = sum(
        (Decimal(row["amount"]) - Decimal(row["tax"]))
        * job.euros("SPY", date.fromisoformat(row["date"]))
        for row in job.rows
        if row["type"] == "DIVIDEND"
    )
    assert to_cent(job.holding("SPY")["income"]) == to_cent(income)


def test_the_total_is_the_sum_over_the_raw_files(job):
    shares = {"AAPL": 240, "SPY": 48, "GLD": 13, "BTC": Decimal("1.37499999"), "VOD": 800}
    total = sum(
        quantity * job.raw[symbol].on(LAST) * job.euros(symbol, LAST)
        for symbol, quantity in shares.items()
    )
    shown = job.ask("portfolio", "show", "Real", "--as-of", LAST.isoformat())
    assert to_cent(shown["total_value"]) == to_cent(total)
    assert shown["fees_separate"] == "168"


def test_the_total_gain_is_what_came_out_and_is_left_less_what_went_in(job):
    paid = Decimal(0)
    for row in job.rows:
        day = date.fromisoformat(row["date"])
        fee = Decimal(row.get("fee") or 0)
        if row["type"] in {"BUY", "SELL"}:
            rate = job.euros(row["symbol"], day)
            gross = Decimal(row["quantity"]) * Decimal(row["price"])
            paid += (gross + fee) * rate if row["type"] == "BUY" else -(gross - fee) * rate
        elif row["type"] == "DIVIDEND":
            net = Decimal(row["amount"]) - Decimal(row["tax"])
            paid -= net * job.euros(row["symbol"], day)
        elif row["type"] == "FEE":
            paid += Decimal(row["amount"])
    shown = job.ask("portfolio", "show", "Real", "--as-of", LAST.isoformat())
    assert to_cent(shown["total_gain"]) == to_cent(Decimal(shown["total_value"]) - paid)
