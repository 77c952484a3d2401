"""Realized gains of a portfolio: disposals, lots and totals, and what a report lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from argosy.core.errors import InputError
from argosy.core.ledger.book import Book, replay
from argosy.core.ledger.transaction import CostBasisMethod
from argosy.core.money import ZERO, exact_context, known
from argosy.core.valuation.gains import (
    AMOUNTS,
    LONG_TERM_DAYS,
    GainTotals,
    LotGain,
    RealizedGain,
    Term,
    cost_on,
    realized_gains,
    totals,
    totals_by_term,
)
from argosy.core.valuation.marks import value_on
from argosy.core.valuation.wash_sales import WashSale, wash_sales
from argosy.core.valuation.worklist import ToDo, worklist
from argosy.services.books import Ledger

__all__ = ["AMOUNTS", "LONG_TERM_DAYS", "LotGain", "Term"]

_NO_RATE = "A disposal has no rate or price on its day, or its cost is unknown."


@dataclass(frozen=True, slots=True, kw_only=True)
class GainsAsked:
    """Which gains are asked for: of a span, and what counts as held for long."""

    start: date | None = None
    end: date | None = None
    year: int | None = None
    long_term_days: int = LONG_TERM_DAYS

    @property
    def span(self) -> tuple[date, date]:
        """The first and last day that count.

        Raises
        ------
        InputError
            If a year is given beside days, or the span ends before it starts.
        """
        if self.year is not None:
            if self.start is not None or self.end is not None:
                raise InputError("Give either year or start and end, not both.")
            return date(self.year, 1, 1), date(self.year, 12, 31)
        first, last = self.start or date.min, self.end or date.max
        if last < first:
            raise InputError(f"The range ends on {last}, before it starts on {first}.")
        return first, last


@dataclass(frozen=True, slots=True, kw_only=True)
class GainsReport:
    """The gains of a span; None = unknown, with its reason.

    `wash` has the hints by place in `found`; `start` and `end` are None where nothing bounds them.
    """

    asked: GainsAsked
    found: tuple[RealizedGain, ...]
    totals: GainTotals
    by_term: dict[Term, GainTotals]
    wash: dict[int, WashSale]
    todos: tuple[ToDo, ...]
    start: date | None
    end: date | None
    flags: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderMethod:
    """A history under one cost-basis method.

    `realized` is of the span, `short_term` and `long_term` its parts; `realized_to_date`,
    `unrealized`, `cost` and `value` are at its end; `total` is what was realized to date and
    what is not yet.
    """

    method: CostBasisMethod
    current: bool
    disposals: int
    realized: Decimal | None
    short_term: Decimal | None
    long_term: Decimal | None
    realized_to_date: Decimal | None
    unrealized: Decimal | None
    cost: Decimal | None
    value: Decimal | None
    total: Decimal | None
    reasons: dict[str, str] = field(default_factory=dict)


def gains_report(ledger: Ledger, asked: GainsAsked) -> GainsReport:
    """Return the disposals of a span with their lots; matching looks at the whole ledger."""
    first, last = asked.span
    book = ledger.book
    found = tuple(realized_gains(book, first, last, long_term_days=asked.long_term_days))
    own = [line for line in ledger.transactions if line.portfolio_id == ledger.portfolio.id]
    todos = tuple(todo for todo in worklist(book, own, found, until=last) if todo.day >= first)
    summed = totals(found)
    lacking = [name for name in (*AMOUNTS, "fees") if getattr(summed, name) is None]
    return GainsReport(
        asked=asked,
        found=found,
        totals=summed,
        by_term=totals_by_term(found),
        wash=_hints(ledger, found, last),
        todos=todos,
        start=None if first == date.min else first,
        end=None if last == date.max else last,
        flags=tuple(dict.fromkeys(todo.lack.value for todo in todos)),
        reasons=dict.fromkeys(lacking, _NO_RATE),
    )


def _hints(ledger: Ledger, found: Sequence[RealizedGain], until: date) -> dict[int, WashSale]:
    """Return the hints at wash sales by place; earlier sales may have used a purchase up."""
    losing = {one.disposal.asset_id for one in found if any(lot.gain < 0 for lot in one.lots)}
    every = realized_gains(ledger.book, date.min, until, only=losing)
    hints = {
        id(every[at].disposal): hint
        for at, hint in wash_sales(ledger.book, ledger.transactions, every).items()
    }
    return {
        place: hints[id(one.disposal)]
        for place, one in enumerate(found)
        if id(one.disposal) in hints
    }


def methods(ledger: Ledger) -> Iterator[CostBasisMethod]:
    """Return the methods that a history can be seen under, the portfolio's own first.

    Specific lots are left out where no sale names any: they would be first in, first out.
    """
    own = ledger.portfolio.rules.method
    names_lots = any(line.lots for line in ledger.transactions)
    yield own
    for method in CostBasisMethod:
        if method is not own and (method is not CostBasisMethod.SPECIFIC or names_lots):
            yield method


def end_of(ledger: Ledger, asked: GainsAsked, *, today: date) -> date:
    """Return the day at which what is held is looked at: the span's end, or the latest known."""
    return min(asked.span[1], ledger.latest or today)


def under_method(
    ledger: Ledger, method: CostBasisMethod, asked: GainsAsked, *, as_of: date
) -> UnderMethod:
    """Replay a history once under a method; the ledger stays as it is."""
    first, last = asked.span
    book = _replayed(ledger, method)
    found = realized_gains(book, first, last, long_term_days=asked.long_term_days)
    terms = totals_by_term(found)
    cost, value = _held(book, as_of)
    to_date = _realized(book, last)
    with exact_context():
        unrealized = None if cost is None or value is None else value - cost
        total = None if to_date is None or unrealized is None else to_date + unrealized
    numbers = {
        "realized": totals(found).gain,
        "short_term": terms[Term.SHORT].gain,
        "long_term": terms[Term.LONG].gain,
        "realized_to_date": to_date,
        "unrealized": unrealized,
        "cost": cost,
        "value": value,
        "total": total,
    }
    why = "A transaction or a holding has no rate or price on its day."
    return UnderMethod(
        method=method,
        current=method is ledger.portfolio.rules.method,
        disposals=len(found),
        reasons={name: why for name, number in numbers.items() if number is None},
        **numbers,
    )


def _replayed(ledger: Ledger, method: CostBasisMethod) -> Book:
    portfolio = ledger.portfolio
    if method is portfolio.rules.method:
        return ledger.book
    rules = {**ledger.rules, portfolio.id: replace(portfolio.rules, method=method)}
    book = replay(ledger.transactions, rules, ledger.market, only=ledger.only)[portfolio.id]
    book.keep_inside()
    return book


def _realized(book: Book, until: date) -> Decimal | None:
    with exact_context():
        gains = (
            one.gain
            for position in book.positions.values()
            for one in position.disposals()
            if one.day <= until
        )
        return known(sum(gains, ZERO))


def _held(book: Book, day: date) -> tuple[Decimal | None, Decimal | None]:
    """Return cost and value of what is held at the end of a day; None where a part is unknown."""
    held = [at for at in book.positions.values() if at.quantity_on(day)]
    with exact_context():
        values = [value_on(book, position, day) for position in held]
        cost = sum((cost_on(position, day) for position in held), ZERO)
        whole = [value for value in values if value is not None]
        return known(cost), sum(whole, ZERO) if len(whole) == len(values) else None
