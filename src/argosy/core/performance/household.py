"""Several portfolios of one owner as one: what passes between them crosses no border."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from argosy.core.ledger.book import Book
from argosy.core.ledger.flows import DayFlow
from argosy.core.ledger.transaction import Transaction
from argosy.core.money import UNIT, ZERO, exact_context
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import Performance, performance_of
from argosy.core.returns.series import DailySeries
from argosy.core.valuation.statement import PortfolioFigures


@dataclass(frozen=True, slots=True, eq=False)
class Household:
    """Books of one currency with what they are together.

    Attributes
    ----------
    books : dict of str to Book
        By portfolio id; each has transactions.
    series : DailySeries
        From the first day of the oldest.
    flows : dict of date to DayFlow
        Without the transfers between the books.
    bought : tuple of (date, Decimal)
        As `Book.bought`, what one had from another taken off again.
    """

    books: dict[str, Book]
    series: DailySeries
    flows: dict[date, DayFlow]
    bought: tuple[tuple[date, Decimal], ...]

    def performance(
        self, span: Range, *, whole: Sequence[PortfolioFigures] | None = None
    ) -> Performance:
        """Compute every return over a range.

        `whole` are the figures of the books at the end of a range that covers all: then the simple
        return is their total gain by what they bought, as each book alone shows it.
        """
        found = performance_of(
            tuple(self.books.values()), self.series, span, flows=self.flows, bought=self.bought
        )
        if whole is None:
            return found
        reasons = {name: why for name, why in found.reasons.items() if name != "total_return"}
        simple = self._simple(whole)
        if simple is None:
            why = (one.reasons.get("total_return") for one in whole)
            reasons["total_return"] = next(filter(None, why), "Nothing was held or bought.")
        return replace(found, total_return=simple, reasons=reasons)

    def _simple(self, whole: Sequence[PortfolioFigures]) -> float | None:
        gains = [one.total_gain for one in whole]
        incomplete = any("incomplete" in one.flags for one in whole)
        with exact_context():
            inside = (
                cost
                for book in self.books.values()
                for line, cost in book.received
                if line.portfolio_id in self.books
            )
            bought = sum((one.bought or ZERO for one in whole), ZERO) - sum(inside, ZERO)
            if incomplete or None in gains or not bought > 0:
                return None
            gain = sum((one for one in gains if one is not None), ZERO)
            return float((gain / bought).quantize(UNIT))


def household(books: Mapping[str, Book], series: Mapping[str, DailySeries]) -> Household:
    """Put books together.

    A sale in one portfolio and a purchase in another on the same day are money out and money in:
    only shares that are transferred are known to stay.

    Parameters
    ----------
    books : mapping of str to Book
        By portfolio id, at least one, each with a transaction; all in one currency.
    series : mapping of str to DailySeries
        Of each book; all end on the same day.

    Returns
    -------
    household : Household
    """
    with exact_context():
        flows, bought = _flows(books), _bought(books)
    return Household(dict(books), _together(list(series.values()), flows), flows, bought)


def _flows(books: Mapping[str, Book]) -> dict[date, DayFlow]:
    sums: dict[date, DayFlow] = {}
    for book in books.values():
        for day, flow in book.flows.days().items():
            sums[day] = _plus(sums.get(day, _NONE), flow)
        for line, value in _between(book, books):
            # Shares came in as money in at their value, and went as money out.
            inside = DayFlow(-value, ZERO, ZERO) if value > 0 else DayFlow(ZERO, value, ZERO)
            sums[line.day] = _plus(sums[line.day], inside)
    return dict(sorted(sums.items()))


def _between(book: Book, books: Mapping[str, Book]) -> list[tuple[Transaction, Decimal]]:
    """Return what came from other books, negative what went to them."""
    return [
        (line, value)
        for line, value in book.flows.sent()
        if line.portfolio_id in books and (line.to_portfolio_id or "") in books
    ]


_NONE = DayFlow(ZERO, ZERO, ZERO)


def _plus(first: DayFlow, second: DayFlow) -> DayFlow:
    return DayFlow(*(one + other for one, other in zip(first, second, strict=True)))


def _bought(books: Mapping[str, Book]) -> tuple[tuple[date, Decimal], ...]:
    return tuple(
        entry
        for book in books.values()
        for entry in (
            *book.bought,
            *((line.day, -value) for line, value in _between(book, books) if value > 0),
        )
    )


def _together(parts: list[DailySeries], flows: Mapping[date, DayFlow]) -> DailySeries:
    days = max((part.days for part in parts), key=len)
    value, cost = np.zeros(len(days)), np.zeros(len(days))
    for part in parts:
        value[-len(part.days) :] += part.value
        cost[-len(part.days) :] += part.cost
    crossed = np.zeros((3, len(days)))
    for day, flow in flows.items():
        index = day.toordinal() - int(days[0])
        if index < len(days):
            crossed[:, index] = [float(part) for part in flow]
    return DailySeries(days, value, cost, *crossed)
