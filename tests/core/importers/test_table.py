import tracemalloc

import pytest

from argosy.core.errors import ImportFormatError
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.table import Form, Record, find_columns, open_table

FORM = Form({"date": ("day",), "close": ("price",), "note": ()}, (("date",), ("close",)))


def cells(source, **options):
    return [
        record.cells if isinstance(record, Record) else record
        for record in open_table(source, **options).records()
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_found(mark):
    assert cells(f"a{mark}b\n1{mark}2\n") == [["1", "2"]]


def test_excels_own_word_about_the_delimiter_is_obeyed():
    assert cells("sep=;\na;b,c\n1;2\n") == [["1", "2"]]


def test_blank_lines_and_lines_of_delimiters_are_no_rows():
    table = open_table("\n\na,b\n\n1,2\n,\n3,4\n\n")
    rows = [(record.row, record.line) for record in table.records()]
    assert rows == [(0, 5), (1, 7)]


def test_quoted_cells_hold_delimiters_marks_and_line_breaks():
    assert cells('a,b\n"1,2","say ""hi""\nthere"\n3,4\n') == [
        ["1,2", 'say "hi"\nthere'],
        ["3", "4"],
    ]


def test_formulas_are_text():
    assert cells('a,b\n=1+1,"=HYPERLINK(""x"")"\n') == [["=1+1", '=HYPERLINK("x")']]


def test_an_unclosed_quotation_mark_costs_its_own_row_only():
    rows = cells('a,b\n1,"2\n3,4\n5,6\n')
    assert isinstance(rows[0], ImportProblem)
    assert "quotation mark" in rows[0].reason
    assert rows[0].line == 2
    assert rows[1:] == [["3", "4"], ["5", "6"]]


def test_an_unclosed_quotation_mark_in_a_long_file_costs_its_own_row_only():
    rows = cells('a,b\n1,"2\n' + "3,4\n" * 500)
    assert isinstance(rows[0], ImportProblem)
    assert rows[1:] == [["3", "4"]] * 500


def test_a_truncated_last_quote_is_a_problem_of_its_row():
    rows = cells('a,b\n1,2\n3,"4')
    assert rows[0] == ["1", "2"]
    assert isinstance(rows[1], ImportProblem)


def test_short_rows_are_filled_and_overlong_rows_are_reported():
    rows = cells("a,b,c\n1\n1,2,3,,\n1,2,3,4\n")
    assert rows[:2] == [["1", "", ""], ["1", "2", "3"]]
    assert "4 cells, the header 3" in rows[2].reason


def test_header_names_match_in_any_case_and_by_alias():
    columns = find_columns(("Day", " PRICE ", "other"), FORM)
    assert columns.places == {"date": 0, "close": 1}
    assert columns.ignored == ("other",)


def test_missing_columns_are_named_with_those_found():
    with pytest.raises(
        ImportFormatError, match=r"Missing columns: close\. Found in the header: Date, x"
    ):
        find_columns(("Date", "x"), FORM)


def test_two_columns_of_one_meaning_are_refused():
    with pytest.raises(ImportFormatError, match="both mean close"):
        find_columns(("date", "close", "Price"), FORM)


@pytest.mark.parametrize("source", ["", "\n \n", b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(source):
    with pytest.raises(ImportFormatError, match="empty"):
        open_table(source)


def test_too_many_rows_are_refused_with_the_mend():
    with pytest.raises(ImportFormatError, match="Split it") as caught:
        cells("a,b\n" + "1,2\n" * 11, max_rows=10)
    assert caught.value.line == 12


def test_fifty_megabytes_pass_through_little_memory():
    chunk = (b"2024-01-05,1.25," + b"a long note " * 32 + b"\n") * 250

    def file():
        yield b"date,close,note\n"
        for _ in range(500):
            yield chunk

    tracemalloc.start()
    rows = sum(1 for _ in open_table(file, max_rows=None).records())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 125_000
    assert peak < 4_000_000
