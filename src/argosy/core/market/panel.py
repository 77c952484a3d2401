"""What several sources say of one asset, side by side: the daily closes that are judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argosy.core.market.asset import Split
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.reconcile import is_own

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Daily closes of one asset by day and source.

    Attributes
    ----------
    days : ndarray of int64, shape (d,)
        Proleptic ordinals, strictly rising.
    sources : tuple of str, length s
        The one that is believed first stands first.
    closes, volumes : ndarray of float64, shape (d, s)
        Raw as traded; NaN where a source has none.
    """

    days: IntArray
    sources: tuple[str, ...]
    closes: FloatArray
    volumes: FloatArray

    @classmethod
    def of_rows(cls, rows: FloatArray, sources: Sequence[str]) -> "Panel":
        """Lay rows out by day and source; of two in one place the last given stays.

        Parameters
        ----------
        rows : ndarray of float64, shape (n, 4)
            The day, the position in `sources`, the close, and the volume or NaN.
        sources : sequence of str

        Examples
        --------
        >>> panel = Panel.of_rows(np.array([[7, 0, 1.5, 9], [9, 1, 2.5, np.nan]]), ["a", "b"])
        >>> panel.days.tolist(), panel.closes.tolist()
        ([7, 9], [[1.5, nan], [nan, 2.5]])
        """
        days, places = np.unique(rows[:, 0].astype(np.int64), return_inverse=True)
        columns = rows[:, 1].astype(np.int64)
        closes, volumes = np.full((2, len(days), len(sources)), np.nan)
        closes[places, columns] = rows[:, 2]
        volumes[places, columns] = rows[:, 3]
        return cls(days, tuple(sources), closes, volumes)

    @property
    def known(self) -> BoolArray:
        """Where a source has a close, shape (d, s)."""
        return ~np.isnan(self.closes)

    @property
    def own(self) -> BoolArray:
        """Which sources are a person's own word, shape (s,)."""
        return np.array([is_own(name) for name in self.sources], np.bool_)

    def levels(self, splits: Sequence[Split]) -> FloatArray:
        """Return natural logarithms of the closes in shares of the last day, shape (d, s).

        Parameters
        ----------
        splits : sequence of Split
            A close before a split is divided by its ratio, as in valuation.
        """
        shift = np.zeros(len(self.days))
        for split in splits:
            shift[self.days < split.day.toordinal()] -= np.log(float(split.new / split.old))
        levels: FloatArray = np.log(self.closes) + shift[:, None]
        return levels
