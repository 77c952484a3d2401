"""What a portfolio paid: by month, year, asset or category, gross and withheld tax apart."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from argosy.core.explain import named
from argosy.core.ledger.book import Book
from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.core.money import UNIT, ZERO, exact_context, known
from argosy.core.valuation.statement import PortfolioFigures


class IncomeBy(StrEnum):
    """What income is added up by."""

    MONTH = "month"
    YEAR = "year"
    ASSET = "asset"
    CATEGORY = "category"


AMOUNTS = ("gross", "tax", "fees", "net", "dividends", "interest", "rewards")
"""What is added up; the last three are the parts of `net`."""

NO_ASSET = "none"
"""The key of what no asset paid, such as interest on cash."""

_NO_RATE = "A payment has no rate or price on its day."


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment, in the portfolio's currency; NaN where its rate is missing.

    `gross` = `net` + `tax` + `fees`, exactly.
    """

    transaction: Transaction
    asset_id: str
    net: Decimal
    tax: Decimal
    fees: Decimal

    @property
    def gross(self) -> Decimal:
        """What was paid before anything was withheld. Must run inside `exact_context`."""
        return self.net + self.tax + self.fees


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """Payments added up, in the portfolio's currency; None with its reason.

    Attributes
    ----------
    key, name : str
        `2024-03`, `2024`, an asset's id or a category, and what people call it.
    start, end : date or None
        Of a month or a year, else of the span.
    gross, tax, fees, net : Decimal or None
        `gross` = `net` + `tax` + `fees`.
    dividends, interest, rewards : Decimal or None
        The parts of `net`.
    payments : int
    growth : Decimal or None
        Net over the net of the year before, less 1; of a year alone.
    """

    key: str
    name: str
    start: date | None = None
    end: date | None = None
    gross: Decimal | None
    tax: Decimal | None
    fees: Decimal | None
    net: Decimal | None
    dividends: Decimal | None
    interest: Decimal | None
    rewards: Decimal | None
    payments: int
    growth: Decimal | None = None
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What something paid in the last twelve months against what it cost and is worth now."""

    asset_id: str | None
    net: Decimal | None
    gross: Decimal | None
    cost: Decimal | None
    value: Decimal | None
    on_cost: Decimal | None
    on_value: Decimal | None
    gross_on_cost: Decimal | None
    gross_on_value: Decimal | None
    reasons: dict[str, str] = field(default_factory=dict)


def payments(book: Book, start: date, end: date) -> list[Payment]:
    """Return every payment of a span, first and last day inclusive, oldest first.

    Dividends that lower the cost (`reduces_cost`) are no income and not here.
    """
    with exact_context():
        found = [
            _payment(book, position.asset_id, line, net)
            for position in book.positions.values()
            for line, net in position.incomes
            if start <= line.day <= end
        ]
    return sorted(found, key=lambda one: one.transaction.day)


def _payment(book: Book, asset_id: str, line: Transaction, net: Decimal) -> Payment:
    if line.type is TransactionType.REWARD or not (line.tax or line.fee):
        return Payment(transaction=line, asset_id=asset_id, net=net, tax=ZERO, fees=ZERO)
    rate = book.base_rate(line)
    return Payment(
        transaction=line,
        asset_id=asset_id,
        net=net,
        tax=(line.tax * rate).quantize(UNIT),
        fees=(line.fee * rate).quantize(UNIT),
    )


def income_by(
    book: Book, paid: Sequence[Payment], by: IncomeBy, *, start: date, end: date
) -> tuple[Income, ...]:
    """Add payments up.

    Parameters
    ----------
    book : Book
        The one that they are of.
    paid : sequence of Payment
        Oldest first.
    by : IncomeBy
    start, end : date
        Months and years are listed from the first to the last of these, also without a payment.

    Returns
    -------
    rows : tuple of Income
        Months and years in their order, assets and categories with the most net income first.
    """
    if by in {IncomeBy.MONTH, IncomeBy.YEAR}:
        return tuple(_periods(paid, by, start, end))
    assets = book.market.assets

    def place(one: Payment) -> tuple[str, str]:
        if not one.asset_id:
            return NO_ASSET, "No asset"
        asset = assets[one.asset_id]
        if by is IncomeBy.ASSET:
            return asset.id, asset.symbol
        return asset.category.value, asset.category.value

    rows = [
        replace(total(some, *key), start=start, end=end)
        for key, some in _grouped(paid, place).items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.net is None, -(row.net or ZERO), row.name)))


def total(paid: Iterable[Payment], key: str = "total", name: str = "Total") -> Income:
    """Add payments up to one row; what lacks a rate makes a sum unknown."""
    some = list(paid)
    with exact_context():
        gross, tax, fees = (
            known(sum((getattr(one, part) for one in some), ZERO))
            for part in ("gross", "tax", "fees")
        )
        net = known(named(sum((one.net for one in some), ZERO), f"net income, {name}"))
        kinds = {
            kind: known(sum((one.net for one in some if one.transaction.type is kind), ZERO))
            for kind in (
                TransactionType.DIVIDEND,
                TransactionType.INTEREST,
                TransactionType.REWARD,
            )
        }
    row = Income(
        key=key,
        name=name,
        gross=gross,
        tax=tax,
        fees=fees,
        net=net,
        dividends=kinds[TransactionType.DIVIDEND],
        interest=kinds[TransactionType.INTEREST],
        rewards=kinds[TransactionType.REWARD],
        payments=len(some),
    )
    lacking = [part for part in AMOUNTS if getattr(row, part) is None]
    return replace(row, reasons=dict.fromkeys(lacking, _NO_RATE))


def _grouped(
    paid: Iterable[Payment], place: Callable[[Payment], tuple[str, str]]
) -> dict[tuple[str, str], list[Payment]]:
    found: dict[tuple[str, str], list[Payment]] = {}
    for one in paid:
        found.setdefault(place(one), []).append(one)
    return found


def _periods(paid: Sequence[Payment], by: IncomeBy, start: date, end: date) -> Iterator[Income]:
    months = by is IncomeBy.MONTH
    grouped = _grouped(paid, lambda one: (_period(one.transaction.day, months=months), ""))
    before: Decimal | None = None
    for first, last in _spans(start, end, months=months):
        key = _period(first, months=months)
        row = replace(total(grouped.get((key, ""), ()), key, key), start=first, end=last)
        if not months:
            growth, why = growth_of(row.net, before)
            if last > end:
                growth, why = None, "The year is not over, or not whole in the span."
            reasons = row.reasons if why is None else {**row.reasons, "growth": why}
            row = replace(row, growth=growth, reasons=reasons)
        yield row
        before = row.net if first >= start else None


def growth_of(now: Decimal | None, before: Decimal | None) -> tuple[Decimal | None, str | None]:
    """Return now ÷ before − 1, or why there is none.

    Examples
    --------
    >>> growth_of(Decimal(110), Decimal(100))[0], growth_of(Decimal(110), Decimal(0))[0]
    (Decimal('0.100000000000000000'), None)
    """
    if now is None or before is None:
        return None, "The income of the year, or of a whole year before it, is unknown."
    if before <= 0:
        return None, "There was no income in the year before."
    with exact_context():
        return (now / before - 1).quantize(UNIT), None


def _period(day: date, *, months: bool) -> str:
    return f"{day:%Y-%m}" if months else f"{day.year:04}"


def _spans(start: date, end: date, *, months: bool) -> Iterator[tuple[date, date]]:
    """Return the first and last day of each month or year that a span touches."""
    first = date(start.year, start.month if months else 1, 1)
    while first <= end:
        later = first.month + 1 if months else 13
        following = date(first.year + (later > 12), later if later <= 12 else 1, 1)
        yield first, date.fromordinal(following.toordinal() - 1)
        first = following


def year_before(day: date) -> date:
    """Return the same day a year earlier; 28 February for the 29th.

    Examples
    --------
    >>> year_before(date(2024, 2, 29)).isoformat()
    '2023-02-28'
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


