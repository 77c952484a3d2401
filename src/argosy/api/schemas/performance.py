"""What performance looks like on the wire: ranges, parts, months, attribution, benchmarks."""

from pydantic import Field

from argosy.api.schemas.fields import DecimalOut, Out
from argosy.api.schemas.figures import Flags, Reasons
from argosy.core.performance.benchmark import Rebalance
from argosy.core.performance.part import PartKind
from argosy.services.parting import By

_REASONS = Field(description="Why a figure is null, by its name.")
_METHOD = Field(description="The convention behind the figures, in words.")


class RangeOut(Out):
    """What an answer about a range says of itself."""

    start: str | None
    end: str | None
    currency: str
    scope: str
    method: str = _METHOD


class SeriesOut(RangeOut):
    """One entry a calendar day; null where a price or rate is missing."""

    date: list[str]
    value: list[float | None]
    cost: list[float | None]
    invested: list[float | None]
    twr: list[float | None]
    flags: Flags
    reasons: Reasons = _REASONS


class ReturnsOut(Out):
    """Money of a range, and all returns as fractions; null with a reason."""

    value_start: DecimalOut | None
    value_end: DecimalOut | None
    money_in: DecimalOut | None
    money_out: DecimalOut | None
    flows: DecimalOut | None
    gain: DecimalOut | None
    twr: float | None
    annualized_twr: float | None
    mwr: float | None
    mwr_annual: float | None
    modified_dietz: float | None
    total_return: float | None
    flags: Flags
    reasons: Reasons = _REASONS


class PerformanceOut(RangeOut, ReturnsOut):
    """All returns over a range, as fractions; null with a reason."""

    days: int | None


class RangePerformanceOut(PerformanceOut):
    """The same of one of several ranges, by its name."""

    range: str


class PerformancesOut(Out):
    """Several ranges at once, in the order asked for."""

    ranges: list[RangePerformanceOut]


class NamedOut(Out):
    """The asset that a line is of; null where it is of none or of several."""

    asset_id: str | None
    symbol: str | None
    exchange: str | None
    name: str | None


class PartReturnsOut(NamedOut, ReturnsOut):
    """All returns of one holding, category or currency."""

    key: str
    start: str
    end: str
    days: int


class ReturnsByOut(RangeOut):
    """All returns of each part, the largest gain first, and of the whole."""

    by: By
    items: list[PartReturnsOut]
    total: PerformanceOut
    flags: Flags
    reasons: Reasons = _REASONS


class PeriodOut(Out):
    """One month or year; partial where the range begins or ends inside."""

    period: str
    start: str
    end: str
    twr: float | None
    partial: bool


class CalendarOut(RangeOut):
    """Time-weighted returns by month and year, which chain to that of the range."""

    twr: float | None
    months: list[PeriodOut]
    years: list[PeriodOut]
    best_month: PeriodOut | None
    worst_month: PeriodOut | None
    positive_share: float | None
    flags: Flags
    reasons: Reasons = _REASONS


class PartOut(NamedOut):
    """gain = value_end − value_start − flows = the four parts + residual."""

    kind: PartKind
    key: str
    value_start: DecimalOut | None
    flows: DecimalOut | None
    value_end: DecimalOut | None
    gain: DecimalOut | None
    price_part: DecimalOut | None
    currency_part: DecimalOut | None
    income: DecimalOut | None
    fees: DecimalOut | None
    residual: DecimalOut | None
    contribution: float | None = Field(description="To the time-weighted return.")
    reasons: Reasons = _REASONS


class AttributionOut(RangeOut):
    """Where a range's gain and return come from, the largest gain first; parts add up."""

    days: int | None
    by: By
    twr: float | None
    items: list[PartOut]
    total: PartOut
    flags: Flags
    reasons: Reasons = _REASONS


class BesideOut(Out):
    """Something beside a benchmark that got the same flows."""

    start: str | None
    end: str | None
    days: int | None
    value_start: DecimalOut | None
    value_end: DecimalOut | None
    flows: DecimalOut | None
    gain: DecimalOut | None
    benchmark_value_end: DecimalOut | None
    benchmark_gain: DecimalOut | None
    gain_difference: DecimalOut | None
    beaten: bool | None = Field(description="Whether its gain is the larger one.")
    twr: float | None
    benchmark_return: float | None
    return_difference: float | None
    mwr: float | None
    benchmark_mwr: float | None
    flags: Flags
    reasons: Reasons = _REASONS


class HoldingBesideOut(NamedOut, BesideOut):
    """One holding beside the benchmark."""


class BenchmarkAssetOut(NamedOut):
    """One asset of the benchmark."""

    weight: float


class BenchmarkSeriesOut(Out):
    """One entry a calendar day from the close that the range starts from; null where unknown."""

    date: list[str]
    value: list[float | None]
    benchmark_value: list[float | None]
    twr: list[float | None]
    benchmark_return: list[float | None]


class BenchmarkOut(BesideOut):
    """A portfolio beside a benchmark; statistics on the sessions that both have."""

    currency: str
    scope: str
    method: str = _METHOD
    assets: list[BenchmarkAssetOut]
    rebalance: Rebalance
    sessions: int
    sessions_a_year: float | None
    beta: float | None
    alpha: float | None
    r_squared: float | None
    correlation: float | None
    tracking_error: float | None
    information_ratio: float | None
    up_capture: float | None
    down_capture: float | None
    series: BenchmarkSeriesOut
    holdings: list[HoldingBesideOut] | None = Field(description="With include=holdings.")
