"""Lot methods: first in first out, last in first out, highest cost first, lots named by the sale.

One structure serves all four: a row of lots, taken from one of its ends.
"""

from bisect import insort
from collections import deque
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Self

from argosy.core.ledger.basis import Piece, Relief, exact_part, share_out
from argosy.core.ledger.transaction import CostBasisMethod, LotPick
from argosy.core.money import UNIT, ZERO


class Lot:
    """Shares acquired together, with what is left of them."""

    __slots__ = ("cost", "day", "entry", "local_cost", "quantity", "transaction_id")

    def __init__(self, piece: Piece, entry: int) -> None:
        self.day = piece.day
        self.transaction_id = piece.transaction_id
        self.quantity = piece.quantity
        self.cost = piece.cost
        self.local_cost = piece.local_cost
        self.entry = entry

    def piece(self) -> Piece:
        """Return the lot as a value."""
        return Piece(self.day, self.transaction_id, self.quantity, self.cost, self.local_cost)

    def cut(self, quantity: Decimal) -> Piece:
        """Take a part of the lot out, with its share of the cost."""
        cost = exact_part(self.cost, quantity, self.quantity)
        local = exact_part(self.local_cost, quantity, self.quantity)
        self.quantity -= quantity
        self.cost -= cost
        self.local_cost -= local
        return Piece(self.day, self.transaction_id, quantity, cost, local)


def _age(lot: Lot) -> tuple[int, int]:
    return (lot.day.toordinal(), lot.entry)


def _unit_cost(lot: Lot) -> tuple[Decimal, int, int]:
    """Highest cost in the portfolio's currency last; of equals the oldest last."""
    return (lot.cost / lot.quantity, -lot.day.toordinal(), -lot.entry)


