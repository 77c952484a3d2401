"""Exchange rates: direct, inverted, or crossed by at most one common currency.

The newest path at or before the day wins; of equally new ones the shortest. A later rate is never
used, and a missing one is never 1.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from argosy.core.explain import Leaf, Traced
from argosy.core.market.history import RateRow
from argosy.core.money import MISSING, ONE, split_minor_unit


@dataclass(frozen=True, slots=True)
class RateLeg:
    """One stored rate on the path between two currencies; `inverted` if read backwards."""

    row: RateRow
    inverted: bool


@dataclass(frozen=True, slots=True)
class FoundRate:
    """A rate and the path it was found on. `on` is the day of its oldest leg."""

    rate: Decimal
    legs: tuple[RateLeg, ...]
    on: date


class Rates:
    """All known exchange rates, asked by pair and day.

    Parameters
    ----------
    rows : iterable of RateRow
        At most one row per (base, quote, day); any order.
    traced : bool
        Return rates that remember their rows (for explanations).
    """

    def __init__(self, rows: Iterable[RateRow], *, traced: bool = False) -> None:
        self._traced = traced
        self._pairs: dict[tuple[str, str], list[RateRow]] = {}
        self._neighbors: dict[str, set[str]] = {}
        for row in rows:
            self._pairs.setdefault((row.base, row.quote), []).append(row)
        self._days: dict[tuple[str, str], list[date]] = {}
        for pair, found in self._pairs.items():
            found.sort(key=lambda row: row.day)
            self._days[pair] = [row.day for row in found]
            self._neighbors.setdefault(pair[0], set()).add(pair[1])
            self._neighbors.setdefault(pair[1], set()).add(pair[0])
        self._found: dict[tuple[str, str, date], FoundRate | None] = {}

    def rate(self, base: str, quote: str, day: date) -> Decimal:
        """Return units of `quote` for one `base`, the last known at or before `day`, or MISSING."""
        if base == quote:
            return ONE
        found = self.find(base, quote, day)
        return MISSING if found is None else found.rate

    def find(self, base: str, quote: str, day: date) -> FoundRate | None:
        """Return the rate with its path, or None if the currencies are not connected by then.

        Minor units (GBp) are the hundredth part of their currency, exactly.
        """
        key = (base, quote, day)
        if key not in self._found:
            self._found[key] = self._search(base, quote, day)
        return self._found[key]

    def steps(self, base: str, quote: str, start: date, end: date) -> list[tuple[date, Decimal]]:
        """Return `base` in `quote` on `start` and each day up to `end` on which it may change.

        Days before the first known rate are left out.
        """
        ends = {split_minor_unit(base)[0], split_minor_unit(quote)[0]}
        days = {start}
        if base != quote:
            for pair, known in self._days.items():
                if ends & set(pair):
                    days.update(known[bisect_right(known, start) : bisect_right(known, end)])
        steps = ((day, self.rate(base, quote, day)) for day in sorted(days))
        return [(day, rate) for day, rate in steps if not rate.is_nan()]

    def last_day(self, base: str, quote: str) -> date | None:
        """Return the newest day on which the pair has a rate of any path."""
        found = self.find(base, quote, date.max)
        return None if found is None or base == quote else found.on

    def _search(self, base: str, quote: str, day: date) -> FoundRate | None:
        (base_major, base_units) = split_minor_unit(base)
        (quote_major, quote_units) = split_minor_unit(quote)
        legs = self._best_path(base_major, quote_major, day)
        if legs is None:
            return None
        rate = ONE
        for leg in legs:
            value = self._value(leg.row)
            rate = rate / value if leg.inverted else rate * value
        if quote_units != 1:
            rate *= Decimal(quote_units)
        if base_units != 1:
            rate /= Decimal(base_units)
        return FoundRate(rate, legs, min((leg.row.day for leg in legs), default=day))

    def _value(self, row: RateRow) -> Decimal:
        if not self._traced:
            return row.rate
        if row.asset_id is not None:
            close = (
                ("asset_id", row.asset_id),
                ("source", row.source),
                ("on", row.day.isoformat()),
            )
            return Traced.of_leaf(row.rate, Leaf("price", close))
        facts = (
            ("rate_id", str(row.id)),
            ("base", row.base),
            ("quote", row.quote),
            ("on", row.day.isoformat()),
            ("source", row.source),
        )
        return Traced.of_leaf(row.rate, Leaf("rate", facts))

    def _best_path(self, base: str, quote: str, day: date) -> tuple[RateLeg, ...] | None:
        if base == quote:
            return ()
        paths: list[tuple[RateLeg, ...]] = []
        direct = self._leg(base, quote, day)
        if direct is not None:
            paths.append((direct,))
        common = self._neighbors.get(base, set()) & self._neighbors.get(quote, set())
        for via in sorted(common):
            first, second = self._leg(base, via, day), self._leg(via, quote, day)
            if first is not None and second is not None:
                paths.append((first, second))
        if not paths:
            return None
        return max(paths, key=lambda legs: (min(leg.row.day for leg in legs), -len(legs)))

    def _leg(self, base: str, quote: str, day: date) -> RateLeg | None:
        """Return the newest row of a pair in either direction; as stated wins on the same day."""
        stated = self._last(base, quote, day)
        turned = self._last(quote, base, day)
        if stated is None or (turned is not None and turned.day > stated.day):
            return None if turned is None else RateLeg(turned, inverted=True)
        return RateLeg(stated, inverted=False)

    def _last(self, base: str, quote: str, day: date) -> RateRow | None:
        days = self._days.get((base, quote))
        if days is None:
            return None
        index = bisect_right(days, day) - 1
        return self._pairs[base, quote][index] if index >= 0 else None
