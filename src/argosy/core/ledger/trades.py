"""BUY, SELL and OPENING, long and short."""

from decimal import Decimal
from typing import NamedTuple

from argosy.core.errors import OversoldError
from argosy.core.ledger.basis import Piece, Relief, exact_part, takes_all
from argosy.core.ledger.position import Disposal, PooledSale, Position
from argosy.core.ledger.state import Book, amount_of, quantity_of
from argosy.core.ledger.transaction import CostBasisMethod, Transaction
from argosy.core.ledger.uk_pool import UkPoolBasis
from argosy.core.money import ONE, UNIT, ZERO


class Order(NamedTuple):
    """A trade, or the part of one that closes or opens: money in the transaction's currency.

    `rate` and `local_rate` lead to the portfolio's and to the asset's currency.
    """

    quantity: Decimal
    gross: Decimal
    charges: Decimal
    rate: Decimal
    local_rate: Decimal

    @property
    def paid(self) -> Decimal:
        """What a purchase costs all in all, in the portfolio's currency."""
        return in_units(self.gross + self.charges, self.rate)

    @property
    def received(self) -> Decimal:
        """What a sale brings in after all charges, in the portfolio's currency."""
        return in_units(self.gross - self.charges, self.rate)


def order_of(book: Book, position: Position, transaction: Transaction) -> Order:
    """Read a trade's numbers."""
    return Order(
        quantity_of(transaction),
        amount_of(transaction),
        transaction.fee + transaction.tax,
        book.base_rate(transaction),
        book.local_rate(transaction, position.currency),
    )


def in_units(amount: Decimal, rate: Decimal) -> Decimal:
    """Convert an amount and round it to 18 places."""
    return amount.quantize(UNIT) if rate is ONE else (amount * rate).quantize(UNIT)


def buy(book: Book, transaction: Transaction) -> None:
    """BUY: covers a short first, then adds shares at their cost."""
    position = book.position(transaction.asset_id)
    order = order_of(book, position, transaction)
    day = transaction.day
    paid = order.paid
    charge(book, position, transaction, order)
    book.buys(position, day, paid)
    position.paid.append((day, paid))
    if book.rules.track_cash:
        book.move_cash(transaction, -in_units(order.gross + order.charges, ONE))
    else:
        book.border(position).buy(transaction, paid)
    position.marks.append((transaction, order.local_rate))
    _acquire(book, position, transaction, order)


def sell(book: Book, transaction: Transaction) -> None:
    """SELL: relieves cost and realizes the gain; past zero it opens a short, where allowed."""
    position = book.position(transaction.asset_id)
    order = order_of(book, position, transaction)
    received = order.received
    charge(book, position, transaction, order)
    position.paid.append((transaction.day, -received))
    if book.rules.track_cash:
        book.move_cash(transaction, in_units(order.gross - order.charges, ONE))
    else:
        book.border(position).sell(transaction, received)
    position.marks.append((transaction, order.local_rate))
    dispose(book, position, transaction, order)


def opening(book: Book, transaction: Transaction) -> None:
    """OPENING: a start balance, brought in at its cost. Its price is a cost, not a mark."""
    position = book.position(transaction.asset_id)
    order = order_of(book, position, transaction)
    paid = order.paid
    book.buys(position, transaction.day, paid)
    charge(book, position, transaction, order)
    position.paid.append((transaction.day, paid))
    book.border(position).bring(transaction, paid)
    _acquire(book, position, transaction, order)


def charge(book: Book, position: Position, transaction: Transaction, order: Order) -> None:
    """Count a trade's fee and tax."""
    if order.charges:
        charges = in_units(order.charges, order.rate)
        position.charge(transaction, charges, separate=not book.rules.fees_in_cost)


def dispose(book: Book, position: Position, transaction: Transaction, order: Order) -> None:
    """Relieve cost for shares that are sold, and realize the gain."""
    basis = position.basis
    if isinstance(basis, UkPoolBasis):
        _sell_pooled(book, position, transaction, order)
        return
    held = basis.quantity if position.side > 0 else ZERO
    closes = takes_all(order.quantity, held)
    if order.quantity > held and not closes:
        _sell_short(book, position, transaction, order)
        return
    picks = transaction.lots if book.rules.method is CostBasisMethod.SPECIFIC else ()
    if book.rules.method is CostBasisMethod.SPECIFIC and not picks:
        position.flags.add("lots_not_named")
    quantity = held if closes else order.quantity
    relief = basis.dispose(quantity, day=transaction.day, picks=picks)
    proceeds, local, rate = _proceeds(book, order)
    position.realize(
        Disposal(
            transaction.id,
            position.asset_id,
            transaction.day,
            order.quantity,
            proceeds,
            local,
            relief,
            rate,
        )
    )
    position.record(transaction.day)