def yields(found: PortfolioFigures, paid: Sequence[Payment]) -> tuple[Yield, tuple[Yield, ...]]:
    """Return the yields of all that is held, together and one by one.

    Parameters
    ----------
    found : PortfolioFigures
        At the end of the twelve months.
    paid : sequence of Payment
        Of the twelve months.

    Returns
    -------
    whole, each : Yield, tuple of Yield
        Of what is held at the end: what was sold since, and cash, have no part in them. Each has
        an entry if it paid; the one with the highest net first.
    """
    held = {one.asset_id: one for one in found.holdings if one.quantity}
    grouped = _grouped(
        (one for one in paid if one.asset_id in held), lambda one: (one.asset_id, "")
    )
    with exact_context():
        each = [
            _yield(asset_id, some, held[asset_id].cost, held[asset_id].value)
            for (asset_id, _), some in grouped.items()
        ]
        whole = _yield(
            None,
            [one for some in grouped.values() for one in some],
            _sum([one.cost for one in held.values()]),
            _sum([one.value for one in held.values()]),
        )
    return whole, tuple(sorted(each, key=lambda one: -(one.net or ZERO)))


def _sum(parts: Sequence[Decimal | None]) -> Decimal | None:
    if any(part is None for part in parts):
        return None
    return sum((part for part in parts if part is not None), ZERO)


def _yield(
    asset_id: str | None, paid: Sequence[Payment], cost: Decimal | None, value: Decimal | None
) -> Yield:
    net = known(sum((one.net for one in paid), ZERO))
    gross = known(sum((one.gross for one in paid), ZERO))
    ratios = {
        "on_cost": _ratio(net, cost),
        "on_value": _ratio(net, value),
        "gross_on_cost": _ratio(gross, cost),
        "gross_on_value": _ratio(gross, value),
    }
    words = {
        "on_cost": "The cost is unknown or not above zero, or a payment has no rate.",
        "on_value": "The value is unknown or not above zero, or a payment has no rate.",
    }
    return Yield(
        asset_id=asset_id,
        net=net,
        gross=gross,
        cost=cost,
        value=value,
        **ratios,
        reasons={
            name: words[name.removeprefix("gross_")]
            for name, ratio in ratios.items()
            if ratio is None
        },
    )


def _ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    if part is None or whole is None or whole <= 0:
        return None
    return named((part / whole).quantize(UNIT), "income of twelve months ÷ whole")
