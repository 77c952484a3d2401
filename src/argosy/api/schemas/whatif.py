"""What shall be otherwise, and what would come of it."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from typing_extensions import override

from argosy.api.schemas.fields import CurrencyIn, DecimalIn, In, Out
from argosy.api.schemas.figures import HoldingOut, PortfolioFiguresOut
from argosy.api.schemas.performance import PerformanceOut
from argosy.api.schemas.portfolio import Method, Policy
from argosy.api.schemas.transaction import Reference, TransactionPatch, TransactionRowIn
from argosy.services.naming import Mentioned
from argosy.services.whatif import LINES_MAX, OtherPrice, OtherRate, WhatIf

_RULES = {"cost_basis_method": "method"}


class ChangedLineIn(TransactionPatch):
    """A stored line by its id, with the fields that shall be otherwise."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "…", "price": "187.35"}]})

    id: Reference

    @override
    def given(self) -> dict[str, Any]:
        """Return the fields that were sent, as a draft takes them."""
        return {name: value for name, value in super().given().items() if name != "id"}


class RulesIn(In):
    """Settings that shall be otherwise; what is left out stays."""

    currency: CurrencyIn | None = None
    cost_basis_method: Method | None = None
    fees_in_cost: bool | None = None
    dividend_policy: Policy | None = None
    track_cash: bool | None = None
    allow_short: bool | None = None

    def given(self) -> dict[str, Any]:
        found = {name: getattr(self, name) for name in self.model_fields_set}
        return {_RULES.get(name, name): x for name, x in found.items() if x is not None}


class OtherPriceIn(In):
    """Another price of an asset in its currency, or a fraction by which its last one changes."""

    asset_id: Reference | None = None
    symbol: Reference | None = None
    exchange: Reference | None = None
    price: DecimalIn | None = None
    change: DecimalIn | None = None


class OtherRateIn(In):
    """Units of the portfolio's currency for one `currency`, or a fraction by which it changes."""

    currency: CurrencyIn
    rate: DecimalIn | None = None
    change: DecimalIn | None = None


class WhatIfIn(In):
    """All that shall be otherwise."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "add": [
                        {
                            "type": "SELL",
                            "symbol": "AAPL",
                            "quantity": "5",
                            "price": "190",
                            "timestamp": "2024-01-05",
                        }
                    ],
                    "rules": {"cost_basis_method": "hifo"},
                    "prices": [{"symbol": "BTC", "change": "-0.3"}],
                }
            ]
        }
    )

    add: Annotated[list[TransactionRowIn], Field(max_length=LINES_MAX, default_factory=list)]
    change: Annotated[list[ChangedLineIn], Field(max_length=LINES_MAX, default_factory=list)]
    delete: Annotated[list[Reference], Field(max_length=LINES_MAX, default_factory=list)]
    rules: RulesIn | None = None
    prices: Annotated[list[OtherPriceIn], Field(max_length=LINES_MAX, default_factory=list)]
    rates: Annotated[list[OtherRateIn], Field(max_length=100, default_factory=list)]

    def wanted(self) -> WhatIf:
        """Return what shall be otherwise."""
        return WhatIf(
            add=[line.draft(row=row) for row, line in enumerate(self.add)],
            change={line.id: line.given() for line in self.change},
            delete=self.delete,
            rules={} if self.rules is None else self.rules.given(),
            prices=[
                OtherPrice(
                    asset=Mentioned(one.asset_id, one.symbol, one.exchange),
                    price=one.price,
                    change=one.change,
                )
                for one in self.prices
            ],
            rates=[
                OtherRate(currency=one.currency, rate=one.rate, change=one.change)
                for one in self.rates
            ],
        )


class RealizedOut(Out):
    """Sums of all realized gains."""

    proceeds: str | None
    cost: str | None
    gain: str | None
    price_part: str | None
    currency_part: str | None


class WhatIfSideOut(Out):
    """Every figure of the portfolio, as it is or as it would be."""

    portfolio: PortfolioFiguresOut
    holdings: list[HoldingOut]
    gains: RealizedOut
    performance: dict[str, PerformanceOut]


class WhatIfOut(Out):
    """A portfolio before and after what is asked; nothing of it is stored.

    `difference` is after less before, of money that both sides know in one currency. `preview`
    goes into a batch of the added lines, which then stores what was shown here or nothing.
    """

    start: date | None
    end: date
    as_of: date
    currency: str
    scope: str
    method: str
    before: WhatIfSideOut
    after: WhatIfSideOut
    difference: dict[str, str | None]
    preview: str | None
    flags: list[str]
    reasons: dict[str, str]
