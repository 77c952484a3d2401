"""The deepest fall from a high, of the time-weighted return."""

from dataclasses import dataclass

import numpy as np

from argosy.core.returns.series import FloatArray


@dataclass(frozen=True, slots=True)
class Drawdown:
    """A fall from the highest growth so far: `depth` is zero or negative.

    `peak` and `trough` are positions in the returns it was found in; a peak of -1 is the start,
    whose growth is 1.
    """

    depth: float
    peak: int
    trough: int


def deepest_fall(total_returns: FloatArray) -> Drawdown | None:
    """Find the deepest fall of W = 1 + R, with W = 1 before the first day as a first peak.

    Parameters
    ----------
    total_returns : ndarray of float64, shape (n_days,)
        The return from the start to each day, as `cumulative` chains it.

    Returns
    -------
    fall : Drawdown or None
        The earliest of several that are equally deep; None where a return is unknown.

    Examples
    --------
    >>> deepest_fall(np.array([0.25, -0.25, 0.5]))
    Drawdown(depth=-0.4, peak=0, trough=1)
    """
    growth = np.concatenate([[1.0], 1.0 + total_returns])
    if np.isnan(growth).any():
        return None
    highs = np.maximum.accumulate(growth)
    depths = growth / highs - 1.0
    trough = int(np.argmin(depths))
    peak = int(np.argmax(growth[: trough + 1]))
    return Drawdown(float(depths[trough]), peak - 1, trough - 1)
