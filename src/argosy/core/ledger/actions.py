"""SPLIT, SPIN_OFF, MERGER and SYMBOL_CHANGE: what companies do to shares."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal

from argosy.core.errors import InputError, plain
from argosy.core.ledger.basis import Piece, Relief, share_out
from argosy.core.ledger.position import Disposal, Position
from argosy.core.ledger.state import Book, amount_of, ratio_of
from argosy.core.ledger.trades import Order, dispose
from argosy.core.ledger.transaction import Transaction
from argosy.core.ledger.transfers import receive
from argosy.core.ledger.uk_pool import UkPoolBasis
from argosy.core.market.asset import Split
from argosy.core.money import MISSING, ONE, UNIT, ZERO


def split(book: Book, transaction: Transaction) -> None:
    """SPLIT: the shares multiply, the cost stays; cash in lieu sells the fraction."""
    position = book.position(transaction.asset_id)
    new, old = ratio_of(transaction)
    booked = book.splits.setdefault(position.asset_id, [])
    booked.append(Split(transaction.day, new, old))
    # A pool that is empty now may get shares of before the split back, by a purchase to come.
    if position.basis.quantity or isinstance(position.basis, UkPoolBasis):
        position.basis.scale(new, old, day=transaction.day)
        position.record(transaction.day)
    if transaction.amount:
        _sell_fraction(book, position, transaction)


def spin_off(book: Book, transaction: Transaction) -> None:
    """SPIN_OFF: a share of the cost moves to shares of a new asset; lots keep their days."""
    position = book.position(transaction.asset_id)
    if not position.basis.quantity:
        return
    _refuse_waiting(position, transaction)
    assert transaction.cost_share is not None, "a spin-off has a cost share"
    moved = position.basis.move_cost(transaction.cost_share, day=transaction.day)
    position.record(transaction.day)
    target = _hand_over(book, position, moved, transaction)
    if transaction.amount:
        _sell_fraction(book, target, transaction)


def exchange(book: Book, transaction: Transaction) -> None:
    """MERGER and SYMBOL_CHANGE: old shares become new ones; a cash part is a sale."""
    position = book.position(transaction.asset_id)
    quantity = position.basis.quantity
    if not quantity:
        return
    _refuse_waiting(position, transaction)
    worth = book.market_value(position.asset_id, position.quantity, transaction.day)
    pieces = position.basis.withdraw(quantity, day=transaction.day).pieces
    position.record(transaction.day)
    cash = ZERO
    if transaction.amount:
        pieces = _sell_cash_part(book, position, transaction, pieces)
        cash = (transaction.amount * book.base_rate(transaction)).quantize(UNIT)
    if transaction.to_asset_id is not None:
        _hand_over(book, position, pieces, transaction, worth=worth - cash)
    position.side = 1


def _refuse_waiting(position: Position, transaction: Transaction) -> None:
    """Refuse to exchange a short under `uk_pool`: it is a sale without lots that could move."""
    if position.side > 0 and position.quantity < 0:
        message = (
            f"{transaction.type} on {transaction.day.isoformat()}: under uk_pool a short position"
            " waits for purchases of the same asset; enter the exchange as trades."
        )
        raise InputError(message)


def _target(book: Book, position: Position, transaction: Transaction) -> Position:
    assert transaction.to_asset_id is not None, "an exchange names its new asset"
    target = book.position(transaction.to_asset_id)
    if position.side < 0 and target.side > 0 and target.basis.quantity:
        message = (
            f"{transaction.type} on {transaction.day.isoformat()}: a short position cannot become"
            " a part of one that is held; enter it as trades."
        )
        raise InputError(message)
    return target


def _hand_over(
    book: Book,
    position: Position,
    pieces: Iterable[Piece],
    transaction: Transaction,
    *,
    worth: Decimal = MISSING,
) -> Position:
    """Add the new shares and return their position; those of a short are owed, too.

    `worth` is what was given for them, which counts where they have no price yet.
    """
    target = _target(book, position, transaction)
    new = _exchanged(book, transaction, pieces, position=position, target=target)
    _pay_over(book, position, target, transaction, new=new, worth=worth)
    if position.side > 0:
        receive(book, target, transaction, new)
        return target
    target.side = -1
    for piece in new:
        target.basis.acquire(piece)
    target.record(transaction.day)
    return target


def _pay_over(
    book: Book,
    position: Position,
    target: Position,
    transaction: Transaction,
    *,
    new: Iterable[Piece],
    worth: Decimal,
) -> None:
    """Note at market value what one holding gives the other.

    It crosses the border where only one of them is inside.
    """
    day = transaction.day
    quantity = sum((piece.quantity for piece in new), ZERO)
    shares = quantity if position.side > 0 else -quantity
    value = book.market_value(target.asset_id, shares, day)
    value = (worth if value.is_nan() else value).quantize(UNIT)
    position.paid.append((day, -value))
    target.paid.append((day, value))
    if book.inside(position) != book.inside(target):
        book.border(position).bring(transaction, -value)
        book.border(target).bring(transaction, value)


def _exchanged(
    book: Book,
    transaction: Transaction,
    pieces: Iterable[Piece],
    *,
    position: Position,
    target: Position,
) -> list[Piece]:
    """Turn pieces of the old asset into the new: shares by ratio, local cost by the day's rate."""
    pieces = list(pieces)
    new, old = ratio_of(transaction)
    whole = sum((piece.quantity for piece in pieces), ZERO)
    total = (whole * new / old).quantize(UNIT)
    quantities = share_out(total, [piece.quantity for piece in pieces], whole)
    rate = ONE
    if position.currency != target.currency:
        rates = book.market.rates
        rate = rates.rate(position.currency, target.currency, transaction.day)
    return [
        piece._replace(quantity=quantity, local_cost=(piece.local_cost * rate).quantize(UNIT))
        for piece, quantity in zip(pieces, quantities, strict=True)
    ]


