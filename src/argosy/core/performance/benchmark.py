"""What the same money would have become in a benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from argosy.core.returns.series import FloatArray

NOTHING = 1e-12
"""Units within this share of all that was ever bought are none: only roundings are left."""


class Rebalance(StrEnum):
    """When a mix goes back to its weights."""

    DAILY = "daily"
    NEVER = "never"


@dataclass(frozen=True, slots=True, eq=False)
class SameFlows:
    """A portfolio's flows invested in a benchmark.

    Attributes
    ----------
    value : ndarray of float64, shape (n_days,)
        At the close of each day; NaN where the benchmark has no price, and from the day on which
        more was taken out than there was.
    ran_out : int or None
        The place of that day.
    """

    value: FloatArray
    ran_out: int | None


def mixed(closes: Sequence[FloatArray], weights: Sequence[float], how: Rebalance) -> FloatArray:
    """Return the growth of 1 in a mix of assets.

    Parameters
    ----------
    closes : sequence of ndarray, shape (n_days,)
        Of each asset in one currency, carried over days without one.
    weights : sequence of float
        Of each asset on the first day; they add up to 1.
    how : Rebalance
        daily: every day starts with the weights; never: they drift with the closes.

    Returns
    -------
    growth : ndarray of float64, shape (n_days,)
        1 on the first day; NaN where a close is missing.

    Examples
    --------
    >>> closes = [np.array([1.0, 2.0, 2.0]), np.array([1.0, 1.0, 2.0])]
    >>> mixed(closes, [0.5, 0.5], Rebalance.DAILY).tolist()
    [1.0, 1.5, 2.25]
    >>> mixed(closes, [0.5, 0.5], Rebalance.NEVER).tolist()
    [1.0, 1.5, 2.0]
    """
    shares = np.asarray(weights)[:, None]
    prices = np.array(closes)
    if how is Rebalance.NEVER or len(prices) == 1:
        return np.asarray(np.sum(shares * prices / prices[:, :1], axis=0))
    daily = np.sum(shares * (prices[:, 1:] / prices[:, :-1]), axis=0)
    return np.concatenate([prices[0, :1] / prices[0, :1], np.cumprod(daily)])


def same_flows(growth: FloatArray, flows: FloatArray, *, opening: float) -> SameFlows:
    """Invest a portfolio's flows in a benchmark, each at the close of its day.

    Parameters
    ----------
    growth : ndarray of float64, shape (n_days,)
        Of the benchmark; its first day is the one whose close the range starts from.
    flows : ndarray of float64, shape (n_days,)
        Money in less money out.
    opening : float
        What the portfolio was worth on the first day, before its flow.

    Returns
    -------
    same : SameFlows

    Examples
    --------
    >>> same_flows(np.array([1.0, 2.0, 4.0]), np.array([0.0, 20.0, 0.0]), opening=10.0).value
    array([10., 40., 80.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        bought = np.where(flows == 0.0, 0.0, flows / growth)
    bought[0] += opening / growth[0] if opening else 0.0
    units = np.cumsum(bought)
    moved = np.cumsum(np.abs(bought))
    units[np.abs(units) <= NOTHING * moved] = 0.0
    value = np.where(units == 0.0, 0.0, units * growth)
    below = np.flatnonzero(units < 0.0)
    if not len(below):
        return SameFlows(value, None)
    value[below[0] :] = np.nan
    return SameFlows(value, int(below[0]))
