"""Money-weighted return: the rate at which the investor's own money grew."""

from dataclasses import dataclass

import numpy as np

from argosy.core.returns.series import FloatArray, IntArray

_GRID = np.concatenate([-np.logspace(4, -4, 240), [0.0], np.logspace(-4, 4, 240)])
"""Logarithms of growth that are searched for roots."""
_LARGEST = 700.0
"""The logarithm of the largest growth that a float can hold."""
NO_SIGN_CHANGE = "All flows have one sign."


@dataclass(frozen=True, slots=True)
class MoneyWeighted:
    """Growth of money over the span as a fraction, or None with the reason.

    `several_roots` says that the equation has more than one solution; the one nearest to the
    simple return is given.
    """

    value: float | None
    reason: str | None = None
    several_roots: bool = False


def money_weighted(
    days: IntArray, flows: FloatArray, *, simple_return: float | None
) -> MoneyWeighted:
    r"""Solve :math:`\sum_k F_k \, G^{-t_k} = 0` for the growth G over the whole span.

    With :math:`t_k = (d_k - d_0) / (d_n - d_0)` this is the equation of numbers.md for
    :math:`G = (1 + r)^{(d_n - d_0) / 365}`; solving for G keeps short spans finite.

    Parameters
    ----------
    days : ndarray of int64, shape (n_flows,)
        Rising ordinals; the first and the last bound the span.
    flows : ndarray of float64, shape (n_flows,)
        As the investor sees them: opening value and money in negative, money out and closing
        value positive. The last is the closing value, alone.
    simple_return : float or None
        Chooses among several roots.

    Returns
    -------
    result : MoneyWeighted
        `value` is G - 1.
    """
    span = int(days[-1] - days[0])
    paid, received = flows[flows < 0.0], flows[flows > 0.0]
    if not len(paid):
        return MoneyWeighted(None, "No money was paid in.")
    if not len(received):
        # All is lost, unless more is owed than was ever paid in.
        return MoneyWeighted(None, NO_SIGN_CHANGE) if flows[-1] < 0.0 else MoneyWeighted(-1.0)
    moved = flows != 0.0
    if np.ptp(days[moved]) == 0:
        return MoneyWeighted(None, "All flows fall on one day.")
    times, flows = (days[moved] - days[0]) / span, flows[moved]
    roots = _roots(times, flows)
    if not roots:
        return MoneyWeighted(None, "No rate explains these flows.")
    target = simple_return if simple_return is not None else 0.0
    gain = min((_gain(root) for root in roots), key=lambda gain: abs(gain - target))
    if not np.isfinite(gain):
        return MoneyWeighted(None, "The rate is too large for a number.")
    return MoneyWeighted(gain, several_roots=len(roots) > 1)


def _gain(log: float) -> float:
    """Return growth - 1 of a logarithm of growth, without losing digits near zero."""
    return float(np.expm1(log)) if log < _LARGEST else float("inf")


def _roots(times: FloatArray, flows: FloatArray) -> list[float]:
    """Return the logarithms of all growths that solve the equation."""
    grid = _GRID
    values = _present(times, flows, grid)
    found = [float(x) for x in grid[values == 0.0]]
    changes = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    brackets = [(float(grid[i]), float(grid[i + 1])) for i in changes]
    return [*found, *(_bisect(times, flows, *bracket) for bracket in brackets)]


def _present(times: FloatArray, flows: FloatArray, logs: FloatArray) -> FloatArray:
    """Value all flows at several growths at once, scaled so that nothing overflows."""
    # The flow with the largest weight counts in full, so that no exponent is above zero.
    shifted = np.where(logs[:, None] < 0.0, times[None, :] - times[-1], times[None, :] - times[0])
    return np.asarray(np.exp(-logs[:, None] * shifted) @ flows, dtype=np.float64)


def _bisect(times: FloatArray, flows: FloatArray, low: float, high: float) -> float:
    """Close in on a root; 200 halvings reach the last bit of a double."""
    sign = np.sign(_present(times, flows, np.array([low]))[0])
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in {low, high}:
            break
        if np.sign(_present(times, flows, np.array([middle]))[0]) == sign:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0
