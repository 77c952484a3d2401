from datetime import UTC, datetime
from decimal import Decimal

import pytest

from argosy.sources.base import Quote, fraction


def quote(price, previous):
    return Quote(
        source="test",
        symbol="ABC",
        price=Decimal(price),
        currency="USD",
        at=datetime(2024, 1, 2, tzinfo=UTC),
        previous_close=previous and Decimal(previous),
    ).with_change()


def test_a_change_is_against_the_previous_close():
    found = quote("105", "100")
    assert (found.change, found.change_fraction) == (5, Decimal("0.05"))


@pytest.mark.parametrize("previous", [None, "0"])
def test_without_a_previous_close_there_is_no_change(previous):
    found = quote("105", previous)
    assert (found.change, found.change_fraction) == (None, None)


def test_a_change_that_is_absurdly_large_still_has_a_fraction():
    assert quote("99999999999999999999", "0.01").change_fraction == Decimal(9999999999999999999899)


def test_a_fraction_has_eighteen_decimals_or_is_none():
    assert fraction(Decimal(1), Decimal(3)) == Decimal("0.333333333333333333")
    assert fraction(Decimal(99999999999999999999), Decimal("1e-18")) is None
