"""Falls: against a walk day by day, and empyrical."""

from datetime import date

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.returns.sessions import SessionReturns
from argosy.core.risk.drawdowns import falls, under_water

FIRST = date(2024, 1, 1).toordinal()
RETURNS = st.lists(st.integers(-600, 900).map(lambda n: n / 1000), min_size=1, max_size=60)


def sessions(returns):
    days = np.arange(FIRST + 1, FIRST + 1 + len(returns))
    values = np.array(returns, float)
    return SessionReturns(FIRST, days, values, len(days), all_week=True)


def walked(growth):
    """Every fall as (depth, peak, trough, recovery), walked day by day."""
    found, high, peak, current = [], growth[0], 0, None
    for place, value in enumerate(growth):
        if value >= high * (1 - 1e-12):
            if current is not None:
                found.append((*current, place))
                current = None
            high, peak = max(high, value), place
        else:
            depth = value / high - 1
            if current is None or depth < current[0]:
                current = (depth, peak, place)
    if current is not None:
        found.append((*current, None))
    return sorted(found, key=lambda one: one[0])


@given(RETURNS)
def test_falls_are_those_of_a_walk_day_by_day(returns):
    known = sessions(returns)
    found = falls(known)
    expected = walked(known.growth.tolist())
    assert [one.depth for one in found] == pytest.approx([one[0] for one in expected])
    by_peak = {one.peak_on: one for one in found}
    for depth, peak, trough, back in expected:
        one = by_peak[date.fromordinal(FIRST + peak)]
        assert one.depth == pytest.approx(depth)
        assert one.trough_on == date.fromordinal(FIRST + trough)
        assert one.recovered_on == (None if back is None else date.fromordinal(FIRST + back))
        assert one.days_down == trough - peak
        assert one.days_under_water == (len(returns) if back is None else back) - peak


@given(RETURNS)
def test_a_drawdown_is_never_above_zero_and_the_deepest_is_the_max(returns):
    known = sessions(returns)
    water = under_water(known.growth)
    assert (water <= 0).all()
    assert water[0] == 0.0
    table = falls(known, top=1)
    assert (table[0].depth if table else 0.0) == min(water)
    series = pd.Series(returns, index=pd.date_range("2024-01-02", periods=len(returns)))
    assert empyrical.max_drawdown(series) == pytest.approx(min(water), abs=1e-12)


@given(RETURNS, st.sampled_from([0.01, 7.0, 1e6]))
def test_the_size_of_a_portfolio_does_not_matter(returns, size):
    growth = sessions(returns).growth
    assert under_water(growth * size) == pytest.approx(under_water(growth), abs=1e-12)


def test_a_fall_lasts_from_the_last_day_at_the_peak_to_the_first_day_at_it_again():
    found = falls(sessions([0.1, -0.1, -0.1, 0.5, -0.2, 0.1]))
    first, second = found
    assert first.depth == pytest.approx(-0.2)
    assert (first.peak_on, first.recovered_on) == (date(2024, 1, 5), None)
    assert (first.days_down, first.days_under_water, first.days_to_recover) == (1, 2, None)
    assert second.depth == pytest.approx(-0.19)
    assert (second.peak_on, second.trough_on) == (date(2024, 1, 2), date(2024, 1, 4))
    assert second.recovered_on == date(2024, 1, 5)
    assert (second.days_to_recover, second.days_under_water) == (1, 3)


def test_what_comes_back_to_its_high_but_for_a_rounding_has_recovered():
    known = sessions([0.1, -0.3, 1 / 0.7 - 1, 0.0])
    (fall,) = falls(known)
    assert fall.recovered_on == date(2024, 1, 4)
    assert under_water(known.growth)[-1] == 0.0


def test_what_only_rises_never_fell():
    assert falls(sessions([0.01, 0.0, 0.02])) == []


def test_of_equally_deep_falls_the_first_counts_whatever_rounding_says():
    found = falls(sessions([0.08, 100 / 108 - 1, 0.08, 100 / 108 - 1, 0.08, 100 / 108 - 1]))
    assert [one.peak_on.day for one in found] == [2, 4, 6]
    assert len({round(one.depth, 12) for one in found}) == 1
