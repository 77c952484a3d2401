"""Checks of what several sources say against each other."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from argosy.core.market.case import Case, columns_of, medians, runs_of, told_by
from argosy.core.market.doubts import Doubt, Finding
from argosy.core.market.history import IntArray
from argosy.core.market.panel import BoolArray

_RATE_WITHIN = 0.01


def outvoted(case: Case) -> Iterator[Finding]:
    """Closes that more than half of at least three sources contradict."""
    levels = np.where(case.usable, case.levels, np.nan)
    middle, counts = medians(levels)
    within = np.abs(levels - middle[:, None]) <= case.tolerance
    agreed = (counts >= 3) & (within.sum(axis=1) * 2 > counts)
    places = case.doubt(case.usable & ~within & agreed[:, None])
    for row, column in np.argwhere(places).tolist():
        against = f"the median of {counts[row]} sources"
        yield case.off(row, column, float(middle[row]), against=against, otherwise=Doubt.DISAGREES)


def foreign(case: Case) -> Iterator[Finding]:
    """Closes that differ from a source's for days by just another currency's rate."""
    for first, second in permutations(range(len(case.panel.sources)), 2):
        for rates in case.evidence.rates.values():
            rows = np.flatnonzero(case.usable[:, first] & case.usable[:, second])
            off = case.levels[rows, second] - case.levels[rows, first]
            fits = np.abs(off - np.log(rates[rows])) <= _RATE_WITHIN
            fits = _lasting(fits & (np.abs(off) > case.tolerance), case.limits.together)
            places = np.zeros_like(case.usable)
            places[rows[fits], second] = True
            for row in np.flatnonzero(case.doubt(places)[:, second]).tolist():
                level = float(case.levels[row, first])
                against = f"what {case.panel.sources[first]} says"
                yield case.off(row, second, level, against=against, otherwise=Doubt.CURRENCY)


def stale(case: Case) -> Iterator[Finding]:
    """Closes that stand still while others move, or nothing was traded."""
    for column, rows in columns_of(case.usable):
        closes, volumes = case.panel.closes[rows, column], case.panel.volumes[rows, column]
        traded = volumes > 0  # NaN compares as false
        for start, end in runs_of(np.append(False, closes[1:] == closes[:-1])):
            run = rows[start - 1 : end]
            count = _sessions_in(case, run)
            if count <= case.limits.stale_sessions:
                continue
            mover = _mover(case, column, run)
            words = f"{closes[start]:g} has stood for {count} sessions"
            if mover is not None:
                places = np.zeros_like(case.usable)
                places[run[1:], column] = True
                for row in np.flatnonzero(case.doubt(places)[:, column]).tolist():
                    yield case.finding(row, column, Doubt.STALE, f"{words} while {mover} moved.")
            elif traded.mean() > 0.5 and not traded[start:end].any():
                reason = f"{words}, and nothing was traded."
                yield case.finding(
                    int(run[0]), column, Doubt.STALE, reason, note=True, until=int(run[-1])
                )


def _sessions_in(case: Case, run: IntArray) -> int:
    if case.evidence.sessions is None:
        return len(run)
    return int(np.isin(case.panel.days[run], case.evidence.sessions).sum())


def _mover(case: Case, column: int, run: IntArray) -> str | None:
    """Return a source whose usable closes moved while another's stood still."""
    for other in range(len(case.panel.sources)):
        levels = case.levels[run, other][case.usable[run, other]]
        if other != column and len(levels) > 1 and np.ptp(levels) > case.limits.moved:
            return case.panel.sources[other]
    return None


def differing(case: Case) -> Iterator[Finding]:
    """Notes where sources differ and none is outvoted: the one believed first is used."""
    first = np.argmax(case.usable, axis=1)  # columns stand in order of belief
    believed = case.levels[np.arange(len(first)), first]
    for column, rows in columns_of(case.usable):
        off = case.levels[rows, column] - believed[rows]
        for start, end in runs_of(np.abs(off) > case.tolerance):
            worst = start + int(np.argmax(np.abs(off[start:end])))
            row, best = int(rows[worst]), int(first[rows[worst]])
            reason = (
                f"{case.panel.closes[row, column]:g} is {told_by(float(off[worst]))} what "
                f"{case.panel.sources[best]} says ({case.panel.closes[row, best]:g}); "
                "that is used."
            )
            begin, last = int(rows[start]), int(rows[end - 1])
            yield case.finding(begin, column, Doubt.DISAGREES, reason, note=True, until=last)


def _lasting(places: BoolArray, least: int) -> BoolArray:
    """Return the true places in runs of at least a length."""
    kept = np.zeros_like(places)
    for start, end in runs_of(places):
        kept[start:end] = end - start >= least
    return kept
