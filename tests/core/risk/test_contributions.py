"""Risk shared out to holdings: the parts add up, and each is a derivative."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from argosy.core.risk import measures
from argosy.core.risk.contributions import contributions
from argosy.core.risk.value_at_risk import parametric


@st.composite
def portfolios(draw):
    """Returns of a few holdings, and weights that add up to 1; some of them short."""
    count, rows = draw(st.integers(1, 6)), draw(st.integers(3, 40))
    chance = np.random.Generator(np.random.PCG64(draw(st.integers(0, 10_000))))
    returns = chance.normal(0.001, 0.02, (rows, count)) @ chance.normal(0, 1, (count, count))
    weights = np.array(draw(st.lists(st.integers(-3, 9), min_size=count, max_size=count)), float)
    assume(abs(weights.sum()) > 0.5)
    return returns, weights / weights.sum()


@given(portfolios(), st.sampled_from([12.0, 252.0, 365.0]))
def test_components_add_up_to_the_whole(portfolio, a_year):
    returns, weights = portfolio
    found = contributions(returns, weights, a_year, confidence=0.95)
    assume(found is not None)
    whole = returns @ weights
    assert found.volatility == pytest.approx(measures.volatility(whole, a_year), rel=1e-12)
    assert found.component_volatility.sum() == pytest.approx(found.volatility, rel=1e-10)
    assert found.share.sum() == pytest.approx(1.0, rel=1e-10)
    lost = found.component_value_at_risk.sum()
    assert lost == pytest.approx(parametric(whole, 0.95).var, rel=1e-9, abs=1e-14)


@given(portfolios())
def test_the_covariance_matrix_says_the_same(portfolio):
    """σ_i = w_i (Σ w)_i / √(wᵀ Σ w), with the whole matrix."""
    returns, weights = portfolio
    found = contributions(returns, weights, 1.0, confidence=0.95)
    assume(found is not None)
    matrix = np.atleast_2d(np.cov(returns, rowvar=False))
    sigma = np.sqrt(weights @ matrix @ weights)
    assume(sigma > 1e-9)
    assert found.component_volatility == pytest.approx(weights * (matrix @ weights) / sigma)


@given(portfolios(), st.integers(0, 5))
def test_a_marginal_figure_is_what_a_little_more_weight_changes(portfolio, place):
    returns, weights = portfolio
    place %= len(weights)
    found = contributions(returns, weights, 252.0, confidence=0.99)
    assume(found is not None and found.volatility > 1e-3)
    step = 1e-6
    more, less = weights.copy(), weights.copy()
    more[place] += step
    less[place] -= step
    up, down = (contributions(returns, one, 252.0, confidence=0.99) for one in (more, less))
    slope = (up.volatility - down.volatility) / (2 * step)
    assert found.marginal_volatility[place] == pytest.approx(slope, rel=1e-3, abs=1e-5)
    slope = (up.value_at_risk - down.value_at_risk) / (2 * step)
    assert found.marginal_value_at_risk[place] == pytest.approx(slope, rel=1e-3, abs=1e-5)


def test_jorions_two_currencies():
    """Jorion, Value at Risk, 3rd ed., ch. 7: 2 million in CAD (5 % a year), 1 million in EUR (12 %),
    uncorrelated. Portfolio volatility 156,205 of 3 million; VaR at 95 % 257,738 (z = 1.65), of which
    CAD has 105,630 and EUR 152,108: 41 % and 59 %."""
    pattern = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * np.sqrt(3 / 4)  # std 1, ddof = 1
    returns, weights = pattern * [0.05, 0.12], np.array([2 / 3, 1 / 3])
    found = contributions(returns, weights, 1.0, confidence=0.95)
    assert found.volatility * 3_000_000 == pytest.approx(156_205, abs=1)
    assert found.component_volatility * 3_000_000 * 1.65 == pytest.approx([105_630, 152_108], abs=5)
    assert found.share == pytest.approx([0.410, 0.590], abs=0.001)


def test_what_moves_opposite_offsets():
    returns = np.array([[0.01, -0.01], [-0.02, 0.02], [0.03, -0.03]])
    assert contributions(returns, np.array([0.5, 0.5]), 1.0, confidence=0.95) is None
    found = contributions(returns, np.array([0.75, 0.25]), 1.0, confidence=0.95)
    assert found.diversification_ratio == pytest.approx(2.0)
    assert found.share == pytest.approx([1.5, -0.5])


def test_one_session_has_no_risk():
    assert contributions(np.array([[0.1, 0.2]]), np.array([0.5, 0.5]), 1.0, confidence=0.95) is None
