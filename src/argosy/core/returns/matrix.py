"""Returns of several assets side by side, between the sessions that all of them have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from argosy.core.market.asset import Asset
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.market import Market
from argosy.core.returns.closes import Closes, daily_rates, session_closes, trades_all_week
from argosy.core.returns.sessions import is_weekday, weekdays_between

COVERED = 0.5
"""An asset with closes on a smaller share of the sessions would cost the others theirs."""

BEFORE_DAYS = 7
"""A range opens with the last close at most so many days before it."""


@dataclass(frozen=True, slots=True, eq=False)
class ReturnsMatrix:
    """Simple returns of assets between their common sessions.

    Attributes
    ----------
    keys : tuple of str
        What the columns are of, by asset id.
    opening : int
        Ordinal of the first common session, from whose close the first returns run.
    days : ndarray of int64, shape (n,)
    returns : ndarray of float64, shape (n, n_keys)
    possible : int
        How many days since the opening could have been sessions.
    all_week, mixed : bool
        Whether all, or some but not all, trade all week.
    left_out : mapping of str to str
        Why other assets take no part, by id.
    """

    keys: tuple[str, ...]
    opening: int
    days: IntArray
    returns: FloatArray
    possible: int
    all_week: bool
    mixed: bool
    left_out: Mapping[str, str]


def closes_in(
    market: Market, assets: Iterable[Asset], currency: str | None, *, first: int, last: int
) -> dict[str, Closes]:
    """Return the session closes of assets between two days in one currency, by asset id.

    Parameters
    ----------
    market : Market
    assets : iterable of Asset
    currency : str or None
        Closes are converted by the last rate of each day; None = each in its own.
    first, last : int
        Ordinals, both inside.

    Returns
    -------
    closes : dict of str to Closes
        All above zero: days without a rate are left out, and closes from which no return runs.
    """
    own = {one: session_closes(market, one, first=first, last=last) for one in assets}
    begins = min((int(some.days[0]) for some in own.values() if len(some.days)), default=first)
    days = np.arange(begins, last + 1)
    rates: dict[str, FloatArray] = {}
    found: dict[str, Closes] = {}
    for asset, closes in own.items():
        values, base = closes.values, asset.currency
        if currency is not None and base != currency and len(closes.days):
            if base not in rates:
                rates[base] = daily_rates(market.rates, base, currency, days)
            values = values * rates[base][closes.days - begins]
        usable = values > 0.0
        known = Closes(closes.days, values)
        found[asset.id] = known if usable.all() else known.take(usable)
    return found


def returns_matrix(
    assets: Sequence[Asset], closes: Mapping[str, Closes], *, opening: int, last: int
) -> ReturnsMatrix:
    """Align assets on the sessions that all of them have.

    An asset with closes on fewer than half of the sessions on which any has one is left out, by
    name: it would take the others' sessions away.

    Parameters
    ----------
    assets : sequence of Asset
    closes : mapping of str to Closes
        By asset id, in one currency, none NaN.
    opening, last : int
        Ordinals. Returns run from the last common session at or up to a week before the opening,
        else from the first one after it, to the last at or before `last`.

    Returns
    -------
    matrix : ReturnsMatrix
        Without columns where no asset can take part, without rows where no two days are common.
    """
    begins = [int(some.days[0]) for some in closes.values() if len(some.days)]
    first = max([opening - BEFORE_DAYS, *([min(begins)] if begins else [])])
    if not begins or first > last:
        nothing = {one.id: _why(one, 0, 0) for one in assets}
        return _nothing(opening, nothing)
    grid = _grid(assets, closes, first=first, last=last)
    known = np.isfinite(grid)
    counts = np.count_nonzero(known, axis=1)
    sessions = int(np.count_nonzero(known.any(axis=0)))
    takes = counts >= max(2, COVERED * sessions)
    left_out = {
        one.id: _why(one, int(count), sessions)
        for one, count, taking in zip(assets, counts, takes, strict=True)
        if not taking
    }
    taking = [one for one in assets if one.id not in left_out]
    if not taking:
        return _nothing(opening, left_out)
    all_week = all(trades_all_week(one) for one in assets)
    if not all_week and all(trades_all_week(one) for one in taking):
        found = returns_matrix(taking, closes, opening=opening, last=last)  # weekends count now
        return replace(found, left_out={**left_out, **found.left_out})
    aligned = _aligned(grid[takes], first=first, opening=opening)
    return replace(
        aligned,
        keys=tuple(one.id for one in taking),
        possible=_possible(aligned, all_week=all_week),
        all_week=all_week,
        mixed=len({trades_all_week(one) for one in taking}) == 2,
        left_out=left_out,
    )


def _aligned(grid: FloatArray, *, first: int, opening: int) -> ReturnsMatrix:
    """Return the returns between the days on which all rows of a grid have a close."""
    days = np.flatnonzero(np.isfinite(grid).all(axis=0)) + first
    days = days[max(0, int(np.searchsorted(days, opening, side="right")) - 1) :]
    values = grid[:, days - first].T
    return replace(
        _nothing(int(days[0]) if len(days) else opening, {}),
        days=days[1:],
        returns=values[1:] / values[:-1] - 1.0,
    )


def _possible(aligned: ReturnsMatrix, *, all_week: bool) -> int:
    ending = int(aligned.days[-1]) if len(aligned.days) else aligned.opening
    return ending - aligned.opening if all_week else weekdays_between(aligned.opening, ending)


def _grid(
    assets: Sequence[Asset], closes: Mapping[str, Closes], *, first: int, last: int
) -> FloatArray:
    """Return closes by asset and calendar day, NaN where there is none.

    Weekends are left out where not all trade on them.
    """
    grid = np.full((len(assets), last - first + 1), np.nan)
    for row, one in zip(grid, assets, strict=True):
        mine = closes[one.id]
        inside = slice(*np.searchsorted(mine.days, [first, last + 1]))
        row[mine.days[inside] - first] = mine.values[inside]
    if not all(trades_all_week(one) for one in assets):
        grid[:, ~is_weekday(np.arange(first, last + 1))] = np.nan
    return grid


def _nothing(opening: int, left_out: Mapping[str, str]) -> ReturnsMatrix:
    return ReturnsMatrix(
        keys=(),
        opening=opening,
        days=np.empty(0, np.int64),
        returns=np.empty((0, 0)),
        possible=0,
        all_week=False,
        mixed=False,
        left_out=left_out,
    )


def _why(asset: Asset, count: int, sessions: int) -> str:
    if count < 2:
        return f"{asset.symbol} has {('no close', 'one close')[count]} in this span."
    return f"{asset.symbol} has closes on {count} of {sessions} sessions only."
