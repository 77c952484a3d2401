"""Where a range's gain comes from: each holding's, in parts that add up to it.

Gain, income and fees are exact. What prices and what exchange rates did is summed day by day over
daily series; the residual that is shown beside them is all that float64 loses.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.ledger.position import Position
from argosy.core.ledger.state import amount_of
from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.core.money import MISSING, UNIT, ZERO, exact_context, known
from argosy.core.performance.linking import LinkedDays, linked_days
from argosy.core.performance.part import Part, PartKind
from argosy.core.performance.ranges import Range
from argosy.core.returns.holding import (
    HoldingDays,
    carried,
    holding_days,
    product,
    rates_of,
    spans,
)
from argosy.core.returns.series import DailySeries, FloatArray
from argosy.core.valuation.marks import value_on

NO_MARK = "A price or a rate is missing in this range."
NO_TWR = "The portfolio has no time-weighted return in this range."

_PAYS_OUT = {
    TransactionType.SELL,
    TransactionType.RETURN_OF_CAPITAL,
    TransactionType.DIVIDEND,
    TransactionType.MERGER,
    TransactionType.SPLIT,
    TransactionType.SPIN_OFF,
}
_PAYS_IN = {TransactionType.BUY, TransactionType.OPENING, TransactionType.REWARD}


def attribution(
    book: Book, series: DailySeries, span: Range, *, own_rates: Sequence[Transaction] = ()
) -> tuple[Part, ...]:
    r"""Part a range's gain and return by holding.

    The currency part of a day is the local value carried into it times the change of the rate, and
    of what was traded at a rate of its own the difference to the day's:
    :math:`L_{t-1} (X_t - X_{t-1}) + \sum_k l_k (X_t - x_k)`; the price part is the change of local
    value less what was traded, at the day's rate. Contributions are linked by the growth before
    each day, :math:`\sum_t W_{t-1} \, g_{i,t} / (V_{t-1} + In_t)`, so that they add up to the
    time-weighted return.

    Parameters
    ----------
    book : Book
    series : DailySeries
        Of the same book, reaching at least to the end of the range.
    span : Range
        Its end is inside the series.
    own_rates : sequence of Transaction
        The book's lines that name an exchange rate.

    Returns
    -------
    parts : tuple of Part
        Holdings in the order they were first bought, then cash, then what names no asset. Those
        that had no value, flow or gain in the range are left out.

    References
    ----------
    .. [1] Zangari, P. (2003), Return Attribution, in Litterman, R., Modern Investment Management,
       ch. 19, eq. 19.52: each period's effects times the growth of the portfolio before it.
    .. [2] Frongello, A. (2002), Linking Single Period Attribution Results, Journal of Performance
       Measurement 6(3): the same, beside a benchmark.
    """
    inside = linked_days(series, span)
    rates: dict[str, FloatArray] = {}
    parts: list[Part] = []
    with exact_context():
        traded = _by_asset(own_rates, inside)
        for key, position in book.positions.items():
            if key == OUTSIDE:
                continue
            days = holding_days(book, position, series.days, rates)
            parts.append(_of_holding(book, position, days, inside, own_rates=traded.get(key, ())))
        parts += [_of_cash(book, currency, inside, rates) for currency in book.cash_steps]
        if OUTSIDE in book.positions:
            parts.append(_of_outside(book.positions[OUTSIDE], inside))
    return tuple(part for part in parts if _matters(part))


def _by_asset(lines: Iterable[Transaction], span: LinkedDays) -> dict[str, list[Transaction]]:
    found: dict[str, list[Transaction]] = {}
    for line in lines:
        if span.holds(line.day):
            # Cash for a fraction is for shares of the new asset.
            spun = line.type is TransactionType.SPIN_OFF
            key = line.to_asset_id if spun else line.asset_id
            found.setdefault(key or OUTSIDE, []).append(line)
    return found


def _of_holding(
    book: Book,
    position: Position,
    days: HoldingDays,
    span: LinkedDays,
    *,
    own_rates: Sequence[Transaction],
) -> Part:
    opening, closing = value_on(book, position, span.opening), value_on(book, position, span.end)
    paid = sum((amount for day, amount in position.paid if span.holds(day)), ZERO)
    income, fees = _earned(position, span)
    effects = _own_rate_effects(book, position, days, own_rates)
    price, currency = _moves(position, days, span, effects)
    gains = span.change(days.value) - days.paid[span.inside]
    return _part(
        PartKind.HOLDING,
        position.asset_id,
        money=(opening, paid, closing),
        parts=(_number(price), _number(currency), income, fees),
        contribution=span.contribution(gains),
    )


def _earned(position: Position, span: LinkedDays) -> tuple[Decimal, Decimal]:
    """Return income net of what was taken off it, and all other fees and taxes, negative."""
    incomes = [(line, amount) for line, amount in position.incomes if span.holds(line.day)]
    net = {line.id for line, _ in incomes}
    income = sum((amount for _, amount in incomes), ZERO)
    fees = sum(
        (
            amount
            for line, amount in position.charges
            if span.holds(line.day) and line.id not in net
        ),
        ZERO,
    )
    return income, -fees


def _moves(
    position: Position, days: HoldingDays, span: LinkedDays, effects: FloatArray
) -> tuple[float, float]:
    """Return what prices and what exchange rates did over the range."""
    inside = span.inside
    local, rate = product(days.quantity, days.price), days.rate
    carried_in = span.before(local)
    turn = np.diff(rate, prepend=np.nan)[inside]
    currency = product(carried_in, turn) + effects[inside]
    charged = days.charges - _withheld(position, days, span)
    put_in = (days.paid + days.income - charged)[inside]
    price = product(span.change(local), rate[inside]) - put_in - effects[inside]
    return float(np.sum(price)), float(np.sum(currency))


def _withheld(position: Position, days: HoldingDays, span: LinkedDays) -> FloatArray:
    """Return what was taken off income on each day: income is net of it already."""
    found = np.zeros(len(days.paid))
    net = {line.id for line, _ in position.incomes}
    for line, amount in position.charges:
        if line.id in net and line.day <= span.end:
            found[line.day.toordinal() - int(span.days[0])] += float(amount)
    return found


def _own_rate_effects(
    book: Book, position: Position, days: HoldingDays, lines: Sequence[Transaction]
) -> FloatArray:
    """Return per day what was traded times the difference of the day's rate and the trade's."""
    found = np.zeros(len(days.rate))
    assert book.first_day is not None, "an empty book has no range"
    first = book.first_day.toordinal()
    net = {line.id for line, _ in position.incomes if line.type is not TransactionType.REWARD}
    for line in lines:
        sign = 1.0 if line.type in _PAYS_IN else -1.0 if line.type in _PAYS_OUT else 0.0
        priced = line.amount is not None or line.price is not None
        if not sign or not priced or line.id in net:
            continue
        index = line.day.toordinal() - first
        at_day = float(book.local_rate(line, position.currency)) * days.rate[index]
        found[index] += sign * float(amount_of(line)) * (at_day - float(book.base_rate(line)))
    return found


def _of_cash(book: Book, currency: str, span: LinkedDays, rates: dict[str, FloatArray]) -> Part:
    """Cash gains by its exchange rate alone: what comes and goes does so at the day's rate."""
    steps = book.cash_steps[currency]
    sums, flows, moved = ZERO, ZERO, np.zeros(len(span.days))
    base = book.rules.currency
    for ordinal, total in steps:
        day = date.fromordinal(ordinal)
        if day > span.end:
            break
        if day >= span.start:
            value = ((total - sums) * book.market.rates.rate(currency, base, day)).quantize(UNIT)
            flows += value
            moved[ordinal - int(span.days[0])] += float(value)
        sums = total
    ordinals, totals = zip(*steps, strict=True)
    held = carried(totals, spans(ordinals, span.days))
    rate = rates_of(book, currency, span.days, rates)
    turn = np.diff(rate, prepend=np.nan)[span.inside]
    gains = span.change(product(held, rate)) - moved[span.inside]
    return _part(
        PartKind.CASH,
        currency,
        money=(
            _cash_value(book, currency, span.opening),
            flows,
            _cash_value(book, currency, span.end),
        ),
        parts=(ZERO, _number(float(np.sum(product(span.before(held), turn)))), ZERO, ZERO),
        contribution=span.contribution(gains),
    )


