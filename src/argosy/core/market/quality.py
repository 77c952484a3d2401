"""How good an asset's prices are: coverage, gaps, agreement of the sources, and one score.

The formulas are on the page docs/measures/price-quality.md.
"""

from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.panel import BoolArray, Panel
from argosy.core.market.screening import runs_of
from argosy.core.market.spans import Span

FRESH_SESSIONS = 1
"""A series that ends so many sessions ago is as fresh as can be."""
GONE_SESSIONS = 21
"""One that ends so many sessions ago is not fresh at all."""

_WEIGHTS = (0.4, 0.2, 0.2, 0.2)
_PER = 100  # one doubt in so many closes halves the trust


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """What one source has: its days, how many closes, and how many of them are in doubt."""

    source: str
    first_on: date
    last_on: date
    points: int
    suspects: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Sessions in a row of which no source has a close, and how many they are."""

    days: Span
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sources on the days that both have; differences are fractions of the first one's close.

    `beyond` counts the days on which they differ by more than the tolerance.
    """

    first: str
    second: str
    days: int
    median_difference: float
    max_difference: float
    max_on: date
    beyond: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """From 0 to 1, the best; agreement is None where no two sources have a day in common."""

    score: float
    completeness: float
    agreement: float | None
    freshness: float
    trust: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The quality of an asset's daily closes.

    Attributes
    ----------
    expected, present, missing, doubted : int
        Sessions between the first and the last close: all, with a close that is used, with none
        at all, and with closes that are all in doubt.
    tolerance : float
        How far sources may differ, as a fraction.
    """

    scores: Scores
    first_on: date
    last_on: date
    expected: int
    present: int
    missing: int
    doubted: int
    suspects: int
    tolerance: float
    sources: tuple[SourceCoverage, ...]
    gaps: tuple[Gap, ...]
    comparisons: tuple[Comparison, ...]


def quality(
    panel: Panel, suspects: BoolArray, sessions: IntArray, *, levels: FloatArray, tolerance: float
) -> Quality:
    """Say how good a panel's closes are.

    Parameters
    ----------
    panel : Panel
        At least one close.
    suspects : ndarray of bool, shape (d, s)
        The closes in doubt.
    sessions : ndarray of int64, shape (n,)
        The days on which there should be a close, from the panel's first day until today.
    levels : ndarray of float64, shape (d, s)
        `panel.levels` over the stated splits.
    tolerance : float
        How far sources may differ, as a log ratio.

    Returns
    -------
    quality : Quality

    Examples
    --------
    >>> closes = np.array([[100.0], [101], [99]])
    >>> panel = Panel(np.array([738_000, 738_001, 738_003]), ("yahoo",), closes, closes)
    >>> found = quality(
    ...     panel,
    ...     np.zeros((3, 1), bool),
    ...     np.arange(738_000, 738_004),
    ...     levels=panel.levels([]),
    ...     tolerance=0.02,
    ... )
    >>> found.expected, found.present, found.scores.completeness, len(found.gaps)
    (4, 3, 0.75, 1)
    """
    known = panel.known
    expected = sessions[(sessions >= panel.days[0]) & (sessions <= panel.days[-1])]
    there = np.isin(expected, panel.days[known.any(axis=1)])
    used = np.isin(expected, panel.days[(known & ~suspects).any(axis=1)])
    comparisons = _comparisons(panel, levels, tolerance)
    completeness = float(used.mean()) if len(expected) else 1.0
    age = int((sessions > panel.days[-1]).sum())
    scores = _scores(
        completeness,
        _agreement(levels, tolerance),
        1 - min(max(age - FRESH_SESSIONS, 0) / (GONE_SESSIONS - FRESH_SESSIONS), 1.0),
        1 / (1 + _PER * float(suspects.sum()) / float(known.sum())),
    )
    return Quality(
        scores=scores,
        first_on=_day(panel.days[0]),
        last_on=_day(panel.days[-1]),
        expected=len(expected),
        present=int(used.sum()),
        missing=int((~there).sum()),
        doubted=int((there & ~used).sum()),
        suspects=int(suspects.sum()),
        tolerance=float(np.expm1(tolerance)),
        sources=_coverage(panel, suspects),
        gaps=tuple(
            Gap(Span(_day(expected[start]), _day(expected[end - 1])), end - start)
            for start, end in runs_of(~there)
        ),
        comparisons=comparisons,
    )


def _scores(*parts: float | None) -> Scores:
    weighed = [(part, weight) for part, weight in zip(parts, _WEIGHTS, strict=True)]
    known = [(part, weight) for part, weight in weighed if part is not None]
    score = sum(part * weight for part, weight in known) / sum(weight for _, weight in known)
    completeness, agreement, freshness, trust = parts
    assert completeness is not None
    assert freshness is not None
    assert trust is not None
    return Scores(
        score=score,
        completeness=completeness,
        agreement=agreement,
        freshness=freshness,
        trust=trust,
    )


def _agreement(levels: FloatArray, tolerance: float) -> float | None:
    """Return the share of the days of several sources on which all are within the tolerance."""
    common = (~np.isnan(levels)).sum(axis=1) > 1
    if not common.any():
        return None
    spread = np.nanmax(levels[common], axis=1) - np.nanmin(levels[common], axis=1)
    return float((spread <= tolerance).mean())


def _coverage(panel: Panel, suspects: BoolArray) -> tuple[SourceCoverage, ...]:
    found: list[SourceCoverage] = []
    for column, source in enumerate(panel.sources):
        rows = np.flatnonzero(panel.known[:, column])
        if len(rows):
            found.append(
                SourceCoverage(
                    source=source,
                    first_on=_day(panel.days[rows[0]]),
                    last_on=_day(panel.days[rows[-1]]),
                    points=len(rows),
                    suspects=int(suspects[:, column].sum()),
                )
            )
    return tuple(found)


def _comparisons(panel: Panel, levels: FloatArray, tolerance: float) -> tuple[Comparison, ...]:
    found: list[Comparison] = []
    for one, other in combinations(range(len(panel.sources)), 2):
        off = levels[:, other] - levels[:, one]
        rows = np.flatnonzero(~np.isnan(off))
        if not len(rows):
            continue
        differences = np.abs(np.expm1(off[rows]))
        worst = int(np.argmax(differences))
        found.append(
            Comparison(
                first=panel.sources[one],
                second=panel.sources[other],
                days=len(rows),
                median_difference=float(np.median(differences)),
                max_difference=float(differences[worst]),
                max_on=_day(panel.days[rows[worst]]),
                beyond=int((np.abs(off[rows]) > tolerance).sum()),
            )
        )
    return tuple(found)


def _day(ordinal: int) -> date:
    return date.fromordinal(int(ordinal))
