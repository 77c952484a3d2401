"""Returns between sessions: the days on which something held has a price of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.ledger.position import Position
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.returns.closes import Closes, trades_all_week

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class SessionReturns:
    """Simple returns from one session to the next, oldest first.

    Attributes
    ----------
    opening : int
        Ordinal of the day from whose close the first return runs.
    days : ndarray of int64, shape (n,)
        Ordinals of the sessions at which the returns end, strictly rising.
    returns : ndarray of float64, shape (n,)
        NaN where a price or a rate is missing.
    possible : int
        How many days since the opening could have been sessions.
    all_week : bool
        Tells that every day can be a session, not weekdays alone.
    mixed : bool
        Tells that what trades all week was held beside what does not.
    """

    opening: int
    days: IntArray
    returns: FloatArray
    possible: int
    all_week: bool
    mixed: bool = False

    @property
    def growth(self) -> FloatArray:
        """Growth of 1, with the 1 at the opening; shape (n + 1,)."""
        return np.concatenate([[1.0], np.cumprod(1.0 + self.returns)])

    @property
    def grown_on(self) -> IntArray:
        """The days of `growth`; shape (n + 1,)."""
        return np.concatenate([[self.opening], self.days])

    def day(self, index: int) -> date:
        """Return the day of an entry of `growth`."""
        return date.fromordinal(int(self.grown_on[index]))


def close_returns(closes: Closes, *, all_week: bool) -> SessionReturns:
    """Return the simple returns between the closes of one asset.

    Parameters
    ----------
    closes : Closes
        At least one, none of them NaN.
    all_week : bool

    Returns
    -------
    returns : SessionReturns
        One fewer than the closes.

    Examples
    --------
    >>> days = np.array([738_000, 738_001, 738_002])
    >>> found = close_returns(Closes(days, np.array([2.0, 3.0, 1.5])), all_week=True)
    >>> found.returns.tolist(), found.possible
    ([0.5, -0.5], 2)
    """
    first, last = int(closes.days[0]), int(closes.days[-1])
    return SessionReturns(
        opening=first,
        days=closes.days[1:],
        returns=closes.values[1:] / closes.values[:-1] - 1.0,
        possible=last - first if all_week else weekdays_between(first, last),
        all_week=all_week,
    )


def weekdays_between(after: int, until: int) -> int:
    """Count the weekdays after one day, up to and including another; both ordinals."""
    first, last = date.fromordinal(after + 1), date.fromordinal(until + 1)
    return int(np.busday_count(first, last))


def is_weekday(days: IntArray) -> BoolArray:
    """Tell which ordinals are of Monday to Friday."""
    found: BoolArray = (days + 6) % 7 < 5
    return found


@dataclass(frozen=True, slots=True, eq=False)
class HeldDays:
    """On which calendar days of a span something was held, and had a price of its own.

    Attributes
    ----------
    held, priced : ndarray of bool, shape (n_days,)
        `held`: at some time of the day. A price of its own is a close, or a trade in the ledger.
    all_week, mixed : bool
        As in `SessionReturns`; of a span in which nothing was held both are False.
    """

    held: BoolArray
    priced: BoolArray
    all_week: bool
    mixed: bool


def held_days(book: Book, days: IntArray) -> HeldDays:
    """Look up when the holdings of a book were priced.

    Parameters
    ----------
    book : Book
    days : ndarray of int64, shape (n_days,)
        Ordinals, none left out.

    Returns
    -------
    held : HeldDays
    """
    held, priced = np.zeros(len(days), np.bool_), np.zeros(len(days), np.bool_)
    first, last = int(days[0]), int(days[-1])
    kinds: set[bool] = set()
    for key, position in book.positions.items():
        if key == OUTSIDE:
            continue
        closes = book.market.history(key).days
        for start, end in _spells(position, first, last):
            held[start - first : end - first + 1] = True
            known = closes[np.searchsorted(closes, start) : np.searchsorted(closes, end + 1)]
            priced[known - first] = True
            kinds.add(trades_all_week(book.market.assets[key]))
        for day in (transaction.day.toordinal() for transaction, _ in position.marks):
            if first <= day <= last:
                priced[day - first] = True
    return HeldDays(held, priced, all_week=kinds == {True}, mixed=len(kinds) == 2)


def _spells(position: Position, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of days on which there was something of a position, cut to a span.

    The day on which it was sold is one of them: what it did until then is in that day's return.
    """
    since: int | None = None
    for day, quantity, _ in position.steps:
        if quantity and since is None:
            since = day
        elif not quantity and since is not None:
            if day >= first and since <= last:
                yield max(since, first), min(day, last)
            since = None
    if since is not None and since <= last:
        yield max(since, first), last


def between_sessions(
    daily: FloatArray, days: IntArray, held: HeldDays, *, opening: int
) -> SessionReturns:
    """Chain daily returns from one session to the next: weekends fall into the next session.

    What happens after the last session belongs to one that is still to come, and is left out.

    Parameters
    ----------
    daily : ndarray of float64, shape (n_days,)
        Simple returns a calendar day, zero without capital, NaN where unknown.
    days : ndarray of int64, shape (n_days,)
    held : HeldDays
        Of the same days.
    opening : int
        Ordinal of the day whose close the first return runs from.

    Returns
    -------
    returns : SessionReturns
        Empty where there is no session.

    Examples
    --------
    Friday, a weekend, and Monday: two sessions, for something beside bitcoin is held.

    >>> days = np.arange(date(2024, 5, 31).toordinal(), date(2024, 6, 3).toordinal() + 1)
    >>> every = np.ones(4, np.bool_)
    >>> held = HeldDays(every, every, all_week=False, mixed=True)
    >>> found = between_sessions(np.array([0.1, 0.5, 0.0, -0.5]), days, held, opening=days[0] - 1)
    >>> found.returns.round(12).tolist(), found.possible
    ([0.1, -0.25], 2)
    """
    can_be = np.ones(len(days), np.bool_) if held.all_week else is_weekday(days)
    sessions = np.flatnonzero(held.priced & can_be)
    if not len(sessions):
        nothing = np.empty(0)
        return SessionReturns(opening, days[:0], nothing, 0, held.all_week, held.mixed)
    starts = np.concatenate([[0], sessions[:-1] + 1])
    chained = np.multiply.reduceat(1.0 + daily[: sessions[-1] + 1], starts)
    return SessionReturns(
        opening=opening,
        days=days[sessions],
        returns=chained - 1.0,
        possible=int(np.sum((held.held & can_be)[: sessions[-1] + 1])),
        all_week=held.all_week,
        mixed=held.mixed,
    )
