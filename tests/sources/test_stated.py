from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from argosy.core.errors import SourceChangedError
from argosy.sources.stated import day_of, exact, instant, moment, percents

NOON = datetime(2024, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "per_s"),
    [(1704456000, 1), (Decimal(1704456000000), 1_000), (1704456000 * 10**9, 10**9)],
)
def test_an_instant_is_counted_in_seconds_or_parts_of_one(stamp, per_s):
    assert instant("x", stamp, per_s=per_s) == NOON


def test_parts_of_a_second_are_kept_also_before_1970():
    assert instant("x", 1704456000250, per_s=1_000) == NOON.replace(microsecond=250_000)
    assert instant("x", -250, per_s=1_000) == datetime(1969, 12, 31, 23, 59, 59, 750_000, UTC)


@pytest.mark.parametrize(
    "stamp",
    [
        None,
        True,
        "1704456000",
        [],
        Decimal("1e999999999"),
        Decimal("NaN"),
        10**30,
        -(10**11),
        10**12,
    ],
)
def test_what_is_no_instant_has_a_type(stamp):
    with pytest.raises(SourceChangedError, match="does not exist"):
        instant("x", stamp)


def test_a_text_without_a_zone_is_of_the_one_that_is_named():
    york = ZoneInfo("America/New_York")
    assert moment("x", "2024-01-05T12:00:00Z") == NOON
    assert moment("x", "2024-01-05 12:00:00") == NOON
    assert moment("x", "2024-01-05 07:00:00", york) == NOON
    assert moment("x", "2024-01-05T12:00:00+00:00", york) == NOON
    assert moment("x", "2024-01-05 07:00:00", york).tzinfo is UTC


@pytest.mark.parametrize("text", [None, "", "soon", "0001-01-01T00:00:00+14:00", "9999-12-31"])
def test_what_is_no_time_or_day_has_a_type(text):
    with pytest.raises(SourceChangedError, match="is no time"):
        moment("x", text)
    with pytest.raises(SourceChangedError, match="is no day"):
        day_of("x", text)


def test_a_number_in_text_keeps_every_digit_and_no_empty_one():
    assert str(exact("x", "43.06500000")) == "43.065"
    assert day_of("x", "2024-01-05") == date(2024, 1, 5)
    with pytest.raises(SourceChangedError, match="is no number"):
        exact("x", "NaN")


def test_percents_are_a_fraction_or_nothing():
    assert percents(Decimal("-2.5")) == Decimal("-0.025")
    assert percents(None) is None
