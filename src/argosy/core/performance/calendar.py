"""Time-weighted returns of calendar months and years, which chain to that of the whole range."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from argosy.core.performance.ranges import Range
from argosy.core.performance.twr import daily_returns
from argosy.core.returns.series import DailySeries, FloatArray

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Period:
    """One month or year, or as much of it as the range has.

    `twr` is None where a price or a rate is missing, or the capital was below zero; `partial` tells
    that the range begins or ends inside.
    """

    name: str
    start: date
    end: date
    twr: float | None
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A range by months and by years.

    Attributes
    ----------
    months, years : tuple of Period
        Oldest first, none left out.
    best, worst : Period or None
        Of the months whose return is known; None where there is none.
    positive_share : float or None
        The share of those months that ended above zero.
    """

    months: tuple[Period, ...]
    years: tuple[Period, ...]
    best: Period | None
    worst: Period | None
    positive_share: float | None


def calendar_of(series: DailySeries, span: Range) -> Calendar:
    """Part a range's time-weighted return by calendar months and years.

    Parameters
    ----------
    series : DailySeries
    span : Range
        Its end is inside the series; it may start before it.

    Returns
    -------
    calendar : Calendar
        The product of 1 + r over the months, and over the years, is 1 + the range's return.
    """
    first = max(span.start, date.fromordinal(int(series.days[0])))
    inside = slice(series.index(first), series.index(span.end) + 1)
    growth = 1.0 + daily_returns(series).returns[inside]
    span = Range(first, span.end)
    months = _periods(growth, span, "%Y-%m")
    known = [month for month in months if month.twr is not None]
    return Calendar(
        months=months,
        years=_periods(growth, span, "%Y"),
        best=max(known, key=_return, default=None),
        worst=min(known, key=_return, default=None),
        positive_share=sum(_return(one) > 0.0 for one in known) / len(known) if known else None,
    )


def _return(period: Period) -> float:
    assert period.twr is not None, "only known ones are compared"
    return period.twr


def _periods(growth: FloatArray, span: Range, pattern: str) -> tuple[Period, ...]:
    unit = "M" if "%m" in pattern else "Y"
    first, last = span.start.toordinal(), span.end.toordinal()
    days = (np.arange(first, last + 1) - _EPOCH).astype("datetime64[D]")
    names = days.astype(f"datetime64[{unit}]")
    starts = np.flatnonzero(np.concatenate([[True], names[1:] != names[:-1]]))
    chained = np.multiply.reduceat(growth, starts) - 1.0
    ends = np.concatenate([starts[1:], [len(days)]]) - 1
    return tuple(
        _period(
            pattern,
            Range(date.fromordinal(first + start), date.fromordinal(first + end)),
            float(twr),
        )
        for start, end, twr in zip(starts.tolist(), ends.tolist(), chained, strict=True)
    )


def _period(pattern: str, span: Range, twr: float) -> Period:
    after = date.fromordinal(span.end.toordinal() + 1)
    whole = (span.opening.strftime(pattern) != span.start.strftime(pattern)) and (
        after.strftime(pattern) != span.end.strftime(pattern)
    )
    return Period(
        name=span.start.strftime(pattern),
        start=span.start,
        end=span.end,
        twr=None if np.isnan(twr) else twr,
        partial=not whole,
    )
