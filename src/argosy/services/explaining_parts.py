"""Where a slice of an allocation and the income of a month come from.

Such a figure is named with its part: `value:category:CRYPTO`, `weight:country:Japan`,
`income:2024-03`, `income:2024`.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.explain import Leaf, Traced, graph
from argosy.core.ledger.book import Book, booked_splits
from argosy.core.ledger.traced import traced
from argosy.core.ledger.transaction import Transaction
from argosy.core.market.market import Market
from argosy.core.money import exact_context
from argosy.core.valuation.allocation import Allocation, Axis, Slice, Weights, allocate
from argosy.core.valuation.figures import PortfolioFigures, figures
from argosy.core.valuation.income import Income, payments, total
from argosy.services import composition
from argosy.services.books import Ledger
from argosy.services.explaining import EXPANDED_LINES, Explanation
from argosy.services.figures import figures_on

OF_A_SLICE = {
    "value": "sum of quantity × price × rate × the slice's weight in each asset, plus cash in it",
    "weight": "value of the slice ÷ total value",
}
OF_A_PERIOD = {"income": "dividends, interest and rewards of the period, net of tax"}


def is_part(figure: str) -> bool:
    """Tell whether a figure is one of a part."""
    name, _, part = figure.partition(":")
    return bool(part) and name in {**OF_A_SLICE, **OF_A_PERIOD}


async def weights_of(session: AsyncSession, ledger: Ledger, figure: str, on: date) -> Weights:
    """Return what the explanation of a part needs beside the ledger."""
    name, _, part = figure.partition(":")
    if name not in OF_A_SLICE or not part:
        return {}
    return await composition.of_ledger(session, ledger, [_slice_of(part)[0]], on)


def explain_part(
    ledger: Ledger, figure: str, as_of: date | None, weights: Weights, *, today: date
) -> Explanation:
    """Explain a figure of a slice at the end of a day, or of a month or a year.

    Raises
    ------
    InputError
        If there is no such slice or period.
    """
    name, _, part = figure.partition(":")
    if name in OF_A_PERIOD:
        return _of_period(ledger, figure, part, as_of or max(today, ledger.latest or today))
    axis, key = _slice_of(part)
    shown = figures_on(ledger, as_of, today=today)
    book = ledger.book_on(shown.as_of)
    if len(ledger.transactions) <= EXPANDED_LINES:
        book, found = _traced(ledger, list(ledger.transactions), shown.as_of)
    else:
        found = _referred(shown)
    stated = {axis: _leaves(axis, weights)}
    parted: Allocation = allocate(book, found, [axis], stated)
    one = next((one for one in parted.slices if key in {one.key, one.name}), None)
    if one is None:
        names = ", ".join(other.name for other in parted.slices)[:300]
        raise InputError(f"There is no slice {key[:40]!r} by {axis.text}. There are {names}.")
    return _explained(ledger, figure, one, shown)


def _slice_of(part: str) -> tuple[Axis, str]:
    """Read an axis and the key of a slice: category:CRYPTO, tag:strategy:Core, holding:CASH:EUR."""
    dimension, _, key = part.partition(":")
    if dimension == "tag" and ":" in key:
        taxonomy, _, key = key.partition(":")
        dimension = f"tag:{taxonomy}"
    return composition.parse_axis(dimension), key


def _traced(ledger: Ledger, lines: list[Transaction], day: date) -> tuple[Book, PortfolioFigures]:
    booked = booked_splits(ledger.transactions, ledger.portfolio.id)
    market = Market(ledger.assets, ledger.facts, booked=booked, traced=True)
    book = ledger.replayed(traced(lines), market, until=day)
    return book, figures(book, as_of=day)


def _referred(shown: PortfolioFigures) -> PortfolioFigures:
    """Let the holdings' values be leaves: each has an explanation of its own."""
    on = ("as_of", shown.as_of.isoformat())

    def leaf(value: Decimal | None, *facts: tuple[str, str]) -> Decimal | None:
        return None if value is None else Traced.of_leaf(value, Leaf("figure", (*facts, on)))

    holdings = tuple(
        replace(one, value=leaf(one.value, ("figure", "value"), ("asset_id", one.asset_id)))
        for one in shown.holdings
    )
    whole = leaf(shown.total_value, ("figure", "total_value"))
    return replace(shown, holdings=holdings, total_value=whole)


def _leaves(axis: Axis, weights: Weights) -> dict[str, dict[str, Decimal]]:
    def leaf(asset_id: str, unit: str, weight: Decimal) -> Decimal:
        facts = (("asset_id", asset_id), ("by", axis.text), ("unit", unit))
        return Traced.of_leaf(weight, Leaf("exposure", facts))

    return {
        asset_id: {unit: leaf(asset_id, unit, weight) for unit, weight in made_of.items()}
        for asset_id, made_of in weights.get(axis, {}).items()
    }


def _explained(ledger: Ledger, figure: str, one: Slice, shown: PortfolioFigures) -> Explanation:
    name = figure.partition(":")[0]
    value: Decimal | None = getattr(one, name)
    return Explanation(
        figure=figure,
        value=None if value is None else Decimal(value),
        currency=ledger.portfolio.rules.currency if name == "value" else None,
        formula=OF_A_SLICE[name],
        as_of=shown.as_of,
        flags=(*one.flags, *shown.flags),
        reason=one.reasons.get(name),
        nodes=[] if value is None else graph(value),
    )


def _of_period(ledger: Ledger, figure: str, part: str, end: date) -> Explanation:
    first, last = _period(part)
    last = min(last, end)
    paid = {one.asset_id for one in payments(ledger.book, first, last)}
    lines = [*ledger.lines_of(paid - {""})]
    known = {line.id for line in lines}
    lines = [
        line
        for line in ledger.transactions
        if line.id in known or (line.asset_id is None and first <= line.day <= last)
    ]
    book, _ = _traced(ledger, lines, last)
    with exact_context():
        row: Income = total(payments(book, first, last), part, part)
    return Explanation(
        figure=figure,
        value=None if row.net is None else Decimal(row.net),
        currency=ledger.portfolio.rules.currency,
        formula=OF_A_PERIOD["income"],
        as_of=last,
        flags=(),
        reason=row.reasons.get("net"),
        nodes=[] if row.net is None else graph(row.net),
    )


def _period(part: str) -> tuple[date, date]:
    """Return the first and last day of 2024-03 or 2024."""
    year, _, month = part.partition("-")
    try:
        first = date(int(year), int(month or 1), 1)
        months = 1 if month else 12
        ahead = first.month - 1 + months
        following = date(first.year + ahead // 12, ahead % 12 + 1, 1)
    except ValueError:
        message = f"{part[:20]!r} is neither a month (2024-03) nor a year (2024)."
        raise InputError(message) from None
    return first, date.fromordinal(following.toordinal() - 1)
