"""Returns between sessions of a portfolio: as it was, or of what it holds today carried back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

import numpy as np

from argosy.core.market.asset import Asset
from argosy.core.market.history import FloatArray
from argosy.core.market.market import Market
from argosy.core.money import exact_context
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import twr_over
from argosy.core.performance.twr import daily_returns
from argosy.core.returns.closes import daily_rates
from argosy.core.returns.matrix import BEFORE_DAYS, ReturnsMatrix, closes_in, returns_matrix
from argosy.core.returns.sessions import SessionReturns, between_sessions, held_days
from argosy.core.risk.stress import Exposure
from argosy.services.books import Ledger
from argosy.services.figures import range_of, reaching
from argosy.services.holding_values import exposures

YEAR = "1Y"
"""Today's holdings are carried back over so much where no range is given."""

_NOTHING = "The portfolio has no transactions in this range."
_NO_COMMON = "The holdings have no two sessions of this range in common."
_NO_SESSION = "There is no session in this range on which something held has a price."


class Basis(StrEnum):
    """Whose returns are meant: the portfolio's own history, or those of today's holdings."""

    HISTORY = "history"
    HOLDINGS = "holdings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A named range, or two days, or neither: everything, or a year of today's holdings."""

    name: str | None = None
    start: date | None = None
    end: date | None = None
    today: date


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Part:
    """Holdings whose returns are known, side by side; `weights` (n,) add up to 1.

    `parts` are the columns of `returns`, of shape (n_sessions, n).
    """

    parts: tuple[Exposure, ...]
    weights: FloatArray
    returns: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Found:
    """Returns between sessions over a range; None = see `reason`.

    `covered` is the share of today's value that takes part, `left_out` says why the rest does not,
    by symbol; both of `Basis.HOLDINGS` alone, like `part`.
    """

    basis: Basis
    span: Range | None
    sessions: SessionReturns | None = None
    reason: str | None = None
    covered: float | None = None
    left_out: dict[str, str] = field(default_factory=dict)
    part: Part | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """What figures of these returns must be seen with."""
        mixed = self.sessions is not None and self.sessions.mixed
        flags = ("mixed_calendars",) if mixed else ()
        return (*flags, *(f"left_out:{symbol}" for symbol in self.left_out))


def found_over(ledger: Ledger, basis: Basis, asked: Span) -> Found:
    """Return a portfolio's returns between sessions.

    Raises
    ------
    InputError
        If the range is none, or ends before it starts.
    """
    name = asked.name
    if basis is Basis.HOLDINGS and name is None and asked.start is None and asked.end is None:
        name = YEAR
    span = range_of(ledger, name=name, start=asked.start, end=asked.end, today=asked.today)
    if span is None:
        return Found(basis=basis, span=None, reason=_NOTHING)
    if basis is Basis.HISTORY:
        return _of_history(ledger, span)
    return _of_holdings(ledger, span)


def _of_history(ledger: Ledger, span: Range) -> Found:
    """Chain the daily time-weighted returns between the days on which something was priced."""
    series = reaching(ledger, span.end)
    first, last = max(series.index(span.start), 0), series.index(span.end)
    inside = slice(first, last + 1)
    days = series.days[inside]
    span = Range(date.fromordinal(int(days[0])), span.end)
    held = held_days(ledger.book, days)
    if not held.held.any():
        return Found(basis=Basis.HISTORY, span=span, reason=_NO_SESSION)
    idle = not first or series.value[first - 1] == 0.0
    opening = int(days[np.argmax(held.held)]) if idle else int(days[0]) - 1
    daily = daily_returns(series).returns[inside]
    sessions = between_sessions(daily, days, held, opening=opening)
    reasons: dict[str, str] = {}
    if np.isnan(sessions.returns).any():
        twr_over(series, span, reasons)
    elif not len(sessions.days):
        reasons["twr"] = _NO_SESSION
    return Found(
        basis=Basis.HISTORY,
        span=span,
        sessions=None if reasons else sessions,
        reason=reasons.get("twr"),
    )


