"""What realized gains look like on the wire."""

from argosy.api.schemas.fields import DecimalOut, Out
from argosy.api.schemas.figures import Flags, Reasons


class SoldLotOut(Out):
    """Shares that a disposal took. The lots of a disposal add up to it."""

    acquired: str
    quantity: DecimalOut
    cost: DecimalOut | None
    local_cost: DecimalOut | None
    transaction_id: str
    days_held: int
    term: str
    proceeds: DecimalOut | None
    gain: DecimalOut | None
    price_part: DecimalOut | None
    currency_part: DecimalOut | None
    fees: DecimalOut | None


class WashSaleOut(Out):
    """Purchases within 30 days of a sale at a loss: a hint, no advice."""

    transactions: list[str]
    quantity: DecimalOut
    loss: DecimalOut | None


class GainOut(Out):
    """One disposal. gain = proceeds − cost = price_part + currency_part."""

    date: str
    transaction_id: str
    asset_id: str
    symbol: str
    exchange: str | None
    quantity: DecimalOut
    proceeds: DecimalOut | None
    cost: DecimalOut | None
    gain: DecimalOut | None
    price_part: DecimalOut | None
    currency_part: DecimalOut | None
    fees: DecimalOut | None
    local_proceeds: DecimalOut | None
    local_cost: DecimalOut | None
    acquired: str | None
    days_held: int | None
    term: str
    lots: list[SoldLotOut]
    wash_sale: WashSaleOut | None


class GainTotalsOut(Out):
    """Gains added up; `gains` and `losses` are those of lots above and below zero."""

    count: int
    proceeds: DecimalOut | None
    cost: DecimalOut | None
    gain: DecimalOut | None
    price_part: DecimalOut | None
    currency_part: DecimalOut | None
    gains: DecimalOut | None
    losses: DecimalOut | None
    fees: DecimalOut | None


class ByTermOut(Out):
    """Lots added up by term: held up to and for more than `long_term_days`, and neither."""

    short: GainTotalsOut
    long: GainTotalsOut
    unknown: GainTotalsOut


class ToDoOut(Out):
    """A line that a report lacks something of."""

    lack: str
    reason: str
    transaction_id: str
    asset_id: str
    symbol: str
    date: str
    quantity: DecimalOut


class GainsOut(Out):
    """Disposals of a span, oldest first, their sums, and what is missing."""

    start: str | None
    end: str | None
    currency: str
    scope: str
    method: str
    long_term_days: int
    items: list[GainOut]
    totals: GainTotalsOut
    by_term: ByTermOut
    worklist: list[ToDoOut]
    flags: Flags
    reasons: Reasons


class MethodOut(Out):
    """A history under one cost-basis method; `total` = realized_to_date + unrealized."""

    method: str
    current: bool
    disposals: int
    realized: DecimalOut | None
    short_term: DecimalOut | None
    long_term: DecimalOut | None
    realized_to_date: DecimalOut | None
    unrealized: DecimalOut | None
    cost: DecimalOut | None
    value: DecimalOut | None
    total: DecimalOut | None
    reasons: Reasons


class MethodsOut(Out):
    """The same history under every cost-basis method, the portfolio's own first."""

    start: str | None
    end: str | None
    as_of: str
    currency: str
    scope: str
    method: str
    long_term_days: int
    items: list[MethodOut]
    flags: Flags
    reasons: Reasons