class LotBasis:
    """Separate lots in a row; the method says from which end they are consumed.

    FIFO, LIFO and named lots stand by age, HIFO by unit cost.
    """

    __slots__ = ("_entries", "_key", "_lots", "_oldest_first", "cost", "local_cost", "quantity")

    def __init__(self, method: CostBasisMethod) -> None:
        self.quantity = ZERO
        self.cost = ZERO
        self.local_cost = ZERO
        self._key: Callable[[Lot], Any] = _unit_cost if method is CostBasisMethod.HIFO else _age
        self._oldest_first = method in {CostBasisMethod.FIFO, CostBasisMethod.SPECIFIC}
        self._lots: deque[Lot] = deque()
        self._entries = 0

    def acquire(self, piece: Piece) -> None:
        """Add a lot."""
        self._entries += 1
        lot = Lot(piece, self._entries)
        if self._key is _age and not (self._lots and self._lots[-1].day > lot.day):
            self._lots.append(lot)
        else:
            insort(self._lots, lot, key=self._key)
        self.quantity += piece.quantity
        self.cost += piece.cost
        self.local_cost += piece.local_cost

    def dispose(self, quantity: Decimal, *, day: date, picks: tuple[LotPick, ...] = ()) -> Relief:
        """Relieve lots in the method's order, or those that the sale names."""
        if quantity == self.quantity:
            relief = Relief(self.cost, self.local_cost, self.pieces())
            self._lots.clear()
            self.quantity = self.cost = self.local_cost = ZERO
            return relief
        taken = self._take_named(picks, quantity) if picks else []
        rest = quantity - sum((piece.quantity for piece in taken), ZERO)
        taken += self._take_next(rest)
        cost = sum((piece.cost for piece in taken), ZERO)
        local = sum((piece.local_cost for piece in taken), ZERO)
        self.quantity -= quantity
        self.cost -= cost
        self.local_cost -= local
        return Relief(cost, local, tuple(taken))

    def withdraw(self, quantity: Decimal, *, day: date) -> Relief:
        """Remove shares with the cost they carry; they leave oldest first."""
        ages = {(lot.day, lot.transaction_id): n for n, lot in enumerate(self._by_age())}
        relief = self.dispose(quantity, day=day)
        pieces = sorted(relief.pieces, key=lambda piece: ages[piece.day, piece.transaction_id])
        return relief._replace(parts=tuple(pieces))

    def scale(self, new: Decimal, old: Decimal, *, day: date) -> None:
        """Split every lot; the last takes the remainder of the rounding."""
        whole = self.quantity
        self.quantity = (whole * new / old).quantize(UNIT)
        scaled = share_out(self.quantity, [lot.quantity for lot in self._lots], whole)
        for lot, quantity in zip(self._lots, scaled, strict=True):
            lot.quantity = quantity

    def lower_cost(self, amount: Decimal, local_amount: Decimal, *, day: date) -> Decimal:
        """Take an amount off, the same per share; a lot at zero leaves the rest to the others."""
        taken = min(amount, self.cost)
        local_taken = min(local_amount, self.local_cost)
        lots = list(self._lots)
        lowered = _lower([lot.cost for lot in lots], [lot.quantity for lot in lots], taken)
        local = _lower(
            [lot.local_cost for lot in lots], [lot.quantity for lot in lots], local_taken
        )
        for lot, cost, local_cost in zip(lots, lowered, local, strict=True):
            lot.cost, lot.local_cost = cost, local_cost
        self.cost -= taken
        self.local_cost -= local_taken
        self._lots = deque(sorted(self._lots, key=self._key))
        return amount - taken

    def move_cost(self, share: Decimal, *, day: date) -> tuple[Piece, ...]:
        """Take a share of every lot's cost out; return it with the lots' quantities."""
        moved: list[Piece] = []
        for lot in self._by_age():
            cost = (lot.cost * share).quantize(UNIT)
            local = (lot.local_cost * share).quantize(UNIT)
            lot.cost -= cost
            lot.local_cost -= local
            self.cost -= cost
            self.local_cost -= local
            moved.append(Piece(lot.day, lot.transaction_id, lot.quantity, cost, local))
        return tuple(moved)

    def pieces(self) -> tuple[Piece, ...]:
        """Return the lots, oldest first."""
        return tuple(lot.piece() for lot in self._by_age())

    def copy(self) -> Self:
        """Return an independent copy."""
        twin = type(self).__new__(type(self))
        twin.quantity, twin.cost, twin.local_cost = self.quantity, self.cost, self.local_cost
        twin._key, twin._entries = self._key, self._entries
        twin._oldest_first = self._oldest_first
        twin._lots = deque(Lot(lot.piece(), lot.entry) for lot in self._lots)
        return twin

    def _by_age(self) -> list[Lot]:
        return sorted(self._lots, key=_age)

    def _take_next(self, quantity: Decimal) -> list[Piece]:
        taken: list[Piece] = []
        end = 0 if self._oldest_first else -1
        while quantity > 0 and self._lots:
            lot = self._lots[end]
            if lot.quantity > quantity:
                taken.append(lot.cut(quantity))
                break
            del self._lots[end]
            quantity -= lot.quantity
            taken.append(lot.piece())
        return taken

    def _take_named(self, picks: tuple[LotPick, ...], wanted: Decimal) -> list[Piece]:
        """Take the lots that a sale names, as far as they are still there and it needs them."""
        taken: list[Piece] = []
        for pick in picks:
            quantity = min(pick.quantity, wanted)
            for lot in [x for x in self._lots if x.transaction_id == pick.transaction_id]:
                part = min(quantity, lot.quantity)
                if part <= 0:
                    break
                if part == lot.quantity:
                    self._lots.remove(lot)
                    taken.append(lot.piece())
                else:
                    taken.append(lot.cut(part))
                quantity -= part
                wanted -= part
        return taken


def _lower(costs: list[Decimal], weights: list[Decimal], amount: Decimal) -> list[Decimal]:
    """Take `amount` off the costs by weight; none falls below zero, the parts add up exactly."""
    costs = list(costs)
    open_ = [i for i, cost in enumerate(costs) if cost > 0]
    while amount > 0 and open_:
        whole = sum((weights[i] for i in open_), ZERO)
        parts = share_out(amount, [weights[i] for i in open_], whole)
        for i, part in zip(open_, parts, strict=True):
            taken = min(part, costs[i])
            costs[i] -= taken
            amount -= taken
        open_ = [i for i in open_ if costs[i] > 0]
    return costs
