"""Rows of an answer as a CSV file (RFC 4180): its columns are the names in the JSON."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def csv_rows(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Write rows as their JSON has them; a missing value is empty.

    A text that a spreadsheet would run gets an apostrophe, unless it is a plain number.

    Examples
    --------
    >>> rows = [{"name": "=1+1", "gain": "-2.5"}, {"name": "a,b", "gain": None}]
    >>> csv_rows(("name", "gain"), rows).decode().splitlines()
    ['name,gain', "'=1+1,-2.5", '"a,b",']
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    text = str(value)
    runs = text.startswith(_FORMULA) and not (isinstance(value, float) or _NUMBER.fullmatch(text))
    return f"'{text}" if runs else text
