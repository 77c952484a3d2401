from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import ImportFormatError
from argosy.core.importers.rates_csv import read_rates


def rows(text, **options):
    (batch,) = read_rates(text, **options)
    assert not batch.problems
    return list(zip(batch.bases, batch.quotes, batch.timestamps, batch.rates, strict=True))


def test_rates_to_the_dollar():
    assert rows("currency,timestamp,rate_to_usd\neur,2024-01-05,1.0921\nGBP,2024-01-05,1.27\n") == [
        ("EUR", "USD", "2024-01-05", Decimal("1.0921")),
        ("GBP", "USD", "2024-01-05", Decimal("1.27")),
    ]


def test_the_central_banks_wide_form():
    text = "Date,USD,CYP,JPY,\n2024-01-05,1.0921,N/A,158.66,\n1999-01-04,1.1789,0.58231,133.73,\n"
    assert rows(text) == [
        ("EUR", "USD", "2024-01-05", Decimal("1.0921")),
        ("EUR", "JPY", "2024-01-05", Decimal("158.66")),
        ("EUR", "USD", "1999-01-04", Decimal("1.1789")),
        ("EUR", "CYP", "1999-01-04", Decimal("0.58231")),
        ("EUR", "JPY", "1999-01-04", Decimal("133.73")),
    ]


def test_the_central_banks_daily_file():
    assert rows("Date, USD, JPY, \n30 October 2026, 1.1172, 175.68, \n")[0] == (
        "EUR", "USD", "2026-10-30", Decimal("1.1172"),
    )  # fmt: skip


def test_one_pair_that_the_caller_names():
    text = "date,open,high,low,close,adj_close,volume\n1999-01-04,,,,1.1789,,\n"
    assert rows(text, pair=("EUR", "USD")) == [("EUR", "USD", "1999-01-04", Decimal("1.1789"))]


def test_pairs_in_the_file():
    assert rows("base;quote;date;rate\nUSD;JPY;05.01.2024;144,62\n") == [
        ("USD", "JPY", "2024-01-05", Decimal("144.62"))
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("EUR,2024-01-05,0", "above 0"),
        ("EUR,2024-01-05,-1", "above 0"),
        ("EUR,2024-01-05,", "rate_to_usd is empty"),
        ("EUR,2024-01-05,NaN", "not a number"),
        ("€,2024-01-05,1.1", "not a currency code"),
        ("EUR,someday,1.1", "not a date"),
    ],
)
def test_a_wrong_row_is_reported_with_its_line(row, why):
    (batch,) = read_rates(f"currency,date,rate_to_usd\nGBP,2024-01-04,1.27\n{row}\n")
    assert batch.bases == ["GBP"]
    (problem,) = batch.problems
    assert problem.line == 3
    assert why in problem.reason


def test_a_header_of_no_form_lists_the_forms():
    with pytest.raises(ImportFormatError, match=r"Missing columns: currency, .*Other forms"):
        list(read_rates("a,b\n1,2\n"))


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"Date,USD,\n", b"currency,date,rate_to_usd\n"])
)
def test_any_bytes_become_rates_problems_or_one_error(data, head):
    try:
        batches = list(read_rates(head + data, pair=("EUR", "USD")))
    except ImportFormatError:
        return
    assert all(rate > 0 for batch in batches for rate in batch.rates)
