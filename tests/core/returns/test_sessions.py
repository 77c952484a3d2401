"""Sessions: days on which something held has a price of its own, and the returns between them."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.closes import Closes
from argosy.core.returns.matrix import closes_in, returns_matrix
from argosy.core.returns.series import daily_series
from argosy.core.returns.sessions import between_sessions, close_returns, held_days
from argosy.core.risk.profile import a_year
from tests.support.ledger import Ledger

MONDAY = date(2024, 1, 1).toordinal()


def sessions_of(ledger, end):
    book = ledger.book()
    series = daily_series(book, date.fromisoformat(end))
    held = held_days(book, series.days)
    daily = daily_returns(series).returns
    return between_sessions(daily, series.days, held, opening=int(series.days[0])), series


def days_of(found):
    return [date.fromordinal(day).isoformat() for day in found.days.tolist()]


def test_a_session_is_a_weekday_with_a_price_of_its_own(ledger):
    """
    portfolio main USD
    2024-01-02 buy 10 ACME @ 100 USD
    price 2024-01-03 ACME 101 USD
    price 2024-01-05 ACME 103 USD
    price 2024-01-06 ACME 99 USD
    price 2024-01-08 ACME 104 USD
    """
    found, series = sessions_of(ledger, "2024-01-09")
    assert days_of(found) == ["2024-01-02", "2024-01-03", "2024-01-05", "2024-01-08"]
    assert found.returns == pytest.approx([0, 0.01, 103 / 101 - 1, 104 / 103 - 1])
    assert (found.possible, found.all_week, found.mixed) == (5, False, False)
    assert found.growth[-1] == pytest.approx(1 + cumulative(daily_returns(series).returns)[-2])


def test_only_what_is_held_makes_a_session(ledger):
    """
    portfolio main USD
    price 2024-01-03 OTHER 5 USD
    2024-01-02 buy 10 ACME @ 100 USD
    2024-01-04 sell 10 ACME @ 110 USD
    price 2024-01-05 ACME 120 USD
    2024-01-09 buy 1 OTHER @ 7 USD
    price 2024-01-10 OTHER 8 USD
    price 2024-01-10 ACME 130 USD
    """
    found, _ = sessions_of(ledger, "2024-01-10")
    assert days_of(found) == ["2024-01-02", "2024-01-04", "2024-01-09", "2024-01-10"]
    assert found.returns == pytest.approx([0, 0.1, 0, 1 / 7])
    assert found.possible == 5, "the days without anything held could have been none"


def test_a_year_without_holdings_makes_nothing_sparse():
    """A year held, a year empty, a year held: still 252 sessions a year."""
    lines = ["portfolio main USD", "2021-01-01 buy 1 ACME @ 100 USD"]
    lines += ["2021-12-31 sell 1 ACME @ 100 USD", "2023-01-02 buy 1 ACME @ 100 USD"]
    day = date(2021, 1, 1)
    while day <= date(2023, 12, 29):
        if day.weekday() < 5:
            lines.append(f"price {day} ACME {100 + day.day} USD")
        day += timedelta(days=1)
    found, _ = sessions_of(Ledger.read("\n".join(lines)), "2023-12-29")
    assert a_year(found) == (252.0, False)
    assert len(found.days) == 521


def test_bought_and_sold_on_one_day_is_a_session(ledger):
    """
    portfolio main USD
    2024-01-02 buy 10 ACME @ 100 USD
    2024-01-02 sell 10 ACME @ 101 USD
    """
    found, _ = sessions_of(ledger, "2024-01-05")
    assert days_of(found) == ["2024-01-02"]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(-300, 400)), min_size=1, max_size=40),
    st.booleans(),
)
def test_sessions_chain_to_the_return_of_the_days(rows, all_week):
    """Π(1 + r) over sessions is Π(1 + r) over the days up to the last session."""
    priced = np.array([one for one, _ in rows])
    daily = np.array([move / 1000 for _, move in rows])
    days = np.arange(MONDAY, MONDAY + len(rows))
    held = type("Held", (), {})()
    held.held, held.priced = np.ones(len(rows), np.bool_), priced
    held.all_week, held.mixed = all_week, False
    found = between_sessions(daily, days, held, opening=MONDAY - 1)
    expected = [
        day
        for day, has in zip(days, priced, strict=True)
        if has and (all_week or (day - 1) % 7 < 5)
    ]
    assert found.days.tolist() == expected
    if expected:
        through = int(expected[-1]) - MONDAY + 1
        assert np.prod(1 + found.returns) == pytest.approx(np.prod(1 + daily[:through]))


def asset(symbol, category="STOCK", currency="USD"):
    return Asset(
        id=symbol.lower(),
        key=1,
        symbol=symbol,
        exchange=None,
        name=symbol,
        category=AssetCategory[category],
        currency=currency,
    )


def closes(days, values=None):
    days = np.array(days, np.int64) + MONDAY
    return Closes(days, np.array(values if values is not None else days % 7 + 1.0, float))


def test_assets_meet_on_the_days_that_all_have():
    coin, stock = asset("COIN", "CRYPTO"), asset("STOCK")
    known = {
        "coin": closes(range(14), [float(2**n) for n in range(14)]),
        "stock": closes([0, 1, 3, 4, 7, 8, 9, 10, 11], range(1, 10)),
    }
    found = returns_matrix([coin, stock], known, opening=MONDAY, last=MONDAY + 13)
    assert (found.days - MONDAY).tolist() == [1, 3, 4, 7, 8, 9, 10, 11]
    assert found.returns[:, 0].tolist() == [1, 3, 1, 7, 1, 1, 1, 1]
    assert (found.mixed, found.all_week, found.possible) == (True, False, 9)
    alone = returns_matrix([coin], known, opening=MONDAY, last=MONDAY + 13)
    assert (len(alone.days), alone.all_week, alone.possible) == (13, True, 13)


def test_returns_open_with_the_last_common_close_before():
    stock = asset("STOCK")
    known = {"stock": closes([-10, -3, 2, 3])}
    found = returns_matrix([stock], known, opening=MONDAY, last=MONDAY + 3)
    assert (found.opening - MONDAY, (found.days - MONDAY).tolist()) == (-3, [2, 3])
    late = returns_matrix([stock], known, opening=MONDAY - 12, last=MONDAY + 3)
    assert late.opening - MONDAY == -10, "without one before, the first after"


def test_what_has_too_few_closes_is_left_out_by_name():
    full, thin, none = asset("FULL"), asset("THIN"), asset("NONE")
    known = {"full": closes([0, 1, 2, 3, 4]), "thin": closes([0, 4]), "none": closes([])}
    found = returns_matrix([full, thin, none], known, opening=MONDAY, last=MONDAY + 6)
    assert found.keys == ("full",)
    assert found.left_out == {
        "thin": "THIN has closes on 2 of 5 sessions only.",
        "none": "NONE has no close in this span.",
    }
    nothing = returns_matrix([none], known, opening=MONDAY, last=MONDAY + 6)
    assert (nothing.keys, nothing.returns.shape) == ((), (0, 0))


def test_closes_of_a_window_are_those_of_the_whole(ledger):
    """
    price 2024-01-02 ACME 100 EUR
    price 2024-01-03 ACME 110 EUR
    price 2024-01-04 ACME 55 EUR
    stated 2024-01-04 ACME 2:1
    rate 2024-01-03 EUR/USD 1.1
    2024-01-02 buy 1 ACME @ 100 EUR
    """
    market = ledger.market
    one = market.assets["ACME"]
    first, last = date(2024, 1, 2).toordinal(), date(2024, 1, 3).toordinal()
    (found,) = closes_in(market, [one], None, first=first, last=last).values()
    assert found.values.tolist() == [50, 55], "in the shares of the last close there is"
    (found,) = closes_in(market, [one], "USD", first=first, last=last + 1).values()
    assert found.days.tolist() == [last, last + 1], "days without a rate are left out"
    assert found.values == pytest.approx([60.5, 60.5])


def test_returns_of_closes_are_between_them():
    found = close_returns(closes([0, 4, 7], [1, 2, 1]), all_week=False)
    assert found.returns.tolist() == [1.0, -0.5]
    assert (found.possible, found.opening, found.days.tolist()) == (
        5,
        MONDAY,
        [MONDAY + 4, MONDAY + 7],
    )


def test_weekends_count_again_once_what_rests_on_them_is_left_out():
    coin, fund = asset("COIN", "CRYPTO"), asset("FUND", "FUND")
    known = {"coin": closes(range(14)), "fund": closes([2])}
    found = returns_matrix([coin, fund], known, opening=MONDAY, last=MONDAY + 13)
    assert (found.keys, len(found.days), found.all_week, found.mixed) == (
        ("coin",),
        13,
        True,
        False,
    )
    assert set(found.left_out) == {"fund"}


def test_a_span_of_millennia_costs_no_more_than_the_closes_in_it():
    stock = asset("STOCK")
    known = {"stock": closes([0, 1, 2])}
    found = returns_matrix([stock], known, opening=2, last=MONDAY + 2)
    assert len(found.days) == 2
    after = returns_matrix([stock], {"stock": closes([])}, opening=2, last=3_000_000)
    assert after.left_out == {"stock": "STOCK has no close in this span."}


def test_no_return_runs_from_a_close_of_zero(ledger):
    """
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 0 USD
    price 2024-01-04 ACME 50 USD
    2024-01-02 buy 1 ACME @ 100 USD
    """
    one = ledger.market.assets["ACME"]
    days = date(2024, 1, 1).toordinal(), date(2024, 1, 9).toordinal()
    (found,) = closes_in(ledger.market, [one], None, first=days[0], last=days[1]).values()
    assert found.values.tolist() == [100, 50]
