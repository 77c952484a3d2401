"""Daily series of a portfolio: the only crossing from exact numbers to float64.

Quantities, costs, prices and rates come in exactly and become arrays with one entry a calendar
day. Nothing from here flows back into the ledger.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.ledger.flows import DayFlow
from argosy.core.money import exact_context
from argosy.core.returns.holding import carried, product, rates_of, spans, value_and_cost
from argosy.core.returns.parts import Parts
from argosy.core.valuation.marks import total_on

DUST = Decimal("1E-16")
"""What the rounding of parts to 18 places can leave where they should cancel: no capital."""

CANCELLING = 1e-4
"""A sum this small beside its parts is not accurate to 1e-12 in float64."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class DailySeries:
    """A portfolio day by day, in its own currency.

    All arrays have shape (n_days,). NaN where a price or a rate of something held is missing.

    Attributes
    ----------
    days : ndarray of int64
        Proleptic ordinals, one a calendar day, none left out.
    value, cost : ndarray of float64
        At the close of the day.
    money_in, money_out, fees_in : ndarray of float64
        What crossed the border on the day; `fees_in` is the part of `money_in` that paid
        separate fees.
    """

    days: IntArray
    value: FloatArray
    cost: FloatArray
    money_in: FloatArray
    money_out: FloatArray
    fees_in: FloatArray

    def index(self, day: date) -> int:
        """Return the position of a day; below 0 or past the end if it is outside."""
        return day.toordinal() - int(self.days[0])


def daily_series(book: Book, end: date, *, parts: Parts | None = None) -> DailySeries:
    """Build the daily series of a book from its first day to `end`.

    Parameters
    ----------
    book : Book
        With at least one transaction; those after `end` are not looked at.
    end : date
        The last day, not before the first transaction.
    parts : Parts, optional
        What each holding comes to, kept from an earlier book that shares holdings with this one.

    Returns
    -------
    series : DailySeries
    """
    assert book.first_day is not None, "an empty book has no series"
    days = np.arange(book.first_day.toordinal(), end.toordinal() + 1, dtype=np.int64)
    value = np.zeros(len(days))
    gross = np.zeros(len(days))
    cost = np.zeros(len(days))
    rates: dict[str, FloatArray] = {}
    with exact_context():
        for key, position in book.positions.items():
            if key == OUTSIDE or not position.steps:
                continue
            if parts is None:
                part, part_cost = value_and_cost(book, position, days, rates)
            else:
                part, part_cost = parts.of(book, position, days)
            value += part
            gross += np.abs(part)
            cost += part_cost
        for currency, steps in book.cash_steps.items():
            known, sums = zip(*steps, strict=True)
            held = carried(sums, spans(known, days))
            part = product(held, rates_of(book, currency, days, rates))
            value += part
            gross += np.abs(part)
        _settle(book, days, value, gross)
        flows = _flows(book, days)
    return DailySeries(days, value, cost, *flows)


def _settle(book: Book, days: IntArray, value: FloatArray, gross: FloatArray) -> None:
    """Put exact values where parts nearly cancel (shorts, credit): floats lose their digits there.

    Above all nothing must be nothing: a rounding of it would look like capital.
    """
    for index in np.flatnonzero(np.abs(value) < CANCELLING * gross):
        exact, lacking = total_on(book, date.fromordinal(int(days[index])))
        if exact is not None and not lacking:
            value[index] = 0.0 if abs(exact) < DUST else float(exact)


def _flows(book: Book, days: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    flows = book.flows.days()
    places = np.fromiter((day.toordinal() for day in flows), np.int64, len(flows)) - days[0]
    inside = places < len(days)
    sums = np.zeros((3, len(days)))
    for row, name in zip(sums, DayFlow._fields, strict=True):
        amounts = map(float, map(attrgetter(name), flows.values()))
        row[places[inside]] = np.fromiter(amounts, np.float64, len(flows))[inside]
    return sums[0], sums[1], sums[2]
