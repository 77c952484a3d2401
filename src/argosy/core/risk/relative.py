"""How returns moved beside those of a benchmark, on the same sessions.

`returns` and `benchmark` are simple returns of shape (n,), one entry a session that both have;
`sessions` is their number a year (A). A figure is None where it is not defined.
"""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from argosy.core.market.history import FloatArray
from argosy.core.risk.measures import STILL, volatility

LEAST_SESSIONS = 20
"""A statistic of fewer returns says nothing that a person should act on."""

FIGURES = (
    "beta",
    "alpha",
    "r_squared",
    "correlation",
    "tracking_error",
    "information_ratio",
    "up_capture",
    "down_capture",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """All figures beside a benchmark, as fractions; None = see `reasons`, by name.

    `sessions` is the number of returns, `sessions_a_year` what made yearly figures of them.
    """

    sessions: int
    sessions_a_year: float | None
    beta: float | None = None
    alpha: float | None = None
    r_squared: float | None = None
    correlation: float | None = None
    tracking_error: float | None = None
    information_ratio: float | None = None
    up_capture: float | None = None
    down_capture: float | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def relative(
    returns: FloatArray,
    benchmark: FloatArray,
    sessions: float | None,
    *,
    risk_free: float = 0.0,
) -> Relative:
    """Compute every figure of a portfolio beside a benchmark.

    Parameters
    ----------
    returns, benchmark : ndarray of float64, shape (n,)
    sessions : float or None
        A; None where there are too few days to tell.
    risk_free : float
        A yearly rate, as a fraction.

    Returns
    -------
    found : Relative
        All None with fewer than 20 returns.
    """
    count = len(returns)
    if count < LEAST_SESSIONS or sessions is None:
        few = f"{LEAST_SESSIONS} sessions in common are needed; there are {count}."
        lacking = FIGURES if sessions is not None else ("sessions_a_year", *FIGURES)
        return Relative(
            sessions=count, sessions_a_year=sessions, reasons=dict.fromkeys(lacking, few)
        )
    together = correlation(returns, benchmark)
    found = Relative(
        sessions=count,
        sessions_a_year=sessions,
        beta=beta(returns, benchmark),
        alpha=alpha(returns, benchmark, sessions, risk_free=risk_free),
        r_squared=None if together is None else together * together,
        correlation=together,
        tracking_error=tracking_error(returns, benchmark, sessions),
        information_ratio=information_ratio(returns, benchmark, sessions),
        up_capture=up_capture(returns, benchmark),
        down_capture=down_capture(returns, benchmark),
    )
    found.reasons.update(
        {name: _WHY[name] for name in FIGURES if getattr(found, name) is None},
    )
    return found


_STILL = "One of the two does not move."
_WHY = {
    "beta": "The benchmark does not move.",
    "alpha": "The benchmark does not move.",
    "r_squared": _STILL,
    "correlation": _STILL,
    "tracking_error": "Two returns are needed.",
    "information_ratio": "Both move alike: there is no tracking error.",
    "up_capture": "The benchmark never rose.",
    "down_capture": "The benchmark never fell.",
}


def beta(returns: FloatArray, benchmark: FloatArray) -> float | None:
    """Return cov(r, b) / var(b); None of fewer than two, and of a benchmark that does not move.

    References
    ----------
    .. [1] Bacon, C. (2008), Practical Portfolio Performance Measurement and Attribution, 2nd ed.,
       ch. 4: regression beta.

    Examples
    --------
    >>> beta(np.array([0.02, -0.04, 0.06]), np.array([0.01, -0.02, 0.03]))
    2.0
    """
    if len(returns) < 2 or _is_still(benchmark):
        return None
    deviations = benchmark - np.mean(benchmark)
    shared = float(np.dot(returns - np.mean(returns), deviations))
    return shared / float(np.dot(deviations, deviations))


def alpha(
    returns: FloatArray, benchmark: FloatArray, sessions: float, *, risk_free: float = 0.0
) -> float | None:
    """Return A · (mean(r) − rf − beta · (mean(b) − rf)), rf = (1 + risk_free)^(1/A) − 1.

    Jensen's alpha a year; None where there is no beta.

    Parameters
    ----------
    returns, benchmark : ndarray of float64, shape (n,)
    sessions : float
    risk_free : float
        A yearly rate, as a fraction.

    Returns
    -------
    alpha : float or None

    References
    ----------
    .. [1] Jensen, M. (1968), The Performance of Mutual Funds in the Period 1945-1964, Journal of
       Finance 23(2).

    Examples
    --------
    >>> round(alpha(np.array([0.03, -0.03, 0.07]), np.array([0.01, -0.02, 0.03]), 252), 6)
    2.52
    """
    slope = beta(returns, benchmark)
    if slope is None:
        return None
    free = float((1.0 + risk_free) ** (1.0 / sessions)) - 1.0
    excess = float(np.mean(returns)) - free
    return sessions * (excess - slope * (float(np.mean(benchmark)) - free))


def correlation(returns: FloatArray, benchmark: FloatArray) -> float | None:
    """Return Pearson's correlation; None of fewer than two, and where one does not move.

    Examples
    --------
    >>> correlation(np.array([0.02, -0.04, 0.06]), np.array([-0.01, 0.02, -0.03]))
    -1.0
    """
    if len(returns) < 2 or _is_still(benchmark) or _is_still(returns):
        return None
    first, second = returns - np.mean(returns), benchmark - np.mean(benchmark)
    scale = sqrt(float(np.dot(first, first)) * float(np.dot(second, second)))
    return float(np.clip(float(np.dot(first, second)) / scale, -1.0, 1.0))


def tracking_error(returns: FloatArray, benchmark: FloatArray, sessions: float) -> float | None:
    """Return std(r − b, ddof = 1) · √A; None of fewer than two returns."""
    return volatility(returns - benchmark, sessions)


def information_ratio(returns: FloatArray, benchmark: FloatArray, sessions: float) -> float | None:
    """Return A · mean(r − b) / tracking error; None where both move alike.

    Examples
    --------
    >>> round(information_ratio(np.array([0.02, 0.00]), np.array([0.0, 0.01]), 252), 6)
    3.741657
    """
    error = tracking_error(returns, benchmark, 1.0)
    if error is None or error <= STILL:
        return None
    return float(np.mean(returns - benchmark)) / error * sqrt(sessions)


def up_capture(returns: FloatArray, benchmark: FloatArray) -> float | None:
    """Return mean(r | b > 0) / mean(b | b > 0); None where the benchmark never rose.

    Examples
    --------
    >>> up_capture(np.array([0.03, -0.01]), np.array([0.02, -0.02]))
    1.5
    """
    return _capture(returns, benchmark, benchmark > STILL)


def down_capture(returns: FloatArray, benchmark: FloatArray) -> float | None:
    """Return mean(r | b < 0) / mean(b | b < 0); None where the benchmark never fell."""
    return _capture(returns, benchmark, benchmark < -STILL)


def _capture(returns: FloatArray, benchmark: FloatArray, chosen: NDArray[np.bool_]) -> float | None:
    if not np.any(chosen):
        return None
    return float(np.mean(returns[chosen])) / float(np.mean(benchmark[chosen]))


def _is_still(returns: FloatArray) -> bool:
    return float(np.ptp(returns)) <= STILL
