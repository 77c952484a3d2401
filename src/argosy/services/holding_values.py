"""What a portfolio holds at the end of a day, cash too, each with its value."""

from datetime import date

from argosy.core.ledger.book import OUTSIDE
from argosy.core.money import exact_context
from argosy.core.risk.stress import Exposure
from argosy.core.valuation.marks import cash_value_on, value_on
from argosy.services.books import Ledger


def exposures(ledger: Ledger, day: date) -> list[Exposure]:
    """Return what is held at the end of a day, the most valuable first, the unknown last."""
    book = ledger.book_on(day)
    with exact_context():
        found = [
            Exposure(
                asset=(asset := ledger.market.assets[key]),
                symbol=asset.symbol,
                currency=asset.currency,
                value=value_on(book, position, day),
            )
            for key, position in book.positions.items()
            if key != OUTSIDE and position.quantity_on(day)
        ]
        cash = book.cash_on(day)
        found += [
            Exposure(asset=None, symbol=currency, currency=currency, value=value)
            for currency, value in cash_value_on(book, day).items()
            if cash[currency]
        ]
    return sorted(found, key=lambda one: (one.value is None, -(one.value or 0), one.symbol))
