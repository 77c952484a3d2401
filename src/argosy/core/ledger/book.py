"""The book of one portfolio: every transaction applied once, in ledger order.

`replay` carries the books of linked portfolios through their common ledger; a book can be copied
at any point and carried on from there, with the same result as from the beginning.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from argosy.core.ledger.actions import exchange, spin_off, split
from argosy.core.ledger.income import (
    deposit,
    dividend,
    fee,
    interest,
    return_of_capital,
    reward,
)
from argosy.core.ledger.state import OUTSIDE, Book, ratio_of
from argosy.core.ledger.straight import straight_buy, straight_sell
from argosy.core.ledger.trades import buy, opening, sell
from argosy.core.ledger.transaction import PortfolioRules, Transaction, TransactionType
from argosy.core.ledger.transfers import accept, transfer_in, transfer_out
from argosy.core.market.asset import Split
from argosy.core.market.market import Market
from argosy.core.money import exact_context

__all__ = ["OUTSIDE", "Book", "booked_splits", "replay"]


def _buy(book: Book, transaction: Transaction) -> None:
    if not straight_buy(book, transaction):
        buy(book, transaction)


def _sell(book: Book, transaction: Transaction) -> None:
    if not straight_sell(book, transaction):
        sell(book, transaction)


_APPLY: dict[TransactionType, Callable[[Book, Transaction], None]] = {
    TransactionType.BUY: _buy,
    TransactionType.SELL: _sell,
    TransactionType.DIVIDEND: dividend,
    TransactionType.INTEREST: interest,
    TransactionType.REWARD: reward,
    TransactionType.FEE: fee,
    TransactionType.TAX: fee,
    TransactionType.SPLIT: split,
    TransactionType.SPIN_OFF: spin_off,
    TransactionType.MERGER: exchange,
    TransactionType.SYMBOL_CHANGE: exchange,
    TransactionType.RETURN_OF_CAPITAL: return_of_capital,
    TransactionType.TRANSFER_IN: transfer_in,
    TransactionType.DEPOSIT: deposit,
    TransactionType.WITHDRAWAL: deposit,
    TransactionType.OPENING: opening,
}
"""TRANSFER_OUT is missing here: it may concern two books."""


def replay(
    transactions: Iterable[Transaction],
    rules: Mapping[str, PortfolioRules],
    market: Market,
    *,
    books: Mapping[str, Book] | None = None,
    only: frozenset[str] | None = None,
) -> dict[str, Book]:
    """Apply transactions in the order given to the books of their portfolios.

    Parameters
    ----------
    transactions : iterable of Transaction
        In ledger order (`ledger_order`), of one portfolio or of several that transfer between
        each other. Transactions of other portfolios are left out.
    rules : mapping of str to PortfolioRules
        By portfolio id.
    market : Market
        Rates and prices for what a trade does not say itself.
    books : mapping of str to Book, optional
        Where to carry on; they are copied, not changed.
    only : frozenset of str, optional
        The ids of the assets that new books are about. Lines of others are needed where shares of
        them became these, or these became shares of them: that crosses the border at market value.

    Returns
    -------
    books : dict of str to Book

    Raises
    ------
    OversoldError
        If more leaves a position than it holds and the portfolio allows no shorts.
    InputError
        If cash in lieu is paid for a fraction that does not exist.
    """
    done = {key: book.copy() for key, book in (books or {}).items()}
    for book in done.values():
        book.market = market
    with exact_context():
        for key, rule in rules.items():
            done.setdefault(key, Book(rule, market, only=only))
        for transaction in transactions:
            own = done.get(transaction.portfolio_id)
            if own is None:
                continue
            own.touch(transaction)
            apply = _APPLY.get(transaction.type)
            if apply is None:
                _transfer(own, transaction, done)
            else:
                apply(own, transaction)
    return done


def booked_splits(
    transactions: Sequence[Transaction], portfolio_id: str
) -> list[tuple[str, Split]]:
    """Return the splits that a ledger books, by asset id, for the `Market` of one portfolio.

    Its own come first: the day on which another one booked the same split is not its own.
    """
    lines = (line for line in transactions if line.type is TransactionType.SPLIT)
    return [
        (line.asset_id, Split(line.day, *ratio_of(line)))
        for line in sorted(lines, key=lambda line: line.portfolio_id != portfolio_id)
        if line.asset_id is not None
    ]


def _transfer(book: Book, transaction: Transaction, books: Mapping[str, Book]) -> None:
    pieces = transfer_out(book, transaction)
    target = books.get(transaction.to_portfolio_id or "")
    if target is not None:
        target.touch(transaction)
        accept(target, transaction, pieces, book.rules.currency)
