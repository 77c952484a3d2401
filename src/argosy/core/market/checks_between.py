"""Checks of what several sources say against each other."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from argosy.core.market.doubts import Doubt, Finding
from argosy.core.market.history import IntArray
from argosy.core.market.panel import BoolArray
from argosy.core.market.screening import Screening, columns_of, medians, runs_of, told_by

_RATE_WITHIN = 0.01


def outvoted(screen: Screening) -> Iterator[Finding]:
    """Closes that more than half of at least three sources contradict."""
    levels = np.where(screen.usable, screen.levels, np.nan)
    middle, counts = medians(levels)
    within = np.abs(levels - middle[:, None]) <= screen.tolerance
    agreed = (counts >= 3) & (within.sum(axis=1) * 2 > counts)
    places = screen.doubt(screen.usable & ~within & agreed[:, None])
    for row, column in np.argwhere(places).tolist():
        against = f"the median of {counts[row]} sources"
        yield screen.off(
            row, column, float(middle[row]), against=against, otherwise=Doubt.DISAGREES
        )


def foreign(screen: Screening) -> Iterator[Finding]:
    """Closes that differ from a source's for days by just another currency's rate."""
    for first, second in permutations(range(len(screen.panel.sources)), 2):
        for rates in screen.evidence.rates.values():
            rows = np.flatnonzero(screen.usable[:, first] & screen.usable[:, second])
            off = screen.levels[rows, second] - screen.levels[rows, first]
            fits = np.abs(off - np.log(rates[rows])) <= _RATE_WITHIN
            fits = _lasting(fits & (np.abs(off) > screen.tolerance), screen.limits.together)
            places = np.zeros_like(screen.usable)
            places[rows[fits], second] = True
            for row in np.flatnonzero(screen.doubt(places)[:, second]).tolist():
                level = float(screen.levels[row, first])
                against = f"what {screen.panel.sources[first]} says"
                yield screen.off(row, second, level, against=against, otherwise=Doubt.CURRENCY)


def stale(screen: Screening) -> Iterator[Finding]:
    """Closes that stand still while others move, or nothing was traded."""
    for column, rows in columns_of(screen.usable):
        closes, volumes = (
            screen.panel.closes[rows, column],
            screen.panel.volumes[rows, column],
        )
        traded = volumes > 0  # NaN compares as false
        for start, end in runs_of(np.append(False, closes[1:] == closes[:-1])):
            run = rows[start - 1 : end]
            count = _sessions_in(screen, run)
            if count <= screen.limits.stale_sessions:
                continue
            mover = _mover(screen, column, run)
            words = f"{closes[start]:g} has stood for {count} sessions"
            if mover is not None:
                places = np.zeros_like(screen.usable)
                places[run[1:], column] = True
                for row in np.flatnonzero(screen.doubt(places)[:, column]).tolist():
                    yield screen.finding(row, column, Doubt.STALE, f"{words} while {mover} moved.")
            elif traded.mean() > 0.5 and not traded[start:end].any():
                reason = f"{words}, and nothing was traded."
                yield screen.finding(
                    int(run[0]), column, Doubt.STALE, reason, note=True, until=int(run[-1])
                )


def _sessions_in(screen: Screening, run: IntArray) -> int:
    if screen.evidence.sessions is None:
        return len(run)
    return int(np.isin(screen.panel.days[run], screen.evidence.sessions).sum())


def _mover(screen: Screening, column: int, run: IntArray) -> str | None:
    """Return a source whose usable closes moved while another's stood still."""
    for other in range(len(screen.panel.sources)):
        levels = screen.levels[run, other][screen.usable[run, other]]
        if other != column and len(levels) > 1 and np.ptp(levels) > screen.limits.moved:
            return screen.panel.sources[other]
    return None


def differing(screen: Screening) -> Iterator[Finding]:
    """Notes where sources differ and none is outvoted: the one believed first is used."""
    first = np.argmax(screen.usable, axis=1)  # columns stand in order of belief
    believed = screen.levels[np.arange(len(first)), first]
    for column, rows in columns_of(screen.usable):
        off = screen.levels[rows, column] - believed[rows]
        for start, end in runs_of(np.abs(off) > screen.tolerance):
            worst = start + int(np.argmax(np.abs(off[start:end])))
            row, best = int(rows[worst]), int(first[rows[worst]])
            reason = (
                f"{screen.panel.closes[row, column]:g} is {told_by(float(off[worst]))} what "
                f"{screen.panel.sources[best]} says ({screen.panel.closes[row, best]:g}); "
                "that is used."
            )
            begin, last = int(rows[start]), int(rows[end - 1])
            yield screen.finding(begin, column, Doubt.DISAGREES, reason, note=True, until=last)


def _lasting(places: BoolArray, least: int) -> BoolArray:
    """Return the true places in runs of at least a length."""
    kept = np.zeros_like(places)
    for start, end in runs_of(places):
        kept[start:end] = end - start >= least
    return kept
