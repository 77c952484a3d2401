"""What income looks like on the wire."""

from argosy.api.schemas.fields import DecimalOut, Out
from argosy.api.schemas.figures import Flags, Reasons


class IncomeRowOut(Out):
    """Payments added up: gross = net + tax + fees; the three kinds are parts of net."""

    key: str
    name: str
    start: str | None
    end: str | None
    gross: DecimalOut | None
    tax: DecimalOut | None
    fees: DecimalOut | None
    net: DecimalOut | None
    dividends: DecimalOut | None
    interest: DecimalOut | None
    rewards: DecimalOut | None
    payments: int
    growth: float | None
    reasons: Reasons


class YieldOut(Out):
    """Income of twelve months against the cost and the value of what is held at their end."""

    asset_id: str | None
    symbol: str | None
    net: DecimalOut | None
    gross: DecimalOut | None
    cost: DecimalOut | None
    value: DecimalOut | None
    on_cost: float | None
    on_value: float | None
    gross_on_cost: float | None
    gross_on_value: float | None
    reasons: Reasons


class ExpectedOut(Out):
    """A payment to come, before tax; `certainty` is announced or forecast."""

    asset_id: str
    symbol: str
    certainty: str
    ex_on: str
    pay_on: str
    per_share: DecimalOut
    shares: DecimalOut
    amount: DecimalOut
    currency: str
    value: DecimalOut | None
    reasons: Reasons


class IncomeOut(Out):
    """What a portfolio paid, what it yields, and what can be expected."""

    start: str
    end: str
    currency: str
    scope: str
    method: str
    by: str
    items: list[IncomeRowOut]
    total: IncomeRowOut
    last_year: IncomeRowOut
    growth: float | None
    yield_of_all: YieldOut
    yields: list[YieldOut]
    calendar: list[ExpectedOut]
    flags: Flags
    reasons: Reasons
