"""Exchange rates on their way in: what one says, and when it may be stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from argosy.core.errors import InputError, RowProblem, plain
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


Said = dict[tuple[str, str, datetime], Decimal]
"""Rates by pair and instant."""


def check_rates(
    rates: Iterable[StatedRate], *, latest: date, said: Said | None = None
) -> CheckedRates:
    """Part the rates that can be stored from those that cannot.

    Parameters
    ----------
    rates : iterable of StatedRate
        In any order.
    latest : date
        The last day that may be stored (tomorrow, UTC).
    said : dict or None
        What the same file said before; what is good here is added to it. A rate that contradicts
        an earlier one of the same pair and instant is refused.

    Returns
    -------
    checked : CheckedRates
        `rejected` names each refused row, counted from 0, with its reason.
    """
    said = {} if said is None else said
    good: list[StatedRate] = []
    rejected: list[RowProblem] = []
    for number, rate in enumerate(rates):
        reason = _problem(rate, latest=latest) or _contradiction(rate, said)
        if reason is None:
            good.append(rate)
        else:
            rejected.append(RowProblem(number, reason))
    return CheckedRates(good, rejected)


def _contradiction(rate: StatedRate, said: Said) -> str | None:
    first = said.setdefault((rate.base, rate.quote, rate.at), rate.rate)
    if first == rate.rate:
        return None
    when = rate.day.isoformat() if rate.at.time() == time() else rate.at.isoformat()
    return (
        f"{rate.base}/{rate.quote} of {when} is {plain(first)} in an earlier row, and"
        f" {plain(rate.rate)} here; leave one of them out."
    )


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
