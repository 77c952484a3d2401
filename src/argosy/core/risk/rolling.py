"""Measures over windows of sessions that end with each session in turn."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from argosy.core.market.history import FloatArray, IntArray
from argosy.core.returns.sessions import SessionReturns
from argosy.core.risk.measures import STILL

WINDOWS = (30, 90, 252)
_TOGETHER = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Rolling:
    """Measures of the `window` sessions up to each of `days`; all of shape (n − window + 1,).

    NaN where a ratio is not defined: returns that do not move.
    """

    window: int
    days: IntArray
    volatility: FloatArray
    sharpe_ratio: FloatArray
    compound_return: FloatArray


def rolling(
    sessions: SessionReturns, window: int, a_year: float, *, risk_free: float = 0.0
) -> Rolling:
    """Measure every run of `window` returns.

    Parameters
    ----------
    sessions : SessionReturns
        Without NaN.
    window : int
        At least 2.
    a_year : float
        Sessions a year.
    risk_free : float
        A yearly rate, as a fraction.

    Returns
    -------
    rolling : Rolling
        Empty where there are fewer returns.

    Examples
    --------
    >>> days = np.arange(738_001, 738_004)
    >>> found = SessionReturns(738_000, days, np.array([0.1, 0.1, -0.5]), 3, all_week=True)
    >>> rolling(found, 2, 1.0).compound_return.round(4).tolist()
    [0.21, -0.45]
    """
    returns = sessions.returns
    if len(returns) < window:
        nothing = np.empty(0)
        return Rolling(window, sessions.days[:0], nothing, nothing, nothing)
    runs = np.lib.stride_tricks.sliding_window_view(returns, window)
    mean, spread, grown = np.empty((3, len(runs)))
    step = max(1, _TOGETHER // window)
    for start in range(0, len(runs), step):
        part = slice(start, start + step)
        mean[part] = np.mean(runs[part], axis=1)
        spread[part] = np.std(runs[part], axis=1, ddof=1)
        grown[part] = np.prod(1.0 + runs[part], axis=1)
    free = float((1.0 + risk_free) ** (1.0 / a_year)) - 1.0
    moving = np.where(spread > STILL, spread, np.nan)
    return Rolling(
        window=window,
        days=sessions.days[window - 1 :],
        volatility=spread * sqrt(a_year),
        sharpe_ratio=(mean - free) / moving * sqrt(a_year),
        compound_return=grown - 1.0,
    )
