import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import ImportFormatError
from argosy.core.importers.prices_csv import read_prices


def read(text):
    (batch,) = read_prices(text)
    return batch


def test_bars_are_read_in_columns():
    batch = read(
        "date,open,high,low,close,adj_close,volume\n"
        "2018-01-02,42.540001,43.075001,42.314999,43.064999,40.380993,102223600\n"
        "1999-01-04,,,,1.1789,,\n"
    )
    assert batch.timestamps == ["2018-01-02", "1999-01-04"]
    assert batch.close == [Decimal("43.064999"), Decimal("1.1789")]
    assert batch.open == [Decimal("42.540001"), None]
    assert batch.adj_close == [Decimal("40.380993"), None]
    assert batch.volume == [Decimal(102223600), None]
    assert batch.symbols == [None, None]
    assert not batch.problems


def test_a_file_of_many_symbols_names_each():
    batch = read(
        "Symbol;Exchange;Datum;Schlusskurs\nVOD;LSE;05.01.2024;68,5\nBTC;;06.01.2024;1.234,5\n"
    )
    assert batch.symbols == ["VOD", "BTC"]
    assert batch.exchanges == ["LSE", None]
    assert batch.close == [Decimal("68.5"), Decimal("1234.5")]


def test_an_adjusted_close_never_stands_in_for_a_close():
    batch = read(
        "date,close,adj_close\n2024-01-04,,9\n2024-01-05,,9\n2024-01-08,10,9\n2024-01-09,,9\n"
    )
    assert batch.close == [Decimal(10)]
    assert [(p.line, p.code) for p in batch.problems] == [(2, "no_raw_close"), (5, "no_raw_close")]
    assert "no raw close to line 3" in batch.problems[0].reason


def test_a_file_without_a_close_column_says_that_no_raw_close_exists():
    batch = read("Date,Adj Close\n" + "2024-01-04,9\n" * 50)
    assert not batch.close
    (problem,) = batch.problems
    assert "only adj_close" in problem.reason


def test_days_without_a_price_are_counted_not_reported():
    batch = read("date,close,volume\n2024-01-04,,\n2024-01-05,N/A,0\n2024-01-08,1,0\n")
    assert batch.skipped == 2
    assert batch.close == [Decimal(1)]
    assert not batch.problems


def test_a_bar_without_a_close_is_a_problem():
    (problem,) = read("date,open,close\n2024-01-04,5,\n").problems
    assert problem.reason == "close is empty. A bar needs one."


def test_wrong_cells_are_named_and_stop_no_other_row():
    batch = read("date,close\n2024-01-04,NaN\n04/05/2024,1\n2024-01-05,1e40\n2024-01-08,-37.63\n")
    assert [(p.line, p.column) for p in batch.problems] == [(2, "close"), (3, "date"), (4, "close")]
    assert batch.close == [Decimal("-37.63")]


def test_a_price_keeps_eighteen_digits_wherever_its_point_stands():
    batch = read(
        "date,close\n2024-01-04,0.000000000000123456789012345\n"
        "2024-01-05,14.550000429153442\n2024-01-06,0.145500004291534424999\n"
    )
    assert batch.close == [
        Decimal("0.000000000000123456789012345"),
        Decimal("14.550000429153442"),
        Decimal("0.145500004291534425"),
    ]


def test_batches_cut_a_file_anywhere_without_losing_a_row():
    text = "date,close\n" + "".join(f"2024-01-{day:02d},{day}\n" for day in range(1, 29))
    batches = list(read_prices(text, batch_rows=5))
    assert [row for batch in batches for row in batch.rows] == list(range(28))
    assert max(len(batch.rows) for batch in batches) == 5


def test_a_limit_on_rows_is_an_error_with_the_mend():
    with pytest.raises(ImportFormatError, match="Split it"):
        list(read_prices("date,close\n" + "2024-01-04,1\n" * 4, max_rows=3))


def test_fifty_megabytes_of_wrong_prices_pass_through_little_memory():
    chunk = (b"2024-01-05,not a price," + b"a long note " * 200 + b"\n") * 100

    def file():
        yield b"date,close,note\n"
        for _ in range(200):
            yield chunk

    tracemalloc.start()
    problems = sum(len(batch.problems) for batch in read_prices(file, batch_rows=2_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problems == 20_000
    assert peak < 8_000_000


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_become_bars_problems_or_one_error(data, with_header):
    head = b"date,open,close,adj_close\n" if with_header else b""
    try:
        batches = list(read_prices(head + data))
    except ImportFormatError:
        return
    for batch in batches:
        assert len(batch.rows) == len(batch.close) == len(batch.timestamps)
        assert all(close.is_finite() for close in batch.close)
