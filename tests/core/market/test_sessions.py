"""A price is stale when more than five sessions of its exchange have passed."""

from datetime import date, timedelta

import pytest

from argosy.core.market.days import _ZONES
from argosy.core.market.sessions import is_stale

PLACES = {zone: exchange for exchange, zone in _ZONES.items()}


@pytest.mark.parametrize(
    ("exchange", "priced", "fresh_until", "why"),
    [
        (None, "2024-05-31", "2024-06-09", "five weekdays after a Friday end on the next one"),
        ("NOWHERE", "2024-12-20", "2024-12-29", "weekdays, whatever the holidays"),
        ("NYSE", "2024-05-24", "2024-06-03", "Memorial Day is no session"),
        ("NYSE", "2023-12-22", "2024-01-02", "Christmas and New Year are no sessions"),
        ("LSE", "2024-03-28", "2024-04-08", "Easter Monday is none in London"),
        ("XETRA", "2023-12-22", "2024-01-03", "three holidays in Frankfurt"),
        ("TSE", "2024-04-26", "2024-05-08", "Golden Week in Tokyo"),
    ],
)
def test_sessions_are_those_of_the_exchange(exchange, priced, fresh_until, why):
    day, last = date.fromisoformat(priced), date.fromisoformat(fresh_until)
    assert not is_stale(day, last, exchange), why
    assert is_stale(day, last + timedelta(days=1), exchange), why


def test_a_price_of_today_or_of_tomorrow_is_fresh():
    day = date(2024, 6, 3)
    assert not is_stale(day, day, "NYSE")
    assert not is_stale(day + timedelta(days=1), day, "NYSE")


def test_a_weekend_makes_nothing_stale():
    saturday = date(2024, 6, 1)
    assert not is_stale(saturday, date(2024, 6, 9), None)
    assert is_stale(saturday, date(2024, 6, 10), None)


def test_after_the_longest_closure_no_calendar_is_asked():
    assert is_stale(date(2024, 1, 2), date(2024, 3, 1), "SSE")


@pytest.mark.parametrize("exchange", sorted(PLACES.values()))
def test_every_exchange_answers_for_every_year(exchange):
    """Calendars record some years only; where they are silent weekdays count."""
    for year in (1975, 2026):
        day = date(year, 3, 4)
        assert not is_stale(day, day + timedelta(days=6), exchange)
        assert is_stale(day, day + timedelta(days=25), exchange)
        assert is_stale(day, day + timedelta(days=16), exchange)
