"""Price bars: what one is, when it may be stored, and its exact form in columns.

A bar's prices are kept as integers with one scale for the four: price = mantissa / 10 ** scale.
The scale is the smallest that holds all four exactly, so equal prices are equal integers however
they were written (1.5 and 1.50), and storing the same bar again changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from argosy.core.errors import RowProblem, plain

__all__ = [
    "ABSENT",
    "Bar",
    "BarColumns",
    "PackedBars",
    "StoredBar",
    "UpsertCounts",
    "pack_bars",
    "scaled",
]

ABSENT = -1
"""Stands in a column where a bar has no such value; no price or volume is negative."""

_LARGEST = 2**63 - 1
_SCALE_MAX = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of one asset, raw as traded; a bar may have a close alone.

    Attributes
    ----------
    at : datetime
        Aware start of the bar (midnight UTC where only a date is known); kept by the second.
    day : date
        The exchange's day that the bar belongs to.
    adjusted_close : Decimal or None
        The source's dividend-adjusted close, kept apart and never used as a price.
    """

    at: datetime
    day: date
    close: Decimal
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    volume: Decimal | None = None
    adjusted_close: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBar:
    """A bar as it is kept, with who said so and when it was fetched.

    `override` is true where it is the viewer's own price of a shared asset. `status` is what is
    thought of it: suspect, accepted or rejected; None where nobody ever doubted it.
    """

    bar: Bar
    interval: str
    source: str
    fetched_at: datetime
    override: bool
    status: str | None = None


@dataclass(frozen=True, slots=True)
class UpsertCounts:
    """What storing rows did; the three add up to the rows given."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything is stored that was not stored before."""
        return bool(self.created or self.updated)

    def __add__(self, other: "UpsertCounts") -> "UpsertCounts":
        """Return the counts of two steps together."""
        return UpsertCounts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True, eq=False)
