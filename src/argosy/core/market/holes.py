"""Which breaks between stored closes are sessions that are missing, and which only rest days."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from argosy.core.market.sessions import STALE_SESSIONS, calendar_of, sessions_between
from argosy.core.market.spans import Span


def holes(breaks: Iterable[Span], *, exchange: str | None, all_week: bool) -> list[Span]:
    """Return the breaks in which there should have been closes, from first to last session.

    Parameters
    ----------
    breaks : iterable of Span
        The days between two closes that follow one another.
    exchange : str or None
    all_week : bool
        The asset never rests (crypto): each day is a session.

    Returns
    -------
    holes : list of Span
        Where no calendar is known, up to five weekdays in a row may be holidays and are no hole.

    Examples
    --------
    >>> new_year = Span(date(2023, 12, 30), date(2024, 1, 1))
    >>> week = Span(date(2024, 3, 2), date(2024, 3, 10))
    >>> [tuple(map(str, one)) for one in holes([new_year, week], exchange="NYSE", all_week=False)]
    [('2024-03-04', '2024-03-08')]
    >>> holes([week], exchange=None, all_week=False)
    []
    """
    between = list(breaks)
    if all_week or not between:
        return between
    least = 1 if calendar_of(exchange) is not None else STALE_SESSIONS + 1
    first, last = min(days.first for days in between), max(days.last for days in between)
    sessions = sessions_between(exchange, first, last)
    found: list[Span] = []
    for days in between:
        low = int(np.searchsorted(sessions, days.first.toordinal()))
        high = int(np.searchsorted(sessions, days.last.toordinal(), side="right"))
        if high - low >= least:
            ends = sessions[[low, high - 1]].tolist()
            found.append(Span(*map(date.fromordinal, ends)))
    return found
