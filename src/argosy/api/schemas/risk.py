"""What risk, falls, correlations and stress look like on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from argosy.api.schemas.fields import DecimalIn, DecimalOut, In, Out
from argosy.api.schemas.figures import Flags, Reasons
from argosy.services.stressing import SHOCKS_MAX

_REASONS = Field(description="Why a figure is null, by its name.")
_LEFT_OUT = Field(description="Why holdings take no part, by symbol.")
_COVERED = Field(description="Share of today's value that takes part; null of a history.")


class TailOut(Out):
    """Value at risk and expected shortfall of one session's return: a loss is negative."""

    var: float
    cvar: float


class TailsOut(Out):
    """By each method."""

    historical: TailOut
    parametric: TailOut
    monte_carlo: TailOut


class BreachesOut(Out):
    """How often a loss was larger than the value at risk of the 250 sessions before it."""

    tested: int
    count: int
    expected: float
    likelihood_ratio: float | None = Field(description="Kupiec's, of the share of breaches.")
    p_value: float | None = Field(description="A small one refuses the estimate.")
    days: list[str]


class BacktestOut(Out):
    """By each method."""

    historical: BreachesOut
    parametric: BreachesOut
    monte_carlo: BreachesOut


class RollingOut(Out):
    """Measures of the `window` sessions up to each date."""

    window: int
    date: list[str]
    volatility: list[float]
    sharpe_ratio: list[float | None]
    compound_return: list[float]


class ThresholdsOut(Out):
    """What the report is measured by."""

    cvar: float
    drawdown: float
    sharpe: float


class ReportOut(Out):
    """What the figures advise."""

    recommendation: Literal["REDUCE_RISK", "IMPROVE_EFFICIENCY", "HOLD", "INSUFFICIENT_DATA"]
    findings: list[str]
    thresholds: ThresholdsOut


class RiskFiguresOut(Out):
    """Figures of returns between sessions, as fractions."""

    start: str | None
    end: str | None
    currency: str
    scope: str
    method: str
    opening: str | None = Field(description="The day from whose close the returns run.")
    last_session: str | None
    returns: int
    sessions_a_year: float | None
    risk_free: float
    mar: float
    confidence: float
    seed: int
    compound_return: float | None
    annualized_return: float | None
    mean_return: float | None
    volatility: float | None
    downside_deviation: float | None
    sharpe_ratio: float | None
    sortino_ratio: float | None
    calmar_ratio: float | None
    max_drawdown: float | None
    peak_on: str | None
    trough_on: str | None
    recovered_on: str | None
    current_drawdown: float | None
    skewness: float | None
    excess_kurtosis: float | None
    value_at_risk: TailsOut | None
    backtest: BacktestOut | None = Field(description="With `include=backtest`.")
    rolling: list[RollingOut] | None = Field(description="With `include=rolling`.")
    report: ReportOut
    flags: Flags
    reasons: Reasons = _REASONS


class RiskOut(RiskFiguresOut):
    """Risk of a portfolio."""

    basis: Literal["history", "holdings"]
    covered: float | None = _COVERED
    left_out: Reasons = _LEFT_OUT


class AssetRiskOut(RiskFiguresOut):
    """Risk of one asset."""

    asset_id: str
    symbol: str


class FallOut(Out):
    """One fall below a high; lengths in calendar days."""

    depth: float
    peak_on: str
    trough_on: str
    recovered_on: str | None
    days_down: int
    days_under_water: int
    days_to_recover: int | None


class UnderWaterOut(Out):
    """How far below its high the growth was at each session."""

    date: list[str]
    drawdown: list[float]


class DrawdownsOut(Out):
    """The deepest falls, and the whole way under water."""

    start: str | None
    end: str | None
    currency: str
    scope: str
    method: str
    basis: Literal["history", "holdings"]
    items: list[FallOut] | None
    under_water: UnderWaterOut | None = Field(description="With `include=series`.")
    covered: float | None = _COVERED
    left_out: Reasons = _LEFT_OUT
    flags: Flags
    reasons: Reasons = _REASONS


class PairOut(Out):
    """How something moves with the asset that is compared with."""

    asset_id: str | None
    symbol: str
    correlation: float | None
    points: int
    reason: str | None


class LackingPairOut(Out):
    """Two holdings that cannot be compared."""

    symbols: list[str]
    points: int
    reason: str


