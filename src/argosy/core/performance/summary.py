"""All returns of a portfolio over one range, with a reason for each that does not exist."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter

import numpy as np

from argosy.core.ledger.book import Book
from argosy.core.ledger.flows import DayFlow
from argosy.core.money import ZERO, exact_context, known
from argosy.core.performance.dietz import modified_dietz
from argosy.core.performance.mwr import MoneyWeighted, money_weighted
from argosy.core.performance.ranges import Range
from argosy.core.performance.twr import annualize, cumulative, daily_returns
from argosy.core.returns.series import DailySeries
from argosy.core.valuation.marks import total_on
from argosy.core.valuation.statement import PortfolioFigures

UNKNOWN_FLOW = "A flow has no rate or price on its day."
UNDER_A_YEAR = "No yearly rate under a year."


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Returns as fractions, money exact in the portfolio's currency; None = see `reasons`.

    `start` is the first day inside, `days` the length that rates are annualized over: from the
    close before `start`, or from the first money that came in, to the close of `end`.
    """

    start: date
    end: date
    days: int
    value_start: Decimal | None
    value_end: Decimal | None
    money_in: Decimal
    money_out: Decimal
    flows: Decimal
    gain: Decimal | None
    twr: float | None
    annualized_twr: float | None
    mwr: float | None
    mwr_annual: float | None
    modified_dietz: float | None
    total_return: float | None
    flags: tuple[str, ...]
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Money:
    """The exact money of a range."""

    opening: Decimal | None
    closing: Decimal | None
    money_in: Decimal
    money_out: Decimal
    bought: Decimal
    lacks: str | None

    @property
    def gain(self) -> Decimal | None:
        if self.opening is None or self.closing is None:
            return None
        return known(self.closing - self.opening - self.money_in + self.money_out)


def performance(
    book: Book, series: DailySeries, span: Range, *, whole: PortfolioFigures | None = None
) -> Performance:
    """Compute every return of a book over a range.

    Parameters
    ----------
    book : Book
    series : DailySeries
        Of the same book, reaching at least to the end of the range.
    span : Range
    whole : PortfolioFigures, optional
        The figures at the end of a range that covers all: the simple return is theirs, so that the
        portfolio shows no other.

    Returns
    -------
    performance : Performance
    """
    with exact_context():
        flows = book.flows.days()
    # They are in the order of days: most of a long ledger's are not looked at.
    last = max(span.end, date.fromordinal(int(series.days[0])))
    among = slice(
        bisect_left(book.bought, span.start, key=itemgetter(0)),
        bisect_right(book.bought, last, key=itemgetter(0)),
    )
    bought = book.bought[among]
    return performance_of((book,), series, span, flows=flows, bought=bought, whole=whole)


def performance_of(
    books: Sequence[Book],
    series: DailySeries,
    span: Range,
    *,
    flows: Mapping[date, DayFlow],
    bought: Sequence[tuple[date, Decimal]],
    whole: PortfolioFigures | None = None,
) -> Performance:
    """Compute every return of several books of one currency as if they were one.

    Parameters
    ----------
    books : sequence of Book
    series : DailySeries
        Of all of them together, reaching at least to the end of the range.
    span : Range
    flows : mapping of date to DayFlow
        What crossed the border around them all.
    bought : sequence of (date, Decimal)
        As `Book.bought`, less what one of them had from another.
    whole : PortfolioFigures, optional
        As for `performance`.

    Returns
    -------
    performance : Performance
    """
    first = max(span.start, date.fromordinal(int(series.days[0])))
    span = Range(first, max(span.end, first))
    with exact_context():
        money = _money(books, span, flows, bought)
        gain, net = money.gain, money.money_in - money.money_out
        simple = _simple(money, gain)
    reasons = _unknown_money(money)
    if whole is not None:
        simple = None if whole.total_return is None else float(whole.total_return)
        reasons.pop("total_return", None)
        reasons |= {name: why for name, why in whole.reasons.items() if name == "total_return"}
    started = _started(series, span)
    days = span.end.toordinal() - started
    twr = twr_over(series, span, reasons)
    weighted = _weighted(series, span, money, simple=simple, started=started)
    if weighted.reason:
        reasons.setdefault("mwr", weighted.reason)
    dietz = _dietz(series, span, money, started)
    _explain_missing(reasons, days=days, dietz=dietz, simple=simple)
    yearly = {
        name: None if value is None else annualize(value, days)
        for name, value in (("annualized_twr", twr), ("mwr_annual", weighted.value))
    }
    return Performance(
        start=span.start,
        end=span.end,
        days=days,
        value_start=money.opening,
        value_end=money.closing,
        money_in=money.money_in,
        money_out=money.money_out,
        flows=net,
        gain=gain,
        twr=twr,
        annualized_twr=yearly["annualized_twr"],
        mwr=weighted.value,
        mwr_annual=yearly["mwr_annual"],
        modified_dietz=dietz,
        total_return=simple,
        flags=("mwr_several_roots",) if weighted.several_roots else (),
        reasons={**reasons, **_yearly_reasons(reasons, yearly, days)},
    )


def _money(
    books: Sequence[Book],
    span: Range,
    flows: Mapping[date, DayFlow],
    bought: Sequence[tuple[date, Decimal]],
) -> _Money:
    opening, lacking_before = _total(books, span.opening)
    closing, lacking_after = _total(books, span.end)
    inside = [flow for day, flow in flows.items() if span.start <= day <= span.end]
    paid = [cost for day, cost in bought if span.start <= day <= span.end]
    lacks = None
    if lacking_before or lacking_after:
        names = dict.fromkeys((*lacking_before, *lacking_after))
        lacks = f"No price or rate for {', '.join(names)} at the start or end of the range."
    elif any((flow.money_in + flow.money_out).is_nan() for flow in inside):
        lacks = UNKNOWN_FLOW
    return _Money(
        opening=None if lacking_before else opening,
        closing=None if lacking_after else closing,
        money_in=sum((flow.money_in for flow in inside), ZERO),
        money_out=sum((flow.money_out for flow in inside), ZERO),
        bought=sum(paid, ZERO),
        lacks=lacks,
    )


