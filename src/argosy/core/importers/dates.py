"""How a file writes its dates, and each of them as ISO 8601.

ISO dates, year/month/day, day.month.year and written months have one reading. 03/04/2024 has
two; other dates of the file decide (13/04/2024, 04/13/2024), else it is reported.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from argosy.core.errors import InputError

_CLOCK = r"(?:(?:[T ]|,? +)(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _CLOCK, re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})" + _CLOCK, re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})" + _CLOCK, re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})" + _CLOCK, re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})" + _CLOCK, re.ASCII)
_WORDED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})" + _CLOCK, re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}\b.*", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class DateStyle:
    """Whether slashed dates put the day first; None where the file does not tell."""

    day_first: bool | None = None

    def read(self, text: str, *, field: str = "date") -> str:
        """Return one cell as an ISO date, or an ISO instant if it has a time.

        Returns
        -------
        iso : str
            "2024-01-05", or with the time and offset that the cell has.

        Raises
        ------
        InputError
            If it is no date, is not in the calendar, or has two readings.

        Examples
        --------
        >>> DateStyle().read("05.01.2024"), DateStyle(day_first=False).read("01/05/2024 9:30")
        ('2024-01-05', '2024-01-05T09:30')
        """
        if not text:
            message = f"{field} is empty. Write it as 2024-01-31."
            raise InputError(message)
        try:
            if len(text) == len("2024-01-31") and text[4] == text[7] == "-":
                return date.fromisoformat(text).isoformat()
            year, month, day, clock, zone = self._parts(text, field=field)
            iso = date(year, month, day).isoformat()
            if clock:
                hour = "0" if clock[1] == ":" else ""
                iso = f"{iso}T{hour}{clock}{zone or ''}"
                datetime.fromisoformat(iso)
        except ValueError:
            message = f"{field}: {text[:40]!r} is not a day of the calendar."
            raise InputError(message) from None
        return iso

    def _parts(self, text: str, *, field: str) -> tuple[int, int, int, str | None, str | None]:
        for form in (_ISO, _YEAR_FIRST, _COMPACT):
            if match := form.fullmatch(text):
                return int(match[1]), int(match[2]), int(match[3]), match[4], match[5]
        if match := _DOTTED.fullmatch(text):
            return int(match[3]), int(match[2]), int(match[1]), match[4], match[5]
        if match := _SLASHED.fullmatch(text):
            day, month = self._order(int(match[1]), int(match[3]), text=text, field=field)
            return int(match[4]), month, day, match[5], match[6]
        if (match := _WORDED.fullmatch(text)) and match[2][:3].lower() in _MONTHS:
            month = _MONTHS.index(match[2][:3].lower()) + 1
            return int(match[3]), month, int(match[1]), match[4], match[5]
        if _SHORT_YEAR.fullmatch(text):
            message = f"{field}: {text[:40]!r} has a short year. Write it as 2024-01-31."
            raise InputError(message)
        message = f"{field}: {text[:40]!r} is not a date. Write it as 2024-01-31."
        raise InputError(message)

    def _order(self, first: int, second: int, *, text: str, field: str) -> tuple[int, int]:
        leads = self.day_first
        if leads is None:
            if first == second or max(first, second) > 12:
                leads = first > 12
            else:
                message = (
                    f"{field}: {text[:40]!r} can be two days, and no other date of the file "
                    "tells which. Write it as 2024-01-31."
                )
                raise InputError(message)
        return (first, second) if leads else (second, first)


def day_first(cell: str) -> bool | None:
    """Say what one slashed date proves: that the day comes first, or not; None if nothing.

    Returns
    -------
    proof : bool or None

    Examples
    --------
    >>> day_first("13/04/2024"), day_first("04/13/2024"), day_first("03/04/2024")
    (True, False, None)
    """
    match = _SLASHED.fullmatch(cell)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12 >= second:
        return True
    return False if second > 12 >= first else None
