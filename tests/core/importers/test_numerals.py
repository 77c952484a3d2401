from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import InputError
from argosy.core.importers.numerals import NumberStyle, decimal_proof, number_style

POINT, COMMA, UNKNOWN = NumberStyle("."), NumberStyle(","), NumberStyle(None)


def style(*cells, delimiter=","):
    return number_style({decimal_proof(cell) for cell in cells}, delimiter)


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        (POINT, "1,234.56", "1234.56"),
        (POINT, "1 234.56", "1234.56"),
        (POINT, "1'234.56", "1234.56"),
        (POINT, "1’234’567.8", "1234567.8"),
        (POINT, "1,234", "1234"),
        (POINT, "-.5", "-0.5"),
        (POINT, "+12.", "12"),
        (POINT, "1.5E-7", "0.00000015"),
        (POINT, "−3.25", "-3.25"),
        (COMMA, "1.234,56", "1234.56"),
        (COMMA, "1 234,56", "1234.56"),
        (COMMA, "1\u202f234\u202f567,5", "1234567.5"),
        (COMMA, "1'234,56", "1234.56"),
        (COMMA, "1.234", "1234"),
        (COMMA, "0,05", "0.05"),
        (COMMA, "93120", "93120"),
        (COMMA, "1,5E+3", "1500"),
    ],
)
def test_a_number_is_read_in_its_files_style(style, text, value):
    assert style.read(text, field="price") == Decimal(value)


@pytest.mark.parametrize("text", ["", "-", "N/A", "null", "–"])
def test_a_cell_that_says_there_is_no_number_is_missing(text):
    assert POINT.read(text, field="price") is None
    assert UNKNOWN.read(text, field="price") is None


@pytest.mark.parametrize(
    "text",
    ["NaN", "inf", "-Infinity", "1.2.3", "12,34.5", "1,23", "abc", "=1+1", "1_000", "$5", "5 %",
     "١٢", "0x10", "1e", "--1", "1234567,890.5", "9" * 40, "1e999999999"],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_the_columns_name(text):
    with pytest.raises(InputError, match="price"):
        POINT.read(text, field="price")


def test_a_number_against_the_files_style_is_told_so():
    with pytest.raises(InputError, match="the file writes decimals with a comma"):
        COMMA.read("59.10", field="price")


def test_other_numbers_of_the_file_decide_an_ambiguous_one():
    assert style("1,234", "59.10") == POINT
    assert style("1,234", "59,10") == COMMA
    assert style("1.234", "1.234.567") == COMMA
    assert style("1,234", "0,125") == COMMA
    assert style("1,234", "1 234,5") == COMMA


def test_the_delimiter_decides_where_no_number_does():
    assert style("1,234", delimiter=";") == COMMA
    assert style("1.234", delimiter=",") == POINT


@pytest.mark.parametrize(
    ("cells", "delimiter"),
    [(["1,234"], ","), (["1.234"], ";"), (["1,234"], "\t"), (["1,234", "1.234"], ";")],
)
def test_a_number_with_two_readings_is_reported_not_guessed(cells, delimiter):
    found = style(*cells, delimiter=delimiter)
    assert found == UNKNOWN
    with pytest.raises(InputError, match=r"can mean 1234 or 1\.234"):
        found.read(cells[0], field="quantity")


def test_a_file_that_contradicts_itself_reads_only_what_has_one_reading():
    found = style("59.10", "59,10")
    assert found == UNKNOWN
    assert found.read("59.10", field="x") == found.read("59,10", field="x") == Decimal("59.10")


def test_a_file_of_whole_numbers_needs_no_evidence():
    assert style("12", "1500", delimiter=";") == POINT


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12
    ),
    st.sampled_from([",.", ".,", " ,", "'."]),
)
def test_a_grouped_number_is_read_back_exactly(value, marks):
    text = f"{value:,.2f}".translate({ord(","): marks[0], ord("."): marks[1]})
    assert style(text).read(text, field="amount") == value


@given(st.text(alphabet="0123456789.,' +-eE\xa0", max_size=20))
def test_any_text_is_a_number_or_a_named_problem(text):
    for known in (POINT, COMMA, UNKNOWN):
        try:
            value = known.read(text.strip(), field="price")
        except InputError:
            continue
        assert value is None or value.is_finite()
