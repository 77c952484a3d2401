"""A delimited text file as a header and numbered rows, read without holding the file.

Formula-like cells (`=1+1`) are text here as everywhere: nothing in a file is ever evaluated.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from argosy.core.errors import ImportFormatError
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.lines import Line, Source, read_lines

MAX_ROWS = 100_000
"""Rows that one import takes; longer files are split, so that one transaction stays small."""

DELIMITERS = (",", ";", "\t")

_QUOTED_LINES = 50
"""A quoted cell may hold line breaks, but not more: beyond, its closing quote was lost."""


class Record(NamedTuple):
    """One data row: position from 0, line from 1, and the cells in the order of the header."""

    row: int
    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose header is read; `records` reads the rest, from the start each time.

    Attributes
    ----------
    names : tuple of str
        Header cells as written, without outer blanks.
    header_line : int
        Where the header stands, from 1.
    """

    source: Source
    delimiter: str
    names: tuple[str, ...]
    header_line: int
    max_rows: int | None = MAX_ROWS

    def records(self) -> Iterator[Record | ImportProblem]:
        """Return every row that is not blank, or what is wrong with it.

        Yields
        ------
        record : Record or ImportProblem

        Raises
        ------
        ImportFormatError
            If there are no rows or more than `max_rows`, or a line is no text.
        """
        width = len(self.names)
        row = 0
        for line, cells in _split(_after(self.source, self.header_line), self.delimiter):
            if cells is None or any(cells):
                if row == self.max_rows:
                    raise ImportFormatError(_too_many(row), line=line)
                yield _checked(row, line=line, cells=cells, width=width)
                row += 1
        if row == 0:
            raise ImportFormatError("The file has a header line, but no row below it.")


def open_table(source: Source, *, max_rows: int | None = MAX_ROWS) -> Table:
    """Read the header of a delimited file: its first line that is not blank.

    The delimiter is the one of comma, semicolon and tab that cuts the header into most cells; a
    first line `sep=;`, as Excel writes it, is obeyed.

    Returns
    -------
    table : Table

    Raises
    ------
    ImportFormatError
        If the file is empty or no text.
    """
    told: str | None = None
    for line, text in read_lines(source):
        if told is None and (match := re.fullmatch(r"sep=(.)", text.strip("\r "))):
            told = match[1]
            continue
        if text.strip(" \t;,"):
            delimiter = told or max(DELIMITERS, key=lambda mark: len(_header(text, mark)))
            names = _header(text, delimiter)
            return Table(source, delimiter, names, line, max_rows)
    message = "The file is empty: it needs a header line and at least one row."
    raise ImportFormatError(message)


@dataclass(frozen=True, slots=True)
class Form:
    """Which columns a kind of file has.

    Attributes
    ----------
    columns : mapping of str to tuple of str
        Canonical name → other names it goes by, normalized as `normal_name` does.
    required : tuple of tuple of str
        Of each group at least one must be there.
    """

    columns: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a form's columns stand in one file, and which columns of the file it ignores."""

    places: dict[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def text(self, record: Record, name: str) -> str:
        """Return a cell without outer blanks; "" where the file has no such column."""
        place = self.places.get(name)
        return "" if place is None else record.cells[place]


def find_columns(names: Iterable[str], form: Form) -> Columns:
    """Match a header with a form, in any letter case and by any alias.

    Returns
    -------
    columns : Columns

    Raises
    ------
    ImportFormatError
        If a required column is missing (the message lists those found), or two are the same.
    """
    known = {alias: name for name, aliases in form.columns.items() for alias in (name, *aliases)}
    places: dict[str, int] = {}
    ignored: list[str] = []
    header = tuple(names)
    for place, written in enumerate(header):
        name = known.get(normal_name(written))
        if name is None:
            ignored.extend([written] if written else [])
        elif name in places:
            first = header[places[name]]
            message = f"The columns {first!r} and {written!r} both mean {name}. Keep one."
            raise ImportFormatError(message)
        else:
            places[name] = place
    missing = [" or ".join(any_of) for any_of in form.required if not places.keys() & set(any_of)]
    if missing:
        found = ", ".join(name for name in header if name)[:300]
        message = f"Missing columns: {', '.join(missing)}. Found in the header: {found}."
        raise ImportFormatError(message)
    return Columns(places, tuple(ignored))


def normal_name(written: str) -> str:
    """Reduce a header cell to lower-case words joined by underscores.

    Returns
    -------
    name : str

    Examples
    --------
    >>> normal_name(" Adj Close"), normal_name("Rate (to USD)")
    ('adj_close', 'rate_to_usd')
    """
    return "_".join(re.findall(r"\w+", written.casefold().replace("_", " ")))


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    cells = next(iter(_split(iter([Line(1, text)]), delimiter)))[1]
    return tuple(cells) if cells is not None else (text.strip(),)


def _after(source: Source, line: int) -> Iterator[Line]:
    lines = read_lines(source)
    for read in lines:
        if read.number >= line:
            break
    return lines


def _split(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Cut lines into cells; None for a row whose quotation marks cannot be read."""
    waiting: deque[Line] = deque()
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        if '"' not in line.text:
            yield line.number, [cell.strip() for cell in line.text.split(delimiter)]
        else:
            cells, unread = _quoted(line, waiting=waiting, lines=lines, delimiter=delimiter)
            waiting.extendleft(reversed(unread))
            yield line.number, cells


def _quoted(
    line: Line, *, waiting: deque[Line], lines: Iterator[Line], delimiter: str
) -> tuple[list[str] | None, list[Line]]:
    """Read one row with quotation marks, and hand back the lines it took but did not need."""
    taken: list[Line] = []

    def feed() -> Iterator[str]:
        yield line.text + "\n"
        while len(taken) < _QUOTED_LINES:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is None:
                return
            taken.append(more)
            yield more.text + "\n"

    try:
        cells = next(csv.reader(feed(), delimiter=delimiter, strict=True))
    except csv.Error:
        return None, taken
    return [cell.strip() for cell in cells], []


def _checked(row: int, *, line: int, cells: list[str] | None, width: int) -> Record | ImportProblem:
    if cells is None:
        reason = (
            "a quotation mark is not closed, or text follows it. "
            'Write a mark inside a cell twice: "".'
        )
        return ImportProblem(row=row, reason=reason, line=line, code="unreadable_row")
    if len(cells) > width:
        if any(cells[width:]):
            reason = (
                f"it has {len(cells)} cells, the header {width}. "
                "Put cells that contain the delimiter in quotation marks."
            )
            return ImportProblem(row=row, reason=reason, line=line, code="unreadable_row")
        del cells[width:]
    elif len(cells) < width:
        cells.extend([""] * (width - len(cells)))
    return Record(row, line, cells)


def _too_many(limit: int) -> str:
    return (
        f"the file has more than {limit:,} rows, the most that one import takes. "
        "Split it into several files, each with the header line."
    )
