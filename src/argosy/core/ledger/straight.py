"""The straight way for most trades: long, in the portfolio's own currency, cash not tracked.

Nothing is converted there and both cost totals are one, so a trade needs few steps; all else goes
the general way of `trades`. Both lead to the same book, which the tests hold them to.
"""

from decimal import Decimal

from argosy.core.ledger.average import AverageBasis
from argosy.core.ledger.basis import Piece, takes_all
from argosy.core.ledger.lots import LotBasis
from argosy.core.ledger.position import Disposal, Position
from argosy.core.ledger.state import Book
from argosy.core.ledger.transaction import CostBasisMethod, Transaction
from argosy.core.money import ONE, UNIT

_HELD_APART = (AverageBasis, LotBasis)


def straight_buy(book: Book, transaction: Transaction) -> bool:
    """Apply a BUY if it is a straight one, and tell whether it was."""
    position = _straight(book, transaction)
    if position is None:
        return False
    day = transaction.day
    gross, charges = _numbers(transaction)
    paid = (gross + charges).quantize(UNIT) if charges else gross.quantize(UNIT)
    cost = paid
    if charges:
        separate = not book.rules.fees_in_cost
        position.charge(transaction, charges, separate=separate)
        if separate:
            cost = gross.quantize(UNIT)
    position.bought += paid
    payment = (day, paid)
    book.bought.append(payment)
    position.paid.append(payment)
    book.flows.buy(transaction, paid)
    position.marks.append((transaction, ONE))
    quantity = transaction.quantity
    assert quantity is not None, "trades have a quantity"
    position.basis.acquire(Piece(day, transaction.id, quantity, cost, cost))
    position.record(day)
    return True


def straight_sell(book: Book, transaction: Transaction) -> bool:
    """Apply a SELL if it is a straight one that leaves nothing short, and tell whether it was."""
    position = _straight(book, transaction)
    quantity = transaction.quantity
    assert quantity is not None, "trades have a quantity"
    if position is None or book.rules.method is CostBasisMethod.SPECIFIC:
        return False
    basis = position.basis
    assert isinstance(basis, _HELD_APART), "a straight position is held apart"
    held = basis.quantity
    closes = takes_all(quantity, held)
    if quantity > held and not closes:
        return False
    day = transaction.day
    gross, charges = _numbers(transaction)
    received = (gross - charges).quantize(UNIT) if charges else gross.quantize(UNIT)
    proceeds = received
    if charges:
        separate = not book.rules.fees_in_cost
        position.charge(transaction, charges, separate=separate)
        if separate:
            proceeds = gross.quantize(UNIT)
    position.paid.append((day, -received))
    book.flows.sell(transaction, received)
    position.marks.append((transaction, ONE))
    relief = basis.dispose(held if closes else quantity, day=day)
    position.realize(
        Disposal(transaction.id, position.asset_id, day, quantity, proceeds, proceeds, relief, ONE)
    )
    position.record(day)
    return True


def _straight(book: Book, transaction: Transaction) -> Position | None:
    """Return the position, if this trade needs nothing but the straight way."""
    currency = book.straight_in
    if transaction.currency != currency or transaction.fx_rate is not None:
        return None
    position = book.position(transaction.asset_id)
    straight = position.currency == currency and position.side > 0 and book.inside(position)
    return position if straight else None


def _numbers(transaction: Transaction) -> tuple[Decimal, Decimal]:
    """Return what was traded before charges, and the charges."""
    gross = transaction.amount
    if gross is None:
        assert transaction.quantity is not None, "trades have a quantity"
        assert transaction.price is not None, "trades have a price or an amount"
        gross = transaction.quantity * transaction.price
    if not transaction.tax:
        return gross, transaction.fee
    return gross, transaction.fee + transaction.tax
