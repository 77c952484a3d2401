"""What risk a portfolio or an asset bears: of its history, or of what is held today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from argosy.core.market.asset import Asset
from argosy.core.money import exact_context
from argosy.core.risk.asset_metrics import LEAST_RETURNS
from argosy.core.risk.concentration import Concentration, concentration
from argosy.core.risk.contributions import Contributions, contributions
from argosy.core.risk.diversification import Diversification, diversification
from argosy.core.risk.drawdowns import Fall, falls
from argosy.core.risk.profile import Choices, Risk, a_year, few_returns, no_risk, risk_of
from argosy.core.risk.report import Report, Thresholds, report
from argosy.core.risk.rolling import WINDOWS, Rolling, rolling
from argosy.core.risk.value_at_risk import Breaches, Method, backtest
from argosy.services.books import Ledger
from argosy.services.holding_values import exposures
from argosy.services.session_returns import Basis, Found, Span, found_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Risk over a range, with what advice it comes to; `rolling` and `breaches` where asked for."""

    found: Found
    risk: Risk
    report: Report
    rolling: tuple[Rolling, ...] | None = None
    breaches: Mapping[Method, Breaches] | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """What the figures must be seen with."""
        return (*(("sparse",) if self.risk.sparse else ()), *self.found.flags)


def risk_over(
    found: Found,
    choices: Choices,
    thresholds: Thresholds,
    *,
    include: Collection[str] = (),
) -> Answer:
    """Measure returns between sessions; `include` may name rolling and backtest."""
    sessions = found.sessions
    if sessions is None:
        risk = no_risk(found.reason or "")
        return Answer(found=found, risk=risk, report=report(risk, thresholds))
    risk = risk_of(sessions, choices)
    windows = tests = None
    if "rolling" in include:
        yearly, _ = a_year(sessions)
        windows = tuple(
            rolling(sessions, window, yearly, risk_free=choices.risk_free) for window in WINDOWS
        )
    if "backtest" in include:
        tests = backtest(sessions, choices.confidence, seed=choices.seed)
    return Answer(
        found=found,
        risk=risk,
        report=report(risk, thresholds),
        rolling=windows,
        breaches=tests,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """The deepest falls of a range; None with its reason."""

    found: Found
    falls: list[Fall] | None
    reason: str | None = None


def falls_over(found: Found, *, top: int) -> Falls:
    """Return the falls of returns between sessions, the deepest first."""
    if found.sessions is None:
        return Falls(found=found, falls=None, reason=found.reason)
    count = len(found.sessions.days)
    if count < LEAST_RETURNS:
        return Falls(found=found, falls=None, reason=few_returns(count))
    return Falls(found=found, falls=falls(found.sessions, top=top))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What each of today's holdings adds to the risk of all; None with its reason."""

    found: Found
    contributions: Contributions | None
    sparse: bool = False
    sessions_a_year: float | None = None
    reason: str | None = None


def shares_of_risk(ledger: Ledger, asked: Span, choices: Choices) -> Shares:
    """Share the volatility and the value at risk of today's holdings out to them."""
    found = found_over(ledger, Basis.HOLDINGS, asked)
    sessions, part = found.sessions, found.part
    if sessions is None or part is None:
        return Shares(found=found, contributions=None, reason=found.reason)
    yearly, sparse = a_year(sessions)
    count = len(sessions.days)
    shared = None
    why = few_returns(count)
    if count >= LEAST_RETURNS:
        shared = contributions(part.returns, part.weights, yearly, confidence=choices.confidence)
        why = "All together do not move."
    return Shares(
        found=found,
        contributions=shared,
        sparse=sparse,
        sessions_a_year=yearly,
        reason=why if shared is None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How what is held is spread over holdings and kinds of things."""

    as_of: date
    diversification: Diversification
    concentration: Concentration | None
    reasons: dict[str, str] = field(default_factory=dict)


def spread_on(ledger: Ledger, day: date, known: Mapping[str, tuple[Asset, str]]) -> Spread:
    """Score what is held at the end of a day; `known` may be suggested (`suggestible`)."""
    held = exposures(ledger, day)
    assets = [one.asset for one in held if one.asset is not None]
    values = [one.value for one in held if one.value is not None]
    unknown = [one.symbol for one in held if one.value is None]
    with exact_context():
        measured = None if unknown else concentration(values)
    reasons = {}
    if measured is None:
        why = "What is held is worth nothing, or less." if held else "Nothing is held."
        if unknown:
            why = f"There is no value of {', '.join(unknown)}."
        reasons["concentration"] = why
    return Spread(
        as_of=day,
        diversification=diversification(assets, known),
        concentration=measured,
        reasons=reasons,
    )
