"""Risk of real histories: bitcoin and the S&P 500 by their own closes, against empyrical.

`ARGOSY_TEST_MARKET_DATA` names a folder of daily histories, as for the tests of doubts. Without it
nothing is checked, and that is said.
"""

import csv
import os
from datetime import date
from pathlib import Path

import empyrical
import numpy as np
import pandas as pd
import pytest

from argosy.core.returns.closes import Closes
from argosy.core.returns.sessions import close_returns, is_weekday
from argosy.core.risk.correlation import correlations
from argosy.core.risk.crises import crises_of
from argosy.core.risk.profile import Choices, risk_of
from argosy.core.risk.value_at_risk import Method, backtest

FOLDER = os.environ.get("ARGOSY_TEST_MARKET_DATA")
pytestmark = pytest.mark.skipif(
    FOLDER is None,
    reason="ARGOSY_TEST_MARKET_DATA names no folder: risk was NOT measured on real prices",
)


def closes_of(name: str) -> Closes:
    with (Path(FOLDER or "") / name).open(newline="") as text:
        rows = {
            date.fromisoformat(line["date"]).toordinal(): float(line["close"])
            for line in csv.DictReader(text)
            if line["close"]
        }
    days = sorted(rows)
    return Closes(np.array(days, np.int64), np.array([rows[day] for day in days]))


def bitcoin() -> Closes:
    return closes_of("BTC.cmc.csv")


def index() -> Closes:
    return closes_of("SPY.av-raw.csv")


@pytest.mark.parametrize(
    ("history", "all_week", "year"), [(bitcoin, True, 365), (index, False, 252)]
)
def test_figures_of_real_closes_are_empyricals(history, all_week, year):
    closes = history()
    sessions = close_returns(closes, all_week=all_week)
    found = risk_of(sessions, Choices())
    values = pd.Series(
        sessions.returns, index=[pd.Timestamp.fromordinal(day) for day in sessions.days.tolist()]
    )
    assert (found.sessions_a_year, found.sparse) == (year, False)
    expected = empyrical.annual_volatility(values, annualization=year)
    assert found.volatility == pytest.approx(expected, rel=1e-12)
    ratio = empyrical.sharpe_ratio(values, annualization=year)
    assert found.sharpe_ratio == pytest.approx(ratio, rel=1e-9)
    assert found.max_drawdown == pytest.approx(empyrical.max_drawdown(values), rel=1e-12)
    tail = found.value_at_risk[Method.HISTORICAL]
    assert tail.var == pytest.approx(empyrical.value_at_risk(values, 0.05), rel=1e-12)


def test_the_fall_of_2020_is_the_known_one():
    closes = index()
    (covid,) = crises_of("covid-2020")
    ends = np.searchsorted(closes.days, [covid.start.toordinal(), covid.end.toordinal()])
    if ends[1] >= len(closes.days):
        pytest.skip("the file ends before March 2020")
    start, end = closes.values[ends]
    assert end / start - 1 == pytest.approx(-0.339, abs=0.006)


def test_bitcoin_and_stocks_meet_on_weekdays_alone():
    coin, stock = bitcoin(), index()
    found = correlations({"coin": coin, "stock": stock})
    common = np.intersect1d(coin.days, stock.days)
    assert is_weekday(common).all()
    assert found.points[0, 1] == len(common) - 1
    assert -0.2 < found.coefficients[0, 1] < 0.6


def test_value_at_risk_of_real_returns_is_broken_about_as_often_as_it_says():
    """Historical simulation adapts: over decades its breaches stay near their share."""
    sessions = close_returns(index(), all_week=False)
    found = backtest(sessions, 0.95, seed=0)[Method.HISTORICAL]
    assert found.tested > 2000
    assert 0.8 < found.count / found.expected < 1.3
