"""How returns of several things move together: Pearson's correlation, each pair on its own days.

A pair is compared on the days on which both have a close, so that a weekend of what trades all
week falls into the Monday of what does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from argosy.core.market.history import FloatArray, IntArray
from argosy.core.returns.closes import Closes
from argosy.core.risk.asset_metrics import LEAST_RETURNS
from argosy.core.risk.measures import STILL


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """Pearson's correlation of each pair; row and column i are `keys[i]`.

    Attributes
    ----------
    coefficients : ndarray of float64, shape (n, n)
        NaN where it is not defined: fewer than `LEAST_RETURNS` points, or what does not move.
    points : ndarray of int64, shape (n, n)
        How many common returns there are.
    """

    keys: tuple[str, ...]
    coefficients: FloatArray
    points: IntArray

    def why(self, row: int, column: int) -> str | None:
        """Say why a pair has no coefficient, or None."""
        if not np.isnan(self.coefficients[row, column]):
            return None
        points = int(self.points[row, column])
        if points < LEAST_RETURNS:
            return f"{LEAST_RETURNS} common returns are needed; there are {points}."
        return "One of them does not move."


def correlations(closes: Mapping[str, Closes]) -> Correlations:
    """Correlate the returns of every pair between the closes that both have.

    Parameters
    ----------
    closes : mapping of str to Closes
        By key; in one currency, none NaN.

    Returns
    -------
    correlations : Correlations

    Examples
    --------
    >>> days = np.arange(738_000, 738_025)
    >>> up = Closes(days, np.arange(1.0, 26.0))
    >>> found = correlations({"a": up, "b": Closes(days, up.values * 2)})
    >>> found.coefficients.round(12).tolist(), int(found.points[0, 1])
    ([[1.0, 1.0], [1.0, 1.0]], 24)
    """
    keys = tuple(closes)
    coefficients = np.full((len(keys), len(keys)), np.nan)
    points = np.zeros((len(keys), len(keys)), np.int64)
    groups = _same_days(closes)
    for index, (days, rows) in enumerate(groups):
        for others, columns in groups[index:]:
            common = days if days is others else np.intersect1d(days, others, assume_unique=True)
            block = np.ix_(rows, columns)
            points[block] = max(0, len(common) - 1)
            if len(common) > LEAST_RETURNS:
                left = _standard([closes[keys[row]] for row in rows], common)
                same = days is others
                right = left if same else _standard([closes[keys[one]] for one in columns], common)
                coefficients[block] = np.clip(left.T @ right, -1.0, 1.0)
            points[np.ix_(columns, rows)] = points[block].T
            coefficients[np.ix_(columns, rows)] = coefficients[block].T
    own = np.diag_indices(len(keys))
    coefficients[own] = np.where(np.isnan(coefficients[own]), np.nan, 1.0)
    return Correlations(keys, coefficients, points)


def _same_days(closes: Mapping[str, Closes]) -> list[tuple[IntArray, list[int]]]:
    """Group places by equal days: most assets of a market have the very same ones."""
    groups: dict[bytes, tuple[IntArray, list[int]]] = {}
    for place, some in enumerate(closes.values()):
        groups.setdefault(some.days.tobytes(), (some.days, []))[1].append(place)
    return list(groups.values())


def _standard(closes: Sequence[Closes], days: IntArray) -> FloatArray:
    """Return the returns between days, each column with mean 0 and length 1; NaN if it is still."""
    values = np.column_stack([one.values[np.searchsorted(one.days, days)] for one in closes])
    returns = values[1:] / values[:-1] - 1.0
    away = returns - np.mean(returns, axis=0)
    length = np.linalg.norm(away, axis=0)
    moving = length > STILL * np.sqrt(len(returns))
    standard: FloatArray = away / np.where(moving, length, np.nan)
    return standard
