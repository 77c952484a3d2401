"""Where a risk figure comes from: the returns from session to session that it was made of."""

from dataclasses import dataclass
from decimal import Decimal

from argosy.core.risk.explained import FORMULAS, explained_risk
from argosy.core.risk.profile import Choices, Risk, no_risk, risk_of
from argosy.core.risk.value_at_risk import Method
from argosy.services.books import Ledger
from argosy.services.session_returns import Basis, Span, found_over

RISK_FIGURES = FORMULAS
"""Figures of a portfolio's history, each with its formula in words."""

SHARES_OF_RISK = frozenset(
    name
    for name in RISK_FIGURES
    if not name.endswith("_ratio") and name not in {"skewness", "excess_kurtosis"}
)
"""Those that are fractions, shown per cent."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A traced value, None with its reason."""

    value: Decimal | None
    flags: tuple[str, ...]
    reason: str | None = None


def explained_of_risk(ledger: Ledger, figure: str, span: Span, choices: Choices) -> Explained:
    """Explain a risk figure of a portfolio's own history."""
    found = found_over(ledger, Basis.HISTORY, span)
    sessions = found.sessions
    risk = no_risk(found.reason or "") if sessions is None else risk_of(sessions, choices)
    if sessions is None or found.span is None or _value(risk, figure) is None:
        name = "value_at_risk" if figure.startswith(("var_", "cvar_")) else figure
        return Explained(None, found.flags, risk.reasons.get(name))
    value = explained_risk(sessions, risk, figure, choices, start=found.span.start)
    return Explained(value, found.flags)


def _value(risk: Risk, figure: str) -> float | None:
    kind, _, method = figure.partition("_")
    if kind not in {"var", "cvar"}:
        value: float | None = getattr(risk, figure)
        return value
    tail = risk.value_at_risk.get(Method(method))
    return None if tail is None else getattr(tail, kind)
