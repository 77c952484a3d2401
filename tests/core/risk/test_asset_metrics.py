"""Metrics of an asset by timeframe: where they start, what they lack, what changes nothing."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.asset import Split
from argosy.core.returns.closes import session_closes, trades_all_week
from argosy.core.risk.asset_metrics import TIMEFRAMES, AssetMetrics, asset_metrics, sessions_a_year
from tests.core.risk.worlds import asset, market, weekdays

FRIDAY = date(2024, 5, 31)
ACME = asset()
FIGURES = (
    "total_return",
    "annualized_return",
    "volatility",
    "downside_deviation",
    "sharpe_ratio",
    "sortino_ratio",
    "calmar_ratio",
    "max_drawdown",
    "current_drawdown",
)


def measured(closes, *, splits=(), of=ACME, risk_free=0.0) -> dict[str, AssetMetrics]:
    world = market({of: closes}, splits={of: splits})
    found = asset_metrics(
        session_closes(world, of),
        all_week=trades_all_week(of),
        exchange=of.exchange,
        risk_free=risk_free,
    )
    return {one.timeframe: one for one in found}


def walk(days, seed=1):
    steps = np.random.default_rng(seed).normal(0.0005, 0.01, len(days))
    return dict(zip(days, (100 * np.cumprod(1 + steps)).round(4).tolist(), strict=True))


def near(value):
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)


def test_each_timeframe_starts_from_the_close_at_or_before_its_opening_day():
    closes = walk(weekdays(FRIDAY, 600))
    found = measured(closes)
    assert tuple(found) == TIMEFRAMES
    starts = {
        "1D": date(2024, 5, 30),
        "7D": date(2024, 5, 24),
        "30D": date(2024, 5, 1),
        "90D": date(2024, 3, 1),  # 2 March 2024 was a Saturday
        "1Y": date(2023, 5, 31),
        "ALL": min(closes),
    }
    for name, start in starts.items():
        one = found[name]
        assert (one.start_on, one.as_of) == (start, FRIDAY)
        assert one.total_return == near(closes[FRIDAY] / closes[start] - 1)
        assert one.returns == sum(start < day for day in closes)
        assert (one.sessions_a_year, one.sparse) == (252.0, False)


def test_statistics_need_twenty_returns_and_yearly_rates_a_year():
    found = measured(walk(weekdays(FRIDAY, 600)))
    assert found["7D"].volatility is None
    assert found["7D"].reasons["volatility"] == "20 returns are needed; this span has 5."
    assert found["30D"].volatility is not None
    assert found["30D"].annualized_return is None
    assert found["30D"].reasons["calmar_ratio"] == "Yearly rates need 365 days."
    year = found["1Y"]
    assert year.reasons == {}
    assert year.annualized_return == near((1 + year.total_return) ** (365 / 366) - 1)
    assert year.calmar_ratio == near(year.annualized_return / -year.max_drawdown)


@given(st.integers(1, 300), st.integers(0, 5))
def test_every_figure_is_a_number_or_has_a_reason(count, seed):
    for one in measured(walk(weekdays(FRIDAY, count), seed)).values():
        for name in FIGURES:
            value = getattr(one, name)
            assert (value is None) == (name in one.reasons), (one.timeframe, name)
            assert value is None or np.isfinite(value)


def test_a_history_that_is_too_short_gives_no_figure_of_a_longer_timeframe():
    found = measured(walk(weekdays(FRIDAY, 30)))
    assert found["1Y"].start_on is None
    assert found["1Y"].total_return is None
    assert found["1Y"].reasons["total_return"] == "There is no close on or before 2023-05-31."
    assert found["ALL"].total_return is not None
    single = measured({FRIDAY: 1})["ALL"]
    assert single.reasons["total_return"] == "There is no close but that of 2024-05-31."
    assert measured({}) == {}


def test_an_old_close_starts_nothing():
    days = weekdays(FRIDAY, 400)
    gap = [day for day in days if not date(2024, 4, 1) <= day <= date(2024, 5, 6)]
    found = measured(walk(gap))
    assert found["30D"].total_return is None
    assert "more than five sessions earlier" in found["30D"].reasons["total_return"]
    assert found["90D"].total_return is not None


def test_the_deepest_fall_has_its_days():
    days = weekdays(FRIDAY, 25)
    values = [10, 12, 9, 6, 8, 12, 13, *([13] * 17), 11]
    one = measured(dict(zip(days, values, strict=True)))["ALL"]
    assert one.max_drawdown == near(-0.5)
    assert (one.peak_on, one.trough_on, one.recovered_on) == (days[1], days[3], days[5])
    assert one.current_drawdown == near(11 / 13 - 1)


def test_what_never_fell_has_neither_sortino_nor_calmar():
    days = weekdays(FRIDAY, 300)
    one = measured({day: 100 + n + n % 2 * 0.5 for n, day in enumerate(days)})["ALL"]
    assert (one.max_drawdown, one.current_drawdown, one.peak_on) == (0.0, 0.0, None)
    assert one.reasons == {
        "sortino_ratio": "No return is below zero.",
        "calmar_ratio": "The price never fell.",
    }


@given(
    st.integers(1, 250),
    st.sampled_from([(2, 1), (1, 10), (3, 2), (7, 1)]),
    st.integers(0, 3),
)
def test_a_split_changes_no_figure(at, ratio, seed):
    days = weekdays(FRIDAY, 260)
    closes = walk(days, seed)
    new, old = ratio
    parted = {
        day: Decimal(str(close)) * new if day < days[at] else Decimal(str(close)) * old
        for day, close in closes.items()
    }
    same = measured(closes)
    for name, one in measured(parted, splits=[Split(days[at], Decimal(new), Decimal(old))]).items():
        for figure in FIGURES:
            assert getattr(one, figure) == near(getattr(same[name], figure))


def test_weekend_closes_count_only_where_every_day_is_a_session():
    days = [FRIDAY + timedelta(days=2 - back) for back in range(100)]
    closes = walk(sorted(days))
    stock = measured(closes)["ALL"]
    assert stock.as_of == FRIDAY
    assert stock.sessions_a_year == 252
    crypto = measured(closes, of=asset("BTC", category="CRYPTO"))["ALL"]
    assert crypto.as_of == FRIDAY + timedelta(days=2)
    assert (crypto.returns, crypto.sessions_a_year) == (99, 365)


def test_few_sessions_a_year_are_said_to_be_few():
    months = [date(year, month, 1) for year in (2021, 2022, 2023) for month in range(1, 13)]
    days = [day + timedelta(days=(7 - day.weekday()) % 7) for day in months]
    one = measured(walk(days))["ALL"]
    assert one.sparse
    assert one.sessions_a_year == pytest.approx(12, abs=0.2)


def test_holidays_leave_an_ordinary_year_of_sessions():
    days = weekdays(FRIDAY, 261)
    ordinary = [day for n, day in enumerate(days) if n % 26]  # ten holidays
    found = sessions_a_year(np.array([day.toordinal() for day in ordinary]), all_week=False)
    assert found == (252.0, False)
    fewer = [day for n, day in enumerate(days) if n % 10]
    sessions, sparse = sessions_a_year(np.array([day.toordinal() for day in fewer]), all_week=False)
    assert sparse
    assert 230 < sessions < 240


def test_the_risk_free_rate_lowers_the_sharpe_ratio_alone():
    closes = walk(weekdays(FRIDAY, 400))
    without, with_rate = measured(closes)["1Y"], measured(closes, risk_free=0.02)["1Y"]
    free = 1.02 ** (1 / 252) - 1
    assert without.sharpe_ratio - with_rate.sharpe_ratio == near(free * 252 / without.volatility)
    assert with_rate.sortino_ratio == without.sortino_ratio
