"""What risk the returns between sessions show, with a reason for each figure they cannot give."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from argosy.core.performance.twr import annualize
from argosy.core.returns.sessions import SessionReturns
from argosy.core.risk import measures
from argosy.core.risk.asset_metrics import LEAST_RETURNS, a_year_of
from argosy.core.risk.drawdowns import falls, under_water
from argosy.core.risk.value_at_risk import Method, Tail, tails

STATISTICS = (
    "mean_return",
    "volatility",
    "downside_deviation",
    "sharpe_ratio",
    "sortino_ratio",
    "calmar_ratio",
    "max_drawdown",
    "current_drawdown",
    "skewness",
    "excess_kurtosis",
    "value_at_risk",
)
"""Figures that need `LEAST_RETURNS` returns."""

_RETURNS = ("compound_return", "annualized_return")
_YEARLY = "Yearly rates need 365 days."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person can choose of risk figures.

    `risk_free` is a yearly rate, `mar` one of a session, both fractions; `confidence` lies between
    0 and 1; `seed` is that of the Monte Carlo draws.
    """

    risk_free: float = 0.0
    mar: float = 0.0
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Figures of returns between sessions, as fractions; None = see `reasons`, by name.

    Attributes
    ----------
    opening, last : date or None
        The day from whose close the returns run, and the last session.
    returns : int
        How many there are.
    sessions_a_year : float or None
        What figures of one session are made yearly with; not 252 or 365 where `sparse`.
    max_drawdown, current_drawdown : float or None
        Zero or negative.
    value_at_risk : dict of Method to Tail
        Of one session's return; empty where it has a reason.
    """

    opening: date | None = None
    last: date | None = None
    returns: int = 0
    sessions_a_year: float | None = None
    sparse: bool = False
    compound_return: float | None = None
    annualized_return: float | None = None
    mean_return: float | None = None
    volatility: float | None = None
    downside_deviation: float | None = None
    sharpe_ratio: float | None = None
    sortino_ratio: float | None = None
    calmar_ratio: float | None = None
    max_drawdown: float | None = None
    peak_on: date | None = None
    trough_on: date | None = None
    recovered_on: date | None = None
    current_drawdown: float | None = None
    skewness: float | None = None
    excess_kurtosis: float | None = None
    value_at_risk: dict[Method, Tail] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def no_risk(why: str) -> Risk:
    """Return risk of which nothing is known, and why."""
    return Risk(reasons=dict.fromkeys(sorted((*_RETURNS, *STATISTICS)), why))


def few_returns(count: int) -> str:
    """Say that so few returns show nothing that a person should act on."""
    return f"{LEAST_RETURNS} returns are needed; this range has {count}."


def a_year(sessions: SessionReturns) -> tuple[float, bool]:
    """Return how many sessions a year has, and whether they are sparse; of at least one return."""
    return a_year_of(len(sessions.days), sessions.possible, all_week=sessions.all_week)


def risk_of(sessions: SessionReturns, choices: Choices) -> Risk:
    """Measure returns between sessions.

    Parameters
    ----------
    sessions : SessionReturns
        Without NaN.
    choices : Choices

    Returns
    -------
    risk : Risk
        Statistics from `LEAST_RETURNS` returns on.
    """
    count = len(sessions.days)
    if not count:
        return no_risk("There is no session in this range on which something held has a price.")
    yearly, sparse = a_year(sessions)
    opening, last = sessions.day(0), sessions.day(-1)
    total = float(sessions.growth[-1] - 1.0)
    found = Risk(
        opening=opening,
        last=last,
        returns=count,
        sessions_a_year=yearly,
        sparse=sparse,
        compound_return=total,
        annualized_return=annualize(total, (last - opening).days),
    )
    if count >= LEAST_RETURNS:
        found = _with_statistics(found, sessions, yearly, choices)
    return replace(found, reasons=dict(sorted(_reasons(found))))


def _with_statistics(
    found: Risk, sessions: SessionReturns, yearly: float, choices: Choices
) -> Risk:
    returns = sessions.returns
    deepest = next(iter(falls(sessions, top=1)), None)
    annual = found.annualized_return
    known = {
        method: tail
        for method, tail in tails(returns, choices.confidence, seed=choices.seed).items()
        if tail is not None
    }
    return replace(
        found,
        mean_return=float(np.mean(returns)),
        volatility=measures.volatility(returns, yearly),
        downside_deviation=measures.downside_deviation(returns, yearly, mar=choices.mar),
        sharpe_ratio=measures.sharpe_ratio(returns, yearly, risk_free=choices.risk_free),
        sortino_ratio=measures.sortino_ratio(returns, yearly, mar=choices.mar),
        calmar_ratio=None if deepest is None or annual is None else annual / -deepest.depth,
        max_drawdown=0.0 if deepest is None else deepest.depth,
        peak_on=None if deepest is None else deepest.peak_on,
        trough_on=None if deepest is None else deepest.trough_on,
        recovered_on=None if deepest is None else deepest.recovered_on,
        current_drawdown=float(under_water(sessions.growth)[-1]),
        skewness=measures.skewness(returns),
        excess_kurtosis=measures.excess_kurtosis(returns),
        value_at_risk=known,
    )


def _reasons(found: Risk) -> Iterator[tuple[str, str]]:
    """Give a reason for each figure that is None."""
    if found.annualized_return is None:
        lost = found.compound_return is not None and found.compound_return < -1.0
        yield "annualized_return", "More than everything is lost." if lost else _YEARLY
    if found.returns < LEAST_RETURNS:
        yield from dict.fromkeys(STATISTICS, few_returns(found.returns)).items()
        return
    for name in ("sharpe_ratio", "skewness", "excess_kurtosis"):
        if getattr(found, name) is None:
            yield name, "All returns are equal."
    if found.sortino_ratio is None:
        yield "sortino_ratio", "No return is below the least that is accepted."
    if found.calmar_ratio is None:
        fell = bool(found.max_drawdown)
        yield "calmar_ratio", _YEARLY if fell else "Nothing ever fell."
