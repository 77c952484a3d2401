"""Daily closes as one piece of bytes: each column in the narrowest integers that hold it.

Layout: the number of closes, the day of the first, a letter for the form of each column, the
lengths of the columns, and the columns themselves, mantissas first. Numbers are little-endian.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEADER = struct.Struct("<iii5s5i")
_CONSTANT = b"c"
_WIDTHS = (b"b", b"h", b"i", b"q")
_DAY_S = 86_400
_MICROSECOND = 1_000_000
_EPOCH_DAY = 719_163  # date(1970, 1, 1).toordinal()

IntArray = NDArray[np.int64]
Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class DailyCloses:
    """Chosen closes of one asset, one a day, oldest first; integers of shape (n,).

    `stamps` are microseconds since 1970 UTC, `sources` the numbers of `price_sources`. The
    mantissas may be narrower than int64: they widen when a history is made of them.
    """

    days: IntArray
    mantissas: NDArray[np.integer[Any]]
    scales: NDArray[np.int8]
    sources: NDArray[np.int16]
    stamps: IntArray

    def __len__(self) -> int:
        """Return the number of closes."""
        return len(self.days)

    def take(self, part: slice | NDArray[np.int64] | NDArray[np.bool_]) -> "DailyCloses":
        """Return some of the closes."""
        return DailyCloses(
            self.days[part],
            self.mantissas[part],
            self.scales[part],
            self.sources[part],
            self.stamps[part],
        )


class Joiner:
    """Puts closes behind others. What many assets have in common is put together once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, bytes], tuple[Array, Array]] = {}

    def join(self, first: DailyCloses, second: DailyCloses) -> DailyCloses:
        """Return the closes of both, one after the other."""
        return DailyCloses(
            self._shared(first.days, second.days),
            np.concatenate((first.mantissas, second.mantissas)),
            self._shared(first.scales, second.scales),
            self._shared(first.sources, second.sources),
            self._shared(first.stamps, second.stamps),
        )

    def _shared(self, first: Array, second: Array) -> Array:
        key = id(first), second.tobytes()
        if key not in self._known:
            # The first is kept as well: while it lives nothing else has its id.
            self._known[key] = first, np.concatenate((first, second))
        return self._known[key][1]


def encode(closes: DailyCloses) -> bytes:
    """Pack at least one close."""
    first = int(closes.days[0])
    midnights = (closes.days - _EPOCH_DAY) * _DAY_S
    columns = [
        closes.mantissas,
        closes.scales,
        closes.sources,
        np.diff(closes.days),
        closes.stamps // _MICROSECOND - midnights,
    ]
    packed = [_narrow(column) for column in columns]
    header = _HEADER.pack(
        len(closes),
        first,
        0,
        b"".join(form for form, _ in packed),
        *(len(content) for _, content in packed),
    )
    return header + b"".join(content for _, content in packed)


def decode(block: bytes) -> DailyCloses:
    """Read what `encode` packed. Arrays that assets have in common may be shared: read-only."""
    count, first, _, forms, *lengths = _HEADER.unpack_from(block)
    parts: list[bytes] = []
    at = _HEADER.size
    for length in lengths:
        parts.append(block[at : at + length])
        at += length
    mantissas, scales, sources, steps, offsets = zip(_letters(forms), parts, strict=True)
    return DailyCloses(
        _days(count, first, *steps),
        _read(count, *mantissas),
        _shared(count, "int8", *scales),
        _shared(count, "int16", *sources),
        _stamps(count, first, steps, offsets),
    )


def _letters(forms: bytes) -> list[bytes]:
    return [forms[i : i + 1] for i in range(len(forms))]


def _narrow(values: IntArray) -> tuple[bytes, bytes]:
    if len(values) == 0:
        return _CONSTANT, struct.pack("<q", 0)
    low, high = int(values.min()), int(values.max())
    if low == high:
        return _CONSTANT, struct.pack("<q", low)
    letter = next(
        w for w in _WIDTHS if np.iinfo(w.decode()).min <= low and high <= np.iinfo(w.decode()).max
    )
    return letter, values.astype(f"<{letter.decode()}").tobytes()


def _read(count: int, form: bytes, content: bytes) -> Array:
    if form == _CONSTANT:
        return np.full(count, struct.unpack("<q", content)[0], np.int64)
    return np.frombuffer(content, f"<{form.decode()}")


@lru_cache(maxsize=256)
def _shared(count: int, kind: str, form: bytes, content: bytes) -> Array:
    values = _read(count, form, content).astype(kind)
    values.flags.writeable = False
    return values


@lru_cache(maxsize=256)
def _days(count: int, first: int, form: bytes, content: bytes) -> IntArray:
    """Most assets trade on the same days: their calendar is unpacked once."""
    days = np.empty(count, np.int64)
    days[0] = first
    np.cumsum(_read(count - 1, form, content), out=days[1:])
    days[1:] += first
    days.flags.writeable = False
    return days


@lru_cache(maxsize=256)
def _stamps(
    count: int, first: int, steps: tuple[bytes, bytes], offsets: tuple[bytes, bytes]
) -> IntArray:
    midnights = (_days(count, first, *steps) - _EPOCH_DAY) * _DAY_S
    stamps = (midnights + _read(count, *offsets)) * _MICROSECOND
    stamps.flags.writeable = False
    return stamps
