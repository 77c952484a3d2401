"""Returns as expressions: their leaves are values at dates and flows of the daily series."""

from datetime import date
from decimal import Decimal

import numpy as np

from argosy.core.explain import Leaf, Traced, named
from argosy.core.money import ONE, ZERO, exact_context
from argosy.core.performance.summary import Performance
from argosy.core.performance.twr import idle_days
from argosy.core.returns.series import DailySeries, IntArray


def explained_return(series: DailySeries, found: Performance, figure: str) -> Decimal | None:
    """Return a return as a number that remembers how it was made.

    Parameters
    ----------
    series : DailySeries
    found : Performance
        Over a range of the series; its `figure` is not None.
    figure : str
        twr, annualized_twr, mwr, mwr_annual or modified_dietz.

    Returns
    -------
    value : Decimal
        Traced; equal to the figure within the last digits of float64.
    """
    with exact_context():
        if figure in {"twr", "annualized_twr"}:
            return _yearly(figure, _twr(series, found), found)
        if figure in {"mwr", "mwr_annual"}:
            return _yearly(figure, _mwr(series, found), found)
        return _dietz(series, found)


def _yearly(figure: str, value: Decimal, found: Performance) -> Decimal:
    if figure in {"twr", "mwr"}:
        return value
    growth = float(ONE + Decimal(value)) ** (365 / found.days)
    yearly = Traced.of_op(Decimal(repr(growth)), "power", ONE + value, _years(found.days))
    return named(yearly - ONE, "(1 + return) ^ (365 ÷ days) − 1")


def _years(days: int) -> Decimal:
    return Traced.of_op(Decimal(365) / Decimal(days), "divide", Decimal(365), Decimal(days))


def _twr(series: DailySeries, found: Performance) -> Decimal:
    """Chain the days on which money moved; between them only the value counts."""
    first, last = series.index(found.start), series.index(found.end)
    product = ONE
    idle = idle_days(series)
    reached = first - 1
    for index in (int(i) for i in _breaks(series) if first <= i <= last):
        product *= _factor(series, reached, index - 1)
        if not idle[index]:
            product *= _flow_factor(series, index)
        reached = index
    product *= _factor(series, reached, last)
    return named(product - ONE, "product of all factors − 1")


def _breaks(series: DailySeries) -> IntArray:
    """Return the days on which money moved, or on which capital came into being or went."""
    empty = series.value == 0.0
    turned = empty != np.concatenate([[True], empty[:-1]])
    moved = (series.money_in != 0) | (series.money_out != 0) | turned
    return np.asarray(np.flatnonzero(moved), np.int64)


def _factor(series: DailySeries, start: int, end: int) -> Decimal:
    """Return value(end) / value(start) for days on which nothing moved."""
    if start < 0 or end <= start or not series.value[start]:
        return ONE
    return _value(series, end) / _value(series, start)


def _flow_factor(series: DailySeries, index: int) -> Decimal:
    before = 0.0 if index == 0 else float(series.value[index - 1])
    opening = _value(series, index - 1) if before else ZERO
    money_in = _flow(series, index, "money_in", float(series.money_in[index]))
    money_out = _flow(series, index, "money_out", float(series.money_out[index]))
    day = _day(series, index).isoformat()
    factor: Decimal = (_value(series, index) + money_out) / (opening + money_in)
    return named(factor, f"(value + out) ÷ (value before + in) on {day}")


def _mwr(series: DailySeries, found: Performance) -> Decimal:
    """Show the equation that the growth solves: every flow, discounted, adds up to zero."""
    assert found.mwr is not None, "a return that does not exist is not explained"
    growth = 1.0 + found.mwr
    end = series.index(found.end)
    started = end - found.days
    if growth == 0.0:
        return _total_loss(series, found)
    total: Decimal = ZERO
    if found.value_start:
        total -= _value(series, started)
    for index in range(series.index(found.start), end + 1):
        for name, sign in (("money_in", -1), ("money_out", 1)):
            amount = float(getattr(series, name)[index])
            if amount:
                share = (index - started) / found.days
                discounted = _discounted(_flow(series, index, name, amount), growth, share)
                total = total + discounted if sign > 0 else total - discounted
    total += _discounted(_value(series, end), growth, 1.0)
    rest = named(total, "all flows divided by growth ^ time: zero but for rounding")
    return Traced.of_op(Decimal(repr(found.mwr)), "solve", rest)


def _total_loss(series: DailySeries, found: Performance) -> Decimal:
    """Show that nothing came back, or too little for any rate above -100 % to count."""
    paid, received = ZERO, _value(series, series.index(found.end))
    if found.value_start:
        paid += _value(series, series.index(found.end) - found.days)
    for index in range(series.index(found.start), series.index(found.end) + 1):
        net = float(series.money_in[index] - series.money_out[index])
        money_in = _flow(series, index, "money_in", float(series.money_in[index]))
        money_out = _flow(series, index, "money_out", float(series.money_out[index]))
        if net > 0:
            paid += money_in - money_out
        elif net < 0:
            received += money_out - money_in
    if not received:
        return named(received / paid - ONE, "received ÷ paid in − 1")
    return Traced.of_op(Decimal(-1), "solve", named(received - paid, "a rate below any number"))


def _discounted(amount: Decimal, growth: float, share: float) -> Decimal:
    divisor = Decimal(repr(growth**share))
    facts = (("growth", repr(growth)), ("time", repr(share)))
    discounted: Decimal = amount / Traced.of_leaf(divisor, Leaf("discount", facts))
    return discounted


def _dietz(series: DailySeries, found: Performance) -> Decimal:
    end = series.index(found.end)
    started = end - found.days
    opening: Decimal = _value(series, started) if found.value_start else ZERO
    capital, net = opening, ZERO
    for index in range(series.index(found.start), end + 1):
        for name, sign in (("money_in", 1), ("money_out", -1)):
            amount = float(getattr(series, name)[index])
            if amount:
                flow = _flow(series, index, name, amount)
                weight = Traced.of_op(
                    Decimal(end - index) / Decimal(found.days),
                    "divide",
                    Decimal(end - index),
                    Decimal(found.days),
                )
                net = net + flow if sign > 0 else net - flow
                capital = capital + flow * weight if sign > 0 else capital - flow * weight
    gain = named(_value(series, end) - opening - net, "gain")
    return named(gain / named(capital, "average capital"), "gain ÷ average capital")


def _value(series: DailySeries, index: int) -> Decimal:
    facts = (("figure", "total_value"), ("as_of", _day(series, index).isoformat()))
    return Traced.of_leaf(Decimal(repr(float(series.value[index]))), Leaf("figure", facts))


def _flow(series: DailySeries, index: int, name: str, amount: float) -> Decimal:
    facts = (("flow", name), ("on", _day(series, index).isoformat()))
    return Traced.of_leaf(Decimal(repr(amount)), Leaf("flow", facts))


def _day(series: DailySeries, index: int) -> date:
    return date.fromordinal(int(series.days[index]))
