"""TRANSFER_IN and TRANSFER_OUT: shares that move with the cost they carry."""

from collections.abc import Iterable
from decimal import Decimal

from argosy.core.ledger.basis import Piece, takes_all
from argosy.core.ledger.position import Position
from argosy.core.ledger.state import Book, amount_of, quantity_of
from argosy.core.ledger.trades import add, check_held
from argosy.core.ledger.transaction import Transaction
from argosy.core.ledger.uk_pool import UkPoolBasis
from argosy.core.money import ONE, UNIT, ZERO


def transfer_in(book: Book, transaction: Transaction) -> None:
    """TRANSFER_IN from outside: shares with the cost they carry; a flow at market value."""
    position = book.position(transaction.asset_id)
    rate = book.base_rate(transaction)
    local_rate = book.local_rate(transaction, position.currency)
    carried = amount_of(transaction) if transaction.cost is None else transaction.cost
    cost = (carried * rate).quantize(UNIT)
    _bring(book, position, transaction, cost)
    local = (carried * local_rate).quantize(UNIT)
    quantity = quantity_of(transaction)
    piece = Piece(transaction.day, transaction.id, quantity, cost, local)
    receive(book, position, transaction, [piece], rate=rate / local_rate)


def transfer_out(book: Book, transaction: Transaction) -> tuple[Piece, ...]:
    """TRANSFER_OUT: shares leave with the cost the method gives them; a flow at market value."""
    position = book.position(transaction.asset_id)
    quantity = quantity_of(transaction)
    check_held(book, position, transaction, quantity)
    value = _market_value(book, position, transaction)
    position.paid.append((transaction.day, -value))
    book.border(position).take(transaction, value)
    held = position.quantity
    if takes_all(quantity, held):
        quantity = held
    relief = position.basis.withdraw(quantity, day=transaction.day)
    position.record(transaction.day)
    return relief.pieces


def accept(book: Book, transaction: Transaction, pieces: Iterable[Piece], currency: str) -> None:
    """Take over the lots that another portfolio of the same user sends, with their days.

    `pieces` come with costs in `currency`, the other portfolio's.
    """
    position = book.position(transaction.asset_id)
    rate = ONE
    if currency != book.rules.currency:
        rate = book.market.rates.rate(currency, book.rules.currency, transaction.day)
    moved = [
        piece._replace(cost=(piece.cost * rate).quantize(UNIT), transaction_id=transaction.id)
        for piece in pieces
    ]
    cost = sum((piece.cost for piece in moved), ZERO)
    if book.inside(position):
        book.received.append((transaction, cost))
    _bring(book, position, transaction, cost)
    receive(book, position, transaction, moved)


def receive(
    book: Book,
    position: Position,
    transaction: Transaction,
    pieces: Iterable[Piece],
    *,
    rate: Decimal | None = None,
) -> None:
    """Add `pieces` that come in kind. Under `uk_pool` they join the purchases of that day.

    `rate` leads from the asset's to the portfolio's currency, the day's where none is given; it is
    needed where the shares buy back a short.
    """
    pooled = isinstance(position.basis, UkPoolBasis)
    if rate is None:
        rates, base = book.market.rates, book.rules.currency
        rate = rates.rate(position.currency, base, transaction.day)
    for piece in pieces:
        own = piece._replace(day=transaction.day) if pooled else piece
        add(position, transaction, own, rate)
    position.record(transaction.day)


def _bring(book: Book, position: Position, transaction: Transaction, cost: Decimal) -> None:
    """Note shares that come in kind: a flow at market value, with the cost they carry."""
    value = _market_value(book, position, transaction)
    book.buys(position, transaction.day, cost, worth=value)
    position.paid.append((transaction.day, value))
    book.border(position).bring(transaction, value)


def _market_value(book: Book, position: Position, transaction: Transaction) -> Decimal:
    """Value shares that move: a price that the transfer names is a mark, too.

    Where the mark has no rate, the transfer's own may lead to the portfolio's currency.
    """
    quantity = quantity_of(transaction)
    if transaction.price is not None:
        position.marks.append((transaction, book.local_rate(transaction, position.currency)))
    value = book.market_value(position.asset_id, quantity, transaction.day)
    if value.is_nan() and transaction.price is not None:
        value = quantity * transaction.price * book.base_rate(transaction)
    return value.quantize(UNIT)
