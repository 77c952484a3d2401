"""Figures beside a benchmark: by hand, by law, and as another library has them."""

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.risk import relative

RETURNS = st.integers(-900, 900).map(lambda number: number / 10_000)
PAIRS = st.lists(st.tuples(RETURNS, RETURNS), min_size=20, max_size=80).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


def moves(*columns: np.ndarray) -> bool:
    return all(float(np.ptp(column)) > 1e-9 for column in columns)


def test_a_benchmark_beside_itself():
    benchmark = np.array([0.01, -0.02, 0.03, 0.0] * 5)
    found = relative.relative(benchmark, benchmark, 252)
    assert (found.beta, found.correlation, found.r_squared) == (1.0, 1.0, 1.0)
    assert (found.alpha, found.tracking_error) == (0.0, 0.0)
    assert (found.up_capture, found.down_capture) == (1.0, 1.0)
    assert found.information_ratio is None
    assert found.reasons == {"information_ratio": "Both move alike: there is no tracking error."}


def test_twice_as_much_and_a_little_more_every_day():
    benchmark = np.array([0.01, -0.02, 0.03, -0.01] * 5)
    found = relative.relative(2.0 * benchmark + 0.001, benchmark, 252)
    assert found.beta == pytest.approx(2.0)
    assert found.alpha == pytest.approx(0.252)
    # up: (0.021 + 0.061) / 0.04; down: (−0.039 − 0.019) / −0.03
    assert found.up_capture == pytest.approx(2.05)
    assert found.down_capture == pytest.approx(0.058 / 0.03)


def test_the_riskless_rate_is_taken_from_both():
    benchmark = np.array([0.01, -0.02, 0.03, -0.01] * 5)
    free = 1.05 ** (1 / 252) - 1
    found = relative.alpha(2.0 * benchmark, benchmark, 252, risk_free=0.05)
    # A · (2 m − rf − 2 (m − rf)) = A · rf
    assert found == pytest.approx(252 * free)


def test_nineteen_sessions_say_nothing():
    found = relative.relative(np.zeros(19), np.zeros(19), 252)
    assert set(found.reasons) == set(relative.FIGURES)
    assert found.reasons["beta"] == "20 sessions in common are needed; there are 19."


def test_a_benchmark_that_does_not_move_has_neither_beta_nor_captures():
    found = relative.relative(np.array([0.01, -0.01] * 10), np.zeros(20), 252)
    nothing = ("beta", "alpha", "correlation", "r_squared", "up_capture", "down_capture")
    assert all(getattr(found, name) is None for name in nothing)
    assert set(found.reasons) == set(nothing)
    assert found.tracking_error == pytest.approx(0.01 * (20 / 19 * 252) ** 0.5)


@given(pair=PAIRS)
def test_beta_alpha_and_information_ratio_agree_with_empyrical(pair):
    returns, benchmark = pair
    if not moves(returns, benchmark, returns - benchmark):
        return
    assert relative.beta(returns, benchmark) == pytest.approx(
        float(empyrical.beta(returns, benchmark)), abs=1e-9
    )
    # It compounds what is added here.
    theirs = float(empyrical.alpha(returns, benchmark, annualization=1))
    assert relative.alpha(returns, benchmark, 1) == pytest.approx(theirs, abs=1e-9)
    theirs = float(empyrical.excess_sharpe(returns, benchmark)) * 252**0.5
    assert relative.information_ratio(returns, benchmark, 252) == pytest.approx(theirs, rel=1e-9)


@given(pair=PAIRS, factor=st.sampled_from((0.5, 3.0)))
def test_what_is_scaled_scales(pair, factor):
    returns, benchmark = pair
    if not moves(returns, benchmark):
        return
    scaled = relative.beta(factor * returns, benchmark)
    assert scaled == pytest.approx(factor * relative.beta(returns, benchmark), abs=1e-9)
    own = relative.correlation(returns, benchmark)
    assert relative.correlation(factor * returns, benchmark) == pytest.approx(own, abs=1e-9)
    assert relative.correlation(benchmark, returns) == pytest.approx(own, abs=1e-12)


@given(pair=PAIRS)
def test_a_share_of_the_benchmark_captures_that_share(pair):
    _, benchmark = pair
    for part, found in (
        (benchmark > 0, relative.up_capture(0.3 * benchmark, benchmark)),
        (benchmark < 0, relative.down_capture(0.3 * benchmark, benchmark)),
    ):
        assert (found is None) == (not part.any())
        assert found is None or found == pytest.approx(0.3)
