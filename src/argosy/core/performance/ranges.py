"""The spans of time that returns are asked for."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from argosy.core.errors import InputError

_COUNTED = re.compile(r"(\d{1,5})([DWMY])")
_EXAMPLES = "1D, 7D, 1W, 1M, 3M, YTD, 1Y, 5Y, ALL"


@dataclass(frozen=True, slots=True)
class Range:
    """From the close before `start` to the close of `end`."""

    start: date
    end: date

    @property
    def opening(self) -> date:
        """The day at whose close the range begins."""
        return self.start - timedelta(days=1)


def parse_range(text: str, *, first: date, latest: date) -> Range:
    """Read a range such as 1D, 30D, 2W, 3M, 1Y, YTD or ALL, ending on the latest day.

    Parameters
    ----------
    text : str
        In any letter case. nD is n days; weeks, months and years go by the calendar, clamped to
        the end of a shorter month.
    first, latest : date
        First transaction and last day of the portfolio.

    Raises
    ------
    InputError
        If the text is no range.

    Examples
    --------
    >>> parse_range("1M", first=date(2020, 1, 1), latest=date(2024, 3, 31)).opening.isoformat()
    '2024-02-29'
    """
    name = text.strip().upper()
    if name == "ALL":
        return Range(first, latest)
    if name == "YTD":
        return Range(date(latest.year, 1, 1), latest)
    match = _COUNTED.fullmatch(name)
    if match is None or int(match[1]) == 0:
        message = f"{text[:20]!r} is not a range. Use {_EXAMPLES}."
        raise InputError(message)
    opening = _back(latest, int(match[1]), match[2])
    return Range(opening + timedelta(days=1), latest)


def _back(day: date, count: int, unit: str) -> date:
    if unit == "D":
        return _earlier(day, count)
    if unit == "W":
        return _earlier(day, 7 * count)
    months = count if unit == "M" else 12 * count
    number = day.year * 12 + day.month - 1 - months
    if number < 12:
        return date.min + timedelta(days=1)
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _earlier(day: date, count: int) -> date:
    return date.fromordinal(max(day.toordinal() - count, 2))
