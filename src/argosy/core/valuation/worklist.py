"""What a report of gains lacks: acquisitions that nobody entered, and costs that nobody knows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.ledger.position import Position
from argosy.core.ledger.transaction import CostBasisMethod, Transaction, TransactionType
from argosy.core.money import ZERO, exact_context
from argosy.core.valuation.gains import RealizedGain


class Lack(StrEnum):
    """What is missing."""

    UNMATCHED_SALE = "unmatched_sale"
    COST_UNKNOWN = "cost_unknown"
    PROCEEDS_UNKNOWN = "proceeds_unknown"
    COST_ASSUMED = "cost_assumed"
    LOTS_NOT_NAMED = "lots_not_named"


REASONS = {
    Lack.UNMATCHED_SALE: "These shares were sold, and no acquisition of them is entered yet.",
    Lack.COST_UNKNOWN: "An acquisition has no rate or price on its day, so its cost is unknown.",
    Lack.PROCEEDS_UNKNOWN: "The sale has no rate on its day, so what it brought is unknown.",
    Lack.COST_ASSUMED: "The transfer names no cost; its market value was taken.",
    Lack.LOTS_NOT_NAMED: "The sale names no lots; the oldest were taken.",
}
"""Each in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One thing to look at: a line of the ledger, and how many shares it is about."""

    lack: Lack
    transaction_id: str
    asset_id: str
    day: date
    quantity: Decimal

    @property
    def reason(self) -> str:
        """What is missing, in words."""
        return REASONS[self.lack]


def worklist(
    book: Book, lines: Sequence[Transaction], found: Iterable[RealizedGain], *, until: date
) -> tuple[ToDo, ...]:
    """Return what a report of gains up to a day lacks, oldest first.

    Parameters
    ----------
    book : Book
        Of the whole ledger.
    lines : sequence of Transaction
        The portfolio's own.
    found : iterable of RealizedGain
        The disposals of the report.
    until : date
        What was entered for a later day is not looked at.
    """
    own = [line for line in lines if line.day <= until and line.asset_id in book.positions]
    with exact_context():
        todos = [
            *_unknown(found),
            *_unmatched(book, own, until),
            *_assumed(own),
            *(_unnamed(own) if book.rules.method is CostBasisMethod.SPECIFIC else ()),
        ]
    return tuple(sorted(todos, key=lambda one: (one.day, one.transaction_id, one.lack)))


def _unknown(found: Iterable[RealizedGain]) -> Iterator[ToDo]:
    for one in found:
        disposal = one.disposal
        for lack, value in (
            (Lack.COST_UNKNOWN, disposal.cost),
            (Lack.PROCEEDS_UNKNOWN, disposal.proceeds),
        ):
            if value.is_nan():
                yield ToDo(
                    lack=lack,
                    transaction_id=disposal.transaction_id,
                    asset_id=disposal.asset_id,
                    day=disposal.day,
                    quantity=disposal.quantity,
                )


def _unmatched(book: Book, own: Sequence[Transaction], until: date) -> Iterator[ToDo]:
    """Return the sales that nothing covers: of a short its open lots, of a pool what waits."""
    pooled = book.rules.method is CostBasisMethod.UK_POOL
    short = {
        key: position
        for key, position in book.positions.items()
        if key != OUTSIDE and position.quantity < 0
    }
    for key, position in short.items():
        open_ = _waiting(position, own) if pooled else _owed(position)
        for transaction_id, day, quantity in open_:
            if day <= until and quantity > 0:
                yield ToDo(
                    lack=Lack.UNMATCHED_SALE,
                    transaction_id=transaction_id,
                    asset_id=key,
                    day=day,
                    quantity=quantity,
                )


def _owed(position: Position) -> Iterator[tuple[str, date, Decimal]]:
    for lot in position.lots():
        yield lot.transaction_id, lot.day, -lot.quantity


def _waiting(position: Position, own: Sequence[Transaction]) -> Iterator[tuple[str, date, Decimal]]:
    matched: dict[str, Decimal] = {}
    for one in position.disposals():
        matched[one.transaction_id] = matched.get(one.transaction_id, ZERO) + one.quantity
    for line in own:
        if line.asset_id == position.asset_id and line.type is TransactionType.SELL:
            yield line.id, line.day, (line.quantity or ZERO) - matched.get(line.id, ZERO)


def _assumed(own: Iterable[Transaction]) -> Iterator[ToDo]:
    for line in own:
        if line.type is TransactionType.TRANSFER_IN and line.cost is None:
            yield _todo(Lack.COST_ASSUMED, line)


def _unnamed(own: Iterable[Transaction]) -> Iterator[ToDo]:
    for line in own:
        if line.type is TransactionType.SELL and not line.lots:
            yield _todo(Lack.LOTS_NOT_NAMED, line)


def _todo(lack: Lack, line: Transaction) -> ToDo:
    return ToDo(
        lack=lack,
        transaction_id=line.id,
        asset_id=line.asset_id or OUTSIDE,
        day=line.day,
        quantity=line.quantity or ZERO,
    )
