"""Money and falls over a range as expressions of the values, flows and returns of days."""

from datetime import date, timedelta
from decimal import Decimal

from argosy.core.explain import Leaf, Traced, named
from argosy.core.ledger.book import Book
from argosy.core.money import ONE, ZERO, exact_context
from argosy.core.performance.drawdown import deepest_fall
from argosy.core.performance.summary import Performance
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.series import DailySeries, FloatArray


def explained_money(book: Book, found: Performance, figure: str) -> Decimal:
    """Return a range's gain or flows as an exact sum that remembers its parts.

    Parameters
    ----------
    book : Book
    found : Performance
        Of the same book; its `figure` is not None.
    figure : str
        gain or flows.

    Returns
    -------
    value : Decimal
        Traced; equal to the figure.
    """
    with exact_context():
        money_in = named(_flows(book, found, "money_in"), "money in")
        money_out = named(_flows(book, found, "money_out"), "money out")
        if figure == "flows":
            return named(money_in - money_out, "money in − money out")
        assert found.value_end is not None, "a gain that does not exist is not explained"
        assert found.value_start is not None, "a gain that does not exist is not explained"
        opening = _leaf(found.value_start, "total_value", found.start - timedelta(days=1))
        closing = _leaf(found.value_end, "total_value", found.end)
        gain = closing - opening - money_in + money_out
        return named(gain, "value at the end − value at the start − money in + money out")


def explained_fall(series: DailySeries, found: Performance) -> Decimal | None:
    """Return a range's deepest fall: the growth at its trough by that at the peak before it.

    Parameters
    ----------
    series : DailySeries
    found : Performance
        Over a range of the series.

    Returns
    -------
    value : Decimal or None
        Traced; zero where nothing fell, None where a return is unknown.
    """
    inside = slice(series.index(found.start), series.index(found.end) + 1)
    twr = cumulative(daily_returns(series).returns[inside])
    fall = None if found.twr is None else deepest_fall(twr)
    if fall is None:
        return None
    if not fall.depth:
        return ZERO
    with exact_context():
        peak = ONE if fall.peak < 0 else _growth(twr, fall.peak, found.start, "at the peak")
        trough = _growth(twr, fall.trough, found.start, "at the trough")
        return named(trough / peak - ONE, "growth at the trough ÷ growth at the peak − 1")


def _growth(twr: FloatArray, index: int, first: date, where: str) -> Decimal:
    day = first + timedelta(days=index)
    total = _leaf(Decimal(repr(float(twr[index]))), "twr", day, ("start", first.isoformat()))
    return named(ONE + total, f"growth {where}")


def _flows(book: Book, found: Performance, name: str) -> Decimal:
    total: Decimal = ZERO
    for day, flow in book.flows.days().items():
        amount: Decimal = getattr(flow, name)
        if amount and found.start <= day <= found.end:
            facts = (("flow", name), ("on", day.isoformat()))
            total += Traced.of_leaf(amount, Leaf("flow", facts))
    return total


def _leaf(value: Decimal, figure: str, day: date, *more: tuple[str, str]) -> Decimal:
    facts = (("figure", figure), ("as_of", day.isoformat()), *more)
    return Traced.of_leaf(value, Leaf("figure", facts))
