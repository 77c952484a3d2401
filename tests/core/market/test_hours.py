"""When exchanges trade: sessions, early closes, holidays, and those without a calendar."""

from datetime import UTC, date, datetime

import pytest

from argosy.core.market.hours import is_trading, last_session


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("exchange", "instant", "trading"),
    [
        # NYSE: 9:30 to 16:00 in New York; summer time begins three weeks before Europe's.
        ("NYSE", "2024-01-05T14:29", False),
        ("NYSE", "2024-01-05T14:30", True),
        ("NYSE", "2024-01-05T20:59", True),
        ("NYSE", "2024-01-05T21:00", False),
        ("NYSE", "2024-03-12T13:30", True),
        ("NYSE", "2024-07-03T17:01", False),  # closes at 13:00 before Independence Day
        ("NYSE", "2024-12-25T15:00", False),
        ("NYSE", "2024-01-06T15:00", False),
        ("LSE", "2024-01-05T08:00", True),
        ("TSE", "2024-01-05T00:30", True),
        # No calendar: working hours of a weekday in the exchange's zone.
        ("MOEX", "2024-01-10T07:00", True),
        ("MOEX", "2024-01-10T04:00", False),
        (None, "2024-01-05T12:00", True),
        (None, "2024-01-06T12:00", False),
    ],
)
def test_trading_hours_are_the_exchanges_own(exchange: str, instant: str, trading: bool):
    assert is_trading(exchange, at(instant), all_week=False) is trading


def test_crypto_never_rests():
    assert is_trading(None, at("2024-01-06T03:00"), all_week=True)
    assert last_session(None, at("2024-01-06T00:00"), all_week=True) == date(2024, 1, 5)


@pytest.mark.parametrize(
    ("exchange", "instant", "day"),
    [
        ("NYSE", "2024-01-05T20:59", date(2024, 1, 4)),
        ("NYSE", "2024-01-05T21:00", date(2024, 1, 5)),
        ("NYSE", "2024-01-08T03:00", date(2024, 1, 5)),
        ("NYSE", "2024-01-02T12:00", date(2023, 12, 29)),
        ("TSE", "2024-01-05T06:30", date(2024, 1, 5)),  # 15:30 in Tokyo, closed since 15:00
        ("MOEX", "2024-01-10T20:59", date(2024, 1, 9)),
        ("MOEX", "2024-01-10T21:00", date(2024, 1, 10)),  # midnight in Moscow
        (None, "2024-01-08T00:00", date(2024, 1, 5)),
    ],
)
def test_a_session_is_over_when_its_close_is_past(exchange: str, instant: str, day: date):
    assert last_session(exchange, at(instant), all_week=False) == day


def test_a_year_that_no_calendar_covers_has_working_hours():
    assert is_trading("HKEX", at("2190-01-06T02:00"), all_week=False)
    assert last_session("HKEX", at("2190-01-07T02:00"), all_week=False) == date(2190, 1, 6)
