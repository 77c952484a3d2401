"""DIVIDEND, INTEREST, REWARD, FEE, TAX, DEPOSIT, WITHDRAWAL and RETURN_OF_CAPITAL."""

from decimal import Decimal

from argosy.core.ledger.basis import Piece, Relief
from argosy.core.ledger.position import Disposal, Position
from argosy.core.ledger.state import Book, amount_of, quantity_of
from argosy.core.ledger.transaction import DividendPolicy, Transaction, TransactionType
from argosy.core.ledger.transfers import receive
from argosy.core.money import UNIT, ZERO


def dividend(book: Book, transaction: Transaction) -> None:
    """DIVIDEND: income net of tax, or a lower cost; it leaves the portfolio or joins its cash."""
    position = book.position(transaction.asset_id)
    net = _take_in(book, position, transaction)
    if book.rules.dividend_policy is DividendPolicy.REDUCES_COST and position.asset_id:
        _lower_cost(book, position, transaction, net)
    else:
        position.earn(transaction, (net * book.base_rate(transaction)).quantize(UNIT))


def interest(book: Book, transaction: Transaction) -> None:
    """INTEREST: income net of tax."""
    position = book.position(transaction.asset_id)
    net = _take_in(book, position, transaction)
    position.earn(transaction, (net * book.base_rate(transaction)).quantize(UNIT))


def return_of_capital(book: Book, transaction: Transaction) -> None:
    """RETURN_OF_CAPITAL: lowers the cost, never below zero; the excess is a realized gain."""
    position = book.position(transaction.asset_id)
    _lower_cost(book, position, transaction, _take_in(book, position, transaction))


def reward(book: Book, transaction: Transaction) -> None:
    """REWARD: shares at market value; income that stays inside."""
    position = book.position(transaction.asset_id)
    value, local = _value_in_kind(book, position, transaction)
    position.earn(transaction, value)
    if transaction.price is not None or transaction.amount is not None:
        position.marks.append((transaction, book.local_rate(transaction, position.currency)))
    quantity = quantity_of(transaction)
    piece = Piece(transaction.day, transaction.id, quantity, value, local)
    rate = None if local.is_nan() or not local else value / local
    receive(book, position, transaction, [piece], rate=rate)


def fee(book: Book, transaction: Transaction) -> None:
    """FEE and TAX: money that leaves and buys nothing."""
    position = book.position(transaction.asset_id)
    amount = amount_of(transaction)
    paid = (amount * book.base_rate(transaction)).quantize(UNIT)
    position.charge(transaction, paid, separate=True)
    position.paid.append((transaction.day, paid))
    book.move_cash(transaction, -amount)
    if not book.rules.track_cash:
        book.border(position).pay_fee(transaction, paid)


def deposit(book: Book, transaction: Transaction) -> None:
    """DEPOSIT and WITHDRAWAL: a flow where cash is tracked, else without effect."""
    if not book.rules.track_cash:
        return
    amount = amount_of(transaction)
    value = (amount * book.base_rate(transaction)).quantize(UNIT)
    if transaction.type is TransactionType.DEPOSIT:
        book.move_cash(transaction, amount)
        book.flows.bring(transaction, value)
    else:
        book.move_cash(transaction, -amount)
        book.flows.take(transaction, value)


def _take_in(book: Book, position: Position, transaction: Transaction) -> Decimal:
    """Take in what an asset pays, net of fee and tax: into cash, or out of the portfolio."""
    charges = transaction.fee + transaction.tax
    rate = book.base_rate(transaction)
    net = (amount_of(transaction) - charges).quantize(UNIT)
    if charges:
        position.charge(transaction, (charges * rate).quantize(UNIT))
    value = (net * rate).quantize(UNIT)
    position.paid.append((transaction.day, -value))
    book.move_cash(transaction, net)
    if not book.rules.track_cash:
        book.border(position).take(transaction, value)
    return net


def _lower_cost(book: Book, position: Position, transaction: Transaction, amount: Decimal) -> None:
    rate = book.base_rate(transaction)
    local_rate = book.local_rate(transaction, position.currency)
    value = (amount * rate).quantize(UNIT)
    local = (amount * local_rate).quantize(UNIT)
    excess = value  # the cost of a short is below zero already; charges above a payment are a loss
    if position.side > 0 and not value < 0:
        excess = position.basis.lower_cost(value, local, day=transaction.day)
    if excess:
        asset_rate = rate / local_rate
        position.realize(
            Disposal(
                transaction.id,
                position.asset_id,
                transaction.day,
                ZERO,
                excess,
                (excess / asset_rate).quantize(UNIT),
                Relief(ZERO, ZERO, ()),
                asset_rate,
            )
        )
    position.record(transaction.day)


def _value_in_kind(
    book: Book, position: Position, transaction: Transaction
) -> tuple[Decimal, Decimal]:
    """Value shares received for nothing, in the portfolio's and the asset's currency."""
    if transaction.price is None and transaction.amount is None:
        local = quantity_of(transaction) * book.market_price(position.asset_id, transaction.day)
        base = book.rules.currency
        rate = book.market.rates.rate(position.currency, base, transaction.day)
        return (local * rate).quantize(UNIT), local.quantize(UNIT)
    amount = amount_of(transaction)
    rate = book.base_rate(transaction)
    local_rate = book.local_rate(transaction, position.currency)
    return (amount * rate).quantize(UNIT), (amount * local_rate).quantize(UNIT)
