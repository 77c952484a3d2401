"""Which closes are in doubt, and why: what sources say is held against each other and the past.

The formulas and thresholds are on the page docs/measures/price-quality.md. A person's own word
and what a person accepted are never doubted, but they count as evidence.
"""

from argosy.core.market.checks_between import differing, foreign, outvoted, stale
from argosy.core.market.checks_within import copies, spikes, steps, unfinished
from argosy.core.market.doubts import LIMITS, Evidence, Judged, Limits
from argosy.core.market.panel import Panel
from argosy.core.market.screening import Screening

_CHECKS = (unfinished, copies, outvoted, spikes, foreign, stale, differing, steps)


def judge(panel: Panel, evidence: Evidence, limits: Limits = LIMITS) -> Judged:
    """Judge all closes of a panel.

    Parameters
    ----------
    panel : Panel
    evidence : Evidence
    limits : Limits

    Returns
    -------
    judged : Judged

    Examples
    --------
    >>> import numpy as np
    >>> closes = np.array([[100.0], [101], [99], [100], [101], [10_050], [100], [99]])
    >>> panel = Panel(np.arange(738_000, 738_008), ("yahoo",), closes, np.full((8, 1), np.nan))
    >>> [one] = judge(panel, Evidence()).findings
    >>> one.kind.value, one.reason
    ('unit', '10050 is 100 times what the closes around it say (100.499), as if in a unit a \
hundred times smaller.')
    """
    screen = Screening(panel, evidence, limits)
    for check in _CHECKS:
        screen.findings.extend(check(screen))
    found = sorted(screen.findings, key=lambda one: (one.day, one.source))
    return Judged(tuple(found), screen.usable, screen.tolerance)