def _of_holdings(ledger: Ledger, span: Range) -> Found:
    """Give today's weights to past returns, on the sessions that all holdings have."""
    held = exposures(ledger, span.end)
    left_out = {one.symbol: f"{one.symbol} has no value." for one in held if one.value is None}
    found = Found(basis=Basis.HOLDINGS, span=span, left_out=left_out)
    shares = _shares(held)
    if not shares:
        why = "What is held is worth nothing, or less." if held else "Nothing is held."
        return replace(found, reason=why)
    currency = ledger.portfolio.rules.currency
    assets = [one.asset for one in shares if one.asset is not None]
    matrix = matrix_over(ledger.market, assets, currency, span)
    moves = _moves(ledger.market, shares, currency, matrix)
    left_out |= {one.symbol: _why(one, currency, matrix) for one in shares if one not in moves}
    covered = sum(shares[one] for one in moves)
    if not len(matrix.days) or covered <= 0.0:
        return replace(found, reason=_NO_COMMON, covered=covered)
    part = Part(
        parts=tuple(moves),
        weights=np.array([shares[one] for one in moves]) / covered,
        returns=np.stack(list(moves.values())).T,
    )
    sessions = replace(returns_of(matrix), returns=part.returns @ part.weights)
    return replace(found, sessions=sessions, part=part, covered=covered)


def _shares(held: Sequence[Exposure]) -> dict[Exposure, float]:
    """Return the weights of what has a value; none where they add up to nothing."""
    with exact_context():
        known = {one: one.value for one in held if one.value is not None}
        total = sum(known.values(), Decimal(0))
        return {one: float(value / total) for one, value in known.items()} if total > 0 else {}


def matrix_over(
    market: Market, assets: Sequence[Asset], currency: str | None, span: Range
) -> ReturnsMatrix:
    """Return the returns of assets over a range, on the sessions that all of them have."""
    opening, last = span.opening.toordinal(), span.end.toordinal()
    closes = closes_in(market, assets, currency, first=opening - BEFORE_DAYS, last=last)
    return returns_matrix(assets, closes, opening=opening, last=last)


def returns_of(matrix: ReturnsMatrix) -> SessionReturns:
    """Return the returns of a matrix's first column."""
    return SessionReturns(
        opening=matrix.opening,
        days=matrix.days,
        returns=matrix.returns[:, 0] if matrix.keys else np.zeros(len(matrix.days)),
        possible=matrix.possible,
        all_week=matrix.all_week,
        mixed=matrix.mixed,
    )


def _moves(
    market: Market, parts: Iterable[Exposure], currency: str, matrix: ReturnsMatrix
) -> dict[Exposure, FloatArray]:
    """Return what is known of the returns of each part between the sessions of a matrix."""
    columns = dict(zip(matrix.keys, matrix.returns.T, strict=True))
    moves = {
        one: _cash_returns(market, one.currency, currency, matrix)
        if one.asset is None
        else columns.get(one.asset.id)
        for one in parts
    }
    return {one: some for one, some in moves.items() if some is not None}


def _why(one: Exposure, currency: str, matrix: ReturnsMatrix) -> str:
    if one.asset is None:
        return f"There is no rate {one.currency}/{currency} in this span."
    return matrix.left_out[one.asset.id]


def _cash_returns(
    market: Market, currency: str, base: str, matrix: ReturnsMatrix
) -> FloatArray | None:
    """Return how cash moved against the portfolio's currency; None without rates."""
    if currency == base or not len(matrix.days):
        return np.zeros(len(matrix.days))
    days = np.concatenate([[matrix.opening], matrix.days])
    rates = daily_rates(market.rates, currency, base, days)
    if np.isnan(rates).any():
        return None
    return np.asarray(rates[1:] / rates[:-1] - 1.0, np.float64)
