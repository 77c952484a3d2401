"""Where a figure comes from: the same computation, run on numbers that remember their rows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import isnan

from argosy.core.errors import InputError, NotFoundError
from argosy.core.explain import Leaf, Node, Traced, graph, named
from argosy.core.ledger.book import Book, booked_splits
from argosy.core.ledger.traced import traced
from argosy.core.ledger.transaction import CostBasisMethod, Transaction
from argosy.core.market.asset import Asset
from argosy.core.market.history import DoubtedClose
from argosy.core.market.market import Market
from argosy.core.money import UNIT, ZERO, exact_context
from argosy.core.performance.explained import explained_return
from argosy.core.performance.explained_range import explained_money
from argosy.core.performance.summary import Performance
from argosy.core.risk.profile import Choices
from argosy.core.valuation.figures import HoldingFigures, PortfolioFigures, figures
from argosy.core.valuation.passed_over import MARKED_FIGURES, passed_over
from argosy.services.books import Ledger
from argosy.services.explaining_risk import RISK_FIGURES, Explained, explained_of_risk
from argosy.services.figures import figures_on, performance_over, reaching
from argosy.services.session_returns import Span

PORTFOLIO_FIGURES = {
    "total_value": "sum of quantity × price × rate over all holdings, plus cash",
    "total_cost": "sum of the cost of what is held",
    "unrealized_gain": "value − cost of what is held",
    "realized_gain": "sum of proceeds − relieved cost over all disposals",
    "income": "dividends, interest and rewards, net of tax",
    "fees": "all fees and taxes paid",
    "fees_separate": "fees and taxes outside cost and proceeds",
    "total_gain": "unrealized gain + realized gain + income − separate fees",
    "total_return": "total gain ÷ cost of everything bought",
    "day_change": "value − value the day before − net flow of the day",
    "invested": "sum of all money that came in",
    "cash": "sum of all cash movements",
}
"""Figures of a whole portfolio, each with its formula in words."""

HOLDING_FIGURES = {
    "quantity": "shares bought − shares sold, through all splits",
    "average_cost": "cost ÷ quantity",
    "cost": "what was paid for the shares that are still held",
    "local_cost": "the same in the asset's currency",
    "price": "the newer of the market's price and the last own trade",
    "rate": "portfolio currency per unit of the asset's currency",
    "value": "quantity × price × rate",
    "local_value": "quantity × price",
    "weight": "value ÷ total value",
    "unrealized_gain": "value − cost",
    "unrealized_return": "unrealized gain ÷ cost",
    "unrealized_price_part": "unrealized gain − currency part",
    "unrealized_currency_part": "local cost × rate now − cost",
    "realized_gain": "sum of proceeds − relieved cost over all disposals",
    "income": "dividends, interest and rewards, net of tax",
    "fees": "all fees and taxes paid",
    "fees_separate": "fees and taxes outside cost and proceeds",
    "total_gain": "unrealized gain + realized gain + income − separate fees",
    "day_change": "value − value the day before − money paid in on the day",
}
"""Figures of one holding, each with its formula in words."""

RETURN_FIGURES = {
    "twr": "product of (value + money out) ÷ (value before + money in) over all days, minus 1",
    "annualized_twr": "(1 + time-weighted return) ^ (365 ÷ days) − 1",
    "mwr": "growth G − 1 for which all flows, each divided by G ^ (share of time), add up to 0",
    "mwr_annual": "(1 + money-weighted return) ^ (365 ÷ days) − 1",
    "modified_dietz": "gain ÷ (value at start + flows weighted by their share of time)",
}
"""Returns over a range, each with its formula in words."""

RANGE_FIGURES = {
    "gain": "value at the end − value at the start − money in + money out",
    "flows": "money in − money out",
}
"""What else is asked of a range, each with its formula in words."""

EXPANDED_LINES = 5_000
"""A portfolio's total is expanded down to its rows up to so many transactions; of a longer ledger
the leaves are the holdings' figures, each with an explanation of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A figure and the expression that leads to it; `value` is None with its reason.

    `nodes` stand in order of computation; the last is the figure itself. `passed_over` are closes
    newer than the price that are in doubt. `methods` and `day_before` are there where they were
    asked for.
    """

    figure: str
    value: Decimal | None
    currency: str | None
    formula: str
    as_of: date
    flags: tuple[str, ...]
    reason: str | None
    nodes: list[Node]
    passed_over: tuple["PassedOver", ...] = ()
    methods: tuple["UnderMethod", ...] | None = None
    day_before: "DayBefore | None" = None


@dataclass(frozen=True, slots=True)
class UnderMethod:
    """What a figure would be under another cost-basis method."""

    method: CostBasisMethod
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class DayBefore:
    """The same figure one day earlier, and by how much it changed since; None = see `reason`."""

    as_of: date
    value: Decimal | None
    change: Decimal | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A close that would be an asset's price, were it not in doubt."""

    asset: Asset
    close: DoubtedClose


