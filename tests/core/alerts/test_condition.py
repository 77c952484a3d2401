"""What an alert waits for: which conditions can be meant, and when each is so."""

from decimal import Decimal

import pytest

from argosy.core.alerts.condition import (
    AlertKind,
    Condition,
    Figure,
    Seen,
    Side,
    Window,
    check_condition,
    judge,
)
from argosy.core.alerts.wording import heading, waits_for
from argosy.core.errors import InputError

ABOVE = Condition(kind=AlertKind.PRICE, side=Side.ABOVE, threshold=Decimal("100.10"))
BELOW = Condition(kind=AlertKind.PRICE, side=Side.BELOW, threshold=Decimal("100.10"))
EITHER = Condition(kind=AlertKind.CHANGE, threshold=Decimal("0.05"), window=Window.DAY)
UP = Condition(
    kind=AlertKind.CHANGE, threshold=Decimal("0.05"), window=Window.WEEK, side=Side.ABOVE
)
DOWN = Condition(
    kind=AlertKind.CHANGE, threshold=Decimal("0.05"), window=Window.MONTH, side=Side.BELOW
)
BAND = Condition(kind=AlertKind.DRIFT, lower=Decimal("0.2"), upper=Decimal("0.3"))
FALL = Condition(kind=AlertKind.DRAWDOWN, threshold=Decimal("0.2"))
RICH = Condition(
    kind=AlertKind.LEVEL, figure=Figure.VALUE, side=Side.ABOVE, threshold=Decimal(1_000_000)
)
LOSS = Condition(
    kind=AlertKind.LEVEL, figure=Figure.TOTAL_RETURN, side=Side.BELOW, threshold=Decimal("-0.1")
)
OLD = Condition(kind=AlertKind.STALE, days=3)
PAYS = Condition(kind=AlertKind.EX_DATE, days=5)
JOB = Condition(kind=AlertKind.JOB)
TARGETS = Condition(kind=AlertKind.DRIFT)
ALL = (ABOVE, BELOW, EITHER, UP, DOWN, BAND, FALL, RICH, LOSS, OLD, PAYS, JOB, TARGETS)


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (ABOVE, "100.100000000000000000", True),
        (ABOVE, "100.099999999999999999", False),
        (BELOW, "100.100000000000000000", True),
        (BELOW, "100.100000000000000001", False),
        (EITHER, "0.05", True),
        (EITHER, "-0.05", True),
        (EITHER, "0.049999999999999999", False),
        (UP, "0.05", True),
        (UP, "-0.5", False),
        (DOWN, "-0.05", True),
        (DOWN, "0.5", False),
        (BAND, "0.2", False),
        (BAND, "0.3", False),
        (BAND, "0.199999999999999999", True),
        (BAND, "0.300000000000000001", True),
        (FALL, "-0.2", True),
        (FALL, "-0.19", False),
        (FALL, "0", False),
        (RICH, "1000000", True),
        (RICH, "999999.99", False),
        (LOSS, "-0.1", True),
        (LOSS, "0", False),
        (OLD, "3", False),
        (OLD, "4", True),
        (PAYS, "5", True),
        (PAYS, "0", True),
        (PAYS, "6", False),
        (JOB, "0", False),
        (JOB, "2", True),
        (TARGETS, "0", False),
        (TARGETS, "1", True),
    ],
)
def test_a_number_is_compared_to_the_last_digit(condition, value, holds):
    assert judge(check_condition(condition), Decimal(value)) is holds


@pytest.mark.parametrize("condition", ALL)
def test_what_is_unknown_is_neither_so_nor_not(condition):
    assert judge(condition, None) is None


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(kind=AlertKind.PRICE, side=Side.ABOVE), "needs threshold"),
        (Condition(kind=AlertKind.STALE), "needs days"),
        (Condition(kind=AlertKind.JOB, days=3), "has no days"),
        (Condition(kind=AlertKind.DRIFT, lower=Decimal(1), upper=Decimal(1)), "lower is below"),
        (Condition(kind=AlertKind.STALE, days=0), "between 1 and 260"),
        (Condition(kind=AlertKind.EX_DATE, days=366), "between 0 and 365"),
        (Condition(kind=AlertKind.DRAWDOWN, threshold=Decimal(0)), "above zero"),
        (Condition(kind=AlertKind.DRAWDOWN, threshold=Decimal(1)), "below 1"),
        (
            Condition(kind=AlertKind.PRICE, side=Side.BELOW, threshold=Decimal(-1)),
            "zero or more",
        ),
        (
            Condition(kind=AlertKind.CHANGE, threshold=Decimal("-0.1"), window=Window.DAY),
            "above zero",
        ),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused_in_words(condition, words):
    with pytest.raises(InputError, match=words):
        check_condition(condition)


@pytest.mark.parametrize("condition", ALL)
def test_every_kind_can_be_said(condition):
    seen = Seen(value=Decimal("-0.25"), facts={"currency": "EUR"})
    for text in (waits_for(condition, "EUR"), heading(condition, "ACME", seen)):
        assert text
        assert "None" not in text
        assert "{" not in text


def test_words_name_the_number_its_unit_and_its_side():
    assert waits_for(ABOVE, "USD") == "a price of 100.1 USD or more"
    assert waits_for(EITHER) == "a change of 5 % or more either way over 1D"
    assert waits_for(DOWN) == "a change of \N{MINUS SIGN}5 % or more over 30D"
    assert waits_for(BAND) == "a weight outside 20 % to 30 %"
    assert waits_for(LOSS) == "a total return of \N{MINUS SIGN}10 % or less"
    seen = Seen(value=Decimal("1234567.5"), facts={"currency": "CHF"})
    assert heading(RICH, "Savings", seen) == "Savings has a value of 1234567.5 CHF"
    assert heading(PAYS, "ACME", Seen(value=Decimal(1))) == "ACME goes ex-dividend tomorrow"
