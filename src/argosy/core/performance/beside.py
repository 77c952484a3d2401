"""A portfolio, or a part of one, beside a benchmark that gets the same money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from argosy.core.performance.benchmark import Rebalance, mixed, same_flows
from argosy.core.performance.mwr import money_weighted
from argosy.core.performance.summary import UNKNOWN_FLOW, Performance
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.series import DailySeries, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Beside:
    """Returns as fractions, money in the portfolio's currency; None = see `reasons`.

    Attributes
    ----------
    performance : Performance
        Its own returns.
    days, value, same, twr, growth : ndarray, shape (n_days,)
        From the close that the range starts from: ordinals, its value, that of the same flows in
        the benchmark, its time-weighted return, and the benchmark's growth of 1; NaN where unknown.
    benchmark_value_end, benchmark_gain, gain_difference : float or None
        Of the same flows in the benchmark; what its own gain has more.
    benchmark_return, return_difference : float or None
        The benchmark's price return, and what `twr` has more.
    benchmark_mwr : float or None
        The money-weighted return of the same flows.
    """

    performance: Performance
    days: IntArray
    value: FloatArray
    same: FloatArray
    twr: FloatArray
    growth: FloatArray
    benchmark_value_end: float | None
    benchmark_gain: float | None
    gain_difference: float | None
    benchmark_return: float | None
    return_difference: float | None
    benchmark_mwr: float | None
    flags: tuple[str, ...]
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a portfolio is put beside.

    Attributes
    ----------
    name : str
        In words.
    closes : sequence of ndarray of float64, shape (n_days,)
        Of each asset in the portfolio's currency, carried over days without one; of the days of
        the portfolio's series.
    weights : sequence of float
        They add up to 1.
    """

    name: str
    closes: Sequence[FloatArray]
    weights: Sequence[float]
    rebalance: Rebalance


def beside(own: Performance, series: DailySeries, benchmark: Benchmark) -> Beside:
    """Invest a portfolio's flows over a range in a benchmark, each at the close of its day.

    Parameters
    ----------
    own : Performance
        Of the range.
    series : DailySeries
        Reaching at least to its end.
    benchmark : Benchmark

    Returns
    -------
    found : Beside
    """
    money = _money_of(own, series)
    closes = [one[money.inside] for one in benchmark.closes]
    growth = mixed(closes, benchmark.weights, benchmark.rebalance)
    same = same_flows(growth, money.flows, opening=money.opening)
    reasons: dict[str, str] = {}
    missing = np.isnan(np.sum(closes, axis=0))
    end, price_return = _known(same.value[-1]), _known(growth[-1] - 1.0)
    if price_return is None:
        reasons["benchmark_return"] = _no_price(benchmark, money.days, missing)
    if same.ran_out is not None:
        day = date.fromordinal(int(money.days[same.ran_out])).isoformat()
        reasons["benchmark_value_end"] = f"On {day} more was taken out than there would have been."
    elif end is None:
        reasons["benchmark_value_end"] = _no_price(benchmark, money.days, missing)
    gain = None if end is None else _known(end - money.opening - float(np.sum(money.flows)))
    found = Beside(
        performance=own,
        days=money.days,
        value=series.value[money.inside],
        same=same.value,
        twr=cumulative(money.returns),
        growth=growth,
        benchmark_value_end=end,
        benchmark_gain=gain,
        gain_difference=None if gain is None or own.gain is None else float(own.gain) - gain,
        benchmark_return=price_return,
        return_difference=_difference(own.twr, price_return),
        benchmark_mwr=_rate(own, money, end, reasons),
        flags=("benchmark_ran_out",) if same.ran_out is not None else (),
        reasons=reasons,
    )
    _explain(found)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Money:
    """What there was and what crossed the border from the close that a range starts from."""

    inside: slice
    days: IntArray
    opening: float
    flows: FloatArray
    returns: FloatArray


def _money_of(own: Performance, series: DailySeries) -> _Money:
    last = series.index(own.end)
    first = last - own.days
    inside = slice(first, last + 1)
    flows = (series.money_in - series.money_out)[inside].copy()
    returns = daily_returns(series).returns[inside].copy()
    opening = 0.0
    if first < series.index(own.start):
        # What was there on the day before stands for all that came until then.
        flows[0] = returns[0] = 0.0
        opening = float(series.value[first])
    return _Money(inside, series.days[inside], opening, flows, returns)


def _difference(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _no_price(benchmark: Benchmark, days: IntArray, missing: NDArray[np.bool_]) -> str:
    if not missing.any():
        return UNKNOWN_FLOW
    day = date.fromordinal(int(days[np.flatnonzero(missing)[0]]))
    return f"{benchmark.name}: a price or a rate is missing on {day.isoformat()}."


def _rate(
    own: Performance, money: _Money, end: float | None, reasons: dict[str, str]
) -> float | None:
    """Solve for the money-weighted return with the benchmark's value at the end."""
    if end is None:
        reasons["benchmark_mwr"] = reasons["benchmark_value_end"]
        return None
    moved = np.flatnonzero(money.flows)
    days = np.concatenate([money.days[:1], money.days[moved], money.days[-1:]])
    flows = np.concatenate([[-money.opening], -money.flows[moved], [end]])
    found = money_weighted(days, flows, simple_return=own.total_return)
    if found.reason is not None:
        reasons["benchmark_mwr"] = found.reason
    return found.value


def _explain(found: Beside) -> None:
    """Give a reason for each figure that follows from one that is unknown."""
    own, reasons = found.performance, found.reasons
    if found.benchmark_gain is None:
        reasons["benchmark_gain"] = reasons.get("benchmark_value_end", UNKNOWN_FLOW)
    if found.gain_difference is None:
        own_reason = own.reasons.get("gain", UNKNOWN_FLOW)
        reasons["gain_difference"] = reasons.get("benchmark_gain", own_reason)
    if found.return_difference is None:
        own_reason = own.reasons.get("twr", UNKNOWN_FLOW)
        reasons["return_difference"] = reasons.get("benchmark_return", own_reason)
