import pytest

from argosy.core.errors import ImportFormatError
from argosy.core.importers.lines import LINE_LIMIT, read_lines

TEXT = "date;note\n2024-01-05;Gebühr 5 €\n"


def texts(source):
    return [line.text for line in read_lines(source)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_the_same_text_is_read_from_every_encoding(encoding):
    assert texts(TEXT.encode(encoding)) == ["date;note", "2024-01-05;Gebühr 5 €"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_chunks_of_one_byte_make_no_difference(encoding):
    data = TEXT.encode(encoding)
    assert texts(lambda: (data[i : i + 1] for i in range(len(data)))) == texts(data)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(end):
    assert texts(f"a{end}b{end}{end}c") == ["a", "b", "", "c"]


def test_unusual_line_separators_stay_inside_their_line():
    assert texts("a\u2028b\x0bc\x1cd\n") == ["a\u2028b\x0bc\x1cd"]


def test_lines_count_from_one():
    assert [line.number for line in read_lines(b"a\n\nb")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("head", "what"),
    [(b"PK\x03\x04...", "Excel"), (b"%PDF-1.7", "PDF"), (b"\x1f\x8b\x08", "compressed")],
)
def test_a_file_that_is_no_text_is_named(head, what):
    with pytest.raises(ImportFormatError, match=what):
        texts(head)


def test_an_endless_line_is_refused_without_being_held():
    def endless():
        while True:
            yield b"x" * 65_536

    with pytest.raises(ImportFormatError, match="1 MiB") as caught:
        texts(endless)
    assert caught.value.line == 1
    assert LINE_LIMIT == 1 << 20


def test_an_undecodable_byte_late_in_the_file_harms_nothing_before_it():
    data = b"a;b\n" + "ü;1\n".encode() * 3 + b"\xfc;2\n"
    assert texts(data) == ["a;b", "ü;1", "ü;1", "ü;1", "ü;2"]
