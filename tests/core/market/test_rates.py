"""Rates: the newest path, then the shortest; never a later one; minor units exactly."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.history import RateRow
from argosy.core.market.rates import Rates
from argosy.core.money import exact_context

DAY = date(2024, 3, 1)


def rates(*rows: str) -> Rates:
    """Read rows such as `2024-03-01 EUR/USD 1.08`."""
    found = []
    for number, row in enumerate(rows):
        day, pair, rate = row.split()
        base, quote = pair.split("/")
        found.append(RateRow(number, base, quote, date.fromisoformat(day), Decimal(rate), "ecb"))
    return Rates(found)


def test_a_rate_is_read_in_both_directions():
    known = rates("2024-03-01 EUR/USD 1.25")
    assert known.rate("EUR", "USD", DAY) == Decimal("1.25")
    assert known.rate("USD", "EUR", DAY) == Decimal("0.8")
    assert known.rate("EUR", "EUR", DAY) == 1


def test_a_later_rate_is_never_used():
    known = rates("2024-03-02 EUR/USD 1.25")
    assert known.find("EUR", "USD", DAY) is None
    assert known.rate("EUR", "USD", DAY).is_nan()
    assert known.steps("EUR", "USD", DAY, date(2024, 3, 4)) == [(date(2024, 3, 2), Decimal("1.25"))]


def test_one_common_currency_joins_two_and_the_path_is_shown():
    known = rates("2024-02-28 EUR/USD 1.25", "2024-03-01 EUR/GBP 0.8")
    found = known.find("GBP", "USD", DAY)
    assert found.rate == Decimal("1.5625")
    assert [(x.row.id, x.inverted) for x in found.legs] == [(1, True), (0, False)]
    assert found.on == date(2024, 2, 28), "as old as its oldest leg"


def test_two_common_currencies_in_a_row_are_too_far():
    known = rates("2024-03-01 EUR/USD 1.25", "2024-03-01 EUR/GBP 0.8", "2024-03-01 GBP/CHF 1.1")
    assert known.find("USD", "CHF", DAY) is None


def test_the_newest_path_wins_then_the_shortest():
    crossed = ("2024-02-29 EUR/USD 1.25", "2024-02-29 EUR/GBP 0.8")
    assert rates(*crossed, "2024-02-28 GBP/USD 2").rate("GBP", "USD", DAY) == Decimal("1.5625")
    assert rates(*crossed, "2024-02-29 GBP/USD 2").rate("GBP", "USD", DAY) == 2
    older = rates("2024-02-01 GBP/USD 3", "2024-02-29 GBP/USD 2")
    assert older.rate("GBP", "USD", DAY) == 2


def test_of_one_day_the_direction_that_was_stated_wins():
    both = rates("2024-03-01 EUR/USD 1.25", "2024-03-01 USD/EUR 0.75")
    assert both.rate("EUR", "USD", DAY) == Decimal("1.25")
    assert both.rate("USD", "EUR", DAY) == Decimal("0.75")


def test_minor_units_are_exact_parts_of_their_currency():
    known = rates("2024-03-01 GBP/USD 1.27")
    with exact_context():
        assert known.rate("GBp", "GBP", DAY) == Decimal("0.01")
        assert known.rate("GBP", "GBX", DAY) == 100
        assert known.rate("GBp", "USD", DAY) == Decimal("0.0127")
        assert known.rate("USD", "GBp", DAY) == 1 / Decimal("1.27") * 100
        assert known.rate("GBX", "GBp", DAY) == 1


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_there_and_back_is_one(first, second):
    known = rates(f"2024-03-01 EUR/USD {first}", f"2024-03-01 EUR/GBP {second}")
    with exact_context():
        for one, other in (("EUR", "USD"), ("USD", "GBP")):
            product = known.rate(one, other, DAY) * known.rate(other, one, DAY)
            assert abs(product - 1) < Decimal("1E-45")
