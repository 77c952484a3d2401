"""Quiet hours on the clock of a place, also on the days on which that clock is changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.alerts.quiet import QuietHours, read_zone, tell_at
from argosy.core.errors import InputError

ZURICH = ZoneInfo("Europe/Zurich")
NIGHT = QuietHours(time(22), time(7), ZURICH)
SIESTA = QuietHours(time(13), time(15, 30), ZURICH)
ZONES = st.sampled_from(
    ["UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
     "Pacific/Apia", "America/St_Johns", "Africa/Casablanca"]
)  # fmt: skip
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2024-01-10T20:59", "2024-01-10T20:59"),  # 21:59 in Zurich
        ("2024-01-10T21:00", "2024-01-11T06:00"),  # 22:00 until 07:00
        ("2024-01-11T05:59", "2024-01-11T06:00"),
        ("2024-01-11T06:00", "2024-01-11T06:00"),
        ("2024-07-10T20:00", "2024-07-11T05:00"),  # in summer an hour earlier in UTC
        ("2024-03-30T21:30", "2024-03-31T05:00"),  # the night in which an hour is left out
        ("2024-10-26T20:30", "2024-10-27T06:00"),  # the night in which one comes twice
    ],
)
def test_a_night_in_zurich_ends_at_seven_on_its_clock(at, told):
    assert tell_at(utc(at), NIGHT) == utc(told)


def test_an_afternoon_ends_on_the_same_day():
    assert tell_at(utc("2024-01-10T12:15"), SIESTA) == utc("2024-01-10T14:30")
    assert tell_at(utc("2024-01-10T14:30"), SIESTA) == utc("2024-01-10T14:30")


def test_an_end_that_the_clock_leaves_out_is_an_hour_later_on_it():
    early = QuietHours(time(22), time(2, 30), ZURICH)  # 02:30 does not exist that night
    told = tell_at(utc("2024-03-31T00:00"), early)
    assert told == utc("2024-03-31T01:30")
    assert f"{told.astimezone(ZURICH):%H:%M}" == "03:30"


def test_an_end_that_comes_twice_is_the_next_one():
    early = QuietHours(time(22), time(2, 30), ZURICH)
    first, second = utc("2024-10-27T00:30"), utc("2024-10-27T01:30")  # both 02:30 in Zurich
    assert tell_at(utc("2024-10-26T23:59"), early) == first
    assert tell_at(utc("2024-10-27T01:10"), early) == second  # 02:10 for the second time


def test_without_quiet_hours_all_is_told_at_once():
    at = datetime(2024, 1, 10, 3, tzinfo=ZURICH)
    assert tell_at(at, None) == at
    assert tell_at(at, None).tzinfo is UTC


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), ZONES, TIMES, TIMES
)  # fmt: skip
def test_what_is_told_is_never_early_and_at_most_a_day_late(naive, zone, start, end):
    if start == end:
        return
    at, quiet = naive.replace(tzinfo=UTC), QuietHours(start, end, ZoneInfo(zone))
    told = tell_at(at, quiet)
    assert told >= at
    assert told - at <= timedelta(hours=26)
    if not quiet.covers(at):
        assert told == at


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../../etc/passwd", "/etc/passwd", "\0"])
def test_a_time_zone_that_is_none_is_refused(name):
    with pytest.raises(InputError, match="no time zone"):
        read_zone(name)