def _sell_fraction(book: Book, position: Position, transaction: Transaction) -> None:
    """Cash in lieu: the fraction of a share is sold for the amount."""
    held = position.basis.quantity
    fraction = held - held.to_integral_value(rounding=ROUND_FLOOR)
    if not fraction:
        symbol = book.market.assets[position.asset_id].symbol
        message = (
            f"{symbol}: {plain(held)} shares have no fraction on {transaction.day.isoformat()}; "
            "cash in lieu has nothing to sell."
        )
        raise InputError(message)
    order = _cash(book, position, transaction)._replace(quantity=fraction)
    dispose(book, position, transaction, order)


def _cash(book: Book, position: Position, transaction: Transaction) -> Order:
    """Take in the cash of a corporate action: into cash, or out of the portfolio."""
    if position.side < 0 or position.quantity < 0:
        message = (
            f"{transaction.type} on {transaction.day.isoformat()}: a short position pays cash"
            " rather than receive it; enter it as a purchase."
        )
        raise InputError(message)
    amount = amount_of(transaction)
    rate = book.base_rate(transaction)
    order = Order(ZERO, amount, ZERO, rate, book.local_rate(transaction, position.currency))
    position.paid.append((transaction.day, -order.received))
    book.move_cash(transaction, amount)
    if not book.rules.track_cash:
        book.border(position).sell(transaction, order.received)
    return order


def _sell_cash_part(
    book: Book, position: Position, transaction: Transaction, pieces: tuple[Piece, ...]
) -> tuple[Piece, ...]:
    """Realize the cash part of a merger; return the pieces with the cost left for new shares."""
    order = _cash(book, position, transaction)
    quantity = sum((piece.quantity for piece in pieces), ZERO)
    share = _cash_share(book, transaction, order.received, quantity)
    sold = [
        piece._replace(
            cost=(piece.cost * share).quantize(UNIT),
            local_cost=(piece.local_cost * share).quantize(UNIT),
        )
        for piece in pieces
    ]
    kept = [
        piece._replace(cost=piece.cost - part.cost, local_cost=piece.local_cost - part.local_cost)
        for piece, part in zip(pieces, sold, strict=True)
    ]
    cost = sum((piece.cost for piece in sold), ZERO)
    local_cost = sum((piece.local_cost for piece in sold), ZERO)
    position.realize(
        Disposal(
            transaction.id,
            position.asset_id,
            transaction.day,
            quantity if transaction.to_asset_id is None else ZERO,
            order.received,
            (order.gross * order.local_rate).quantize(UNIT),
            Relief(cost, local_cost, tuple(sold)),
            order.rate / order.local_rate,
        )
    )
    return tuple(kept)


def _cash_share(book: Book, transaction: Transaction, cash: Decimal, quantity: Decimal) -> Decimal:
    """Return the share of the cost that the cash part relieves: cash / (cash + value received)."""
    if transaction.cost_share is not None:
        return transaction.cost_share
    if transaction.to_asset_id is None:
        return ONE
    new, old = ratio_of(transaction)
    received = quantity * new / old
    return cash / (cash + book.market_value(transaction.to_asset_id, received, transaction.day))
