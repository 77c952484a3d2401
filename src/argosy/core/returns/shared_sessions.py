"""Returns of a portfolio and of something else between the sessions that both have."""

from dataclasses import dataclass

import numpy as np

from argosy.core.market.history import FloatArray, IntArray
from argosy.core.returns.sessions import BoolArray, HeldDays, is_weekday


@dataclass(frozen=True, slots=True, eq=False)
class CommonReturns:
    """Simple returns between common sessions.

    Attributes
    ----------
    days : ndarray of int64, shape (n,)
        Ordinals of the sessions at which the returns end.
    returns, others : ndarray of float64, shape (n,)
        Of the portfolio and of the other; none of them NaN.
    possible : int
        How many days could have been sessions.
    all_week : bool
        Tells that every day can be one, not weekdays alone.
    """

    days: IntArray
    returns: FloatArray
    others: FloatArray
    possible: int
    all_week: bool


def common_returns(
    days: IntArray,
    growth: FloatArray,
    other: FloatArray,
    *,
    held: HeldDays,
    priced: BoolArray,
    all_week: bool,
) -> CommonReturns:
    """Return both growths' changes between the days on which both have a price of their own.

    A return over days on which nothing was held, or one that is unknown, is left out.

    Parameters
    ----------
    days : ndarray of int64, shape (n_days,)
        Ordinals, none left out; the first is the one whose close the range starts from.
    growth, other : ndarray of float64, shape (n_days,)
        Growth of 1 of the portfolio and of the other.
    held : HeldDays
        Of the portfolio, on the same days.
    priced : ndarray of bool, shape (n_days,)
        On which days the other has a price of its own.
    all_week : bool
        Tells that the other can have one on any day.

    Returns
    -------
    common : CommonReturns
    """
    every_day = all_week and held.all_week
    can_be = np.ones(len(days), np.bool_) if every_day else is_weekday(days)
    sessions = np.flatnonzero(held.priced & priced & can_be)
    sessions = sessions[sessions > 0]
    starts = np.concatenate([[0], sessions[:-1]])[: len(sessions)]
    idle = np.cumsum(~held.held)
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = growth[sessions] / growth[starts] - 1.0
        others = other[sessions] / other[starts] - 1.0
    kept = (idle[sessions] == idle[starts]) & np.isfinite(returns) & np.isfinite(others)
    counted = np.cumsum(can_be)
    return CommonReturns(
        days=days[sessions[kept]],
        returns=returns[kept],
        others=others[kept],
        possible=int(np.sum((counted[sessions] - counted[starts])[kept])),
        all_week=every_day,
    )
