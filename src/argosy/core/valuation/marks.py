"""What holdings, cash and a whole portfolio are worth at the end of a day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from argosy.core.explain import named
from argosy.core.ledger.book import Book
from argosy.core.ledger.marks import Marked, mark_on
from argosy.core.ledger.position import Position
from argosy.core.market.market import Market, same_split
from argosy.core.market.sessions import is_stale
from argosy.core.money import UNIT, ZERO


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
