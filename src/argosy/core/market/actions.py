"""What companies did, out of what several sources say: one event each, and who disagrees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Generic, TypeVar

from argosy.core.market.asset import Dividend, Split
from argosy.core.market.market import SAME_SPLIT_DAYS, same_split
from argosy.core.money import exact_context

Event = Split | Dividend
E = TypeVar("E", bound=Event)

SAME_DIVIDEND_DAYS = 3
"""Two sources speak of one dividend if they date it at most so many days apart: some pay weekly."""

SAME_AMOUNT = Decimal("0.01")
"""Two amounts agree within this fraction: sources round, and un-adjust with other digits."""


@dataclass(frozen=True, slots=True)
class StatedAction(Generic[E]):
    """What one source says happened; `own` tells that it is the viewer's own word."""

    event: E
    source: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Action(Generic[E]):
    """One event as it is believed, the sources that say so, and what others say of it instead."""

    event: E
    sources: tuple[str, ...]
    own: bool = False
    disputed: tuple[StatedAction[E], ...] = ()


@dataclass(frozen=True, slots=True)
class AssetActions:
    """An asset's splits and dividends, oldest first: one entry an event."""

    splits: tuple[Action[Split], ...] = ()
    dividends: tuple[Action[Dividend], ...] = ()


def join_actions(stated: Iterable[StatedAction[E]]) -> tuple[Action[E], ...]:
    """Join what sources say into events.

    Parameters
    ----------
    stated : iterable of StatedAction
        About one asset, whoever is believed first before all others.

    Returns
    -------
    actions : tuple of Action
        Oldest first. A source speaks for an event at most once: what it says again is another.

    Examples
    --------
    >>> from datetime import date
    >>> split = Split(date(2020, 8, 31), Decimal(4), Decimal(1))
    >>> wrong = Split(date(2020, 8, 31), Decimal(2), Decimal(1))
    >>> (one,) = join_actions(
    ...     [StatedAction(split, "yahoo"), StatedAction(split, "massive"), StatedAction(wrong, "x")]
    ... )
    >>> one.sources, [other.source for other in one.disputed]
    (('yahoo', 'massive'), ['x'])
    """
    joined: list[_Joined[E]] = []
    with exact_context():
        for one in stated:
            near = [event for event in joined if event.may_take(one)]
            agreeing = [event for event in near if agree(event.first.event, one.event)]
            if agreeing:
                _nearest(agreeing, one).agreeing.append(one)
            elif near:
                _nearest(near, one).disputed.append(one)
            else:
                joined.append(_Joined(one))
    found = (event.action() for event in joined)
    return tuple(sorted(found, key=lambda action: action.event.day))


def same_day(first: Event, second: Event) -> bool:
    """Tell whether two events of one kind lie near enough to be one."""
    return type(first) is type(second) and _apart(first, second) <= same_days(type(first))


def same_days(kind: type[Event]) -> int:
    """Return how many days apart two records of one event of a kind may be."""
    return SAME_SPLIT_DAYS if kind is Split else SAME_DIVIDEND_DAYS


def agree(first: Event, second: Event) -> bool:
    """Tell whether two events are one to the numbers, too. Must run inside `exact_context`."""
    if isinstance(first, Split) and isinstance(second, Split):
        return same_split(first, second)
    if not (isinstance(first, Dividend) and isinstance(second, Dividend)):
        return False
    close = abs(first.amount - second.amount) <= SAME_AMOUNT * first.amount
    return same_day(first, second) and first.currency == second.currency and close


@dataclass(slots=True)
class _Joined(Generic[E]):
    """An event while more and more sources speak of it."""

    first: StatedAction[E]
    agreeing: list[StatedAction[E]] = field(default_factory=list)
    disputed: list[StatedAction[E]] = field(default_factory=list)

    def may_take(self, one: StatedAction[E]) -> bool:
        said = (self.first, *self.agreeing, *self.disputed)
        new = all((one.source, one.own) != (other.source, other.own) for other in said)
        return new and same_day(self.first.event, one.event)

    def action(self) -> Action[E]:
        believed = (self.first, *self.agreeing)
        return Action(
            event=_with_pay_day(believed),
            sources=tuple(one.source for one in believed),
            own=self.first.own,
            disputed=tuple(self.disputed),
        )


def _with_pay_day(believed: Sequence[StatedAction[E]]) -> E:
    """Return the event believed first; when it is paid, another source may know."""
    event = believed[0].event
    if isinstance(event, Split):
        return event
    known = (one.event.pay_on for one in believed if isinstance(one.event, Dividend))
    return replace(event, pay_on=next((day for day in known if day is not None), None))


def _nearest(events: list[_Joined[E]], one: StatedAction[E]) -> _Joined[E]:
    return min(events, key=lambda event: _apart(event.first.event, one.event))


def _apart(first: Event, second: Event) -> int:
    return abs((first.day - second.day).days)
