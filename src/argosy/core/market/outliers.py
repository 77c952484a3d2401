"""Robust outliers: closes that stand apart from those before and after them.

A move is measured against the usual one, sigma = 1.4826 times the median of the absolute
log returns (the median absolute deviation around zero; Hampel 1974), which a few wild days do
not change. A spike goes away and comes back; a crash that stays is none.
"""

from dataclasses import dataclass

import numpy as np

from argosy.core.market.history import FloatArray
from argosy.core.market.panel import BoolArray

WINDOW = 63
"""Returns in one stretch: a quarter of a year."""

_MAD = 1.4826  # makes the median absolute deviation of a normal distribution its sigma
_AROUND = 10  # closes on each side that say what is usual there
_HISTORY = 5  # closes that must be known before an unconfirmed one is doubted


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeLimits:
    """From when on a move is too large. Moves are log returns.

    Attributes
    ----------
    sigmas : float
        Moves up to so many sigmas are usual.
    single : float
        The least move to and from one close that stands apart.
    several : float
        The same for two to `longest` closes in a row: a price may well dip for some days.
    unconfirmed : float
        The least move to the newest close.
    comeback : float
        It is back if what is left of the move is at most this share of it.
    longest : int
        The most closes in a row that can stand apart.
    """

    sigmas: float = 8.0
    single: float = 0.15
    several: float = 0.4
    unconfirmed: float = 0.65
    comeback: float = 0.25
    longest: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """Closes that stand apart, shape (n,) each.

    `level` is what would be expected there (NaN elsewhere); `pending` tells the newest ones, which
    nothing comes after that could confirm them.
    """

    found: BoolArray
    pending: BoolArray
    level: FloatArray


def usual_moves(levels: FloatArray) -> FloatArray:
    """Return sigma of the log returns around each close.

    Parameters
    ----------
    levels : ndarray of float64, shape (n,)
        Logarithms of closes, without gaps.

    Returns
    -------
    sigma : ndarray of float64, shape (n,)
        The largest of three neighboring stretches of `WINDOW` returns, so that a calm time does
        not condemn the first day of a wild one; 0 below two closes.

    Examples
    --------
    >>> usual_moves(np.array([0.0, 0.1, 0.0, 0.1])).round(5).tolist()
    [0.14826, 0.14826, 0.14826, 0.14826]
    """
    moves = np.abs(np.diff(levels))
    if len(moves) < WINDOW:
        return np.full(len(levels), _MAD * np.median(moves) if len(moves) else 0.0)
    rest = len(moves) % WINDOW  # the first stretch is the last of the whole ones, or begins early
    stretches = np.median(moves[rest:].reshape(-1, WINDOW), axis=1)
    if rest:
        stretches = np.append(np.median(moves[:WINDOW]), stretches)
    widest = stretches.copy()
    widest[1:] = np.maximum(widest[1:], stretches[:-1])
    widest[:-1] = np.maximum(widest[:-1], stretches[1:])
    sigma = np.repeat(widest, WINDOW)[-len(moves) :]
    return _MAD * np.append(sigma[0], sigma)


def standing_apart(
    levels: FloatArray,
    *,
    least: FloatArray,
    unconfirmed: FloatArray,
    odd: BoolArray,
    limits: SpikeLimits,
) -> Apart:
    """Find the closes that stand apart from their neighbors on both sides.

    Parameters
    ----------
    levels : ndarray of float64, shape (n,)
        Logarithms of closes of one source in comparable shares, without gaps.
    least : ndarray of float64, shape (n,)
        The least move that counts, for a single close.
    unconfirmed : ndarray of float64, shape (n,)
        The same for the newest close, which none follows; infinite where none is too much.
    odd : ndarray of bool, shape (n,)
        Moves that look like an error: not one close confirms them, but `longest` do.
    limits : SpikeLimits

    Returns
    -------
    apart : Apart

    Examples
    --------
    >>> levels = np.log(np.array([100.0, 101, 99, 100, 10_000, 100, 101, 50, 51, 50, 49]))
    >>> floor = np.full(11, 0.15)
    >>> none = np.zeros(11, bool)
    >>> apart = standing_apart(
    ...     levels, least=floor, unconfirmed=floor, odd=none, limits=SpikeLimits()
    ... )
    >>> np.flatnonzero(apart.found).tolist(), np.exp(apart.level[4]).round().tolist()
    ([4], 100.0)
    """
    none = np.zeros(len(levels), np.bool_)
    apart = Apart(none, none.copy(), np.full(len(levels), np.nan))
    for length in range(1, limits.longest + 1):
        floor = least if length == 1 else np.maximum(least, limits.several)
        for start in _come_back(levels, length, floor, limits.comeback):
            _mark(apart, levels, start, length)
    for length in range(1, min(limits.longest, len(levels) - _HISTORY) + 1):
        start = len(levels) - length
        settled = np.flatnonzero(~apart.found[:start])
        if apart.found[start:].any() or not len(settled):
            continue
        before, block = levels[settled[-1]], levels[start:]
        move = block[0] - before
        away = ((block - before) * np.sign(move)).min() > abs(move) / 2
        if abs(move) > unconfirmed[start] and away and (length == 1 or odd[start]):
            apart.found[start:] = apart.pending[start:] = True
            apart.level[start:] = before
    return apart


def _come_back(levels: FloatArray, length: int, least: FloatArray, comeback: float) -> list[int]:
    """Return where so many closes lie beyond a move away and a move back."""
    if len(levels) < length + 2:
        return []
    away = levels[1:-length] - levels[: -length - 1]
    back = levels[length + 1 :] - levels[length:-1]
    left = np.abs(levels[length + 1 :] - levels[: -length - 1])
    smaller = np.minimum(np.abs(away), np.abs(back))
    floor = least[1:-length]
    hits = (smaller > floor) & (away * back < 0) & (left <= comeback * smaller)
    return (np.flatnonzero(hits) + 1).tolist()


def _mark(apart: Apart, levels: FloatArray, start: int, length: int) -> None:
    """Mark closes if they are the odd ones, and not those between two others that are."""
    end = start + length
    base = (levels[start - 1] + levels[end]) / 2
    around = np.median(levels[max(start - _AROUND, 0) : end + _AROUND])
    block = levels[start:end]
    far = np.abs(block - base).min() > np.abs(block[0] - base) / 2
    if far and np.abs(block - around).min() > abs(base - around):
        apart.found[start:end] = True
        apart.level[start:end] = base
