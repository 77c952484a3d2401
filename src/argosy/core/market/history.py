"""Price histories in columns: what the store hands to valuation and returns.

A history is exact (scaled integers) and readable as float64; both come from the same columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from argosy.core.market.asset import Split

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_POWERS = np.array([float(10**scale) for scale in range(31)])  # exact up to 1e22, unlike power()


@dataclass(frozen=True, slots=True, eq=False)
class PriceHistory:
    """Daily closes of one asset, one a day, oldest first, raw as traded.

    Attributes
    ----------
    days : ndarray of int64, shape (n,)
        Proleptic ordinals (`date.toordinal`), strictly rising.
    mantissas : ndarray of int64, shape (n,)
    scales : ndarray of int8, shape (n,)
        close = mantissa / 10 ** scale, exactly.
    sources : ndarray of int16, shape (n,)
        Index into `source_names`: who said so.
    overrides : ndarray of bool, shape (n,)
        True where the close is the portfolio owner's own price of a shared asset.
    stamps : ndarray of int64, shape (n,)
        The bar's timestamp as stored, microseconds since 1970 UTC.
    """

    days: IntArray
    mantissas: IntArray
    scales: NDArray[np.int8]
    sources: NDArray[np.int16]
    overrides: NDArray[np.bool_]
    stamps: IntArray
    source_names: tuple[str, ...]

    def index_at(self, day: int) -> int:
        """Return the position of the last close at or before `day` (an ordinal); -1 if none."""
        return int(np.searchsorted(self.days, day, side="right")) - 1

    def close(self, index: int) -> Decimal:
        """Return the exact close at a position."""
        return Decimal(int(self.mantissas[index])).scaleb(-int(self.scales[index]))

    def closes(self, start: int = 0, stop: int | None = None) -> FloatArray:
        """Return closes from one position to before another, each the nearest to the exact value.

        All of them by default; float64, shape (n,).
        """
        closes: FloatArray = self.mantissas[start:stop] / _POWERS[self.scales[start:stop]]
        return closes


NO_HISTORY = PriceHistory(
    days=np.empty(0, np.int64),
    mantissas=np.empty(0, np.int64),
    scales=np.empty(0, np.int8),
    sources=np.empty(0, np.int16),
    overrides=np.empty(0, np.bool_),
    stamps=np.empty(0, np.int64),
    source_names=(),
)


class RateRow(NamedTuple):
    """One exchange rate as its source states it: `rate` units of `quote` for one `base`.

    A tuple, because histories of rates are long. One that is an asset's close, where the asset
    serves as a unit of account, has no id but names the asset.
    """

    id: int
    base: str
    quote: str
    day: date
    rate: Decimal
    source: str
    override: bool = False
    asset_id: str | None = None


class DoubtedClose(NamedTuple):
    """A close that no history holds, because it is in doubt."""

    day: date
    source: str
    close: Decimal
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class MarketFacts:
    """All that the outside world says about a set of assets, as one value.

    `histories`, `doubts` (by day) and `splits` are keyed by asset id; an asset without an entry
    has none.
    """

    histories: Mapping[str, PriceHistory] = field(default_factory=dict)
    doubts: Mapping[str, tuple[DoubtedClose, ...]] = field(default_factory=dict)
    splits: Mapping[str, tuple[Split, ...]] = field(default_factory=dict)
    rates: tuple[RateRow, ...] = ()