def _cash_value(book: Book, currency: str, day: date) -> Decimal | None:
    held = book.cash_on(day).get(currency, ZERO)
    if not held:
        return ZERO
    rate = book.market.rates.rate(currency, book.rules.currency, day)
    return known((held * rate).quantize(UNIT))


def _of_outside(position: Position, span: LinkedDays) -> Part:
    """Interest, fees and taxes that name no asset: there is nothing to hold."""
    paid, gains = ZERO, np.zeros(len(span.days))
    for day, amount in position.paid:
        if span.holds(day):
            paid += amount
            gains[day.toordinal() - int(span.days[0])] -= float(amount)
    income, fees = _earned(position, span)
    return _part(
        PartKind.OUTSIDE,
        "",
        money=(ZERO, paid, ZERO),
        parts=(ZERO, ZERO, income, fees),
        contribution=span.contribution(gains[span.inside]),
    )


def _part(
    kind: PartKind,
    key: str,
    *,
    money: tuple[Decimal | None, Decimal, Decimal | None],
    parts: tuple[Decimal, Decimal, Decimal, Decimal],
    contribution: float | None,
) -> Part:
    opening, flows, closing = money
    gain = MISSING if opening is None or closing is None else closing - opening - flows
    found = Part(
        kind=kind,
        key=key,
        value_start=opening,
        flows=known(flows),
        value_end=closing,
        gain=known(gain),
        price_part=known(parts[0]),
        currency_part=known(parts[1]),
        income=known(parts[2]),
        fees=known(parts[3]),
        residual=known(gain - sum(parts, ZERO)),
        contribution=contribution,
    )
    names = ("value_start", "flows", "value_end", "gain", "price_part", "currency_part")
    for name in (*names, "income", "fees", "residual"):
        if getattr(found, name) is None:
            found.reasons[name] = NO_MARK
    if contribution is None:
        found.reasons["contribution"] = NO_TWR
    return found


def _number(value: float) -> Decimal:
    """Write a statistic of days as money: it is shown, and nothing is computed from it."""
    return MISSING if np.isnan(value) else Decimal(repr(value)).quantize(UNIT)


def _matters(part: Part) -> bool:
    values = (part.value_start, part.flows, part.value_end, part.gain, part.income, part.fees)
    return any(value is None or value != 0 for value in values)
