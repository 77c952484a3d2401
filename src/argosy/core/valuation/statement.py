"""All figures of a holding and of a portfolio at one date, as values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from argosy.core.ledger.basis import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingFigures:
    """One asset in one portfolio. Money in the portfolio's currency unless `local_`.

    None = unknown; `reasons` says why.
    """

    asset_id: str
    currency: str
    quantity: Decimal
    average_cost: Decimal | None
    cost: Decimal | None
    local_cost: Decimal | None
    price: Decimal | None
    price_on: date | None
    price_at: datetime | None
    price_source: str | None
    rate: Decimal | None
    value: Decimal | None
    local_value: Decimal | None
    weight: Decimal | None
    unrealized_gain: Decimal | None
    unrealized_return: Decimal | None
    unrealized_price_part: Decimal | None
    unrealized_currency_part: Decimal | None
    realized_gain: Decimal | None
    income: Decimal | None
    fees: Decimal | None
    fees_separate: Decimal | None
    total_gain: Decimal | None
    day_change: Decimal | None
    flags: tuple[str, ...]
    lots: tuple[Piece, ...]
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioFigures:
    """A portfolio at one date. Money in its currency; None = unknown, with its reason."""

    as_of: date
    total_value: Decimal | None
    total_cost: Decimal | None
    unrealized_gain: Decimal | None
    realized_gain: Decimal | None
    income: Decimal | None
    fees: Decimal | None
    fees_separate: Decimal | None
    total_gain: Decimal | None
    total_return: Decimal | None
    day_change: Decimal | None
    invested: Decimal | None
    bought: Decimal | None
    cash: dict[str, Decimal]
    cash_value: Decimal | None
    flags: tuple[str, ...]
    reasons: dict[str, str]
    holdings: tuple[HoldingFigures, ...]
