"""Answers about splits and dividends."""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field

from argosy.api.schemas.fields import DecimalOut, Out
from argosy.core.errors import plain
from argosy.core.market.actions import Action, Event, StatedAction
from argosy.core.market.asset import Dividend, Split
from argosy.services.actions import AssetActions

ActionType = Literal["SPLIT", "DIVIDEND"]


class EventOut(Out):
    """A split or a dividend; null where its kind has no such thing, or nobody knows it."""

    on: date = Field(description="The first day of the new shares, or the ex-day.")
    ratio: str | None = Field(description="`new:old`, of a split.")
    amount: DecimalOut | None = Field(description="Of a dividend: per share as then traded.")
    currency: str | None
    pay_on: date | None


class StatedActionOut(EventOut):
    """What one source says of an event."""

    source: str
    own: bool = Field(description="It is one's own word.")

    @classmethod
    def of_stated(cls, one: StatedAction[Any]) -> Self:
        return cls(**event_fields(one.event), source=one.source, own=one.own)


class ActionOut(EventOut):
    """One event as it is believed; who says so, and what others say of it instead."""

    type: ActionType
    sources: list[str] = Field(description="The most believed first.")
    own: bool = Field(description="It is one's own word.")
    disputed: list[StatedActionOut]

    @classmethod
    def of_asset(cls, found: AssetActions) -> list[Self]:
        """Return an asset's events, oldest first."""
        actions: list[Action[Any]] = [*found.splits, *found.dividends]
        return [cls.of_action(one) for one in sorted(actions, key=lambda one: one.event.day)]

    @classmethod
    def of_action(cls, one: Action[Any]) -> Self:
        return cls(
            **event_fields(one.event),
            type=type_of(one.event),
            sources=list(one.sources),
            own=one.own,
            disputed=[StatedActionOut.of_stated(other) for other in one.disputed],
        )


def type_of(event: Event) -> ActionType:
    """Return the word for a kind of event."""
    return "SPLIT" if isinstance(event, Split) else "DIVIDEND"


def event_fields(event: Event) -> dict[str, Any]:
    """Return an event by the names of the fields that show it."""
    paid = event if isinstance(event, Dividend) else None
    return {
        "on": event.day,
        "ratio": f"{plain(event.new)}:{plain(event.old)}" if isinstance(event, Split) else None,
        "amount": paid and paid.amount,
        "currency": paid and paid.currency,
        "pay_on": paid and paid.pay_on,
    }
