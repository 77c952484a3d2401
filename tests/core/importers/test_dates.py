import pytest

from argosy.core.errors import InputError
from argosy.core.importers.dates import DateStyle, day_first


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-01-05", "2024-01-05"),
        ("1969-12-31", "1969-12-31"),
        ("2024-01-05T09:30:00Z", "2024-01-05T09:30:00Z"),
        ("2024-01-05 09:30", "2024-01-05T09:30"),
        ("2022-06-06 00:00:00+01:00", "2022-06-06T00:00:00+01:00"),
        ("2024-01-05T09:30:00.123456+0100", "2024-01-05T09:30:00.123456+0100"),
        ("2024/1/5", "2024-01-05"),
        ("20240105", "2024-01-05"),
        ("05.01.2024", "2024-01-05"),
        ("5.1.2024 9:05", "2024-01-05T09:05"),
        ("30 October 2026", "2026-10-30"),
        ("5-Jan-2024", "2024-01-05"),
        ("13/01/2024", "2024-01-13"),
        ("01/13/2024", "2024-01-13"),
        ("05/05/2024", "2024-05-05"),
    ],
)
def test_a_date_with_one_reading_becomes_iso(text, iso):
    assert DateStyle().read(text) == iso


def test_a_slashed_date_follows_its_files_order():
    assert DateStyle(day_first=True).read("03/04/2024") == "2024-04-03"
    assert DateStyle(day_first=False).read("03/04/2024") == "2024-03-04"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("03/04/2024", "two days"),
        ("03-04-2024", "two days"),
        ("2024-02-30", "not a day"),
        ("31.04.2024", "not a day"),
        ("2024-01-05 25:00", "not a day"),
        ("05.01.24", "short year"),
        ("yesterday", "not a date"),
        ("45123", "not a date"),
        ("2024-W01-1", "not a date"),
        ("٢٠٢٤-٠١-٠٥", "not a da"),
    ],
)
def test_any_other_date_is_refused_with_the_mend(text, why):
    with pytest.raises(InputError, match=why):
        DateStyle().read(text)


def test_an_order_that_the_calendar_contradicts_is_refused():
    with pytest.raises(InputError, match="not a day"):
        DateStyle(day_first=True).read("01/13/2024")


def test_only_slashed_dates_prove_an_order():
    assert [day_first(text) for text in ("13.01.2024", "2024-01-13", "", "x")] == [None] * 4