def check_held(book: Book, position: Position, transaction: Transaction, quantity: Decimal) -> None:
    """Refuse to take more than a position holds out of it: `quantity` for a transaction.

    Raises
    ------
    OversoldError
        With the quantity held and the day.
    """
    held = position.quantity
    if quantity <= held or takes_all(quantity, held):
        return
    raise OversoldError(
        symbol=book.market.assets[position.asset_id].symbol,
        held=max(held, ZERO),
        wanted=quantity,
        on=transaction.day,
        transaction_id=transaction.id,
    )


def _acquire(book: Book, position: Position, transaction: Transaction, order: Order) -> None:
    cost = order.gross + order.charges if book.rules.fees_in_cost else order.gross
    value = in_units(cost, order.rate)
    local = value if order.rate is order.local_rate else in_units(cost, order.local_rate)
    piece = Piece(transaction.day, transaction.id, order.quantity, value, local)
    rate = order.rate if order.local_rate is ONE else order.rate / order.local_rate
    add(position, transaction, piece, rate)
    position.record(transaction.day)


def add(position: Position, transaction: Transaction, piece: Piece, rate: Decimal) -> None:
    """Add shares at their cost: they buy back a short first, and what is left is held.

    `rate` is the portfolio's currency per unit of the asset's.
    """
    if position.side < 0:
        rest = _cover(position, transaction, piece, rate)
        if rest is None:
            return
        piece = rest
    position.basis.acquire(piece)


def _proceeds(book: Book, order: Order) -> tuple[Decimal, Decimal, Decimal]:
    """Return net proceeds in both currencies, and the rate from the asset's to the portfolio's."""
    net = order.gross - order.charges if book.rules.fees_in_cost else order.gross
    proceeds = in_units(net, order.rate)
    if order.local_rate is ONE:
        local = proceeds if order.rate is ONE else in_units(net, ONE)
        return proceeds, local, order.rate
    return proceeds, in_units(net, order.local_rate), order.rate / order.local_rate


def _sell_pooled(book: Book, position: Position, transaction: Transaction, order: Order) -> None:
    basis = position.basis
    assert isinstance(basis, UkPoolBasis), "only a pool relieves later"
    if not book.rules.allow_short:
        check_held(book, position, transaction, order.quantity)
    proceeds, local, rate = _proceeds(book, order)
    held = basis.quantity
    quantity = held if takes_all(order.quantity, held) else order.quantity
    basis.sell(quantity, day=transaction.day, proceeds=proceeds, local_proceeds=local)
    position.realize_later(
        PooledSale(transaction.id, transaction.day, quantity, proceeds, local, rate)
    )
    position.record(transaction.day)


def _sell_short(book: Book, position: Position, transaction: Transaction, order: Order) -> None:
    """Close what is held, then open or deepen a short with the rest; charges pro rata."""
    held = position.basis.quantity if position.side > 0 else ZERO
    if not book.rules.allow_short:
        check_held(book, position, transaction, order.quantity)
    if held:
        closing, order = _cut(order, held)
        dispose(book, position, transaction, closing)
    position.side = -1
    proceeds, local, _ = _proceeds(book, order)
    position.basis.acquire(Piece(transaction.day, transaction.id, order.quantity, proceeds, local))
    position.record(transaction.day)


def _cover(
    position: Position, transaction: Transaction, piece: Piece, rate: Decimal
) -> Piece | None:
    """Buy back a short; return the part of the shares that goes beyond it, if any."""
    held = position.basis.quantity
    own, rest = piece, None
    if piece.quantity > held:
        cost = exact_part(piece.cost, held, piece.quantity)
        local = exact_part(piece.local_cost, held, piece.quantity)
        own = piece._replace(quantity=held, cost=cost, local_cost=local)
        rest = piece._replace(
            quantity=piece.quantity - held,
            cost=piece.cost - cost,
            local_cost=piece.local_cost - local,
        )
    assert not isinstance(position.basis, UkPoolBasis), "a pool has no short side"
    relief = position.basis.dispose(own.quantity, day=transaction.day)
    # The relieved "cost" of a short is what it brought in; what is paid now is the cost.
    position.realize(
        Disposal(
            transaction.id,
            position.asset_id,
            transaction.day,
            own.quantity,
            relief.cost,
            relief.local_cost,
            Relief(own.cost, own.local_cost, tuple(part[:3] for part in relief.parts)),
            rate,
            covers=True,
        )
    )
    if not position.basis.quantity:
        position.side = 1
    return rest


def _cut(order: Order, quantity: Decimal) -> tuple[Order, Order]:
    """Part an order in two, money and charges pro rata; the second takes the remainder."""
    gross = (order.gross * quantity / order.quantity).quantize(UNIT)
    charges = (order.charges * quantity / order.quantity).quantize(UNIT)
    first = order._replace(quantity=quantity, gross=gross, charges=charges)
    rest = order._replace(
        quantity=order.quantity - quantity,
        gross=order.gross - gross,
        charges=order.charges - charges,
    )
    return first, rest
