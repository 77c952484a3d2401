"""How gains of single days come to the time-weighted return of a range."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from argosy.core.performance.ranges import Range
from argosy.core.performance.twr import daily_returns, idle_days
from argosy.core.returns.series import DailySeries, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class LinkedDays:
    """The days of a range within a series, and what a unit of gain adds to its return.

    Attributes
    ----------
    start, end : date
    days : ndarray of int64, shape (n_days,)
        Of the whole series; daily arrays here are of the same days.
    inside : slice
        Of the range.
    weight : ndarray of float64, shape (n_inside,)
        The growth before each day by the capital at work on it; NaN where unknown.
    """

    start: date
    end: date
    days: IntArray
    inside: slice
    weight: FloatArray

    @property
    def opening(self) -> date:
        """The day at whose close the range begins."""
        return self.start - timedelta(days=1)

    def change(self, daily: FloatArray) -> FloatArray:
        """Return the change over each day; nothing was there before the first day of all."""
        return np.diff(daily, prepend=0.0)[self.inside]

    def before(self, daily: FloatArray) -> FloatArray:
        """Return what stood at the start of each day."""
        return np.concatenate([[0.0], daily[:-1]])[self.inside]

    def holds(self, day: date) -> bool:
        """Tell whether a day is inside."""
        return self.start <= day <= self.end

    def contribution(self, gains: FloatArray) -> float | None:
        """Add up what the gains of days did to the return."""
        total = float(np.dot(gains, self.weight))
        return None if np.isnan(total) else total


def linked_days(series: DailySeries, span: Range) -> LinkedDays:
    """Return the days of a range with the weights that link gains of days to its return.

    Parameters
    ----------
    series : DailySeries
    span : Range
        Its end is inside the series; it may start before it.

    Returns
    -------
    days : LinkedDays
    """
    first, last = max(series.index(span.start), 0), series.index(span.end)
    inside = slice(first, last + 1)
    base = (np.concatenate([[0.0], series.value[:-1]]) + series.money_in)[inside]
    returns = daily_returns(series).returns[inside]
    growth = np.concatenate([[1.0], np.cumprod(1.0 + returns)[:-1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(idle_days(series)[inside], 0.0, growth / base)
    if np.isnan(returns).any():
        weight = np.full(len(weight), np.nan)
    return LinkedDays(
        start=date.fromordinal(int(series.days[first])),
        end=span.end,
        days=series.days,
        inside=inside,
        weight=weight,
    )
