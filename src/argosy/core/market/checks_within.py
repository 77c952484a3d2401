"""Checks of what one source says against its own past, and against the calendar."""

from collections.abc import Iterator

import numpy as np

from argosy.core.market.doubts import Doubt, Finding
from argosy.core.market.history import IntArray
from argosy.core.market.odd_ratios import Likeness, likeness
from argosy.core.market.outliers import Apart, standing_apart, usual_moves
from argosy.core.market.panel import BoolArray
from argosy.core.market.screening import KINDS, Screening, columns_of


def unfinished(screen: Screening) -> Iterator[Finding]:
    """Closes of a day that is not over."""
    if screen.evidence.over is None:
        return
    running = screen.panel.days > screen.evidence.over.toordinal()
    for row, column in np.argwhere(screen.doubt(screen.panel.known & running[:, None])).tolist():
        yield screen.finding(row, column, Doubt.LIVE, "The day was not over when it was fetched.")


def copies(screen: Screening) -> Iterator[Finding]:
    """Closes of days without a session that repeat the one before."""
    if screen.evidence.sessions is None:
        return
    resting = ~np.isin(screen.panel.days, screen.evidence.sessions)
    for column, rows in columns_of(screen.usable):
        closes = screen.panel.closes[rows, column]
        places = np.zeros_like(screen.usable)
        places[rows[1:], column] = (closes[1:] == closes[:-1]) & resting[rows[1:]]
        for row in np.flatnonzero(screen.doubt(places)[:, column]).tolist():
            reason = (
                f"{screen.panel.closes[row, column]:g} repeats the close before on a day of rest."
            )
            yield screen.finding(row, column, Doubt.COPY, reason)


def spikes(screen: Screening) -> Iterator[Finding]:
    """Closes that stand apart from their neighbors and that no other source confirms."""
    limits = screen.limits.spikes
    doubted = np.zeros_like(screen.usable)
    found: list[Finding] = []
    for column, rows in columns_of(screen.usable):
        levels = screen.levels[rows, column]
        confirmed, contradicted = _others(screen, column, rows)
        usual = usual_moves(levels)
        least = np.maximum(limits.single, limits.sigmas * usual)
        close = np.maximum(screen.tolerance, limits.sigmas / 2 * usual)
        huge = np.maximum(limits.unconfirmed, limits.sigmas * usual)
        odd = np.append(False, [_is_odd(move) for move in np.diff(levels)])
        apart = standing_apart(
            levels,
            least=np.where(confirmed, np.inf, np.where(contradicted, close, least)),
            unconfirmed=np.where(confirmed, np.inf, np.where(contradicted, least, huge)),
            odd=odd,
            limits=limits,
        )
        apart.found[confirmed] = False
        doubted[rows[apart.found], column] = True
        found += _told(screen, column, rows, apart)
    screen.doubt(doubted)
    yield from found


def _told(screen: Screening, column: int, rows: IntArray, apart: Apart) -> Iterator[Finding]:
    for at in np.flatnonzero(apart.found).tolist():
        if screen.exempt[rows[at], column]:
            continue
        if apart.pending[at]:
            against, kind = "the close before", Doubt.UNCONFIRMED
        else:
            against, kind = "what the closes around it say", Doubt.SPIKE
        yield screen.off(
            int(rows[at]), column, float(apart.level[at]), against=against, otherwise=kind
        )


def _is_odd(move: float) -> bool:
    return abs(move) > 0.6 and likeness(float(np.exp(move)), {}) is not None


def _others(screen: Screening, column: int, rows: IntArray) -> tuple[BoolArray, BoolArray]:
    """Return where another source says the same as one, and where others say something else."""
    others = np.delete(np.where(screen.usable, screen.levels, np.nan)[rows], column, axis=1)
    near = np.abs(others - screen.levels[rows, column][:, None]) <= screen.tolerance
    confirmed = near.any(axis=1)
    return confirmed, ~confirmed & ~np.isnan(others).all(axis=1)


def steps(screen: Screening) -> Iterator[Finding]:
    """Notes where closes moved for good by just the ratio of a split that nobody states."""
    for column, rows in columns_of(screen.usable & ~screen.exempt):
        levels = screen.levels[rows, column]
        usual = usual_moves(levels)
        moves = np.diff(levels)
        large = np.abs(moves) > np.maximum(screen.limits.spikes.sigmas * usual[1:], 0.6)
        for at in np.flatnonzero(large).tolist():
            like = likeness(float(np.exp(moves[at])), {})
            if like is None:
                continue
            before, after = screen.panel.closes[rows[at : at + 2], column].tolist()
            reason = (
                f"From {before:g} to {after:g} and no way back, {like.words}; "
                "none is stated near this day."
                if like.kind is Likeness.SPLIT
                else f"From {before:g} to {after:g} and no way back, {like.words}."
            )
            yield screen.finding(int(rows[at + 1]), column, KINDS[like.kind], reason, note=True)