def explain(
    ledger: Ledger,
    *,
    figure: str,
    asset_id: str | None,
    span: Span,
    risk_free: float = 0.0,
) -> Explanation:
    """Explain a figure of a portfolio, or of one of its holdings, at the end of a span.

    What is asked of a range is explained from the span's start on, or since the beginning; a
    Sharpe ratio is over a yearly `risk_free` rate.

    Raises
    ------
    InputError
        If there is no such figure, or a start is given for one that has no range.
    NotFoundError
        If the portfolio never had the asset.
    """
    as_of, start, today = span.end, span.start, span.today
    shown = figures_on(ledger, as_of, today=today)
    ranged = {**RETURN_FIGURES, **RANGE_FIGURES, **RISK_FIGURES}
    if start is not None and (asset_id is not None or figure not in ranged):
        message = f"start goes with {', '.join(ranged)} of a portfolio only."
        raise InputError(message)
    if asset_id is None and figure in RISK_FIGURES:
        over = Span(start=start, end=shown.as_of, today=today)
        risk = explained_of_risk(ledger, figure, over, Choices(risk_free=risk_free))
        return _of_risk(figure, shown, risk)
    if asset_id is None and figure in ranged:
        return _of_range(ledger, figure, shown, start=start, today=today)
    if asset_id is not None:
        found = _of_holding(ledger, figure, asset_id, shown)
    else:
        found = _of_portfolio(ledger, figure, shown)
    if figure not in MARKED_FIGURES:
        return found
    held = [one for one in shown.holdings if asset_id in {None, one.asset_id}]
    return replace(found, passed_over=_passed_over(ledger, held, as_of or today))


def _passed_over(
    ledger: Ledger, held: Iterable[HoldingFigures], until: date
) -> tuple[PassedOver, ...]:
    doubts = ledger.facts.doubts
    return tuple(
        PassedOver(ledger.assets[holding.asset_id], close)
        for holding in held
        for close in passed_over(holding, doubts.get(holding.asset_id, ()), until=until)
    )


def _of_holding(ledger: Ledger, figure: str, asset_id: str, shown: PortfolioFigures) -> Explanation:
    if figure not in HOLDING_FIGURES:
        raise _unknown(figure, HOLDING_FIGURES)
    holding = next((x for x in shown.holdings if x.asset_id == asset_id), None)
    if holding is None:
        name = "holding"
        raise NotFoundError(name, asset_id)
    whole = figure == "weight" and len(ledger.transactions) <= EXPANDED_LINES
    lines = list(ledger.transactions) if whole else ledger.lines_of({asset_id})
    found = _traced_figures(ledger, lines, shown.as_of)
    own = next(x for x in found.holdings if x.asset_id == asset_id)
    value = getattr(own, figure)
    if figure == "weight" and not whole:
        value = _weight(own, shown)
    return Explanation(
        figure=figure,
        value=None if value is None else Decimal(value),
        currency=_currency(ledger, figure, holding),
        formula=HOLDING_FIGURES[figure],
        as_of=shown.as_of,
        flags=holding.flags,
        reason=holding.reasons.get(figure),
        nodes=_nodes(value),
    )


def _weight(holding: HoldingFigures, shown: PortfolioFigures) -> Decimal | None:
    total = shown.total_value
    if holding.value is None or total is None or total <= 0:
        return None
    with exact_context():
        whole = _reference(total, "total_value", shown.as_of)
        return named((holding.value / whole).quantize(UNIT), "value ÷ total value")


