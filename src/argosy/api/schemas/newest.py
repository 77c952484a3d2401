"""A portfolio in the list of all: with its newest figures as they are kept."""

from datetime import date, datetime
from typing import Any, Self

from argosy.api.schemas.fields import DecimalOut, InstantOut, Out
from argosy.api.schemas.portfolio import PortfolioOut
from argosy.services.newest import UNIT, InUnit, Kept
from argosy.services.portfolios import Portfolio


class InUnitOut(Out):
    """The newest figures in one currency; money as strings, fractions as numbers."""

    current_value: DecimalOut | None
    total_invested: DecimalOut | None
    day_change_value: DecimalOut | None
    total_return: float | None
    day_change: float | None
    week_change: float | None
    month_change: float | None
    year_change: float | None


class CurrentOut(InUnitOut):
    """A portfolio's newest figures in its currency, and in dollars.

    `stale` says that something has changed since they were computed, `age_s` seconds ago.
    """

    currency: str
    as_of: date | None
    usd: InUnitOut
    incomplete: bool
    updated_at: InstantOut
    age_s: float
    stale: bool

    @classmethod
    def of(cls, kept: Kept, *, now: datetime) -> Self:
        newest = kept.newest
        return cls(
            **_unit(newest.own),
            currency=newest.currency,
            as_of=newest.as_of,
            usd=InUnitOut(**_unit(newest.usd)),
            incomplete=newest.incomplete,
            updated_at=kept.updated_at,
            age_s=max((now - kept.updated_at).total_seconds(), 0.0),
            stale=kept.stale_since is not None,
        )


def _unit(unit: InUnit) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in UNIT}


class PortfolioListedOut(PortfolioOut):
    """A portfolio with its settings and, once they are computed, its newest figures."""

    current: CurrentOut | None

    @classmethod
    def with_current(cls, portfolio: Portfolio, kept: Kept | None, *, now: datetime) -> Self:
        whole = PortfolioOut.of(portfolio)
        current = None if kept is None else CurrentOut.of(kept, now=now)
        return cls(**dict(whole), current=current)
