"""One holding day by day, as float64: what it was worth, cost, was paid, earned and charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from argosy.core.ledger.book import Book
from argosy.core.ledger.position import Mark, Position
from argosy.core.ledger.transaction import Transaction
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.returns.closes import daily_rates, shares


@dataclass(frozen=True, slots=True, eq=False)
class HoldingDays:
    """A holding on each calendar day of a series, in the portfolio's currency unless said.

    All arrays have shape (n_days,). NaN where a price or a rate is missing; nothing held is worth
    zero.

    Attributes
    ----------
    quantity, cost : ndarray of float64
        At the end of the day, in the shares of that day; negative when short.
    price : ndarray of float64
        The mark in the asset's currency, for one share of that day.
    rate : ndarray of float64
        The portfolio's currency per unit of the asset's.
    paid : ndarray of float64
        What went into the holding on the day, shares that moved at market value; negative what
        came out. The day's gain is the change of value less this.
    income, charges : ndarray of float64
        Earned net of tax, and all fees and taxes, on the day.
    """

    asset_id: str
    currency: str
    quantity: FloatArray
    cost: FloatArray
    price: FloatArray
    rate: FloatArray
    paid: FloatArray
    income: FloatArray
    charges: FloatArray

    @property
    def value(self) -> FloatArray:
        """Quantity × price × rate at the end of each day."""
        return product(self.quantity, self.price * self.rate)


def holding_days(
    book: Book, position: Position, days: IntArray, rates: dict[str, FloatArray]
) -> HoldingDays:
    """Return a holding on each day. Must run inside `exact_context`.

    Parameters
    ----------
    book : Book
    position : Position
        Of the book.
    days : ndarray of int64, shape (n_days,)
        Ordinals, none left out, from the first day of the book.
    rates : dict of str to ndarray
        Rates by currency that are known already; filled.
    """
    quantity, cost = _steps(position, days)
    return HoldingDays(
        asset_id=position.asset_id,
        currency=position.currency,
        quantity=quantity,
        cost=cost,
        price=prices_of(book, position, days),
        rate=rates_of(book, position.currency, days, rates),
        paid=_summed([(day.toordinal(), amount) for day, amount in position.paid], days),
        income=_summed(_dated(position.incomes), days),
        charges=_summed(_dated(position.charges), days),
    )


def value_and_cost(
    book: Book, position: Position, days: IntArray, rates: dict[str, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return what a holding is worth and cost at the end of each day. Inside `exact_context`.

    Parameters
    ----------
    book : Book
    position : Position
        Of the book.
    days : ndarray of int64, shape (n_days,)
        Ordinals, none left out.
    rates : dict of str to ndarray
        Rates by currency that are known already; filled.

    Returns
    -------
    value, cost : ndarray of float64, shape (n_days,)
    """
    quantity, cost = _steps(position, days)
    price = prices_of(book, position, days) * rates_of(book, position.currency, days, rates)
    return product(quantity, price), cost


def _steps(position: Position, days: IntArray) -> tuple[FloatArray, FloatArray]:
    if not position.steps:
        return np.zeros(len(days)), np.zeros(len(days))
    known, quantities, costs = zip(*position.steps, strict=True)
    lasting = spans(known, days)
    return carried(quantities, lasting), carried(costs, lasting)


def _dated(entries: Sequence[tuple[Transaction, Decimal]]) -> list[tuple[int, Decimal]]:
    return [(transaction.day.toordinal(), amount) for transaction, amount in entries]


def _summed(entries: Sequence[tuple[int, Decimal]], days: IntArray) -> FloatArray:
    """Add amounts up by day, exactly before they become floats; those past the end left out."""
    sums: dict[int, Decimal] = {}
    for day, amount in entries:
        sums[day] = sums[day] + amount if day in sums else amount
    found = np.zeros(len(days))
    for day, total in sums.items():
        if day <= days[-1]:
            found[day - int(days[0])] = float(total)
    return found


def product(quantity: FloatArray, price: FloatArray) -> FloatArray:
    """Multiply; where nothing is held the price does not matter, not even a missing one."""
    return np.where(quantity == 0.0, 0.0, quantity * price)


def spans(known: Sequence[int] | IntArray, days: IntArray) -> IntArray:
    """Return how many of the days come before the first known one, then how many each lasts.

    The last of equal ones has the day; shape (n_known + 1,), the sum is n_days.
    """
    edges = np.clip(np.asarray(known, np.int64) - days[0], 0, len(days))
    spans: IntArray = np.diff(edges, prepend=0, append=len(days))
    return spans


def carried(values: Sequence[Decimal], spans: IntArray) -> FloatArray:
    """Carry each value forward over its span; zero before the first."""
    return np.repeat(np.array([0.0, *map(float, values)]), spans)


def prices_of(book: Book, position: Position, days: IntArray) -> FloatArray:
    """Return the mark of every day: the newer of market and own trade, in that day's shares."""
    history = book.market.history(position.asset_id)
    trades = _own_prices(position.marks, history.days)
    splits = book.market.splits.get(position.asset_id, ())
    known, prices = history.days, history.closes()
    if splits:
        prices = prices * shares(splits, known, "priced_on")
    if trades:
        mine, own = np.array(list(trades)), np.array(list(trades.values()))
        if splits:
            own = own * shares(splits, mine, "held_on")
        known, prices = np.concatenate([known, mine]), np.concatenate([prices, own])
        order = np.argsort(known)
        known, prices = known[order], prices[order]
    marks = np.repeat(np.concatenate([[np.nan], prices]), spans(known, days))
    return marks / shares(splits, days, "held_on") if splits else marks


def _own_prices(marks: Sequence[tuple[Transaction, Decimal]], priced: IntArray) -> dict[int, float]:
    """Return the prices of own trades by ordinal, the last of a day, where the market has none."""
    traded = np.fromiter((mark[0].day.toordinal() for mark in marks), np.int64, len(marks))
    places = np.minimum(np.searchsorted(priced, traded), len(priced) - 1)
    alone = priced[places] != traded if len(priced) else np.ones(len(traded), np.bool_)
    return {
        int(traded[index]): float(price)
        for index in np.flatnonzero(alone).tolist()
        if not (price := Mark(*marks[index]).price).is_nan()
    }


def rates_of(book: Book, currency: str, days: IntArray, cache: dict[str, FloatArray]) -> FloatArray:
    """Return the portfolio's currency per unit of another on each day, kept in `cache`.

    Parameters
    ----------
    book : Book
    currency : str
    days : ndarray of int64, shape (n_days,)
        Ordinals, none left out.
    cache : dict of str to ndarray
        By currency, of the same days; filled.

    Returns
    -------
    rates : ndarray of float64, shape (n_days,)
    """
    if currency not in cache:
        cache[currency] = daily_rates(book.market.rates, currency, book.rules.currency, days)
    return cache[currency]