class CorrelationsOut(Out):
    """Pearson's correlation of each pair of holdings: row i and column i are `symbols[i]`."""

    start: str
    end: str
    currency: str
    scope: str
    method: str
    basis: Literal["history", "holdings"]
    lookback: int
    symbols: list[str]
    asset_ids: list[str]
    matrix: list[list[float | None]]
    points: list[list[int]]
    average: float | None
    maximum: float | None
    minimum: float | None
    against: str | None = Field(description="The symbol of the asset that all are compared with.")
    correlations: list[PairOut]
    portfolio: PairOut
    lacking: list[LackingPairOut]
    flags: Flags
    reasons: Reasons = _REASONS


class ContributionOut(Out):
    """What one holding adds; components and shares add up to the whole."""

    asset_id: str | None = Field(description="Null of cash.")
    symbol: str
    weight: float
    volatility: float
    marginal_volatility: float
    component_volatility: float
    share: float
    marginal_value_at_risk: float
    component_value_at_risk: float


class ContributionsOut(Out):
    """How the risk of today's holdings comes about."""

    start: str | None
    end: str | None
    currency: str
    scope: str
    method: str
    opening: str | None
    last_session: str | None
    returns: int
    sessions_a_year: float | None
    confidence: float
    volatility: float | None
    value_at_risk: float | None = Field(description="Parametric, of one session's return.")
    diversification_ratio: float | None
    items: list[ContributionOut]
    covered: float | None = _COVERED
    left_out: Reasons = _LEFT_OUT
    flags: Flags
    reasons: Reasons = _REASONS


class CategoryOut(Out):
    """One of the nine categories; the typical figures are for orientation."""

    key: str
    name: str
    symbols: list[str] = Field(description="Those that are held.")
    known_symbols: list[str] = Field(description="Those that stand for it.")
    typical_volatility: float
    typical_btc_correlation: float


class SuggestionOut(Out):
    """An asset of a category that is missing."""

    category: str
    asset_id: str
    symbol: str
    name: str
    known: Literal["here", "catalog"] = Field(description="`here`: with a stored close.")


class ConcentrationOut(Out):
    """How much lies in few holdings."""

    herfindahl: float
    effective_holdings: float
    top: dict[str, float] = Field(description="Weight of the so many largest together.")


class DiversificationOut(Out):
    """How what is held is spread over kinds of things and over holdings."""

    start: str
    end: str
    currency: str
    scope: str
    method: str
    score: float = Field(description="Categories held ÷ 9.")
    is_diversified: bool
    categories: list[CategoryOut]
    outside: list[str] = Field(description="Symbols that belong to no category.")
    suggestions: list[SuggestionOut]
    concentration: ConcentrationOut | None
    flags: Flags
    reasons: Reasons = _REASONS


class HitOut(Out):
    """What happens to one holding; `gain` is negative for a loss."""

    asset_id: str | None
    symbol: str
    category: str
    currency: str
    value: DecimalOut | None
    change: float | None
    gain: DecimalOut | None
    value_after: DecimalOut | None
    how: Literal["closes", "proxy", "rate", "shocks", "unknown"]
    proxy: str | None
    beta: float | None
    reason: str | None


class ScenarioOut(Out):
    """What happens to all holdings; sums lack the `unknown` ones."""

    key: str
    name: str
    start: str | None
    end: str | None
    value: DecimalOut | None
    gain: DecimalOut | None
    value_after: DecimalOut | None
    change: float | None
    unknown: list[str]
    items: list[HitOut]
    reasons: Reasons = _REASONS


class StressOut(Out):
    """Today's holdings under stress."""

    start: str
    end: str
    currency: str
    scope: str
    method: str
    scenarios: list[ScenarioOut]
    flags: Flags
    reasons: Reasons = _REASONS


class ShockIn(In):
    """A change of everything of one asset, category or currency: name one of the three."""

    asset: Annotated[str | None, Field(max_length=200, examples=["AAPL"])] = None
    category: Annotated[str | None, Field(max_length=20, examples=["CRYPTO"])] = None
    currency: Annotated[str | None, Field(max_length=40, examples=["USD"])] = None
    change: DecimalIn = Field(description="A fraction, from -1 to 100: -0.3 is 30 % down.")


class StressIn(In):
    """Shocks that come together."""

    shocks: Annotated[
        list[ShockIn],
        Field(
            min_length=1,
            max_length=SHOCKS_MAX,
            examples=[
                [{"category": "CRYPTO", "change": "-0.5"}, {"currency": "USD", "change": "-0.1"}]
            ],
        ),
    ]
