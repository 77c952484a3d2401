"""Money over a range as expressions of the values and flows of days."""

from datetime import date, timedelta
from decimal import Decimal

from argosy.core.explain import Leaf, Traced, named
from argosy.core.ledger.book import Book
from argosy.core.money import ZERO, exact_context
from argosy.core.performance.summary import Performance


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


def _flows(book: Book, found: Performance, name: str) -> Decimal:
    total: Decimal = ZERO
    for day, flow in book.flows.days().items():
        amount: Decimal = getattr(flow, name)
        if amount and found.start <= day <= found.end:
            facts = (("flow", name), ("on", day.isoformat()))
            total += Traced.of_leaf(amount, Leaf("flow", facts))
    return total


def _leaf(value: Decimal, figure: str, day: date) -> Decimal:
    facts = (("figure", figure), ("as_of", day.isoformat()))
    return Traced.of_leaf(value, Leaf("figure", facts))
