"""Closes of one asset as float64: in shares of the last day, on sessions, in any currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.market import AppliedSplit, Market
from argosy.core.market.rates import Rates
from argosy.core.money import exact_context


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """Comparable closes of one asset on its sessions, oldest first.

    Attributes
    ----------
    days : ndarray of int64, shape (n,)
        Proleptic ordinals, strictly rising.
    values : ndarray of float64, shape (n,)
        In shares of the last day; NaN where a rate is missing.
    """

    days: IntArray
    values: FloatArray

    def take(self, chosen: slice | NDArray[np.bool_]) -> "Closes":
        """Return some of them."""
        return Closes(self.days[chosen], self.values[chosen])


def trades_all_week(asset: Asset) -> bool:
    """Tell whether every day is a session: so it is for crypto."""
    return asset.category is AssetCategory.CRYPTO


def session_closes(
    market: Market, asset: Asset, *, first: int | None = None, last: int | None = None
) -> Closes:
    """Return an asset's closes in today's shares on its sessions.

    A session is a weekday with a close; every day with one where the asset trades all week. What
    happens on a weekend otherwise shows in the next session.

    Parameters
    ----------
    market : Market
        Knows the asset's closes and splits.
    asset : Asset
    first, last : int or None
        Ordinals of the first and the last day wanted, both inside; None = all.

    Returns
    -------
    closes : Closes
        In the asset's own currency; empty where there are no closes.
    """
    history = market.history(asset.id)
    start = 0 if first is None else int(np.searchsorted(history.days, first))
    stop = None if last is None else int(np.searchsorted(history.days, last + 1))
    days, values = history.days[start:stop], history.closes(start, stop)
    splits = market.splits.get(asset.id, ())
    if splits and len(values):
        newest = shares(splits, history.days[-1:], "priced_on")
        values = values * shares(splits, days, "priced_on") / newest
    closes = Closes(days, values)
    return closes if trades_all_week(asset) else closes.take((days + 6) % 7 < 5)


def shares(splits: Sequence[AppliedSplit], days: IntArray, since: str) -> FloatArray:
    """Return how many shares of each day one share of the beginning has become.

    Parameters
    ----------
    splits : sequence of AppliedSplit
    days : ndarray of int64, shape (n,)
    since : str
        Names the day from which a split counts: priced_on or held_on.

    Returns
    -------
    shares : ndarray of float64, shape (n,)
    """
    ordered = sorted(splits, key=attrgetter(since))
    factors = np.cumprod([1.0, *(float(split.new / split.old) for split in ordered)])
    split_days = np.array([getattr(split, since).toordinal() for split in ordered], np.int64)
    return np.asarray(factors[np.searchsorted(split_days, days, side="right")], np.float64)


def carried_closes(market: Market, asset: Asset, currency: str, days: IntArray) -> FloatArray:
    """Return what an asset last closed at on each day, in another currency by each day's rate.

    Parameters
    ----------
    market : Market
        Knows the asset's closes and splits, and the rates.
    asset : Asset
    currency : str
    days : ndarray of int64, shape (n,)
        Rising proleptic ordinals, at least one.

    Returns
    -------
    closes : ndarray of float64, shape (n,)
        In shares of the last close; NaN before the first close or rate.
    """
    history = market.history(asset.id)
    values = history.closes()
    splits = market.splits.get(asset.id, ())
    if splits and len(values):
        held = shares(splits, history.days, "priced_on")
        values = values * held / held[-1]
    carried = np.concatenate([[np.nan], values])
    closes = carried[np.searchsorted(history.days, days, side="right")]
    return np.asarray(closes * daily_rates(market.rates, asset.currency, currency, days))


def daily_rates(rates: Rates, base: str, quote: str, days: IntArray) -> FloatArray:
    """Return `quote` for one `base` on each day, the last known; NaN before the first.

    Parameters
    ----------
    rates : Rates
    base, quote : str
    days : ndarray of int64, shape (n,)
        Rising proleptic ordinals, at least one.

    Returns
    -------
    rates : ndarray of float64, shape (n,)
    """
    steps = _steps(rates, base, quote, first=int(days[0]), last=int(days[-1]))
    return np.asarray(steps.values[np.searchsorted(steps.known, days, side="right")], np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """On which days from `first` to `last` a rate changed, and its values: NaN before the first."""

    first: int
    last: int
    known: IntArray
    values: FloatArray


_KEPT: WeakKeyDictionary[Rates, dict[tuple[str, str], _Steps]] = WeakKeyDictionary()
"""The longest steps asked for so far: many holdings of a book ask for the same ones."""


def _steps(rates: Rates, base: str, quote: str, *, first: int, last: int) -> _Steps:
    kept = _KEPT.setdefault(rates, {})
    found = kept.get((base, quote))
    if found is None or first < found.first or last > found.last:
        if found is not None:
            first, last = min(first, found.first), max(last, found.last)
        with exact_context():
            steps = rates.steps(base, quote, date.fromordinal(first), date.fromordinal(last))
        found = kept[base, quote] = _Steps(
            first,
            last,
            np.array([day.toordinal() for day, _ in steps], np.int64),
            np.array([np.nan, *(float(rate) for _, rate in steps)]),
        )
    return found