def _of_portfolio(ledger: Ledger, figure: str, shown: PortfolioFigures) -> Explanation:
    if figure not in PORTFOLIO_FIGURES:
        ranged = {**RETURN_FIGURES, **RANGE_FIGURES, **RISK_FIGURES}
        raise _unknown(figure, {**PORTFOLIO_FIGURES, **ranged})
    found = shown
    if len(ledger.transactions) <= EXPANDED_LINES or figure in {"invested", "cash"}:
        found = _traced_figures(ledger, list(ledger.transactions), shown.as_of)
    value = found.cash_value if figure == "cash" else getattr(found, figure)
    if value is not None and not isinstance(value, Traced):
        value = _summed(found, figure, value, shown.as_of)
    return Explanation(
        figure=figure,
        value=None if value is None else Decimal(value),
        currency=None if figure == "total_return" else ledger.portfolio.rules.currency,
        formula=PORTFOLIO_FIGURES[figure],
        as_of=shown.as_of,
        flags=shown.flags,
        reason=shown.reasons.get("cash_value" if figure == "cash" else figure),
        nodes=_nodes(value),
    )


_PARTS = {"total_value": "value", "total_cost": "cost"}


def _summed(found: PortfolioFigures, figure: str, value: Decimal, day: date) -> Decimal:
    """Express a total as the sum of its holdings' figures, as far as it is one."""
    part = _PARTS.get(figure, figure)
    total = ZERO
    with exact_context():
        for holding in found.holdings:
            known = getattr(holding, part, None)
            if known:
                total += _reference(known, part, day, asset_id=holding.asset_id)
        if value != total:
            total += _reference(value - total, "outside_holdings", day)
    return total


def _reference(value: Decimal, figure: str, day: date, *, asset_id: str | None = None) -> Decimal:
    facts = [("figure", figure), ("as_of", day.isoformat())]
    if asset_id is not None:
        facts.append(("asset_id", asset_id))
    return Traced.of_leaf(value, Leaf("figure", tuple(facts)))


def _of_range(
    ledger: Ledger, figure: str, shown: PortfolioFigures, *, start: date | None, today: date
) -> Explanation:
    found = performance_over(ledger, name=None, start=start, end=shown.as_of, today=today)
    value = None if found is None else _over_range(ledger, figure, found)
    is_money = figure in {"gain", "flows"}
    return Explanation(
        figure=figure,
        value=None if value is None else Decimal(value),
        currency=ledger.portfolio.rules.currency if is_money else None,
        formula={**RETURN_FIGURES, **RANGE_FIGURES}[figure],
        as_of=shown.as_of,
        flags=(*shown.flags, *(found.flags if found is not None else ())),
        reason="Nothing has happened yet." if found is None else found.reasons.get(figure),
        nodes=_nodes(value),
    )


def _of_risk(figure: str, shown: PortfolioFigures, found: Explained) -> Explanation:
    return Explanation(
        figure=figure,
        value=None if found.value is None else Decimal(found.value),
        currency=None,
        formula=RISK_FIGURES[figure],
        as_of=shown.as_of,
        flags=(*shown.flags, *found.flags),
        reason=found.reason,
        nodes=_nodes(found.value),
    )


def _over_range(ledger: Ledger, figure: str, found: Performance) -> Decimal | None:
    series = reaching(ledger, found.end)
    known = getattr(found, figure)
    if known is None or isnan(known):
        return None
    if figure in RANGE_FIGURES:
        return explained_money(ledger.book, found, figure)
    return explained_return(series, found, figure)


def _traced_figures(ledger: Ledger, lines: list[Transaction], day: date) -> PortfolioFigures:
    booked = booked_splits(ledger.transactions, ledger.portfolio.id)
    market = Market(ledger.assets, ledger.facts, booked=booked, traced=True)
    book: Book = ledger.replayed(traced(lines), market, until=day)
    return figures(book, as_of=day)


def _currency(ledger: Ledger, figure: str, holding: HoldingFigures) -> str | None:
    if figure in {"quantity", "weight", "unrealized_return", "rate"}:
        return None
    if figure in {"price", "local_cost", "local_value"}:
        return holding.currency
    return ledger.portfolio.rules.currency


def _nodes(value: Decimal | None) -> list[Node]:
    return [] if value is None else graph(value)


def _unknown(figure: str, known: dict[str, str]) -> InputError:
    return InputError(f"There is no figure {figure[:40]!r}. Ask for one of {', '.join(known)}.")
