"""How a file writes its numbers: 1,234.56 or 1.234,56 or 1 234,56 or 1'234.56.

A number that has two readings is decided by the other numbers of its file, then by the
delimiter, and else reported. It is never guessed.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal

from argosy.core.errors import InputError
from argosy.core.money import parse_decimal

EMPTY = frozenset({"", "-", "–", "—", "n/a", "na", "null", "none"})
"""How files write that there is no number, in lower case."""

_SPACES = str.maketrans({" ": " ", "\u202f": " ", "\u2009": " ", "’": "'", "−": "-"})
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
_SHAPE = re.compile(r"[+-]?([\d.,' ]*?)([eE][+-]?\d{1,9})?", re.ASCII)
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}([,' ])\d{3}(?:\1\d{3})*(?:\.\d*)?", re.ASCII),
    ",": re.compile(r"[+-]?\d{1,3}([.' ])\d{3}(?:\1\d{3})*(?:,\d*)?", re.ASCII),
}
_COMMA = re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
_OTHER = {".": ",", ",": "."}
_WORD = {".": "point", ",": "comma"}


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """The mark before a file's decimals; None where the file does not tell."""

    decimal: str | None = "."

    def read(self, text: str, *, field: str) -> Decimal | None:
        """Read one cell exactly; None where it says that there is no number.

        Returns
        -------
        value : Decimal or None

        Raises
        ------
        InputError
            If it is no number, has two readings, or does not fit 20 + 18 digits.
        """
        plain = self.plain(text, field=field)
        return None if plain is None else parse_decimal(plain, field=field)

    def plain(self, text: str, *, field: str) -> str | None:
        """Rewrite one cell with a decimal point and no groups; None where it is empty.

        Returns
        -------
        digits : str or None
            Plain digits with an optional sign, point and exponent.

        Raises
        ------
        InputError
            If it is no number, or has two readings.

        Examples
        --------
        >>> NumberStyle(",").plain("1.234,56", field="price")
        '1234.56'
        """
        if self.decimal == "." and _PLAIN.fullmatch(text):
            return text
        if text.lower() in EMPTY:
            return None
        cell = text.translate(_SPACES)
        decimal = self.decimal or _own_mark(cell, field=field)
        whole = _PLAIN if decimal == "." else _COMMA
        if not whole.fullmatch(cell):
            if not _GROUPED[decimal].fullmatch(cell):
                raise InputError(_misfit(text, field=field, decimal=decimal))
            cell = re.sub(f"[{_OTHER[decimal]}' ]", "", cell)
        return cell.replace(",", ".")


def number_style(seen: AbstractSet[str], delimiter: str) -> NumberStyle:
    """Decide how a file writes numbers from what its cells prove.

    Parameters
    ----------
    seen : set of str
        Every `decimal_proof` that the file's number columns gave.
    delimiter : str
        What separates the file's cells; it decides where no cell does.

    Returns
    -------
    style : NumberStyle

    Examples
    --------
    >>> number_style({",?", "."}, ";").decimal, number_style({",?"}, ";").decimal
    ('.', ',')
    >>> number_style({",?"}, ",").decimal is None
    True
    """
    sure = seen & {".", ","}
    if len(sure) == 1:
        return NumberStyle(next(iter(sure)))
    unsure = seen & {".?", ",?"}
    if not sure and (not unsure or (delimiter == "," and unsure == {".?"})):
        return NumberStyle(".")
    if not sure and delimiter == ";" and unsure == {",?"}:
        return NumberStyle(",")
    return NumberStyle(None)


def decimal_proof(text: str) -> str:
    """Say which decimal mark one cell proves: "." or ",", ".?" or ",?" if it could be, else "".

    Returns
    -------
    mark : str

    Examples
    --------
    >>> [decimal_proof(cell) for cell in ("1,234.5", "0,125", "1.234.567", "1,234", "12")]
    ['.', ',', ',', ',?', '']
    """
    if text.isdigit():
        return ""
    match = _SHAPE.fullmatch(text.translate(_SPACES))
    if match is None:
        return ""
    digits, exponent = match[1].strip(), match[2]
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return _last_mark(digits, points=points, commas=commas)
    mark = "." if points else ","
    if not points + commas:
        return ""
    if points + commas > 1:
        return _OTHER[mark]
    head, _, tail = digits.partition(mark)
    decides = len(tail) != 3 or len(head) > 3 or head in {"", "0"} or head[:1] == "0"
    return mark if decides or exponent is not None else mark + "?"


def _last_mark(digits: str, *, points: int, commas: int) -> str:
    mark = "." if digits.rfind(".") > digits.rfind(",") else ","
    return mark if (points if mark == "." else commas) == 1 else ""


def _own_mark(cell: str, *, field: str) -> str:
    """Return the mark one cell proves by itself, where the file as a whole proves none."""
    mark = decimal_proof(cell)
    if mark.endswith("?"):
        bare = cell.replace(mark[0], "")
        fraction = cell.replace(mark[0], ".")
        message = (
            f"{field}: {cell!r} can mean {bare} or {fraction}, and nothing else in the file "
            f"tells. Write {bare} or {fraction}0."
        )
        raise InputError(message)
    return mark or "."


def _misfit(text: str, *, field: str, decimal: str) -> str:
    shown = text[:40]
    if decimal_proof(text) == _OTHER[decimal]:
        return f"{field}: {shown!r} does not fit: the file writes decimals with a {_WORD[decimal]}."
    return f"{field}: {shown!r} is not a number."
