"""Return on average capital (Modified Dietz)."""

import numpy as np

from argosy.core.returns.series import FloatArray, IntArray


def modified_dietz(
    *,
    value_start: float,
    value_end: float,
    days: IntArray,
    flows: FloatArray,
    start: int,
    end: int,
) -> float | None:
    r"""Return gain / (V_start + sum of w_k F_k), w_k the share of the span that flow k was inside.

    Parameters
    ----------
    value_start, value_end : float
        Values at the close of the days `start` and `end`.
    days, flows : ndarray, shape (n_flows,)
        Net flows in (positive) and out (negative) with their ordinals.
    start, end : int
        Ordinals that bound the span.

    Returns
    -------
    value : float or None
        None where the average capital is not positive or the span is empty.

    References
    ----------
    .. [1] Dietz, P. (1966), Pension Funds: Measuring Investment Performance; in the day-weighted
       form of the CFA Institute's Guidance Statement on Calculation Methodology.
    """
    span = end - start
    if span <= 0:
        return None
    weights = (end - days) / span
    capital = value_start + float(np.dot(weights, flows))
    gain = value_end - value_start - float(np.sum(flows))
    return gain / capital if capital > 0.0 else None
