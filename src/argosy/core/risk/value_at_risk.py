"""Value at risk and expected shortfall of the return of one session, and how they held.

Sources: Jorion, Value at Risk, 3rd ed., chapters 5, 6 and 10; Kupiec, Techniques for Verifying the
Accuracy of Risk Measurement Models, Journal of Derivatives 3 (1995), for the test of breaches.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import erfc, log, sqrt
from statistics import NormalDist

import numpy as np

from argosy.core.market.history import FloatArray
from argosy.core.returns.sessions import SessionReturns

DRAWS = 10_000
BACKTEST_WINDOW = 250
"""Sessions that each day's value at risk is estimated from: a year of them, as supervisors ask."""

_TOGETHER = 2_000_000
"""Windows are sorted in parts of so many numbers: what a processor's cache can hold."""
_NORMAL = NormalDist()


class Method(StrEnum):
    """How a tail is estimated."""

    HISTORICAL = "historical"
    PARAMETRIC = "parametric"
    MONTE_CARLO = "monte_carlo"


@dataclass(frozen=True, slots=True)
class Tail:
    """Value at risk and expected shortfall, as returns of one session: a loss is negative."""

    var: float
    cvar: float


def historical(returns: FloatArray, confidence: float) -> Tail | None:
    """Take the quantile of past returns, by linear interpolation, and the mean at or below it.

    Parameters
    ----------
    returns : ndarray of float64, shape (n,)
    confidence : float
        Between 0 and 1, such as 0.95.

    Returns
    -------
    tail : Tail or None
        None of fewer than two returns.

    Examples
    --------
    >>> historical(np.array([-0.04, -0.02, 0.0, 0.02, 0.04]), 0.75)
    Tail(var=-0.02, cvar=-0.03)
    """
    if len(returns) < 2:
        return None
    var = float(np.quantile(returns, 1.0 - confidence))
    # Interpolation between equal returns may miss them by a rounding.
    worst = returns[returns <= max(var, float(np.min(returns)))]
    return Tail(var, min(float(np.mean(worst)), var))


def parametric(returns: FloatArray, confidence: float) -> Tail | None:
    """Return mean − z · std and mean − std · φ(z) / (1 − c), as of normal returns.

    Examples
    --------
    >>> found = parametric(np.array([-0.01, 0.0, 0.01]), 0.95)
    >>> round(found.var, 6), round(found.cvar, 6)
    (-0.016449, -0.020627)
    """
    if len(returns) < 2:
        return None
    z = _NORMAL.inv_cdf(confidence)
    mean, spread = float(np.mean(returns)), float(np.std(returns, ddof=1))
    return Tail(mean - z * spread, mean - spread * _NORMAL.pdf(z) / (1.0 - confidence))


def monte_carlo(returns: FloatArray, confidence: float, *, seed: int) -> Tail | None:
    """Estimate the tail of `DRAWS` normal returns with the mean and deviation of past ones.

    Jointly normal returns of holdings add up to a normal return with the portfolio's own mean and
    deviation, so the portfolio's is what is drawn.

    Parameters
    ----------
    returns : ndarray of float64, shape (n,)
    confidence : float
    seed : int
        The same one draws the same returns.

    Returns
    -------
    tail : Tail or None
        None of fewer than two returns.
    """
    if len(returns) < 2:
        return None
    tail = drawn(confidence, seed=seed)
    mean, spread = float(np.mean(returns)), float(np.std(returns, ddof=1))
    return Tail(mean + spread * tail.var, mean + spread * tail.cvar)


def drawn(confidence: float, *, seed: int) -> Tail:
    """Return the tail of `DRAWS` draws of a standard normal distribution."""
    draws = np.random.Generator(np.random.PCG64(seed)).standard_normal(DRAWS)
    tail = historical(draws, confidence)
    assert tail is not None, "there are draws"
    return tail


def tails(returns: FloatArray, confidence: float, *, seed: int) -> dict[Method, Tail | None]:
    """Estimate a tail by every method."""
    return {
        Method.HISTORICAL: historical(returns, confidence),
        Method.PARAMETRIC: parametric(returns, confidence),
        Method.MONTE_CARLO: monte_carlo(returns, confidence, seed=seed),
    }


