"""Exchange rates on their way in: what one says, and when it may be stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from argosy.core.errors import InputError, RowProblem
from argosy.core.money import check_decimal


@dataclass(frozen=True, slots=True)
class StatedRate:
    """`rate` units of `quote` for one `base` at an instant, as its source states it."""

    base: str
    quote: str
    at: datetime
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class CheckedRates:
    """The rates that can be stored, and what is wrong with the others."""

    rates: list[StatedRate]
    rejected: list[RowProblem]


def check_rates(rates: Iterable[StatedRate], *, latest: date) -> CheckedRates:
    """Part the rates that can be stored from those that cannot.

    Parameters
    ----------
    rates : iterable of StatedRate
        In any order.
    latest : date
        The last day that may be stored (tomorrow, UTC).

    Returns
    -------
    checked : CheckedRates
        `rejected` names each refused row, counted from 0, with its reason.
    """
    good: list[StatedRate] = []
    rejected: list[RowProblem] = []
    for number, rate in enumerate(rates):
        reason = _problem(rate, latest=latest)
        if reason is None:
            good.append(rate)
        else:
            rejected.append(RowProblem(number, reason))
    return CheckedRates(good, rejected)


def _problem(rate: StatedRate, *, latest: date) -> str | None:
    if rate.day > latest:
        return f"{rate.day.isoformat()} is in the future."
    if rate.base == rate.quote:
        return f"A rate needs two currencies; both are {rate.base}."
    try:
        check_decimal(rate.rate, field="rate")
    except InputError as error:
        return str(error)
    if rate.rate <= 0:
        return f"rate is {rate.rate}; a rate is above 0."
    return None
