"""Correlations of pairs on their own common days: against NumPy pair by pair."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.returns.closes import Closes
from argosy.core.risk.correlation import correlations

FIRST = date(2024, 1, 1)  # a Monday
ALL = [FIRST + timedelta(days=n) for n in range(120)]
WEEKDAYS = [day for day in ALL if day.weekday() < 5]


def closes(days, seed, *, start=100.0):
    chance = np.random.Generator(np.random.PCG64(seed))
    values = start * np.exp(np.cumsum(chance.normal(0, 0.02, len(days))))
    return Closes(np.array([day.toordinal() for day in days], np.int64), values)


def by_hand(one, other):
    common = np.intersect1d(one.days, other.days)
    moves = [
        some.values[np.isin(some.days, common)][1:] / some.values[np.isin(some.days, common)][:-1]
        for some in (one, other)
    ]
    return float(np.corrcoef(*moves)[0, 1]), len(common) - 1


@given(st.lists(st.sets(st.sampled_from(WEEKDAYS), max_size=12), min_size=2, max_size=5))
def test_each_pair_stands_on_the_days_that_both_have(holes):
    known = {
        str(n): closes([day for day in WEEKDAYS if day not in some], n)
        for n, some in enumerate(holes)
    }
    known["coin"] = closes(ALL, 99)
    found = correlations(known)
    for row, one in enumerate(found.keys):
        for column, other in enumerate(found.keys):
            value, points = by_hand(known[one], known[other])
            assert found.points[row, column] == points
            assert found.coefficients[row, column] == pytest.approx(value, abs=1e-12)


def test_a_weekend_of_the_one_falls_into_the_monday_of_the_other():
    """The coin moves on Saturdays alone, the stock on the Mondays after, alike."""
    chance = np.random.Generator(np.random.PCG64(3))
    jumps = {day: 1 + chance.normal(0, 0.05) for day in ALL if day.weekday() == 5}
    coin, stock, values, prices = 100.0, 100.0, [], []
    for day in ALL:
        coin *= jumps.get(day, 1.0)
        values.append(coin)
        if day.weekday() < 5:
            stock *= jumps.get(day - timedelta(days=2), 1.0)
            prices.append(stock)
    days = [np.array([day.toordinal() for day in some]) for some in (ALL, WEEKDAYS)]
    found = correlations(
        {"coin": Closes(days[0], np.array(values)), "stock": Closes(days[1], np.array(prices))}
    )
    assert found.coefficients[0, 1] == pytest.approx(1.0)
    assert found.points.tolist() == [[119, 85], [85, 85]]


def test_few_points_and_what_stands_still_have_no_coefficient():
    days = [day.toordinal() for day in WEEKDAYS]
    still = Closes(np.array(days), np.full(len(days), 5.0))
    young = closes(WEEKDAYS[-20:], 2)
    found = correlations({"a": closes(WEEKDAYS, 1), "still": still, "young": young})
    assert np.isnan(found.coefficients[0, 1])
    assert found.why(0, 1) == "One of them does not move."
    assert found.why(0, 2) == "20 common returns are needed; there are 19."
    assert found.why(0, 0) is None


@given(st.integers(0, 1000), st.sampled_from([0.001, 3.0, 1e6]))
def test_the_unit_of_a_price_does_not_matter(seed, factor):
    one, other = closes(WEEKDAYS, seed), closes(WEEKDAYS, seed + 1)
    scaled = Closes(one.days, one.values * factor)
    before = correlations({"a": one, "b": other}).coefficients[0, 1]
    after = correlations({"a": scaled, "b": other}).coefficients[0, 1]
    assert after == pytest.approx(before, abs=1e-12)
    assert -1 <= after <= 1
