"""Falls from a high: each with its peak, trough and recovery, and how long it lasted."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from argosy.core.market.history import FloatArray
from argosy.core.returns.sessions import SessionReturns

AT_HIGH = 1e-12
"""A growth this little below its high is at it: values agree with the exact ones to so much."""


@dataclass(frozen=True, slots=True)
class Fall:
    """One fall below a high; lengths in calendar days.

    Attributes
    ----------
    depth : float
        Growth at the trough / at the peak − 1: negative.
    peak_on, trough_on : date
        `peak_on`: the last day at the high; the opening counts as one.
    recovered_on : date or None
        The first day at the high again; None while it is under water.
    days_down, days_under_water : int
        From the peak to the trough, and to the recovery or the last session.
    days_to_recover : int or None
        From the trough to the recovery.
    """

    depth: float
    peak_on: date
    trough_on: date
    recovered_on: date | None
    days_down: int
    days_under_water: int
    days_to_recover: int | None


def under_water(growth: FloatArray) -> FloatArray:
    """Return W_t / max(W_0..W_t) − 1: zero or negative, shape as `growth`.

    What is at its high but for the rounding of a chain of returns is at its high.

    Examples
    --------
    >>> under_water(np.array([1.0, 1.25, 1.0, 1.5])).round(2).tolist()
    [0.0, 0.0, -0.2, 0.0]
    """
    highs = np.maximum.accumulate(growth)
    below = growth / highs - 1.0
    return np.where(below > -AT_HIGH, 0.0, below)


def deepest(depths: FloatArray) -> int:
    """Return the place of the lowest; of those that differ by a rounding alone the first."""
    return int(np.argmax(depths <= np.min(depths) + AT_HIGH))


def falls(sessions: SessionReturns, *, top: int | None = None) -> list[Fall]:
    """Return the falls of returns, the deepest first; the earlier of equally deep ones first.

    Parameters
    ----------
    sessions : SessionReturns
        Without NaN.
    top : int or None
        At most so many.

    Returns
    -------
    falls : list of Fall
        Empty where nothing fell.

    Examples
    --------
    >>> days = np.array([738_001, 738_002, 738_003])
    >>> found = SessionReturns(738_000, days, np.array([0.25, -0.2, 0.5]), 3, all_week=True)
    >>> [(round(one.depth, 3), one.days_under_water) for one in falls(found)]
    [(-0.2, 2)]
    """
    growth = sessions.growth
    water = under_water(growth)
    below = np.concatenate([[False], water < 0.0, [False]])
    starts = np.flatnonzero(below[1:] & ~below[:-1])
    stops = np.flatnonzero(~below[1:] & below[:-1])
    if not len(starts):
        return []
    edges = np.column_stack([starts, stops]).ravel()
    depths = np.minimum.reduceat(np.append(water, 0.0), edges)[::2]
    order = np.argsort(np.round(depths, 12), kind="stable")[:top]  # the earlier of equal ones
    return [_fall(sessions, water, int(starts[one]), int(stops[one])) for one in order]


def _fall(sessions: SessionReturns, water: FloatArray, start: int, stop: int) -> Fall:
    """Describe the fall under water from `start` to before `stop`, places in the growth."""
    trough = start + deepest(water[start:stop])
    peak_on, trough_on = sessions.day(start - 1), sessions.day(trough)
    back = sessions.day(stop) if stop < len(water) else None
    until = back or sessions.day(-1)
    return Fall(
        depth=float(water[trough]),
        peak_on=peak_on,
        trough_on=trough_on,
        recovered_on=back,
        days_down=(trough_on - peak_on).days,
        days_under_water=(until - peak_on).days,
        days_to_recover=None if back is None else (back - trough_on).days,
    )
