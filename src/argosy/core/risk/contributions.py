"""How much of a portfolio's risk comes from each holding; the parts add up to the whole.

Volatility and value at risk are homogeneous in the weights, so Euler's theorem shares them out:
weight × derivative. Source: Jorion, Value at Risk, 3rd ed., chapter 7, "Portfolio Risk".
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from argosy.core.market.history import FloatArray
from argosy.core.risk.measures import STILL


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What each holding adds to the risk of weights that stay the same; arrays (n_holdings,).

    Attributes
    ----------
    volatility, value_at_risk : float
        Of all together: a year's, and one session's parametric one.
    own_volatility : ndarray of float64
        Of each alone.
    marginal_volatility, marginal_value_at_risk : ndarray of float64
        How much the whole changes for a unit of weight.
    component_volatility, component_value_at_risk : ndarray of float64
        Weight × the marginal one: they add up to the whole.
    share : ndarray of float64
        Component ÷ volatility: they add up to 1.
    diversification_ratio : float
        Σ |w| · own volatility ÷ volatility: 1 where nothing offsets anything.
    """

    volatility: float
    value_at_risk: float
    own_volatility: FloatArray
    marginal_volatility: FloatArray
    component_volatility: FloatArray
    share: FloatArray
    marginal_value_at_risk: FloatArray
    component_value_at_risk: FloatArray
    diversification_ratio: float


def contributions(
    returns: FloatArray, weights: FloatArray, a_year: float, *, confidence: float
) -> Contributions | None:
    """Share the volatility of Σ w_i · r_i out to its parts.

    marginal_i = cov(r_i, r_p) / std(r_p) · √A; the covariance with the whole is all of the matrix
    that is needed.

    Parameters
    ----------
    returns : ndarray of float64, shape (n_sessions, n_holdings)
        Without NaN.
    weights : ndarray of float64, shape (n_holdings,)
        Fractions of the whole; negative where short.
    a_year : float
        Sessions a year.
    confidence : float

    Returns
    -------
    contributions : Contributions or None
        None of fewer than two sessions, or where the whole does not move.

    Examples
    --------
    >>> moves = np.array([[0.01, 0.02], [-0.01, -0.02], [0.01, 0.02]])
    >>> found = contributions(moves, np.array([0.5, 0.5]), 1.0, confidence=0.95)
    >>> found.share.round(6).tolist()
    [0.333333, 0.666667]
    """
    if len(returns) < 2:
        return None
    whole = returns @ weights
    spread = float(np.std(whole, ddof=1))
    if spread <= STILL:
        return None
    means = np.mean(returns, axis=0)
    away = returns - means
    covariance = (whole - np.mean(whole)) @ away / (len(returns) - 1)
    pull = covariance / spread
    z = NormalDist().inv_cdf(confidence)
    marginal_var = means - z * pull
    root = sqrt(a_year)
    alone = np.sqrt(np.einsum("ij,ij->j", away, away) / (len(returns) - 1))
    return Contributions(
        volatility=spread * root,
        value_at_risk=float(np.mean(whole)) - z * spread,
        own_volatility=alone * root,
        marginal_volatility=pull * root,
        component_volatility=weights * pull * root,
        share=weights * pull / spread,
        marginal_value_at_risk=marginal_var,
        component_value_at_risk=weights * marginal_var,
        diversification_ratio=float(np.abs(weights) @ alone) / spread,
    )
