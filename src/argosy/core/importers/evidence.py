"""One look through a file before it is read: how it writes numbers and dates."""

from collections.abc import Sequence
from dataclasses import dataclass

from argosy.core.importers.dates import DateStyle, day_first
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.numerals import NumberStyle, decimal_proof, number_style
from argosy.core.importers.table import MAX_ROWS, Columns, Table


@dataclass(frozen=True, slots=True)
class Styles:
    """How one file writes."""

    numbers: NumberStyle
    dates: DateStyle


def gather_styles(
    table: Table,
    columns: Columns,
    *,
    numbers: Sequence[str],
    dates: Sequence[str],
    enough_rows: int = MAX_ROWS,
) -> Styles:
    """Look through a file's number and date columns.

    Parameters
    ----------
    table : Table
    columns : Columns
        Where the form's columns stand in the table.
    numbers, dates : sequence of str
        Canonical column names; those the file lacks are left out.
    enough_rows : int
        Beyond these many rows, one number that proves the style ends the look.

    Returns
    -------
    styles : Styles

    Raises
    ------
    ImportFormatError
        If the file has more rows than it may have.
    """
    number_places = [columns.places[name] for name in numbers if name in columns]
    date_places = [columns.places[name] for name in dates if name in columns]
    marks: set[str] = set()
    orders: set[bool | None] = set()
    for record in table.records():
        if isinstance(record, ImportProblem):
            continue
        marks.update(decimal_proof(record.cells[place]) for place in number_places)
        orders.update(day_first(record.cells[place]) for place in date_places)
        if record.row >= enough_rows and marks & {".", ","}:
            break
    orders.discard(None)
    day_order = orders.pop() if len(orders) == 1 else None
    return Styles(number_style(marks, table.delimiter), DateStyle(day_order))
