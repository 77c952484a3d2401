"""Bodies and answers about proposals."""

from datetime import date
from typing import Self

from pydantic import ConfigDict, Field

from argosy.api.schemas.action import ActionType, StatedActionOut, event_fields
from argosy.api.schemas.fields import DayIn, DecimalIn, DecimalOut, In, Out
from argosy.core.importers.draft import TransactionDraft
from argosy.services.proposals import Changes, Proposed


class ProposedLineOut(Out):
    """A complete body for `POST /transactions`; null is what its type does not use."""

    portfolio_id: str
    type: ActionType
    timestamp: str
    asset_id: str
    ratio: str | None
    amount: DecimalOut | None
    currency: str | None
    external_id: str

    @classmethod
    def of(cls, draft: TransactionDraft) -> Self:
        return cls.model_validate(draft)


class ProposalOut(Out):
    """A split or dividend that a portfolio held through and does not book."""

    key: str
    type: ActionType
    asset_id: str
    symbol: str
    on: date = Field(description="The first day of the new shares, or the ex-day.")
    ratio: str | None
    per_share: DecimalOut | None
    currency: str | None
    pay_on: date | None
    shares: DecimalOut = Field(description="Held when that day began, in its shares.")
    sources: list[str]
    disputed: list[StatedActionOut]
    dismissed: bool
    transaction: ProposedLineOut

    @classmethod
    def of(cls, one: Proposed) -> Self:
        proposal = one.proposal
        fields = event_fields(proposal.action.event)
        return cls(
            key=one.key,
            type="SPLIT" if proposal.amount is None else "DIVIDEND",
            asset_id=one.asset.id,
            symbol=one.asset.symbol,
            per_share=fields.pop("amount"),
            **fields,
            shares=proposal.shares,
            sources=list(proposal.action.sources),
            disputed=[StatedActionOut.of_stated(other) for other in proposal.action.disputed],
            dismissed=proposal.dismissed,
            transaction=ProposedLineOut.of(one.draft),
        )


class BookingIn(In):
    """What one knows better than the proposal; what is left out stays as proposed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount": "2.35", "tax": "0.35", "date": "2024-02-16"}]}
    )

    amount: DecimalIn | None = None
    tax: DecimalIn | None = None
    date: DayIn | None = None

    def changes(self) -> Changes:
        return Changes(amount=self.amount, tax=self.tax, on=self.date)
