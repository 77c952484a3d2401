"""What an asset's closes did over the usual timeframes, with a reason for each figure it lacks."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from argosy.core.market.history import IntArray
from argosy.core.market.sessions import is_stale
from argosy.core.performance.ranges import parse_range
from argosy.core.performance.twr import annualize
from argosy.core.returns.closes import Closes
from argosy.core.returns.sessions import close_returns
from argosy.core.risk import measures
from argosy.core.risk.drawdowns import falls, under_water

TIMEFRAMES = ("1D", "7D", "30D", "90D", "1Y", "ALL")
LEAST_RETURNS = 20
"""A statistic of fewer returns says nothing that a person should act on."""

_YEAR_DAYS = 365
_WEEKDAYS_A_YEAR = 365.25 * 5 / 7
_DENSE = 240 / _WEEKDAYS_A_YEAR
"""This share of the days that can be sessions makes an ordinary year of them."""

_YEARLY = "Yearly rates need 365 days."
_STATISTICS = (
    "volatility",
    "downside_deviation",
    "sharpe_ratio",
    "sortino_ratio",
    "max_drawdown",
    "current_drawdown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetMetrics:
    """Figures of one asset over one span, as fractions; None = see `reasons`, by name.

    Attributes
    ----------
    start_on, as_of : date
        Days of the first and the last close; `start_on` is None where no close can be the first.
    returns : int
        How many returns between sessions there are.
    sessions_a_year : float or None
        What figures of one session are made yearly with; not 252 or 365 where `sparse`.
    max_drawdown, current_drawdown : float or None
        Zero or negative.
    """

    timeframe: str
    start_on: date | None
    as_of: date
    returns: int
    sessions_a_year: float | None = None
    sparse: bool = False
    total_return: float | None = None
    annualized_return: float | None = None
    volatility: float | None = None
    downside_deviation: float | None = None
    sharpe_ratio: float | None = None
    sortino_ratio: float | None = None
    calmar_ratio: float | None = None
    max_drawdown: float | None = None
    current_drawdown: float | None = None
    peak_on: date | None = None
    trough_on: date | None = None
    recovered_on: date | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def asset_metrics(
    closes: Closes, *, all_week: bool, exchange: str | None, risk_free: float = 0.0
) -> tuple[AssetMetrics, ...]:
    """Measure an asset over every timeframe; all of them end with its last close.

    A timeframe starts from the last close at or before its opening day. It has no figures where
    there is none, or one that is older than five sessions by then.

    Parameters
    ----------
    closes : Closes
        In one currency, none of them NaN.
    all_week : bool
        Tells that every day can be a session, not weekdays alone.
    exchange : str or None
        Whose sessions make a close old.
    risk_free : float
        A yearly rate, as a fraction.

    Returns
    -------
    metrics : tuple of AssetMetrics
        In the order of `TIMEFRAMES`; empty where there are no closes.
    """
    if not len(closes.days):
        return ()
    first, last = _day(closes, 0), _day(closes, -1)
    found: list[AssetMetrics] = []
    for name in TIMEFRAMES:
        after_first = date.fromordinal(first.toordinal() + 1)
        opening = parse_range(name, first=after_first, latest=last).opening
        start = int(np.searchsorted(closes.days, opening.toordinal(), side="right")) - 1
        why = _unknown_start(closes, start, opening, exchange)
        if why is not None:
            found.append(_nothing(name, last, why))
            continue
        # A short timeframe may hold a week of holidays: a year says how often the asset trades.
        year = int(np.searchsorted(closes.days, last.toordinal() - _YEAR_DAYS))
        a_year = sessions_a_year(closes.days[min(start, year) :], all_week=all_week)
        part = closes.take(slice(start, None))
        found.append(
            measured(part, timeframe=name, opening=opening, a_year=a_year, risk_free=risk_free)
        )
    return tuple(found)


def sessions_a_year(days: IntArray, *, all_week: bool) -> tuple[float, bool] | None:
    """Return A and whether it is sparse, from how many days that can be sessions are some.

    252 where there would be at least 240 a year, 365 for what trades all week; else their number.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Proleptic ordinals of the sessions.
    all_week : bool

    Returns
    -------
    a_year : (float, bool) or None
        None of a single session.

    Examples
    --------
    >>> sessions_a_year(np.arange(738_000, 738_100), all_week=True)
    (365.0, False)
    """
    if len(days) < 2:
        return None
    first, last = int(days[0]), int(days[-1])
    after, until = date.fromordinal(first + 1), date.fromordinal(last + 1)
    possible = last - first if all_week else int(np.busday_count(after, until))
    return a_year_of(len(days) - 1, possible, all_week=all_week)


def a_year_of(sessions: int, possible: int, *, all_week: bool) -> tuple[float, bool]:
    """Return A and whether it is sparse, of so many sessions among the days that can be some.

    Parameters
    ----------
    sessions, possible : int
        At least one possible.
    all_week : bool

    Returns
    -------
    a_year : (float, bool)

    Examples
    --------
    >>> a_year_of(250, 261, all_week=False), a_year_of(12, 261, all_week=False)[1]
    ((252.0, False), True)
    """
    share = sessions / possible
    if share >= _DENSE:
        return (365.0 if all_week else 252.0), False
    return share * (365.25 if all_week else _WEEKDAYS_A_YEAR), True


def measured(
    closes: Closes,
    *,
    timeframe: str,
    opening: date,
    a_year: tuple[float, bool] | None,
    risk_free: float = 0.0,
) -> AssetMetrics:
    """Measure closes, the first of which is what the span starts from.

    Parameters
    ----------
    closes : Closes
        At least one, none NaN.
    timeframe : str
        The name of the span.
    opening : date
        The day at whose end the span begins; yearly rates count from it.
    a_year : (float, bool) or None
        As `sessions_a_year` returns it.
    risk_free : float

    Returns
    -------
    metrics : AssetMetrics
    """
    start, last = _day(closes, 0), _day(closes, -1)
    if a_year is None or len(closes.days) < 2:
        return _nothing(timeframe, last, f"There is no close but that of {start.isoformat()}.")
    total = float(closes.values[-1] / closes.values[0] - 1.0)
    found = AssetMetrics(
        timeframe=timeframe,
        start_on=start,
        as_of=last,
        returns=len(closes.days) - 1,
        sessions_a_year=a_year[0],
        sparse=a_year[1],
        total_return=total,
        annualized_return=annualize(total, (last - opening).days),
    )
    if found.returns >= LEAST_RETURNS:
        found = _with_statistics(found, closes, a_year[0], risk_free)
    return replace(found, reasons=dict(sorted(dict(_reasons(found)).items())))


def _with_statistics(
    found: AssetMetrics, closes: Closes, sessions: float, risk_free: float
) -> AssetMetrics:
    between = close_returns(closes, all_week=True)  # which of the days are sessions is known
    returns, yearly = between.returns, found.annualized_return
    deepest = next(iter(falls(between, top=1)), None)
    return replace(
        found,
        volatility=measures.volatility(returns, sessions),
        downside_deviation=measures.downside_deviation(returns, sessions),
        sharpe_ratio=measures.sharpe_ratio(returns, sessions, risk_free=risk_free),
        sortino_ratio=measures.sortino_ratio(returns, sessions),
        calmar_ratio=None if deepest is None or yearly is None else yearly / -deepest.depth,
        max_drawdown=0.0 if deepest is None else deepest.depth,
        current_drawdown=float(under_water(between.growth)[-1]),
        peak_on=None if deepest is None else deepest.peak_on,
        trough_on=None if deepest is None else deepest.trough_on,
        recovered_on=None if deepest is None else deepest.recovered_on,
    )


def _day(closes: Closes, index: int) -> date:
    return date.fromordinal(int(closes.days[index]))


def _unknown_start(closes: Closes, start: int, opening: date, exchange: str | None) -> str | None:
    """Say why a timeframe has no close to start from, or None."""
    if start < 0:
        return f"There is no close on or before {opening.isoformat()}."
    priced = _day(closes, start)
    if is_stale(priced, opening, exchange):
        was = f"The last close on or before {opening.isoformat()} is of {priced.isoformat()}"
        return f"{was}, more than five sessions earlier."
    return None


def _nothing(timeframe: str, last: date, why: str) -> AssetMetrics:
    names = ("total_return", "annualized_return", "calmar_ratio", *_STATISTICS)
    return AssetMetrics(
        timeframe=timeframe,
        start_on=None,
        as_of=last,
        returns=0,
        reasons=dict.fromkeys(sorted(names), why),
    )


def _reasons(found: AssetMetrics) -> Iterator[tuple[str, str]]:
    """Give a reason for each figure of a known span that is None."""
    if found.returns < LEAST_RETURNS:
        few = f"{LEAST_RETURNS} returns are needed; this span has {found.returns}."
        yield from dict.fromkeys((*_STATISTICS, "calmar_ratio"), few).items()
    elif found.sharpe_ratio is None:
        yield "sharpe_ratio", "All returns are equal."
    if found.returns >= LEAST_RETURNS and found.sortino_ratio is None:
        yield "sortino_ratio", "No return is below zero."
    if found.returns >= LEAST_RETURNS and found.calmar_ratio is None:
        yield "calmar_ratio", "The price never fell."
    if found.annualized_return is None:
        yield "annualized_return", _YEARLY
        yield "calmar_ratio", _YEARLY
