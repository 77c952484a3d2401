"""Months and years chain to the whole; a benchmark gets the same money."""

from datetime import date, timedelta
from itertools import pairwise

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.performance.benchmark import Rebalance, mixed, same_flows
from argosy.core.performance.calendar import calendar_of
from argosy.core.performance.ranges import Range
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.series import DailySeries, daily_series
from tests.support.ledger import Ledger


def test_months_and_years_by_hand(ledger: Ledger):
    """
    price 2023-12-15 ACME 100 USD
    price 2023-12-29 ACME 110 USD
    price 2024-01-31 ACME 99 USD
    price 2024-02-29 ACME 148.5 USD
    price 2024-03-05 ACME 148.5 USD
    2023-12-15 buy 1 ACME @ 100 USD
    """
    end = date(2024, 3, 10)
    found = calendar_of(daily_series(ledger.book(), end), Range(date(2023, 12, 15), end))
    assert [(month.name, month.partial) for month in found.months] == [
        ("2023-12", True),
        ("2024-01", False),
        ("2024-02", False),
        ("2024-03", True),
    ]
    assert [month.twr for month in found.months] == pytest.approx([0.10, -0.10, 0.50, 0.0])
    assert [year.twr for year in found.years] == pytest.approx([0.10, 0.35])
    assert (found.best.name, found.worst.name) == ("2024-02", "2024-01")
    assert found.positive_share == 0.5


def test_a_month_with_an_unknown_day_is_unknown_alone(ledger: Ledger):
    """
    price 2024-02-05 ACME 100 USD
    price 2024-03-15 ACME 110 USD
    2024-01-20 opening 1 ACME @ 100 USD
    """
    end = date(2024, 3, 20)
    found = calendar_of(daily_series(ledger.book(), end), Range(date(2024, 1, 20), end))
    assert [month.twr for month in found.months] == [None, None, pytest.approx(0.1)]
    assert found.years[0].twr is None
    assert found.positive_share == 1.0


@given(
    daily=st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=900),
    first=st.dates(date(2000, 1, 1), date(2040, 1, 1)),
)
def test_months_and_years_chain_to_the_whole(daily, first):
    days = np.arange(first.toordinal(), first.toordinal() + len(daily) + 1)
    value = np.concatenate([[1.0], np.cumprod(1.0 + np.array(daily))])
    nothing = np.zeros(len(days))
    money_in = np.concatenate([[1.0], nothing[1:]])
    series = DailySeries(days, value, value, money_in, nothing, nothing)
    found = calendar_of(series, Range(first, first + timedelta(days=len(daily))))
    for periods in (found.months, found.years):
        chained = np.prod([1.0 + one.twr for one in periods])
        assert chained == pytest.approx(value[-1], rel=1e-11)
        assert all(one.end + timedelta(days=1) == after.start for one, after in pairwise(periods))


@given(
    daily=st.lists(st.floats(-0.5, 0.5), min_size=40, max_size=500),
    first=st.dates(date(2000, 1, 1), date(2040, 1, 1)),
)
def test_months_years_and_the_whole_are_empyricals(daily, first):
    days = np.arange(first.toordinal(), first.toordinal() + len(daily) + 1)
    value = np.concatenate([[1.0], np.cumprod(1.0 + np.array(daily))])
    nothing = np.zeros(len(days))
    series = DailySeries(days, value, value, np.concatenate([[1.0], nothing[1:]]), nothing, nothing)
    start, end = first + timedelta(days=1), first + timedelta(days=len(daily))
    found = calendar_of(series, Range(start, end))
    returns = pd.Series(daily, index=pd.date_range(start, end))
    for unit, periods in (("monthly", found.months), ("yearly", found.years)):
        theirs = empyrical.aggregate_returns(returns, unit)
        assert [one.twr for one in periods] == pytest.approx(theirs.tolist(), abs=1e-9)
    total = float(cumulative(daily_returns(series).returns)[-1])
    assert total == pytest.approx(float(empyrical.cum_returns_final(returns)), rel=1e-9, abs=1e-9)


def test_the_same_flows_in_the_asset_itself_are_worth_the_same(ledger: Ledger):
    """
    price 2024-01-02 BTC 100 USD
    price 2024-01-03 BTC 120 USD
    price 2024-01-04 BTC 90 USD
    2024-01-02 buy 1 BTC @ 100 USD
    2024-01-03 buy 2 BTC @ 120 USD
    2024-01-04 sell 1 BTC @ 90 USD
    """
    series = daily_series(ledger.book(), date(2024, 1, 5))
    growth = mixed([np.array([100.0, 120.0, 90.0, 90.0])], [1.0], Rebalance.NEVER)
    found = same_flows(growth, series.money_in - series.money_out, opening=0.0)
    np.testing.assert_allclose(found.value, series.value, rtol=1e-14)
    assert found.ran_out is None


def test_more_taken_out_than_the_benchmark_has_is_unknown_from_there():
    # 100 in doubles in the portfolio, halves in the benchmark; 150 are taken out
    found = same_flows(np.array([1.0, 0.5, 0.5]), np.array([100.0, 0.0, -150.0]), opening=0.0)
    np.testing.assert_array_equal(found.value, [100.0, 50.0, np.nan])
    assert found.ran_out == 2


def test_everything_taken_out_leaves_nothing():
    found = same_flows(
        np.array([1.0, 3.0, 7.0]), np.array([0.1, 0.2, -1.1666666666666665]), opening=0
    )
    assert found.value[-1] == 0.0
    assert found.ran_out is None


def test_a_mix_that_is_rebalanced_gains_where_prices_come_back():
    # 60/40; the first doubles and halves, the second stays: (1.6)(1 − 0.3) − 1 = +12 %
    prices = [np.array([1.0, 2.0, 1.0]), np.array([5.0, 5.0, 5.0])]
    assert mixed(prices, [0.6, 0.4], Rebalance.DAILY).tolist() == pytest.approx([1, 1.6, 1.12])
    assert mixed(prices, [0.6, 0.4], Rebalance.NEVER).tolist() == pytest.approx([1, 1.6, 1.0])
