"""Losses beside purchases of the same asset: a hint at wash sales, no advice on taxes.

The window and the order are those of the Internal Revenue Code, section 1091, as IRS Publication
550 explains it. Only the same asset is looked at; what is "substantially identical" beside it, and
what other accounts hold, the ledger does not know.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from argosy.core.ledger.book import Book
from argosy.core.ledger.transaction import CostBasisMethod, Transaction, TransactionType
from argosy.core.money import UNIT, ZERO, exact_context
from argosy.core.valuation.gains import RealizedGain

WINDOW_DAYS = 30
"""A purchase counts from so many days before a sale to so many after it."""


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
        All disposals of the book, oldest first: each share bought replaces one sold, once.

    Returns
    -------
    hints : dict of int to WashSale
        By place in `found`. None under `uk_pool`, which matches such purchases itself.
    """
    if book.rules.method is CostBasisMethod.UK_POOL:
        return {}
    losing = [at for at, one in enumerate(found) if any(lot.gain < 0 for lot in one.lots)]
    assets = {found[at].disposal.asset_id for at in losing}
    bought: dict[str, list[Transaction]] = {key: [] for key in assets}
    for line in lines:
        if line.type is TransactionType.BUY and line.asset_id in assets:
            bought[line.asset_id].append(line)
    days = {key: [line.day for line in some] for key, some in bought.items()}
    used: dict[str, Decimal] = {}
    hints: dict[int, WashSale] = {}
    with exact_context():
        for at in losing:
            one = found[at]
            if one.disposal.covers:
                continue
            asset_id, day = one.disposal.asset_id, one.disposal.day
            window = timedelta(days=WINDOW_DAYS)
            first = bisect_left(days[asset_id], day - window)
            last = bisect_right(days[asset_id], day + window)
            hint = _hint(book, one, bought[asset_id][first:last], used)
            if hint is not None:
                hints[at] = hint
    return hints


def _hint(
    book: Book, one: RealizedGain, near: Sequence[Transaction], used: dict[str, Decimal]
) -> WashSale | None:
    """Match the shares sold at a loss with the purchases near them, the earliest first."""
    losses = [lot for lot in one.lots if lot.gain < 0]
    sold = sum((lot.piece.quantity for lot in losses), ZERO)
    own: dict[str, Decimal] = {}
    for lot in one.lots:
        key = lot.piece.transaction_id
        own[key] = own.get(key, ZERO) + lot.piece.quantity
    left = sold
    taken: list[str] = []
    for line in near:
        factor = _factor(book, line, one)
        bought = (line.quantity or ZERO) * factor
        free = bought - own.get(line.id, ZERO) - used.get(line.id, ZERO) * factor
        part = min(left, free)
        if part > 0:
            taken.append(line.id)
            used[line.id] = used.get(line.id, ZERO) + part / factor
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


def _factor(book: Book, line: Transaction, one: RealizedGain) -> Decimal:
    """Return how many shares of the sale's day one share of a purchase is."""
    factor = Decimal(1)
    sale = one.disposal.day
    for split in book.splits.get(one.disposal.asset_id, ()):
        if line.day < split.day <= sale:
            factor = factor * split.new / split.old
        elif sale < split.day <= line.day:
            factor = factor * split.old / split.new
    return factor
