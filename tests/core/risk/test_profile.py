"""All figures of returns between sessions: against empyrical, and reasons for those that lack."""

from datetime import date

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from argosy.core.returns.sessions import SessionReturns
from argosy.core.risk.profile import STATISTICS, Choices, risk_of
from argosy.core.risk.report import Advice, Thresholds, report
from argosy.core.risk.rolling import rolling
from argosy.core.risk.value_at_risk import Method

FIRST = date(2023, 1, 2)
RETURNS = st.lists(
    st.integers(-200, 250).map(lambda n: n / 1000), min_size=20, max_size=300
).filter(lambda some: min(some) < 0 < max(some))


def sessions(returns):
    """Weekdays from the first Monday of 2023 on."""
    days = pd.bdate_range(FIRST, periods=len(returns) + 1)
    ordinals = np.array([day.toordinal() for day in days], np.int64)
    values = np.array(returns, float)
    return SessionReturns(int(ordinals[0]), ordinals[1:], values, len(values), all_week=False)


@given(RETURNS, st.sampled_from([0.0, 0.03]), st.sampled_from([0.0, 0.001]))
def test_figures_are_empyricals(returns, free, mar):
    found = risk_of(sessions(returns), Choices(risk_free=free, mar=mar))
    values = pd.Series(returns, index=pd.bdate_range(FIRST, periods=len(returns) + 1)[1:])
    daily = (1 + free) ** (1 / 252) - 1
    assert found.sessions_a_year == 252.0
    assert found.volatility == pytest.approx(empyrical.annual_volatility(values))
    assert found.sharpe_ratio == pytest.approx(empyrical.sharpe_ratio(values, daily))
    assert found.sortino_ratio == pytest.approx(empyrical.sortino_ratio(values, mar))
    assert found.downside_deviation == pytest.approx(empyrical.downside_risk(values, mar))
    assert found.max_drawdown == pytest.approx(empyrical.max_drawdown(values))
    assert found.compound_return == pytest.approx(empyrical.cum_returns_final(values))
    assert found.skewness == pytest.approx(values.skew() * _population(len(values)), abs=1e-9)
    var = found.value_at_risk[Method.HISTORICAL].var
    assert var == pytest.approx(empyrical.value_at_risk(values, 0.05))


def _population(count):
    """From the unbiased skewness of pandas to that of the moments."""
    return (count - 2) / np.sqrt(count * (count - 1))


@given(RETURNS)
def test_calmar_annualizes_by_the_calendar(returns):
    found = risk_of(sessions(returns), Choices())
    days = (found.last - found.opening).days
    if days < 365:
        assert found.calmar_ratio is None
        assert found.reasons["calmar_ratio"] == "Yearly rates need 365 days."
        return
    yearly = (1 + found.compound_return) ** (365 / days) - 1
    assert found.annualized_return == pytest.approx(yearly)
    assert found.calmar_ratio == pytest.approx(yearly / -found.max_drawdown)


@pytest.mark.parametrize("returns", [[], [0.01], [0.01, -0.02] * 9, [0.01] * 300, [0.0] * 30])
def test_every_figure_is_there_or_has_a_reason(returns):
    found = risk_of(sessions(returns), Choices())
    for name in ("annualized_return", *STATISTICS):
        shown = found.value_at_risk or None if name == "value_at_risk" else getattr(found, name)
        lacking = shown is None
        assert (name in found.reasons) == lacking, name
    if not returns:
        assert "no session" in found.reasons["volatility"]
    elif len(returns) < 20:
        assert found.reasons["volatility"].endswith(f"this range has {len(returns)}.")


@given(RETURNS, st.sampled_from([2, 5, 30]))
def test_a_rolling_window_is_each_window_by_itself(returns, window):
    known = sessions(returns)
    found = rolling(known, window, 252.0, risk_free=0.02)
    assert len(found.days) == max(0, len(returns) - window + 1)
    for place in range(0, len(found.days), 7):
        part = np.array(returns[place : place + window])
        assert found.days[place] == known.days[place + window - 1]
        expected = empyrical.annual_volatility(part)
        assert found.volatility[place] == pytest.approx(expected, abs=1e-12)
        assert found.compound_return[place] == pytest.approx(np.prod(1 + part) - 1)
        if expected > 1e-9:
            free = 1.02 ** (1 / 252) - 1
            ratio = empyrical.sharpe_ratio(part, free)
            assert found.sharpe_ratio[place] == pytest.approx(ratio, rel=1e-6)
        else:
            assert np.isnan(found.sharpe_ratio[place])


@given(RETURNS)
def test_a_report_crosses_exactly_its_thresholds(returns):
    risk = risk_of(sessions(returns), Choices())
    cvar = risk.value_at_risk[Method.HISTORICAL].cvar
    assume(risk.sharpe_ratio is not None)
    at = Thresholds(cvar=cvar, drawdown=risk.max_drawdown, sharpe=risk.sharpe_ratio)
    assert report(risk, at).advice is Advice.HOLD
    closer = Thresholds(cvar=cvar + 1e-9, drawdown=risk.max_drawdown, sharpe=risk.sharpe_ratio)
    assert report(risk, closer).advice is Advice.REDUCE_RISK
    higher = Thresholds(cvar=-1, drawdown=-1, sharpe=risk.sharpe_ratio + 1e-6)
    assert report(risk, higher).advice is Advice.IMPROVE_EFFICIENCY
