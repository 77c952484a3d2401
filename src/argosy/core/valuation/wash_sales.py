"""Losses beside purchases of the same asset: a hint at wash sales, no advice on taxes.

The window and the order are those of the Internal Revenue Code, section 1091, as IRS Publication
550 explains it. Only the same asset is looked at; what is "substantially identical" beside it, and
what other accounts hold, the ledger does not know.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from argosy.core.ledger.book import Book
from argosy.core.ledger.transaction import CostBasisMethod, Transaction, TransactionType
from argosy.core.money import ONE, UNIT, ZERO, exact_context
from argosy.core.valuation.gains import RealizedGain

WINDOW_DAYS = 30
"""A purchase counts from so many days before a sale to so many after it."""

_WINDOW = timedelta(days=WINDOW_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WashSale:
    """Purchases near a sale at a loss.

    Attributes
    ----------
    transactions : tuple of str
        The purchases, by id, in the order they are matched.
    quantity : Decimal
        How many of the shares sold at a loss they replace, in shares of the sale's day.
    loss : Decimal
        The loss on these, below zero.
    """

    transactions: tuple[str, ...]
    quantity: Decimal
    loss: Decimal


def wash_sales(
    book: Book, lines: Iterable[Transaction], found: Sequence[RealizedGain]
) -> dict[int, WashSale]:
    """Return the losses of disposals near which the same asset was bought.

    Parameters
    ----------
    book : Book
    lines : iterable of Transaction
        The purchases may be in any portfolio of the user.
    found : sequence of RealizedGain
        All disposals of the book, oldest first: each share bought replaces one sold, once, and
        only while it is held.

    Returns
    -------
    hints : dict of int to WashSale
        By place in `found`. None under `uk_pool`, which matches such purchases itself.
    """
    if book.rules.method is CostBasisMethod.UK_POOL:
        return {}
    assets = {one.disposal.asset_id for one in found if any(lot.gain < 0 for lot in one.lots)}
    bought: dict[str, list[Transaction]] = {key: [] for key in assets}
    for line in lines:
        if line.type is TransactionType.BUY and line.asset_id in assets:
            bought[line.asset_id].append(line)
    days = {key: [line.day for line in some] for key, some in bought.items()}
    gone: dict[str, Decimal] = {}
    hints: dict[int, WashSale] = {}
    with exact_context():
        for at, one in enumerate(found):
            asset_id, day = one.disposal.asset_id, one.disposal.day
            if asset_id not in assets or one.disposal.covers:
                continue
            for lot in one.lots:
                key = lot.piece.transaction_id
                part = lot.piece.quantity / _factor(book, asset_id, lot.piece.day, day)
                gone[key] = gone.get(key, ZERO) + part
            first = bisect_left(days[asset_id], day - _WINDOW)
            last = bisect_right(days[asset_id], day + _WINDOW)
            hint = _hint(book, one, bought[asset_id][first:last], gone)
            if hint is not None:
                hints[at] = hint
    return hints


def _hint(
    book: Book, one: RealizedGain, near: Sequence[Transaction], gone: dict[str, Decimal]
) -> WashSale | None:
    """Match the shares sold at a loss with the purchases near them, the earliest first.

    `gone` are the shares of each purchase, as bought, that were sold or have replaced others.
    """
    losses = [lot for lot in one.lots if lot.gain < 0]
    sold = left = sum((lot.piece.quantity for lot in losses), ZERO)
    taken: list[str] = []
    for line in near:
        factor = _factor(book, one.disposal.asset_id, line.day, one.disposal.day)
        free = ((line.quantity or ZERO) - gone.get(line.id, ZERO)) * factor
        part = min(left, free)
        if part > 0:
            taken.append(line.id)
            gone[line.id] = gone.get(line.id, ZERO) + part / factor
            left -= part
    replaced = sold - left
    if not replaced:
        return None
    loss = sum((lot.gain for lot in losses), ZERO)
    return WashSale(
        transactions=tuple(taken),
        quantity=replaced.quantize(UNIT),
        loss=(loss * replaced / sold).quantize(UNIT),
    )


def _factor(book: Book, asset_id: str, bought_on: date, sold_on: date) -> Decimal:
    """Return how many shares of the sale's day one share of a purchase is."""
    factor = ONE
    for split in book.splits.get(asset_id, ()):
        if bought_on < split.day <= sold_on:
            factor = factor * split.new / split.old
        elif sold_on < split.day <= bought_on:
            factor = factor * split.old / split.new
    return factor
