"""What is asked of one portfolio: figures at a date, gains, series and returns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from argosy.core.errors import InputError
from argosy.core.ledger.position import Disposal
from argosy.core.money import ZERO, exact_context
from argosy.core.performance.ranges import Range, parse_range
from argosy.core.performance.summary import Performance, performance
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.series import DailySeries, FloatArray, daily_series
from argosy.core.valuation.figures import PortfolioFigures, figures
from argosy.services.books import Ledger


@dataclass(frozen=True, slots=True)
class Gain:
    """One disposal with its numbers worked out, in the portfolio's currency."""

    disposal: Disposal
    gain: Decimal
    price_part: Decimal
    currency_part: Decimal
    acquired: date | None

    @property
    def days_held(self) -> int | None:
        """Days from the oldest acquisition to the sale; negative where `uk_pool` matched later."""
        return None if self.acquired is None else (self.disposal.day - self.acquired).days


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
    return figures(
        ledger.book_on(day), as_of=day, stale_on=as_of if as_of is not None else max(today, day)
    )


def gains_between(ledger: Ledger, start: date | None, end: date | None) -> list[Gain]:
    """Return all disposals of a span, oldest first; matching looks at the whole ledger."""
    first, last = start or date.min, end or date.max
    with exact_context():
        found = [
            _gain(disposal)
            for position in ledger.book.positions.values()
            for disposal in position.disposals()
            if first <= disposal.day <= last
        ]
    return sorted(found, key=lambda gain: gain.disposal.day)


def _gain(disposal: Disposal) -> Gain:
    days = [piece.day for piece in disposal.pieces]
    return Gain(
        disposal,
        disposal.gain,
        disposal.price_part,
        disposal.currency_part,
        min(days, default=None),
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


def totals(gains: list[Gain]) -> dict[str, Decimal]:
    """Add gains up."""
    with exact_context():
        return {
            "proceeds": sum((gain.disposal.proceeds for gain in gains), ZERO),
            "cost": sum((gain.disposal.cost for gain in gains), ZERO),
            "gain": sum((gain.gain for gain in gains), ZERO),
            "price_part": sum((gain.price_part for gain in gains), ZERO),
            "currency_part": sum((gain.currency_part for gain in gains), ZERO),
        }
