"""The price a holding is valued at: the newer of the market's and its own last trade."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from argosy.core.explain import named
from argosy.core.ledger.book import Book
from argosy.core.ledger.position import Mark, Position
from argosy.core.ledger.transaction import Transaction
from argosy.core.market.market import Market, Quote, same_split
from argosy.core.market.sessions import is_stale
from argosy.core.money import UNIT, ZERO


@dataclass(frozen=True, slots=True)
class Marked:
    """A holding's price in its own currency, in the shares of the day it is asked for.

    Attributes
    ----------
    day : date
        The day the price is of.
    at : datetime or None
        Its instant, where it has one.
    source : str
        The market source, or `trade`.
    """

    price: Decimal
    day: date
    at: datetime | None
    source: str
    estimated: bool = False
    override: bool = False


def mark_on(market: Market, position: Position, day: date) -> Marked | None:
    """Return the mark of a position at the end of a day, or None if nothing is known by then.

    The market's price wins on the same day. A price older than a split is divided by its ratio.
    """
    quote = market.quote(position.asset_id, day)
    trade = _last_trade(position, day, after=None if quote is None else quote.day)
    if trade is not None:
        return _of_trade(market, position, trade, day)
    return None if quote is None else _of_quote(market, position, quote, day)


def _last_trade(position: Position, day: date, *, after: date | None) -> Mark | None:
    """Return the last own trade whose price is known: its currency may lack a rate."""
    index = bisect_right(position.marks, day, key=_mark_day)
    for at in range(index - 1, -1, -1):
        mark = Mark(*position.marks[at])
        if after is not None and mark.transaction.day <= after:
            return None
        if not mark.price.is_nan():
            return mark
    return None


def _mark_day(mark: tuple[Transaction, Decimal]) -> date:
    return mark[0].day


def _of_quote(market: Market, position: Position, quote: Quote, day: date) -> Marked:
    price = market.in_shares_of(position.asset_id, quote.price, quote.day, day)
    return Marked(price.quantize(UNIT), quote.day, quote.at, quote.source, override=quote.override)


def _of_trade(market: Market, position: Position, trade: Mark, day: date) -> Marked:
    since = trade.transaction.day
    price = market.in_shares_of(position.asset_id, trade.price, since, day, own=True)
    return Marked(price.quantize(UNIT), since, trade.transaction.at, "trade", estimated=True)


def value_on(book: Book, position: Position, day: date) -> Decimal | None:
    """Return the value of a position at the end of a day in the portfolio's currency, or None."""
    quantity = position.quantity_on(day)
    if not quantity:
        return ZERO
    mark = mark_on(book.market, position, day)
    if mark is None:
        return None
    rate = book.market.rates.rate(position.currency, book.rules.currency, day)
    value = (quantity * mark.price * rate).quantize(UNIT)
    return None if value.is_nan() else named(value, "quantity × price × rate")


def cash_value_on(book: Book, day: date) -> dict[str, Decimal | None]:
    """Return the cash of each currency at the end of a day, in the portfolio's currency."""
    found: dict[str, Decimal | None] = {}
    for currency, amount in book.cash_on(day).items():
        if not amount:  # nothing there needs no rate
            found[currency] = ZERO
            continue
        rate = book.market.rates.rate(currency, book.rules.currency, day)
        value = (amount * rate).quantize(UNIT)
        found[currency] = None if value.is_nan() else value
    return found


def total_on(book: Book, day: date) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return the value of the whole portfolio at the end of a day, and what it lacks."""
    return total_of(values_on(book, day))


def values_on(book: Book, day: date) -> dict[str, Decimal | None]:
    """Return the value of each position, by asset id, and of each cash, by currency."""
    return {
        **{key: value_on(book, position, day) for key, position in book.positions.items()},
        **cash_value_on(book, day),
    }


def total_of(parts: Mapping[str, Decimal | None]) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return the sum of parts and the keys of those that have no value.

    These are left out; if no part has a value, the sum is None.
    """
    held = {key: value for key, value in parts.items() if value is None or value}
    lacking = tuple(key for key, value in held.items() if value is None)
    known = [value for value in held.values() if value is not None]
    if lacking and not known:
        return None, lacking
    return sum(known, ZERO), lacking


def stale(market: Market, position: Position, mark: Marked, on: date) -> bool:
    """Tell whether `on` a day a mark is older than five sessions of its exchange."""
    exchange = market.assets[position.asset_id].exchange
    return is_stale(mark.day, on, exchange)


def day_before(day: date) -> date:
    """Return the day before; the first day there is has none and stands for itself."""
    return date.fromordinal(max(day.toordinal() - 1, 1))


def unbooked_splits(book: Book, position: Position, until: date) -> bool:
    """Tell whether an asset split while it was held and the ledger has no SPLIT for it."""
    booked = book.splits.get(position.asset_id, [])
    for split in book.market.asset_splits.get(position.asset_id, ()):
        if split.day > until or any(same_split(split, other) for other in booked):
            continue
        if position.quantity_on(day_before(split.day)):
            return True
    return False
