"""Time-weighted return: what the assets did, whatever was paid in and when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argosy.core.returns.series import DailySeries, FloatArray

SAME = 1e-12
"""Values agree with the exact ones to this share of them."""


@dataclass(frozen=True, slots=True, eq=False)
class DailyReturns:
    """Simple returns a day, shape (n_days,): zero on a day without capital, NaN where unknown."""

    returns: FloatArray
    below_zero: NDArray[np.bool_]
    """True on days whose base is not above zero although there is one (shorts, margin)."""


def daily_returns(series: DailySeries) -> DailyReturns:
    """Compute r_t = (V_t + Out_t) / (V_{t-1} + In_t) - 1 for every day of a series.

    A day with V_{t-1} + purchases = 0 has no return, whatever fees fell on it. The first day
    starts from nothing.

    Parameters
    ----------
    series : DailySeries

    Returns
    -------
    daily : DailyReturns
    """
    before = np.concatenate([[0.0], series.value[:-1]])
    base = before + series.money_in
    idle = idle_days(series)
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = (series.value + series.money_out) / base - 1.0
    returns = np.where(idle, 0.0, returns)
    below_zero = (base <= 0.0) & ~idle
    returns[below_zero] = np.nan
    return DailyReturns(returns, below_zero)


def idle_days(series: DailySeries) -> NDArray[np.bool_]:
    """Tell on which days V_{t-1} + purchases = 0, to the accuracy that a value has.

    Parameters
    ----------
    series : DailySeries

    Returns
    -------
    idle : ndarray of bool, shape (n_days,)
    """
    before = np.concatenate([[0.0], series.value[:-1]])
    bought = series.money_in - series.fees_in
    idle: NDArray[np.bool_] = np.abs(before + bought) <= SAME * (np.abs(before) + np.abs(bought))
    return idle


def cumulative(returns: FloatArray) -> FloatArray:
    """Chain daily returns: shape (n_days,), entry t is the product of (1 + r) up to t, minus 1.

    From the first unknown return on, the chain is NaN.

    Examples
    --------
    >>> cumulative(np.array([0.10, -0.50, 0.20])).round(4).tolist()
    [0.1, -0.45, -0.34]
    """
    return np.asarray(np.cumprod(1.0 + returns) - 1.0, dtype=np.float64)


def annualize(total: float, days: int) -> float | None:
    """Return (1 + R) ** (365 / days) - 1; None below a year, or where all and more is lost.

    Examples
    --------
    >>> annualize(0.21, 730), annualize(0.05, 364)
    (0.10000000000000009, None)
    """
    if days < 365 or total < -1.0:
        return None
    return float((1.0 + total) ** (365.0 / days) - 1.0)
