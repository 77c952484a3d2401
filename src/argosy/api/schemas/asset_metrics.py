"""Answers about what assets did: metrics by timeframe, and assets side by side."""

from datetime import date
from typing import Self

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from argosy.api.schemas.asset import AssetOut
from argosy.api.schemas.fields import Out
from argosy.core.market.asset import Asset
from argosy.core.risk.asset_metrics import AssetMetrics
from argosy.core.risk.comparison import Compared, Comparison

_A_SPAN: JsonDict = {
    "start_on": "2021-03-01",
    "as_of": "2021-03-31",
    "returns": 22,
    "sessions_a_year": 252.0,
    "sparse": False,
    "total_return": 0.0173,
    "annualized_return": None,
    "volatility": 0.1485,
    "downside_deviation": 0.0926,
    "sharpe_ratio": 1.3961,
    "sortino_ratio": 2.239,
    "calmar_ratio": None,
    "max_drawdown": -0.0331,
    "current_drawdown": -0.0023,
    "peak_on": "2021-03-01",
    "trough_on": "2021-03-04",
    "recovered_on": "2021-03-10",
    "reasons": {
        "annualized_return": "Yearly rates need 365 days.",
        "calmar_ratio": "Yearly rates need 365 days.",
    },
}


class SpanMetricsOut(Out):
    """Figures of one asset over a span, as fractions; null with a reason."""

    start_on: date | None = Field(description="The day of the close that it starts from.")
    as_of: date = Field(description="The day of the last close.")
    returns: int = Field(description="How many returns between sessions there are.")
    sessions_a_year: float | None
    sparse: bool = Field(description="It trades neither 252 nor 365 sessions a year.")
    total_return: float | None
    annualized_return: float | None
    volatility: float | None
    downside_deviation: float | None
    sharpe_ratio: float | None
    sortino_ratio: float | None
    calmar_ratio: float | None
    max_drawdown: float | None
    current_drawdown: float | None
    peak_on: date | None
    trough_on: date | None
    recovered_on: date | None
    reasons: dict[str, str]


class MetricsOut(SpanMetricsOut):
    """The figures of one timeframe."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"timeframe": "30D", **_A_SPAN}]})

    timeframe: str = Field(description="1D, 7D, 30D, 90D, 1Y or ALL; each ends with `as_of`.")


class AssetMetricsOut(Out):
    """An asset's metrics, the shortest timeframe first; none where it has no prices."""

    asset: AssetOut
    risk_free: float
    timeframes: list[MetricsOut]

    @classmethod
    def of(cls, asset: Asset, risk_free: float, metrics: tuple[AssetMetrics, ...]) -> Self:
        return cls(
            asset=AssetOut.of(asset),
            risk_free=risk_free,
            timeframes=[MetricsOut.model_validate(one) for one in metrics],
        )


class ComparedOut(Out):
    """One asset of a comparison; `returns` has one entry for each of the common days."""

    asset: AssetOut
    currency: str = Field(description="What its closes are in.")
    first_on: date = Field(description="Its own first close in the span that could be used.")
    last_on: date
    returns: list[float] = Field(description="From the common start to each day; the first is 0.")
    metrics: SpanMetricsOut

    @classmethod
    def of_compared(cls, one: Compared) -> Self:
        names = SpanMetricsOut.model_fields
        return cls(
            asset=AssetOut.of(one.asset),
            currency=one.currency,
            first_on=one.first_on,
            last_on=one.last_on,
            returns=one.returns.tolist(),
            metrics=SpanMetricsOut(**{name: getattr(one.metrics, name) for name in names}),
        )


class MissingOut(Out):
    """An asset that cannot take part, and why."""

    asset_id: str
    reason: str


class ComparisonOut(Out):
    """Assets side by side on the days that all of them have."""

    start: date
    end: date
    currency: str | None = Field(description="Null: each asset in its own.")
    date: list[str]
    items: list[ComparedOut]
    missing: list[MissingOut]

    @classmethod
    def of(cls, found: Comparison, currency: str | None) -> Self:
        days = [date.fromordinal(day) for day in found.days.tolist()]
        return cls(
            start=days[0],
            end=days[-1],
            currency=currency,
            date=[day.isoformat() for day in days],
            items=[ComparedOut.of_compared(one) for one in found.items],
            missing=[MissingOut(asset_id=key, reason=why) for key, why in found.missing.items()],
        )