def _total(books: Sequence[Book], day: date) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return what books are worth together, and the names of what they lack."""
    values: list[Decimal | None] = []
    lacking: list[str] = []
    for book in books:
        value, keys = total_on(book, day)
        values.append(value)
        lacking += [_name(book, key) for key in keys]
    known_ones = [value for value in values if value is not None]
    if lacking and not known_ones:
        return None, tuple(lacking)
    return sum(known_ones, ZERO), tuple(lacking)


def _unknown_money(money: _Money) -> dict[str, str]:
    """Say why money, and the returns that need it, are unknown."""
    unknown = [name for name in _MONEY if (value := getattr(money, name)) is None or value.is_nan()]
    reasons = {_MONEY[name]: money.lacks or UNKNOWN_FLOW for name in unknown}
    if "money_in" in reasons or "money_out" in reasons:
        reasons["flows"] = UNKNOWN_FLOW
    if money.lacks:
        reasons |= dict.fromkeys(("gain", "mwr", "modified_dietz", "total_return"), money.lacks)
    return reasons


_MONEY = {
    "opening": "value_start",
    "closing": "value_end",
    "money_in": "money_in",
    "money_out": "money_out",
}


def _name(book: Book, key: str) -> str:
    asset = book.market.assets.get(key)
    return key if asset is None else asset.symbol


def _simple(money: _Money, gain: Decimal | None) -> float | None:
    """Gain by the capital that was there or was bought."""
    if gain is None or money.opening is None:
        return None
    capital = money.opening + money.bought
    return float(gain / capital) if capital > 0 else None


def _started(series: DailySeries, span: Range) -> int:
    """Return the day the capital began to work: the opening, or the first day with any."""
    opening = series.index(span.opening)
    if opening >= 0 and series.value[opening] != 0.0:
        return span.opening.toordinal()
    inside = slice(series.index(span.start), series.index(span.end) + 1)
    money = (series.value[inside], series.money_in[inside], series.money_out[inside])
    moved = np.flatnonzero(np.any(np.array(money) != 0.0, axis=0))
    return span.start.toordinal() + (int(moved[0]) if len(moved) else 0)


def twr_over(series: DailySeries, span: Range, reasons: dict[str, str]) -> float | None:
    """Compute the time-weighted return of a range that lies inside a series.

    Parameters
    ----------
    series : DailySeries
    span : Range
    reasons : dict of str to str
        Gets the words for `twr` where there is none.

    Returns
    -------
    twr : float or None
        A fraction.
    """
    daily = daily_returns(series)
    inside = slice(series.index(span.start), series.index(span.end) + 1)
    returns = daily.returns[inside]
    unknown = np.flatnonzero(np.isnan(returns))
    if len(unknown):
        day = date.fromordinal(int(series.days[inside][unknown[0]]))
        why = f"A price or rate is missing on {day.isoformat()}."
        if daily.below_zero[inside][unknown[0]]:
            why = "The capital was below zero (shorts or margin)."
        reasons["twr"] = why
        return None
    if not np.any(series.money_in[: inside.stop]) and not np.any(series.value[: inside.stop]):
        reasons["twr"] = "No money has been at work."
        return None
    return float(cumulative(returns)[-1])


def _weighted(
    series: DailySeries, span: Range, money: _Money, *, simple: float | None, started: int
) -> MoneyWeighted:
    if money.opening is None or money.closing is None:
        return MoneyWeighted(None, money.lacks)
    inside = slice(series.index(span.start), series.index(span.end) + 1)
    net = series.money_out[inside] - series.money_in[inside]
    if np.isnan(net).any():
        return MoneyWeighted(None, UNKNOWN_FLOW)
    moved = np.flatnonzero(net)
    days = np.concatenate([[started], series.days[inside][moved], [span.end.toordinal()]])
    flows = np.concatenate([[-float(money.opening)], net[moved], [float(money.closing)]])
    if money.opening <= 0 and not np.any(net < 0.0):
        return MoneyWeighted(None, "No money was paid in.")
    return money_weighted(days, flows, simple_return=simple)


def _dietz(series: DailySeries, span: Range, money: _Money, started: int) -> float | None:
    if money.opening is None or money.closing is None:
        return None
    inside = slice(series.index(span.start), series.index(span.end) + 1)
    net = series.money_in[inside] - series.money_out[inside]
    if np.isnan(net).any():
        return None
    return modified_dietz(
        value_start=float(money.opening),
        value_end=float(money.closing),
        days=series.days[inside],
        flows=net,
        start=started,
        end=span.end.toordinal(),
    )


def _explain_missing(
    reasons: dict[str, str], *, days: int, dietz: float | None, simple: float | None
) -> None:
    if dietz is None:
        why = "The range is shorter than a day." if days <= 0 else "No capital on average."
        reasons.setdefault("modified_dietz", why)
    if simple is None:
        reasons.setdefault("total_return", "Nothing was held or bought.")


def _yearly_reasons(
    reasons: dict[str, str], yearly: dict[str, float | None], days: int
) -> dict[str, str]:
    found = {}
    for name, of in (("annualized_twr", "twr"), ("mwr_annual", "mwr")):
        if of in reasons:
            found[name] = reasons[of]
        elif days < 365:
            found[name] = UNDER_A_YEAR
        elif yearly[name] is None:
            found[name] = "More than everything is lost."
    return found
