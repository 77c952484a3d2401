"""Returns say what a slow, plain evaluator and another library say."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.performance.explained import explained_return
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import Performance, performance
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.series import daily_series
from tests.core.valuation.plain import Plain
from tests.core.valuation.stories import MONDAY, stories
from tests.support.ledger import Ledger

END = MONDAY + timedelta(days=30)


def measure(ledger: Ledger, start: date, end: date) -> Performance:
    return performance(ledger.book(), daily_series(ledger.book(), END), Range(start, end))


def spans() -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, 12), st.integers(0, 17))


@given(ledger=stories(whole=True), span=spans())
def test_time_weighted_return_is_the_product_of_the_days(ledger, span):
    plain = Plain(ledger)
    start = max(MONDAY + timedelta(days=span[0]), plain.first)
    end = start + timedelta(days=span[1])
    found, expected = measure(ledger, start, end), plain.twr(start, end)
    if expected is None or found.twr is None:
        assert found.twr is None
        assert found.reasons["twr"]
        return
    assert abs(Fraction(found.twr) - expected) <= Fraction(1, 10**11) * (1 + abs(expected))


@given(ledger=stories(whole=True, shorts=True))
def test_a_base_below_zero_leaves_no_time_weighted_return(ledger):
    plain = Plain(ledger)
    found, expected = measure(ledger, plain.first, END), plain.twr(plain.first, END)
    if found.reasons.get("twr") == "No money has been at work.":
        assert not expected
        return
    assert (found.twr is None) == (expected is None)
    if expected is None:
        assert found.reasons["twr"] == "The capital was below zero (shorts or margin)."
    else:
        assert abs(Fraction(found.twr) - expected) <= Fraction(1, 10**10) * (1 + abs(expected))


@given(ledger=stories(whole=True), span=spans())
def test_gain_and_modified_dietz_follow_their_formulas(ledger, span):
    plain = Plain(ledger)
    start = max(MONDAY + timedelta(days=span[0]), plain.first)
    end = start + timedelta(days=span[1])
    found = measure(ledger, start, end)
    assert abs(Fraction(found.gain) - plain.gain(start, end)) < Fraction(1, 10**12)
    expected = plain.dietz(start, end)
    if expected is None or found.modified_dietz is None:
        # A capital within a rounding of zero may fall on either side of it.
        assert expected is None or abs(expected) > 10**6
        assert found.modified_dietz is None
        assert found.reasons["modified_dietz"]
    else:
        assert abs(Fraction(found.modified_dietz) - expected) <= Fraction(1, 10**9) * (
            1 + abs(expected)
        )


@given(ledger=stories(whole=True), span=spans())
def test_money_weighted_return_solves_its_equation(ledger, span):
    plain = Plain(ledger)
    start = max(MONDAY + timedelta(days=span[0]), plain.first)
    end = start + timedelta(days=span[1])
    found, flows = measure(ledger, start, end), plain.investor_flows(start, end)
    begin = flows[0][0]
    assert found.days == (end - begin).days
    if found.mwr is None:
        assert found.reasons["mwr"]
        nothing_paid = found.value_start <= 0 and found.reasons["mwr"] == "No money was paid in."
        assert (
            nothing_paid
            or _no_sign_change(flows)
            or _sign_changes_of_npv(flows, begin, found.days) == 0
        )
        return
    if found.mwr < -0.99:  # 1 + r has lost its digits
        return
    parts = [float(x) * (1 + found.mwr) ** (-(day - begin).days / found.days) for day, x in flows]
    assert abs(sum(parts)) <= 1e-9 * sum(map(abs, parts))
    assert ("mwr_several_roots" in found.flags) == (
        _sign_changes_of_npv(flows, begin, found.days) > 1
    )


@given(ledger=stories(whole=True))
def test_money_weighted_return_agrees_with_pyxirr(ledger):
    plain = Plain(ledger)
    found, flows = measure(ledger, plain.first, END), plain.investor_flows(plain.first, END)
    if found.mwr is None or found.mwr <= -0.99 or found.flags:
        return
    yearly = pyxirr.xirr([x[0] for x in flows], [float(x[1]) for x in flows], silent=True)
    if yearly is None or not np.isfinite(yearly) or yearly <= -1:
        return
    theirs = (1 + yearly) ** (found.days / 365) - 1
    assert abs(theirs - found.mwr) <= 1e-6 * (1 + abs(found.mwr))


@given(ledger=stories(whole=True))
def test_explained_returns_are_the_returns(ledger):
    series = daily_series(ledger.book(), END)
    found = measure(ledger, Plain(ledger).first, END)
    for figure in ("twr", "mwr", "modified_dietz"):
        ours = getattr(found, figure)
        if ours is not None:
            explained = float(explained_return(series, found, figure))
            assert abs(explained - ours) <= 1e-12 * (1 + abs(ours)), figure


@given(ledger=stories(whole=True), cut=st.integers(1, 29))
def test_a_return_chains_over_parts_of_its_range(ledger, cut):
    first = Plain(ledger).first
    daily = daily_returns(daily_series(ledger.book(), END)).returns
    whole = cumulative(daily)[-1]
    if np.isnan(whole):
        return
    left, right = cumulative(daily[:cut]), cumulative(daily[cut:])
    parts = (1 + left[-1]) * (1 + (right[-1] if len(right) else 0.0)) - 1
    assert abs(parts - whole) <= 1e-12 * (1 + abs(whole))
    assert measure(ledger, first, END).twr == whole or not daily.any()


def _no_sign_change(flows: list[tuple[date, Fraction]]) -> bool:
    signs = {x > 0 for _, x in flows if x}
    return len(signs) < 2 or len({day for day, x in flows if x}) < 2


def _sign_changes_of_npv(flows: list[tuple[date, Fraction]], begin: date, days: int) -> int:
    moved = [((day - begin).days / days, float(x)) for day, x in flows if x]
    times = np.array([time for time, _ in moved])
    logs = np.concatenate([-np.logspace(3, -5, 3000), np.logspace(-5, 3, 3000)])[:, None]
    shift = np.where(logs < 0, times[-1], times[0])
    signs = np.sign(np.exp(-logs * (times - shift)) @ np.array([x for _, x in moved]))
    return int(np.count_nonzero(signs[1:] != signs[:-1]))
