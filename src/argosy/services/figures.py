"""What is asked of one portfolio: figures at a date, gains, series and returns."""

from dataclasses import dataclass
from datetime import date

from argosy.core.errors import InputError
from argosy.core.performance.ranges import Range, parse_range
from argosy.core.performance.summary import Performance, performance
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.series import DailySeries, FloatArray, daily_series
from argosy.core.valuation.figures import PortfolioFigures, figures
from argosy.services.books import Ledger


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A part of a portfolio's daily series, with what follows from it.

    `invested` is all money that came in since the beginning; `twr` starts at zero before the
    first day of the slice. NaN where unknown.
    """

    series: DailySeries
    first: int
    last: int
    invested: FloatArray
    twr: FloatArray


def figures_on(ledger: Ledger, as_of: date | None, *, today: date) -> PortfolioFigures:
    """Compute every figure at the end of a day.

    Without a day the latest known one is taken, and prices are called stale against today.
    """
    day = as_of or ledger.latest or today
    book = ledger.book_on(day)
    return figures(
        book,
        as_of=day,
        stale_on=as_of if as_of is not None else max(today, day),
        kept=ledger.figured if as_of is None and book is ledger.book else None,
    )


def series_between(
    ledger: Ledger, start: date | None, end: date | None, *, today: date
) -> Slice | None:
    """Return the daily series of a span; None if it holds no day of the portfolio."""
    if ledger.latest is None or ledger.book.first_day is None:
        return None
    series = reaching(ledger, min(end, max(today, ledger.latest)) if end else ledger.latest)
    first = max(series.index(start), 0) if start else 0
    last = min(series.index(end), len(series.days) - 1) if end else len(series.days) - 1
    if first > last:
        return None
    inside = slice(first, last + 1)
    invested = series.money_in.cumsum()[inside]
    return Slice(series, first, last, invested, cumulative(daily_returns(series).returns[inside]))


def reaching(ledger: Ledger, end: date) -> DailySeries:
    """Return a series that reaches a day, the kept one where that suffices."""
    assert ledger.latest is not None, "an empty ledger has no series"
    return ledger.series if end <= ledger.latest else daily_series(ledger.book, end)


def performance_over(
    ledger: Ledger,
    *,
    name: str | None,
    start: date | None,
    end: date | None,
    today: date,
) -> Performance | None:
    """Compute all returns over a named range, or between two days; None of an empty portfolio.

    Raises
    ------
    InputError
        If the range is none, or ends before it starts.
    """
    span = range_of(ledger, name=name, start=start, end=end, today=today)
    if span is None or ledger.book.first_day is None:
        return None
    whole = span.start <= ledger.book.first_day
    return performance(
        ledger.book,
        reaching(ledger, span.end),
        span,
        whole=figures(ledger.book_on(span.end), as_of=span.end) if whole else None,
    )


def range_of(
    ledger: Ledger, *, name: str | None, start: date | None, end: date | None, today: date
) -> Range | None:
    """Return a named range, or that between two days; None if it holds no day of the portfolio.

    Raises
    ------
    InputError
        If the range is none, or ends before it starts.
    """
    first, latest = ledger.book.first_day, ledger.latest
    if name is not None and (start is not None or end is not None):
        message = "Give either range or start and end, not both."
        raise InputError(message)
    if start is not None and end is not None and end < start:
        message = f"The range ends on {end.isoformat()}, before it starts on {start.isoformat()}."
        raise InputError(message)
    if first is None or latest is None:
        if name is not None:
            parse_range(name, first=today, latest=today)
        return None
    if (start or first) > max(today, latest) or (end or latest) < first:
        return None
    return _span(name, start, end, first=first, latest=latest, today=today)


def _span(
    name: str | None,
    start: date | None,
    end: date | None,
    *,
    first: date,
    latest: date,
    today: date,
) -> Range:
    if name is not None or (start is None and end is None):
        return parse_range(name or "ALL", first=first, latest=latest)
    last = min(end, max(today, latest)) if end is not None else latest
    return Range(start or first, max(last, start or first))
