"""Daily series by hand; that they equal the exact values is shown beside the valuation."""

from datetime import date

import numpy as np
import pytest

from argosy.core.returns.series import daily_series
from tests.support.ledger import Ledger


def test_a_series_has_every_calendar_day_and_carries_the_last_price(ledger: Ledger):
    """
    price 2024-06-07 ACME 100 USD
    price 2024-06-11 ACME 104 USD
    2024-06-07 buy 10 ACME @ 99 USD
    2024-06-11 sell 4 ACME @ 103 USD fee 2
    """
    series = daily_series(ledger.book(), date(2024, 6, 12))
    assert [date.fromordinal(int(day)).day for day in series.days] == [7, 8, 9, 10, 11, 12]
    assert series.value.tolist() == [1000, 1000, 1000, 1000, 624, 624]
    assert series.cost.tolist() == [990, 990, 990, 990, 594, 594]
    assert series.money_in.tolist() == [990, 0, 0, 0, 0, 0]
    assert series.money_out.tolist() == [0, 0, 0, 0, 410, 0]
    assert series.index(date(2024, 6, 11)) == 4


def test_days_before_the_first_price_are_unknown_not_zero(ledger: Ledger):
    """
    portfolio main EUR
    rate 2024-06-05 EUR/USD 1.25
    price 2024-06-04 ACME 100 USD
    2024-06-03 opening 10 ACME @ 99 USD
    """
    series = daily_series(ledger.book(), date(2024, 6, 6))
    np.testing.assert_array_equal(series.value, [np.nan, np.nan, 800, 800])


def test_a_price_that_nobody_needs_may_be_missing(ledger: Ledger):
    """
    portfolio main EUR
    price 2024-06-03 BETA 10 EUR
    2024-06-03 buy 10 ACME @ 99 USD fx 0.9
    2024-06-03 sell 10 ACME @ 99 USD fx 0.9
    2024-06-03 buy 1 BETA @ 10 EUR
    """
    series = daily_series(ledger.book(), date(2024, 6, 5))
    assert series.value.tolist() == [10, 10, 10]


def test_the_last_of_several_events_a_day_counts(ledger: Ledger):
    """
    price 2024-06-03 ACME 10 USD
    2024-06-03 10:00 buy 5 ACME @ 10 USD
    2024-06-03 11:00 buy 5 ACME @ 12 USD
    2024-06-03 12:00 sell 3 ACME @ 11 USD
    """
    series = daily_series(ledger.book(), date(2024, 6, 3))
    assert series.value.tolist() == [70]
    assert series.cost.tolist() == [pytest.approx(77)]


def test_parts_that_cancel_leave_exactly_nothing(ledger: Ledger):
    """
    portfolio main USD cash
    price 2024-06-03 ACME 0.1 USD
    price 2024-06-05 ACME 0.100000000003 USD
    2024-06-03 buy 3 ACME @ 0.1 USD
    """
    series = daily_series(ledger.book(), date(2024, 6, 5))
    assert series.value.tolist() == [0.0, 0.0, 9e-12], (
        "bought on credit: no capital, not a rounding of it"
    )
