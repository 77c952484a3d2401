"""Stretches of days: what is left of one when others are taken away, and its pieces."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)
_SATURDAY = 5


class Span(NamedTuple):
    """The days from the first to the last, both included."""

    first: date
    last: date

    def common(self, other: "Span") -> "Span | None":
        """Return the days that both have; None if there are none."""
        both = Span(max(self.first, other.first), min(self.last, other.last))
        return both if both.first <= both.last else None

    def joined(self, other: "Span") -> "Span | None":
        """Return the days that either has; None if there are others between them.

        Examples
        --------
        >>> may, june = Span(date(2024, 5, 1), date(2024, 5, 31)), Span(date(2024, 6, 1), date.max)
        >>> may.joined(june) == june.joined(may) == Span(date(2024, 5, 1), date.max)
        True
        >>> may.joined(Span(date(2024, 6, 2), date(2024, 6, 3))) is None
        True
        """
        if max(self.first, other.first) - _DAY > min(self.last, other.last):
            return None
        return Span(min(self.first, other.first), max(self.last, other.last))

    def has_weekday(self) -> bool:
        """Tell whether any of the days is no Saturday and no Sunday.

        Examples
        --------
        >>> Span(date(2024, 1, 6), date(2024, 1, 7)).has_weekday()
        False
        """
        return (self.last - self.first).days > 1 or any(day.weekday() < _SATURDAY for day in self)

    def without(self, others: Iterable["Span"]) -> "list[Span]":
        """Return what is left when other stretches are taken away, oldest first.

        Examples
        --------
        >>> year = Span(date(2024, 1, 1), date(2024, 12, 31))
        >>> march = Span(date(2024, 3, 1), date(2024, 3, 31))
        >>> [tuple(map(str, one)) for one in year.without([march])]
        [('2024-01-01', '2024-02-29'), ('2024-04-01', '2024-12-31')]
        """
        left = [self]
        for other in others:
            left = [piece for one in left for piece in one._cut(other)]
        return left

    def pieces(self, days: int | None) -> "list[Span]":
        """Cut from the end into pieces of at most so many days, newest first; None = one piece.

        Examples
        --------
        >>> week = Span(date(2024, 1, 1), date(2024, 1, 7))
        >>> [tuple(map(str, one)) for one in week.pieces(5)]
        [('2024-01-03', '2024-01-07'), ('2024-01-01', '2024-01-02')]
        """
        if days is None:
            return [self]
        found, last = list["Span"](), self.last
        while last >= self.first:
            first = max(self.first, last - timedelta(days=days - 1))
            found.append(Span(first, last))
            last = first - _DAY
        return found

    def _cut(self, other: "Span") -> "Iterator[Span]":
        both = self.common(other)
        if both is None:
            yield self
            return
        if self.first < both.first:
            yield Span(self.first, both.first - _DAY)
        if both.last < self.last:
            yield Span(both.last + _DAY, self.last)
