"""What figures, gains, series and explanations look like on the wire."""

from typing import Literal

from pydantic import Field

from argosy.api.schemas.fields import DecimalOut, InstantOut, Out
from argosy.core.ledger.transaction import CostBasisMethod

Flags = list[str]
Reasons = dict[str, str]

_REASONS = Field(description="Why a figure is null, by its name.")


class PortfolioFiguresOut(Out):
    """A portfolio with its figures at the end of a day, in its currency."""

    id: str
    name: str
    description: str | None
    currency: str
    cost_basis_method: str
    fees_in_cost: bool
    dividend_policy: str
    track_cash: bool
    allow_short: bool
    is_demo: bool
    created_at: InstantOut
    updated_at: InstantOut
    as_of: str
    scope: str
    total_value: DecimalOut | None
    total_cost: DecimalOut | None
    unrealized_gain: DecimalOut | None
    realized_gain: DecimalOut | None
    income: DecimalOut | None
    fees: DecimalOut | None
    fees_separate: DecimalOut | None
    total_gain: DecimalOut | None
    total_return: float | None
    day_change: DecimalOut | None
    invested: DecimalOut | None
    cash: dict[str, DecimalOut]
    cash_value: DecimalOut | None
    flags: Flags
    reasons: Reasons = _REASONS


class LotOut(Out):
    """Shares acquired together that are still held."""

    acquired: str
    quantity: DecimalOut
    cost: DecimalOut | None
    local_cost: DecimalOut | None
    transaction_id: str


class HoldingOut(Out):
    """One asset: money in the portfolio's currency; price and `local_` in the asset's."""

    asset_id: str
    symbol: str
    exchange: str | None
    name: str
    category: str
    currency: str
    quantity: DecimalOut
    average_cost: DecimalOut | None
    cost: DecimalOut | None
    local_cost: DecimalOut | None
    price: DecimalOut | None
    price_at: str | None
    price_on: str | None
    price_source: str | None
    rate: DecimalOut | None
    value: DecimalOut | None
    local_value: DecimalOut | None
    weight: float | None
    unrealized_gain: DecimalOut | None
    unrealized_return: float | None
    unrealized_price_part: DecimalOut | None
    unrealized_currency_part: DecimalOut | None
    realized_gain: DecimalOut | None
    income: DecimalOut | None
    fees: DecimalOut | None
    fees_separate: DecimalOut | None
    total_gain: DecimalOut | None
    day_change: DecimalOut | None
    flags: Flags
    reasons: Reasons = _REASONS
    lots: list[LotOut] | None = Field(description="With include=lots, oldest first; else null.")


class NodeOut(Out):
    """One line of an explanation: a stored number, or an operation on earlier lines."""

    id: int
    kind: Literal[
        "transaction",
        "price",
        "rate",
        "split",
        "exposure",
        "figure",
        "flow",
        "discount",
        "constant",
        "op",
    ]
    value: DecimalOut
    op: str | None
    args: list[int]
    label: str | None
    facts: dict[str, str]


class UnderMethodOut(Out):
    """What a figure would be under another cost-basis method."""

    method: CostBasisMethod
    value: DecimalOut | None


class DayBeforeOut(Out):
    """The same figure one day earlier, and its change since."""

    as_of: str
    value: DecimalOut | None
    change: DecimalOut | None
    reason: str | None


class PassedOverOut(Out):
    """A close newer than the price that is not used, because it is in doubt."""

    asset_id: str
    symbol: str
    source: str
    on: str
    close: DecimalOut
    reason: str


class ExplanationOut(Out):
    """A figure, and the expression whose leaves are rows; evaluate `nodes` in order."""

    figure: str
    asset_id: str | None
    value: DecimalOut | None
    currency: str | None
    formula: str
    as_of: str
    status: Literal["exact", "estimated", "stale", "incomplete", "unknown"]
    flags: Flags
    reason: str | None
    root: int | None
    nodes: list[NodeOut]
    passed_over: list[PassedOverOut]
    methods: list[UnderMethodOut] | None = Field(
        default=None, description="Under the other cost-basis methods; with `include=methods`."
    )
    day_before: DayBeforeOut | None = Field(default=None, description="With `include=day_before`.")
