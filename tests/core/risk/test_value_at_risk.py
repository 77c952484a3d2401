"""Tails and their backtest: against empyrical, the normal distribution, and published tables."""

from datetime import date
from math import isclose, log
from statistics import NormalDist

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.returns.sessions import SessionReturns
from argosy.core.risk.value_at_risk import (
    Method,
    backtest,
    historical,
    kupiec,
    monte_carlo,
    parametric,
    tails,
)

RETURNS = st.lists(st.integers(-400, 500).map(lambda n: n / 1000), min_size=2, max_size=80).map(
    np.array
)
CONFIDENCE = st.sampled_from([0.5, 0.75, 0.9, 0.95, 0.99])
FIRST = date(2020, 1, 1).toordinal()


def sessions(returns):
    count = len(returns)
    days = np.arange(FIRST + 1, FIRST + 1 + count)
    return SessionReturns(FIRST, days, np.array(returns, float), count, all_week=True)


@given(RETURNS, CONFIDENCE)
def test_the_historical_quantile_is_empyricals(returns, confidence):
    found = historical(returns, confidence)
    expected = empyrical.value_at_risk(returns, cutoff=1 - confidence)
    assert isclose(found.var, expected, rel_tol=1e-9, abs_tol=1e-12)


@given(RETURNS, CONFIDENCE, st.integers(0, 5))
def test_expected_shortfall_is_no_better_than_value_at_risk(returns, confidence, seed):
    for tail in tails(returns, confidence, seed=seed).values():
        assert tail.cvar <= tail.var + 1e-15


@given(RETURNS, CONFIDENCE, st.sampled_from([0.5, 2.0, 10.0]))
def test_a_tail_scales_with_its_returns(returns, confidence, factor):
    """Positive homogeneity, Artzner et al. (1999)."""
    small, large = (tails(one, confidence, seed=1) for one in (returns, returns * factor))
    for method, tail in small.items():
        assert isclose(large[method].var, factor * tail.var, rel_tol=1e-9, abs_tol=1e-12)
        assert isclose(large[method].cvar, factor * tail.cvar, rel_tol=1e-9, abs_tol=1e-12)


@given(RETURNS, st.sampled_from([-0.1, 0.02]))
def test_a_sure_gain_moves_a_tail_by_itself(returns, more):
    """Translation invariance, Artzner et al. (1999)."""
    before, after = (tails(one, 0.95, seed=1) for one in (returns, returns + more))
    for method, tail in before.items():
        assert isclose(after[method].var, tail.var + more, rel_tol=1e-9, abs_tol=1e-12)


def test_shortfall_is_the_mean_of_what_lies_at_or_below():
    returns = np.arange(-10, 11) / 100  # 21 returns: the quantile at 95 % is the second lowest
    found = historical(returns, 0.95)
    assert isclose(found.var, -0.09)
    assert isclose(found.cvar, -0.095)
    # empyrical takes int((n - 1) · cutoff) + 1 of the lowest: here the same two
    assert isclose(found.cvar, empyrical.conditional_value_at_risk(returns, 0.05))


def test_parametric_tails_are_those_of_the_normal_distribution():
    returns = np.array([-0.02, 0.01, 0.0, 0.03, -0.01])
    normal = NormalDist(float(np.mean(returns)), float(np.std(returns, ddof=1)))
    found = parametric(returns, 0.99)
    assert isclose(found.var, normal.inv_cdf(0.01), rel_tol=1e-12)
    grid = np.linspace(1e-6, 0.01 - 1e-6, 20_000)
    mean = float(np.mean([normal.inv_cdf(one) for one in grid]))
    assert isclose(found.cvar, mean, rel_tol=1e-3)


def test_draws_come_near_the_normal_tail_and_again_the_same():
    returns = np.random.Generator(np.random.PCG64(5)).normal(0.0, 0.01, 500)
    exact, found = parametric(returns, 0.95), monte_carlo(returns, 0.95, seed=3)
    assert isclose(found.var, exact.var, rel_tol=0.05)
    assert isclose(found.cvar, exact.cvar, rel_tol=0.05)
    assert found == monte_carlo(returns, 0.95, seed=3)
    assert found != monte_carlo(returns, 0.95, seed=4)


def test_one_return_has_no_tail():
    assert set(tails(np.array([0.1]), 0.95, seed=0).values()) == {None}


@given(st.integers(0, 10_000).map(lambda seed: np.random.Generator(np.random.PCG64(seed))))
def test_a_backtest_is_what_a_walk_day_by_day_finds(chance):
    returns = chance.standard_t(3, 60) * 0.01
    found = backtest(sessions(returns), 0.9, seed=2, window=20)
    for method, one in found.items():
        days = []
        for place in range(20, 60):
            limit = tails(returns[place - 20 : place], 0.9, seed=2)[method].var
            if returns[place] < limit:
                days.append(date.fromordinal(FIRST + 1 + place))
        assert list(one.days) == days
        assert (one.tested, one.count) == (40, len(days))
        assert isclose(one.expected, 4.0)


def test_too_short_a_history_tests_nothing():
    for one in backtest(sessions([0.01] * 20), 0.95, seed=0).values():
        assert (one.tested, one.count, one.likelihood_ratio, one.p_value) == (0, 0, None, None)


@pytest.mark.parametrize(
    ("share", "tested", "accepted"),
    [
        # Kupiec (1995), as Jorion, Value at Risk, 3rd ed., table 6-2 prints it: the numbers of
        # failures N that a test at 95 % does not refuse, by probability p and days T.
        (0.01, 255, (0, 6)),
        (0.01, 510, (2, 10)),
        (0.01, 1000, (5, 16)),
        (0.025, 255, (3, 11)),
        (0.025, 510, (7, 20)),
        (0.025, 1000, (16, 35)),
        (0.05, 255, (7, 20)),
        (0.05, 510, (17, 35)),
        (0.05, 1000, (38, 64)),
        (0.10, 255, (17, 35)),
        (0.10, 510, (39, 64)),
        (0.10, 1000, (82, 119)),
    ],
)
def test_kupiecs_test_accepts_what_his_table_accepts(share, tested, accepted):
    critical = 3.841
    fewest, most = accepted
    inside = [count for count in range(tested) if kupiec(count, tested, share) < critical]
    assert abs(inside[0] - fewest) <= 1
    assert abs(inside[-1] - most) <= 1


def test_kupiecs_ratio_is_that_of_the_two_likelihoods():
    """Jorion, Value at Risk, 3rd ed., ch. 6: J.P. Morgan 1998, 20 exceptions in 252 days at 95 %."""
    seen = 20 / 252
    by_hand = -2 * (232 * log(0.95) + 20 * log(0.05)) + 2 * (232 * log(1 - seen) + 20 * log(seen))
    assert isclose(kupiec(20, 252, 0.05), by_hand, rel_tol=1e-12)
    assert round(kupiec(20, 252, 0.05), 2) == 3.91
    assert kupiec(0, 100, 0.05) == pytest.approx(-200 * log(0.95))
    assert kupiec(5, 100, 0.05) == 0.0
    assert kupiec(0, 0, 0.05) is None


def test_every_method_is_tested():
    assert set(backtest(sessions([0.0, 0.1, -0.1] * 100), 0.95, seed=0)) == set(Method)
