"""What each holding comes to day by day, kept while nothing of it changes.

A series is the sum of its holdings: after an edit of one of five hundred, one is computed again.
"""

from dataclasses import dataclass

import numpy as np

from argosy.core.ledger.book import Book
from argosy.core.ledger.position import Position
from argosy.core.market.history import FloatArray, IntArray, PriceHistory
from argosy.core.market.market import AppliedSplit
from argosy.core.market.rates import Rates
from argosy.core.returns.holding import value_and_cost

_AHEAD_DAYS = 31
"""So many days are computed beyond the last one: a price or a line of tomorrow moves the end."""


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A holding's arrays, and what they were made of: the very objects, nobody changes them."""

    position: Position
    history: PriceHistory
    splits: tuple[AppliedSplit, ...]
    value: FloatArray
    cost: FloatArray


class Parts:
    """The value and cost of holdings on each day, for books that share positions and rates."""

    def __init__(self) -> None:
        self._days: IntArray = np.empty(0, np.int64)
        self._rates: Rates | None = None
        self._daily_rates: dict[str, FloatArray] = {}
        self._kept: dict[str, _Part] = {}

    @property
    def size_bytes(self) -> int:
        """What the arrays take."""
        return sum(part.value.nbytes + part.cost.nbytes for part in self._kept.values())

    def of(self, book: Book, position: Position, days: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return value and cost on each day, both of shape (n_days,). Inside `exact_context`."""
        if not self._reaches(book, days):
            self.clear()
            self._days = np.arange(days[0], days[-1] + 1 + _AHEAD_DAYS, dtype=np.int64)
            self._rates = book.market.rates
        key = position.asset_id
        history, splits = book.market.history(key), book.market.splits.get(key, ())
        part = self._kept.get(key)
        if (
            part is None
            or part.position is not position
            or part.history is not history
            or part.splits != splits
        ):
            arrays = value_and_cost(book, position, self._days, self._daily_rates)
            part = self._kept[key] = _Part(position, history, splits, *arrays)
        return part.value[: len(days)], part.cost[: len(days)]

    def clear(self) -> None:
        """Forget all."""
        self._kept, self._daily_rates, self._rates = {}, {}, None
        self._days = np.empty(0, np.int64)

    def _reaches(self, book: Book, days: IntArray) -> bool:
        known = self._days
        return (
            self._rates is book.market.rates
            and len(known) >= len(days)
            and bool(known[0] == days[0])
        )
