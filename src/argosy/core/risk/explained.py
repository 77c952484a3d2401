"""Risk figures as expressions of the returns between sessions, each a return of its own."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import floor
from statistics import NormalDist

import numpy as np

from argosy.core.explain import Leaf, Traced, named
from argosy.core.market.history import FloatArray
from argosy.core.money import ONE, ZERO, exact_context
from argosy.core.returns.sessions import SessionReturns
from argosy.core.risk.drawdowns import deepest, under_water
from argosy.core.risk.profile import Choices, Risk
from argosy.core.risk.value_at_risk import drawn

FORMULAS = {
    "compound_return": "product of (1 + return) over all sessions, minus 1",
    "annualized_return": "(1 + compound return) ^ (365 ÷ days) − 1",
    "mean_return": "sum of the returns ÷ their number",
    "volatility": "√(sum of (return − mean)² ÷ (number − 1)) × √(sessions a year)",
    "downside_deviation": "√(sum of (return − mar)² below mar ÷ number) × √(sessions a year)",
    "sharpe_ratio": "(mean − risk-free rate of a session) ÷ deviation × √(sessions a year)",
    "sortino_ratio": "(mean − mar) × sessions a year ÷ downside deviation",
    "calmar_ratio": "annualized return ÷ deepest fall, as a positive number",
    "max_drawdown": "growth at the deepest point ÷ growth at the highest point before it − 1",
    "current_drawdown": "growth at the last session ÷ highest growth − 1",
    "skewness": "third central moment ÷ second ^ 1.5",
    "excess_kurtosis": "fourth central moment ÷ second ² − 3",
    "var_historical": "quantile of the returns, between the two that are next to it",
    "cvar_historical": "mean of the returns at or below the quantile",
    "var_parametric": "mean − z × deviation",
    "cvar_parametric": "mean − deviation × φ(z) ÷ (1 − confidence)",
    "var_monte_carlo": "mean + deviation × quantile of the standard draws",
    "cvar_monte_carlo": "mean + deviation × mean of the standard draws at or below the quantile",
}
"""Figures of risk, each with its formula in words; those of tails by their method."""

_HALF = Decimal("0.5")


def explained_risk(
    sessions: SessionReturns, risk: Risk, figure: str, choices: Choices, *, start: date
) -> Decimal:
    """Return a risk figure as a number that remembers how it was made.

    Parameters
    ----------
    sessions : SessionReturns
        Of a portfolio's history.
    risk : Risk
        Of these returns; its figure is not None.
    figure : str
        A name of `FORMULAS`.
    choices : Choices
        As for `risk`.
    start : date
        The first day of the range.

    Returns
    -------
    value : Decimal
        Traced; equal to the figure within the last digits of float64. Its leaves are the
        time-weighted returns from session to session, or to a session since the start.
    """
    with exact_context():
        return _Expression(sessions, risk, choices, start).of(figure)


class _Expression:
    """The parts that figures share."""

    def __init__(self, sessions: SessionReturns, risk: Risk, choices: Choices, start: date) -> None:
        self.sessions, self.risk, self.choices, self.start = sessions, risk, choices, start
        self.returns = self._leaves()
        self.count = Decimal(len(self.returns))
        assert risk.sessions_a_year is not None, "returns have a number of sessions a year"
        self.a_year = Decimal(repr(risk.sessions_a_year))

    def of(self, figure: str) -> Decimal:
        """Return the expression of a figure; a method of its name makes it."""
        if figure.startswith(("var_", "cvar_")):
            return named(self._tail(figure), FORMULAS[figure])
        found: Decimal = getattr(self, f"_{figure}")()
        return named(found, FORMULAS[figure])

    def _leaves(self) -> list[Decimal]:
        found, after = [], self.start
        for day, value in zip(
            self.sessions.days.tolist(), self.sessions.returns.tolist(), strict=True
        ):
            on = date.fromordinal(day)
            found.append(_twr(value, after, on))
            after = on + timedelta(days=1)
        return found

    def _since_start(self, index: int) -> Decimal:
        """Return the growth at an entry of `SessionReturns.growth`."""
        if not index:
            return ONE
        total = float(self.sessions.growth[index]) - 1.0
        return named(ONE + _twr(total, self.start, self.sessions.day(index)), "growth")

    def _compound_return(self) -> Decimal:
        return self._since_start(len(self.returns)) - ONE

    def _annualized_return(self) -> Decimal:
        days = int(self.sessions.grown_on[-1]) - self.sessions.opening
        years = Traced.of_op(Decimal(365) / days, "divide", Decimal(365), Decimal(days))
        return _power(self._since_start(len(self.returns)), years) - ONE

    def _mean_return(self) -> Decimal:
        return _sum(self.returns) / self.count

    def _moment(self, order: int) -> Decimal:
        """Return the mean of a power of the returns."""
        powers = self.returns
        for _ in range(order - 1):
            powers = [part * one for part, one in zip(powers, self.returns, strict=True)]
        return _sum(powers) / self.count

    def _variance(self) -> Decimal:
        """Return the second central moment, E[r²] − E[r]²."""
        mean = self._mean_return()
        return self._moment(2) - mean * mean

    def _deviation(self) -> Decimal:
        sample = self._variance() * self.count / (self.count - 1)
        return named(_power(sample, _HALF), "deviation of a session")

    def _yearly(self, value: Decimal) -> Decimal:
        return value * _power(self.a_year, _HALF)

    def _volatility(self) -> Decimal:
        return self._yearly(self._deviation())

    def _downside_deviation(self) -> Decimal:
        mar = Decimal(repr(self.choices.mar))
        below = [one - mar for one in self.returns if one < mar]
        if not below:
            return ZERO
        squares = _sum([one * one for one in below]) / self.count
        return self._yearly(_power(squares, _HALF))

    def _sharpe_ratio(self) -> Decimal:
        over = self._mean_return()
        if self.choices.risk_free:
            growth = ONE + Decimal(repr(self.choices.risk_free))
            over -= _power(growth, ONE / self.a_year) - ONE
        return self._yearly(over / self._deviation())

    def _sortino_ratio(self) -> Decimal:
        over = self._mean_return() - Decimal(repr(self.choices.mar))
        return over * self.a_year / self._downside_deviation()

    def _calmar_ratio(self) -> Decimal:
        return self._annualized_return() / -self._max_drawdown()

    def _max_drawdown(self) -> Decimal:
        return self._fallen(deepest(under_water(self.sessions.growth)))

    def _current_drawdown(self) -> Decimal:
        return self._fallen(len(self.returns))

    def _fallen(self, index: int) -> Decimal:
        """Return the growth at an entry by the highest up to it, minus 1."""
        growth = self.sessions.growth
        if not under_water(growth)[index]:
            return ZERO
        peak = int(np.argmax(growth[: index + 1]))
        return self._since_start(index) / self._since_start(peak) - ONE

    def _skewness(self) -> Decimal:
        mean, second, third = self._mean_return(), self._moment(2), self._moment(3)
        central = third - 3 * mean * second + 2 * mean * mean * mean
        return central / _power(self._variance(), Decimal("1.5"))

    def _excess_kurtosis(self) -> Decimal:
        mean, variance = self._mean_return(), self._variance()
        second, third, fourth = (self._moment(order) for order in (2, 3, 4))
        square = mean * mean
        central = fourth - 4 * mean * third + 6 * square * second - 3 * square * square
        return central / (variance * variance) - 3

    def _tail(self, figure: str) -> Decimal:
        kind, _, method = figure.partition("_")
        confidence = self.choices.confidence
        if method == "historical":
            return self._quantile() if kind == "var" else self._worst()
        if method == "parametric":
            z = NormalDist().inv_cdf(confidence)
            far = z if kind == "var" else NormalDist().pdf(z) / (1.0 - confidence)
            return self._mean_return() - self._deviation() * Decimal(repr(far))
        draws = drawn(confidence, seed=self.choices.seed)
        return self._mean_return() + self._deviation() * Decimal(repr(getattr(draws, kind)))

    def _quantile(self) -> Decimal:
        """Return the quantile between two of the ordered returns."""
        order = np.argsort(self.sessions.returns, kind="stable")
        place = (len(order) - 1) * (1.0 - self.choices.confidence)
        low = floor(place)
        share = Decimal(repr(place - low))
        first = self.returns[int(order[low])]
        if low + 1 == len(order) or not share:
            return first
        second = self.returns[int(order[low + 1])]
        return first + (second - first) * share

    def _worst(self) -> Decimal:
        """Return the mean of the returns at or below the quantile."""
        limit = float(np.quantile(self.sessions.returns, 1.0 - self.choices.confidence))
        worst = _at_or_below(self.sessions.returns, limit)
        return _sum([self.returns[place] for place in worst]) / len(worst)


def _at_or_below(returns: FloatArray, limit: float) -> list[int]:
    places: list[int] = np.flatnonzero(returns <= max(limit, float(np.min(returns)))).tolist()
    return places


def _twr(value: float, start: date, day: date) -> Decimal:
    facts = (("figure", "twr"), ("as_of", day.isoformat()), ("start", start.isoformat()))
    return Traced.of_leaf(Decimal(repr(value)), Leaf("figure", facts))


def _sum(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    value = Decimal(repr(float(base) ** float(exponent)))
    return Traced.of_op(value, "power", base, exponent)