@dataclass(frozen=True, slots=True)
class Breaches:
    """How often a loss was larger than the value at risk of the sessions before it.

    Attributes
    ----------
    tested, count : int
        Sessions that were looked at, and those with a larger loss.
    expected : float
        (1 − confidence) · tested.
    likelihood_ratio, p_value : float or None
        Kupiec's test of the share of breaches; a small p-value refuses the estimate. None where
        no session could be tested.
    days : tuple of date
        Of the breaches, oldest first.
    """

    tested: int
    count: int
    expected: float
    likelihood_ratio: float | None
    p_value: float | None
    days: tuple[date, ...] = field(repr=False)


def backtest(
    sessions: SessionReturns, confidence: float, *, seed: int, window: int = BACKTEST_WINDOW
) -> dict[Method, Breaches]:
    """Compare each return with the value at risk of the `window` sessions before it.

    Parameters
    ----------
    sessions : SessionReturns
        Without NaN.
    confidence : float
    seed : int
        Of the Monte Carlo draws.
    window : int
        At least 2.

    Returns
    -------
    breaches : dict of Method to Breaches
    """
    returns = sessions.returns
    after = sessions.days[window:]
    limits = _limits(returns, confidence, seed=seed, window=window)
    found: dict[Method, Breaches] = {}
    for method, limit in limits.items():
        broken = np.flatnonzero(returns[window:] < limit)
        ratio = kupiec(len(broken), len(after), 1.0 - confidence)
        found[method] = Breaches(
            tested=len(after),
            count=len(broken),
            expected=(1.0 - confidence) * len(after),
            likelihood_ratio=ratio,
            p_value=None if ratio is None else erfc(sqrt(ratio / 2.0)),
            days=tuple(date.fromordinal(day) for day in after[broken].tolist()),
        )
    return found


def _limits(
    returns: FloatArray, confidence: float, *, seed: int, window: int
) -> dict[Method, FloatArray]:
    """Return the value at risk before each return from the `window`-th on, by every method."""
    if len(returns) <= window:
        return dict.fromkeys(Method, np.empty(0))
    before = np.lib.stride_tricks.sliding_window_view(returns[:-1], window)
    quantiles, means, spreads = np.empty((3, len(before)))
    place = (window - 1) * (1.0 - confidence)
    low = int(place)
    share, high = place - low, min(low + 1, window - 1)
    step = max(1, _TOGETHER // window)
    for start in range(0, len(before), step):
        part = slice(start, start + step)
        ordered = np.partition(before[part], (low, high), axis=1)
        quantiles[part] = ordered[:, low] + share * (ordered[:, high] - ordered[:, low])
        means[part] = np.mean(before[part], axis=1)
        spreads[part] = np.std(before[part], axis=1, ddof=1)
    return {
        Method.HISTORICAL: quantiles,
        Method.PARAMETRIC: means - _NORMAL.inv_cdf(confidence) * spreads,
        Method.MONTE_CARLO: means + drawn(confidence, seed=seed).var * spreads,
    }


def kupiec(breaches: int, tested: int, share: float) -> float | None:
    """Return the likelihood ratio of Kupiec's proportion of failures.

    −2 ln((1 − p)^(T − x) p^x) + 2 ln((1 − x/T)^(T − x) (x/T)^x); under the estimate it follows
    χ² with one degree of freedom, so a ratio above 3.84 refuses it at 95 %.

    Parameters
    ----------
    breaches, tested : int
        x and T.
    share : float
        p, the share of breaches that is expected.

    Returns
    -------
    ratio : float or None
        Zero or more; None where nothing was tested.

    Examples
    --------
    >>> round(kupiec(20, 500, 0.05), 2)
    1.13
    """
    if not tested:
        return None
    seen = breaches / tested
    expected = _times_log(tested - breaches, 1.0 - share) + _times_log(breaches, share)
    found = _times_log(tested - breaches, 1.0 - seen) + _times_log(breaches, seen)
    return max(0.0, -2.0 * (expected - found))


def _times_log(count: int, share: float) -> float:
    return count * log(share) if count else 0.0
