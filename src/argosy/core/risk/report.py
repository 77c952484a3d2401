"""What risk figures advise, in a word: thresholds that a person can move."""

from dataclasses import dataclass
from enum import StrEnum

from argosy.core.risk.profile import Risk
from argosy.core.risk.value_at_risk import Method


class Advice(StrEnum):
    """What a report comes to."""

    REDUCE_RISK = "REDUCE_RISK"
    IMPROVE_EFFICIENCY = "IMPROVE_EFFICIENCY"
    HOLD = "HOLD"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """A loss beyond the first two, or a ratio below the third, is worth a word."""

    cvar: float = -0.05
    drawdown: float = -0.10
    sharpe: float = 0.5


@dataclass(frozen=True, slots=True)
class Report:
    """The advice, and what led to it in words; `thresholds` are those it was measured by."""

    advice: Advice
    findings: tuple[str, ...]
    thresholds: Thresholds


def report(risk: Risk, thresholds: Thresholds) -> Report:
    """Compare risk with thresholds; a figure that does not exist crosses none.

    Parameters
    ----------
    risk : Risk
    thresholds : Thresholds

    Returns
    -------
    report : Report

    Examples
    --------
    >>> report(Risk(max_drawdown=-0.3, value_at_risk={}), Thresholds()).advice.value
    'REDUCE_RISK'
    >>> report(Risk(), Thresholds()).advice.value
    'INSUFFICIENT_DATA'
    """
    tail = risk.value_at_risk.get(Method.HISTORICAL)
    shortfall = None if tail is None else tail.cvar
    risky = [
        f"{name} is {value:.4f}, below {limit:g}."
        for name, value, limit in (
            ("The expected shortfall of a session", shortfall, thresholds.cvar),
            ("The deepest fall", risk.max_drawdown, thresholds.drawdown),
        )
        if value is not None and value < limit
    ]
    sharpe, idle = risk.sharpe_ratio, []
    if sharpe is not None and sharpe < thresholds.sharpe:
        idle = [f"The Sharpe ratio is {sharpe:.4f}, below {thresholds.sharpe:g}."]
    if tail is None and risk.max_drawdown is None:
        advice = Advice.INSUFFICIENT_DATA
    elif risky:
        advice = Advice.REDUCE_RISK
    else:
        advice = Advice.IMPROVE_EFFICIENCY if idle else Advice.HOLD
    return Report(advice, (*risky, *idle), thresholds)
