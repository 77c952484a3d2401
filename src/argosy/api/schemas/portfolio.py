"""Bodies and answers about portfolios and their settings."""

from typing import Annotated, Self

from pydantic import ConfigDict, StringConstraints

from argosy.api.schemas.fields import CurrencyIn, In, InstantOut, Out, any_case
from argosy.core.ledger.transaction import CostBasisMethod, DividendPolicy, PortfolioRules
from argosy.services.portfolios import (
    DESCRIPTION_MAX,
    NAME_MAX,
    Portfolio,
    PortfolioDraft,
)

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX)]
Description = Annotated[str, StringConstraints(max_length=DESCRIPTION_MAX)]
Method = Annotated[CostBasisMethod, any_case]
Policy = Annotated[DividendPolicy, any_case]


class PortfolioIn(In):
    """A portfolio with its settings; what is left out has its default."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Retirement",
                    "currency": "EUR",
                    "cost_basis_method": "fifo",
                    "dividend_policy": "income",
                    "track_cash": False,
                }
            ]
        }
    )

    name: Name
    description: Description | None = None
    currency: CurrencyIn = "USD"
    cost_basis_method: Method = CostBasisMethod.AVERAGE
    fees_in_cost: bool = True
    dividend_policy: Policy = DividendPolicy.INCOME
    track_cash: bool = False
    allow_short: bool = False

    def draft(self) -> PortfolioDraft:
        return PortfolioDraft(
            name=self.name,
            description=self.description,
            rules=PortfolioRules(
                currency=self.currency,
                method=self.cost_basis_method,
                fees_in_cost=self.fees_in_cost,
                dividend_policy=self.dividend_policy,
                track_cash=self.track_cash,
                allow_short=self.allow_short,
            ),
        )


class PortfolioPatch(In):
    """Some fields of a portfolio; what is left out, or null, stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cost_basis_method": "fifo"}]})

    name: Name | None = None
    description: Description | None = None
    currency: CurrencyIn | None = None
    cost_basis_method: Method | None = None
    fees_in_cost: bool | None = None
    dividend_policy: Policy | None = None
    track_cash: bool | None = None
    allow_short: bool | None = None

    def onto(self, old: Portfolio) -> PortfolioDraft:
        """Return the whole of what the portfolio shall be; a description of null is taken away."""
        rules = old.rules
        keeps_text = "description" not in self.model_fields_set
        return PortfolioDraft(
            name=old.name if self.name is None else self.name,
            description=old.description if keeps_text else self.description,
            rules=PortfolioRules(
                currency=self.currency or rules.currency,
                method=self.cost_basis_method or rules.method,
                fees_in_cost=_or(self.fees_in_cost, rules.fees_in_cost),
                dividend_policy=self.dividend_policy or rules.dividend_policy,
                track_cash=_or(self.track_cash, rules.track_cash),
                allow_short=_or(self.allow_short, rules.allow_short),
            ),
        )


def _or(value: bool | None, kept: bool) -> bool:
    return kept if value is None else value


class PortfolioOut(Out):
    """A portfolio with its settings."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01890a5d-ac96-774b-bcce-b302099a8057",
                    "name": "Retirement",
                    "description": None,
                    "currency": "EUR",
                    "cost_basis_method": "fifo",
                    "fees_in_cost": True,
                    "dividend_policy": "income",
                    "track_cash": False,
                    "allow_short": False,
                    "is_demo": False,
                    "created_at": "2024-01-05T14:30:00Z",
                    "updated_at": "2024-01-05T14:30:00Z",
                }
            ]
        }
    )

    id: str
    name: str
    description: str | None
    currency: str
    cost_basis_method: CostBasisMethod
    fees_in_cost: bool
    dividend_policy: DividendPolicy
    track_cash: bool
    allow_short: bool
    is_demo: bool
    created_at: InstantOut
    updated_at: InstantOut

    @classmethod
    def of(cls, portfolio: Portfolio) -> Self:
        rules = portfolio.rules
        return cls(
            id=portfolio.id,
            name=portfolio.name,
            description=portfolio.description,
            currency=rules.currency,
            cost_basis_method=rules.method,
            fees_in_cost=rules.fees_in_cost,
            dividend_policy=rules.dividend_policy,
            track_cash=rules.track_cash,
            allow_short=rules.allow_short,
            is_demo=portfolio.is_demo,
            created_at=portfolio.created_at,
            updated_at=portfolio.updated_at,
        )
