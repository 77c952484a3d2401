"""An explained figure beside itself: under the other cost-basis methods, and a day earlier."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from argosy.core.errors import NotFoundError
from argosy.core.ledger.book import replay
from argosy.core.ledger.transaction import CostBasisMethod
from argosy.core.money import exact_context
from argosy.core.valuation.figures import figures
from argosy.services.books import Ledger
from argosy.services.explaining import DayBefore, Explanation, UnderMethod, explain
from argosy.services.session_returns import Span

METHOD_FIGURES = frozenset(
    {
        "average_cost",
        "cost",
        "local_cost",
        "realized_gain",
        "total_cost",
        "total_gain",
        "unrealized_currency_part",
        "unrealized_gain",
        "unrealized_price_part",
        "unrealized_return",
    }
)
"""Figures that a cost-basis method has a say in; of others there is nothing to compare."""


def under_methods(
    ledger: Ledger, found: Explanation, asset_id: str | None
) -> tuple[UnderMethod, ...]:
    """Return an explained figure under every other method; the ledger stays as it is.

    Specific lots are left out where no sale names any: they would be first in, first out.
    """
    if found.figure not in METHOD_FIGURES:
        return ()
    return tuple(
        UnderMethod(method, _under(ledger, found, asset_id, method)) for method in _others(ledger)
    )


def _others(ledger: Ledger) -> Iterator[CostBasisMethod]:
    names_lots = any(line.lots for line in ledger.transactions)
    for method in CostBasisMethod:
        if method is ledger.portfolio.rules.method:
            continue
        if method is not CostBasisMethod.SPECIFIC or names_lots:
            yield method


def _under(
    ledger: Ledger, found: Explanation, asset_id: str | None, method: CostBasisMethod
) -> Decimal | None:
    portfolio = ledger.portfolio
    rules = {**ledger.rules, portfolio.id: replace(portfolio.rules, method=method)}
    lines = ledger.transactions if asset_id is None else ledger.lines_of({asset_id})
    cut = (line for line in lines if line.day <= found.as_of)
    shown = figures(replay(cut, rules, ledger.market)[portfolio.id], as_of=found.as_of)
    holdings = {one.asset_id: one for one in shown.holdings}
    value: Decimal | None = getattr(holdings.get(asset_id or "", shown), found.figure)
    return value


def day_before(
    ledger: Ledger, found: Explanation, asset_id: str | None, *, span: Span, risk_free: float = 0.0
) -> DayBefore:
    """Return an explained figure as it was one day earlier."""
    day = found.as_of - timedelta(days=1)
    if span.start is not None and span.start > day:
        return DayBefore(day, None, None, "The range starts after that day.")
    try:
        earlier = explain(
            ledger,
            figure=found.figure,
            asset_id=asset_id,
            span=replace(span, end=day),
            risk_free=risk_free,
        )
    except NotFoundError:
        return DayBefore(day, None, None, "There was no such holding yet.")
    change = None
    if found.value is not None and earlier.value is not None:
        with exact_context():
            change = found.value - earlier.value
    return DayBefore(day, earlier.value, change, earlier.reason)
