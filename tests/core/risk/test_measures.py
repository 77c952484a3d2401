"""Measures of risk against the standard library and against empyrical."""

import statistics
from math import isclose, sqrt

import empyrical
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from argosy.core.risk import measures

RETURNS = st.lists(st.integers(-400, 500).map(lambda n: n / 1000), min_size=2, max_size=60).map(
    np.array
)
SESSIONS = st.sampled_from([1.0, 12.0, 252.0, 365.0])


@given(RETURNS, SESSIONS)
def test_volatility_is_the_sample_deviation_of_a_year(returns, sessions):
    expected = statistics.stdev(returns.tolist()) * sqrt(sessions)
    found = measures.volatility(returns, sessions)
    assert isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    assert isclose(
        found, empyrical.annual_volatility(returns, annualization=sessions), rel_tol=1e-9
    )


@given(RETURNS, SESSIONS, st.sampled_from([0.0, 0.02, -0.005]))
def test_the_sharpe_ratio_is_empyricals(returns, sessions, risk_free):
    assume(len(set(returns.tolist())) > 1)
    free = (1 + risk_free) ** (1 / sessions) - 1
    expected = empyrical.sharpe_ratio(returns, risk_free=free, annualization=sessions)
    found = measures.sharpe_ratio(returns, sessions, risk_free=risk_free)
    assert isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


@given(RETURNS, SESSIONS, st.sampled_from([0.0, 0.001]))
def test_the_sortino_ratio_is_empyricals(returns, sessions, mar):
    assume(bool((returns < mar).any()))
    deviation = empyrical.downside_risk(returns, mar, annualization=sessions)
    assert isclose(measures.downside_deviation(returns, sessions, mar=mar), deviation, rel_tol=1e-9)
    expected = empyrical.sortino_ratio(returns, mar, annualization=sessions)
    found = measures.sortino_ratio(returns, sessions, mar=mar)
    assert isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("returns", [[], [0.1]])
def test_fewer_than_two_returns_have_no_measures(returns):
    few = np.array(returns)
    for measure in (
        measures.volatility,
        measures.downside_deviation,
        measures.sharpe_ratio,
        measures.sortino_ratio,
    ):
        assert measure(few, 252) is None


def test_what_does_not_move_has_no_ratio():
    closes = 100.0 * 1.01 ** np.arange(50)  # equal returns but for their rounding
    returns = closes[1:] / closes[:-1] - 1
    assert measures.sharpe_ratio(returns, 252) is None
    assert measures.sortino_ratio(returns, 252) is None
    assert measures.downside_deviation(returns, 252) == 0.0
