"""Doubts about closes: their kinds, and from when on there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from argosy.core.market.asset import Split
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.outliers import SpikeLimits
from argosy.core.market.panel import BoolArray


class Doubt(StrEnum):
    """What is wrong with a close, or may be."""

    DISAGREES = "disagrees"
    SPIKE = "spike"
    UNCONFIRMED = "unconfirmed"
    UNIT = "unit"
    SPLIT = "split"
    CURRENCY = "currency"
    STALE = "stale"
    COPY = "copy"
    LIVE = "live"


class Severity(StrEnum):
    """A suspect is not used; a note is told."""

    SUSPECT = "suspect"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One doubt about what a source says of a day, or of the days until another one."""

    source: str
    day: date
    until: date
    kind: Doubt
    severity: Severity
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From when on there is a doubt.

    Attributes
    ----------
    tolerance : float
        Sources may differ by so much (a log ratio), or by `usual` times the usual daily move
        where that is more: days end at different hours.
    together : int
        So many common days must fit another currency's rate before that is the reason.
    stale_sessions : int
        One close may stand for so many sessions.
    moved : float
        Another source has moved if its closes of these days spread by more.
    """

    tolerance: float = 0.02
    usual: float = 1.5
    together: int = 3
    stale_sessions: int = 5
    moved: float = 0.01
    spikes: SpikeLimits = field(default_factory=SpikeLimits)


LIMITS = Limits()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Evidence:
    """What else is known when the closes of a panel with d days and s sources are judged.

    Attributes
    ----------
    splits : sequence of Split
        All stated ones that count.
    sessions : ndarray of int64 or None
        The days on which it is traded; None = every day.
    over : date or None
        The last day that is over; None = all are.
    accepted : ndarray of bool, shape (d, s), or None
        What a person accepted.
    rates : mapping of str to ndarray of float64, shape (d,)
        Units of other currencies for one of the asset's; NaN where unknown.
    """

    splits: Sequence[Split] = ()
    sessions: IntArray | None = None
    over: date | None = None
    accepted: BoolArray | None = None
    rates: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The findings about a panel, by day, and which of its closes may be used, shape (d, s).

    `tolerance` is how far its sources may differ, as a log ratio.
    """

    findings: tuple[Finding, ...]
    usable: BoolArray
    tolerance: float
