"""A panel of closes while it is judged: what one check doubts the next ones do not use."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from argosy.core.market.doubts import Doubt, Evidence, Finding, Limits, Severity
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.odd_ratios import Likeness, likeness
from argosy.core.market.outliers import usual_moves
from argosy.core.market.panel import BoolArray, Panel

KINDS = {
    Likeness.UNIT: Doubt.UNIT,
    Likeness.SPLIT: Doubt.SPLIT,
    Likeness.CURRENCY: Doubt.CURRENCY,
}


class Screening:
    """A panel while it is judged; what a check doubts the next ones do not use."""

    def __init__(self, panel: Panel, evidence: Evidence, limits: Limits) -> None:
        self.panel = panel
        self.evidence = evidence
        self.limits = limits
        self.levels = panel.levels(evidence.splits)
        self.usable = panel.known
        self.exempt = np.broadcast_to(panel.own, self.usable.shape)
        if evidence.accepted is not None:
            self.exempt = self.exempt | evidence.accepted
        self.tolerance = max(limits.tolerance, limits.usual * self._usual_move())
        self.findings: list[Finding] = []

    def _usual_move(self) -> float:
        middle, counts = medians(self.levels)
        known = middle[counts > 0]
        return float(np.median(usual_moves(known))) if len(known) else 0.0

    def doubt(self, places: BoolArray) -> BoolArray:
        """Take places out of use but those beyond doubt; return which."""
        doubted = places & self.usable & ~self.exempt
        self.usable &= ~doubted
        return doubted

    def finding(
        self,
        row: int,
        column: int,
        kind: Doubt,
        reason: str,
        *,
        note: bool = False,
        until: int = -1,
    ) -> Finding:
        """Return a finding about a place, or a run that begins there.

        Parameters
        ----------
        row, column : int
            The place in the panel.
        kind : Doubt
        reason : str
            A sentence.
        note : bool
            It is told, and the close used all the same.
        until : int
            The row of the run's last close; that of the first if below 0.
        """
        last = row if until < 0 else until
        return Finding(
            source=self.panel.sources[column],
            day=date.fromordinal(int(self.panel.days[row])),
            until=date.fromordinal(int(self.panel.days[last])),
            kind=kind,
            severity=Severity.NOTE if note else Severity.SUSPECT,
            reason=reason,
        )

    def off(
        self, row: int, column: int, level: float, *, against: str, otherwise: Doubt
    ) -> Finding:
        """Return a finding about a close that is off what it should be, and like what.

        Parameters
        ----------
        row, column : int
            The place in the panel.
        level : float
            The logarithm of what it should be, in shares of the last day.
        against : str
            Who says so.
        otherwise : Doubt
            The kind where it is like nothing that has a name.
        """
        close = float(self.panel.closes[row, column])
        off = float(self.levels[row, column]) - level
        rates = {
            currency: float(known[row])
            for currency, known in self.evidence.rates.items()
            if known[row] > 0
        }
        like = likeness(float(np.exp(off)), rates)
        words = f", {like.words}" if like else ""
        expected = close / float(np.exp(off))
        reason = f"{close:g} is {told_by(off)} {against} ({expected:g}){words}."
        return self.finding(row, column, KINDS[like.kind] if like else otherwise, reason)


def medians(levels: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the median of each row without its NaN, and how many values it has."""
    counts = (~np.isnan(levels)).sum(axis=1)
    if not levels.shape[1]:
        return np.full(len(levels), np.nan), counts
    in_order = np.sort(levels, axis=1)  # NaN last
    rows = np.arange(len(levels))
    low, high = np.maximum(counts - 1, 0) // 2, np.maximum(counts, 1) // 2
    high = np.minimum(high, np.maximum(counts - 1, 0))
    middle: FloatArray = (in_order[rows, low] + in_order[rows, high]) / 2
    return middle, counts


def columns_of(usable: BoolArray) -> Iterable[tuple[int, IntArray]]:
    """Return each source that has anything, with the rows in which it does."""
    rows = ((column, np.flatnonzero(usable[:, column])) for column in range(usable.shape[1]))
    return [(column, some) for column, some in rows if len(some)]


def runs_of(places: BoolArray) -> list[tuple[int, int]]:
    """Return where runs of true places begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], places, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def told_by(off: float) -> str:
    """Say by how much a log ratio is off."""
    factor = float(np.exp(off))
    if factor >= 3:
        return f"{factor:.3g} times"
    if factor <= 1 / 3:
        return f"1/{1 / factor:.3g} of"
    return f"{abs(factor - 1) * 100:.3g} % {'above' if off > 0 else 'below'}"
