"""Statistics of simple returns between sessions; each is None where it is not defined.

`sessions` is their number a year (A), by which figures of one session become yearly ones.
"""

from math import sqrt

import numpy as np

from argosy.core.market.history import FloatArray

STILL = 1e-14
"""Returns that differ by no more than the rounding of closes do not move."""


def volatility(returns: FloatArray, sessions: float) -> float | None:
    """Return std(r, ddof = 1) · √A; None of fewer than two returns.

    Examples
    --------
    >>> round(volatility(np.array([0.01, -0.01, 0.02]), 252), 6)
    0.242487
    """
    if len(returns) < 2:
        return None
    return float(np.std(returns, ddof=1)) * sqrt(sessions)


def downside_deviation(returns: FloatArray, sessions: float, *, mar: float = 0.0) -> float | None:
    """Return √(mean(min(r − mar, 0)²)) · √A, `mar` a rate of one session; None of fewer than two.

    Examples
    --------
    >>> downside_deviation(np.array([0.03, -0.04, 0.01, 0.0]), 1)
    0.02
    """
    if len(returns) < 2:
        return None
    below = np.minimum(returns - mar, 0.0)
    return sqrt(float(np.mean(below * below))) * sqrt(sessions)


def sharpe_ratio(returns: FloatArray, sessions: float, *, risk_free: float = 0.0) -> float | None:
    """Return (mean(r) − rf) / std(r, ddof = 1) · √A, rf = (1 + risk_free)^(1/A) − 1.

    None of fewer than two returns, and of returns that do not move.

    Parameters
    ----------
    returns : ndarray of float64, shape (n,)
    sessions : float
    risk_free : float
        A yearly rate, as a fraction.

    Returns
    -------
    ratio : float or None

    Examples
    --------
    >>> round(sharpe_ratio(np.array([0.01, -0.01, 0.03]), 252), 6)
    7.937254
    """
    spread = volatility(returns, 1.0)
    if spread is None or spread <= STILL:
        return None
    free = float((1.0 + risk_free) ** (1.0 / sessions)) - 1.0
    return (float(np.mean(returns)) - free) / spread * sqrt(sessions)


def sortino_ratio(returns: FloatArray, sessions: float, *, mar: float = 0.0) -> float | None:
    """Return (mean(r) − mar) · A / downside deviation; None where nothing fell below `mar`.

    Examples
    --------
    >>> sortino_ratio(np.array([0.03, -0.04, 0.05, 0.0]), 1)
    0.5
    """
    below = downside_deviation(returns, sessions, mar=mar)
    if below is None or below <= STILL:
        return None
    return (float(np.mean(returns)) - mar) * sessions / below


def skewness(returns: FloatArray) -> float | None:
    """Return m3 / m2^1.5 of the central moments; None of fewer than two, or of what does not move.

    Examples
    --------
    >>> skewness(np.array([-0.01, 0.0, 0.01]))
    0.0
    """
    return _moment(returns, 3)


def excess_kurtosis(returns: FloatArray) -> float | None:
    """Return m4 / m2² − 3 of the central moments: 0 for a normal distribution; None as above.

    Examples
    --------
    >>> excess_kurtosis(np.array([-0.01, 0.01, -0.01, 0.01]))
    -2.0
    """
    found = _moment(returns, 4)
    return None if found is None else found - 3.0


def _moment(returns: FloatArray, order: int) -> float | None:
    """Return the mean of ((r − mean) / deviation) ^ order, with the deviation of ddof = 0."""
    if len(returns) < 2:
        return None
    away = returns - np.mean(returns)
    spread = sqrt(float(np.mean(away * away)))
    if spread <= STILL:
        return None
    return float(np.mean((away / spread) ** order))