class BarColumns:
    """Many bars in columns of int64, shape (n,); `ABSENT` where a bar has no such value.

    Attributes
    ----------
    asset_keys, days : ndarray
        `days` are proleptic ordinals.
    stamps : ndarray
        Whole seconds since 1970 UTC.
    opens, highs, lows, closes : ndarray
        Mantissas that share the row's scale in `scales`.
    volumes, adjusted : ndarray
        Mantissas with scales of their own, `volume_scales` and `adjusted_scales`.
    """

    asset_keys: NDArray[np.int64]
    stamps: NDArray[np.int64]
    days: NDArray[np.int64]
    opens: NDArray[np.int64]
    highs: NDArray[np.int64]
    lows: NDArray[np.int64]
    closes: NDArray[np.int64]
    scales: NDArray[np.int64]
    volumes: NDArray[np.int64]
    volume_scales: NDArray[np.int64]
    adjusted: NDArray[np.int64]
    adjusted_scales: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of bars."""
        return len(self.stamps)

    def columns(self) -> tuple[NDArray[np.int64], ...]:
        """Return all columns in the order of their declaration."""
        return tuple(getattr(self, column.name) for column in fields(self))

    def take(self, indices: NDArray[np.int64] | NDArray[np.bool_] | slice) -> "BarColumns":
        """Return some of the bars."""
        return BarColumns(*(column[indices] for column in self.columns()))

    def ordered(self) -> "BarColumns":
        """Return the bars by asset and time; of two with one key the last given stays."""
        if self._rises():
            return self
        order = np.lexsort((self.stamps, self.asset_keys))
        keys, stamps = self.asset_keys[order], self.stamps[order]
        last = np.ones(len(order), np.bool_)
        last[:-1] = (keys[1:] != keys[:-1]) | (stamps[1:] != stamps[:-1])
        return self.take(order[last])

    def _rises(self) -> bool:
        same = self.asset_keys[1:] == self.asset_keys[:-1]
        later = self.stamps[1:] > self.stamps[:-1]
        return bool(np.all((self.asset_keys[1:] > self.asset_keys[:-1]) | (same & later)))

    @classmethod
    def joined(cls, parts: Sequence["BarColumns"]) -> "BarColumns":
        """Return the bars of several column sets as one."""
        columns = [part.columns() for part in parts]
        return cls(*(np.concatenate(column) for column in zip(*columns, strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class PackedBars:
    """The bars that can be stored, and what is wrong with the others."""

    columns: BarColumns
    rejected: list[RowProblem]


def pack_bars(bars: Iterable[Bar], *, asset_key: int, latest: date) -> PackedBars:
    """Check bars of one asset and put the good ones into columns.

    Parameters
    ----------
    bars : iterable of Bar
        In any order. A second bar with the same time is refused.
    asset_key : int
        Whose bars they are.
    latest : date
        The last day that may be stored (tomorrow, UTC).

    Returns
    -------
    packed : PackedBars
        `rejected` names each refused row, counted from 0, with its reason.

    Examples
    --------
    >>> bar = Bar(at=_EPOCH, day=date(1970, 1, 1), close=Decimal("1.50"))
    >>> packed = pack_bars([bar], asset_key=7, latest=date(2024, 1, 1))
    >>> packed.columns.closes.tolist(), packed.columns.scales.tolist()
    ([15], [1])
    """
    rows: list[tuple[int, ...]] = []
    rejected: list[RowProblem] = []
    seen: set[int] = set()
    for number, bar in enumerate(bars):
        stamp = (bar.at - _EPOCH) // _SECOND
        reason = _problem(bar, latest=latest)
        if reason is None and stamp in seen:
            reason = "An earlier row has the same time."
        packed = None if reason else _mantissas(bar)
        if packed is None:
            rejected.append(RowProblem(number, reason or _TOO_WIDE))
        else:
            seen.add(stamp)
            rows.append((asset_key, stamp, bar.day.toordinal(), *packed))
    table = np.array(rows, np.int64).reshape(len(rows), len(fields(BarColumns)))
    return PackedBars(BarColumns(*(np.ascontiguousarray(c) for c in table.T)), rejected)


_TOO_WIDE = (
    "Its four prices together, its volume or its adjusted close need more than 18 digits"
    " to be kept exactly; give fewer decimals."
)


def scaled(value: Decimal) -> tuple[int, int] | None:
    """Return the integer and the smallest scale that are exactly `value`; `None` if too wide.

    Examples
    --------
    >>> scaled(Decimal("12.3400")), scaled(Decimal("1E+3")), scaled(Decimal("1E+99"))
    ((1234, 2), (1000, 0), None)
    """
    if not -_SCALE_MAX <= value.adjusted() <= 18:
        return (0, 0) if value == 0 else None
    whole, _, fraction = format(value, "f").partition(".")
    fraction = fraction.rstrip("0")
    mantissa = int(whole + fraction)
    if abs(mantissa) > _LARGEST or len(fraction) > _SCALE_MAX:
        return None
    return mantissa, len(fraction)


def _mantissas(bar: Bar) -> tuple[int, ...] | None:
    """Return the nine numbers of a bar's row from `open` on, or `None` if they do not fit."""
    forms = [_form(value) for value in (bar.open, bar.high, bar.low, bar.close)]
    volume, adjusted = _form(bar.volume), _form(bar.adjusted_close)
    if any(form is None for form in (*forms, volume, adjusted)):
        return None
    known = [form for form in forms if form is not None]
    scale = max(own for _, own in known)
    prices = [m if m == ABSENT else m * 10 ** (scale - own) for m, own in known]
    if max(prices) > _LARGEST or volume is None or adjusted is None:
        return None
    return (*prices, scale, *volume, *adjusted)


def _form(value: Decimal | None) -> tuple[int, int] | None:
    return (ABSENT, 0) if value is None else scaled(value)


def _problem(bar: Bar, *, latest: date) -> str | None:
    """Say why a bar cannot be true, or `None`."""
    if bar.day > latest:
        return f"{bar.day.isoformat()} is in the future."
    if abs((bar.at.astimezone(UTC).date() - bar.day).days) > 1:
        return f"Its time {bar.at.isoformat()} is not on {bar.day.isoformat()} anywhere."
    prices = {
        "close": bar.close,
        "open": bar.open,
        "high": bar.high,
        "low": bar.low,
        "adjusted close": bar.adjusted_close,
    }
    for name, price in prices.items():
        if price is not None and not price.is_finite():
            return f"{name} is {price}; a finite number is needed."
        if price is not None and price <= 0:
            return f"{name} is {plain(price)}; a price is above 0."
    if bar.volume is not None and not (bar.volume.is_finite() and bar.volume >= 0):
        return f"volume is {bar.volume}; it must be a finite number, 0 or more."
    return _out_of_range(bar)


def _out_of_range(bar: Bar) -> str | None:
    for name, price in (("open", bar.open), ("close", bar.close), ("high", bar.high)):
        if bar.low is not None and price is not None and price < bar.low:
            return f"low {plain(bar.low)} is above {name} {plain(price)}."
        if bar.high is not None and price is not None and price > bar.high:
            return f"high {plain(bar.high)} is below {name} {plain(price)}."
    return None
