"""Average cost: one total, relieved in proportion.

The average itself is never stored. Ages (for holding periods) are counted first in, first out.
"""

from collections import deque
from datetime import date
from decimal import Decimal
from typing import Self

from argosy.core.ledger.basis import Age, Piece, Relief, priced, share_out
from argosy.core.ledger.transaction import LotPick
from argosy.core.money import UNIT, ZERO


class AverageBasis:
    """Total quantity and total cost, and the ages of the shares."""

    __slots__ = ("_ages", "cost", "local_cost", "quantity")

    def __init__(self) -> None:
        self.quantity = ZERO
        self.cost = ZERO
        self.local_cost = ZERO
        self._ages: deque[Age] = deque()

    def acquire(self, piece: Piece) -> None:
        """Add shares."""
        self.quantity += piece.quantity
        if self.local_cost is self.cost and piece.local_cost is piece.cost:
            self.cost = self.local_cost = self.cost + piece.cost
        else:
            self.cost += piece.cost
            self.local_cost += piece.local_cost
        age = piece[:3]
        if self._ages and self._ages[-1][0] > piece.day:
            self._ages = deque(sorted([*self._ages, age], key=_day))
        else:
            self._ages.append(age)

    def dispose(self, quantity: Decimal, *, day: date, picks: tuple[LotPick, ...] = ()) -> Relief:
        """Relieve cost · quantity / held; everything if the disposal closes the position."""
        held = self.quantity
        cost, local_cost = self.cost, self.local_cost
        if quantity == held:
            relief = Relief(cost, local_cost, tuple(self._ages))
            self.quantity = self.cost = self.local_cost = ZERO
            self._ages.clear()
            return relief
        taken = (cost * quantity / held).quantize(UNIT)
        self.quantity = held - quantity
        if local_cost is cost:
            self.cost = self.local_cost = cost - taken
            return Relief(taken, taken, self._take_ages(quantity))
        local = (local_cost * quantity / held).quantize(UNIT)
        self.cost = cost - taken
        self.local_cost = local_cost - local
        return Relief(taken, local, self._take_ages(quantity))

    def withdraw(self, quantity: Decimal, *, day: date) -> Relief:
        """Remove shares with the cost they carry."""
        return self.dispose(quantity, day=day)

    def scale(self, new: Decimal, old: Decimal, *, day: date) -> None:
        """Split the shares; the cost stays."""
        whole = self.quantity
        self.quantity = (whole * new / old).quantize(UNIT)
        scaled = share_out(self.quantity, [age[2] for age in self._ages], whole)
        self._ages = deque(
            (age[0], age[1], quantity) for age, quantity in zip(self._ages, scaled, strict=True)
        )

    def lower_cost(self, amount: Decimal, local_amount: Decimal, *, day: date) -> Decimal:
        """Take an amount off the cost, never below zero; return what could not be taken."""
        taken = min(amount, self.cost)
        self.cost -= taken
        self.local_cost -= min(local_amount, self.local_cost)
        return amount - taken

    def move_cost(self, share: Decimal, *, day: date) -> tuple[Piece, ...]:
        """Take a share of the cost out; return it with the shares it belonged to."""
        cost = (self.cost * share).quantize(UNIT)
        local = (self.local_cost * share).quantize(UNIT)
        self.cost -= cost
        self.local_cost -= local
        return priced(tuple(self._ages), cost, local)

    def pieces(self) -> tuple[Piece, ...]:
        """Return the shares by age, the cost shared out evenly."""
        return priced(tuple(self._ages), self.cost, self.local_cost)

    def copy(self) -> Self:
        """Return an independent copy."""
        twin = type(self)()
        twin.quantity, twin.cost, twin.local_cost = self.quantity, self.cost, self.local_cost
        twin._ages = self._ages.copy()
        return twin

    def _take_ages(self, quantity: Decimal) -> tuple[Age, ...]:
        taken: list[Age] = []
        ages = self._ages
        while quantity > 0 and ages:
            age = ages.popleft()
            if age[2] > quantity:
                ages.appendleft((age[0], age[1], age[2] - quantity))
                age = (age[0], age[1], quantity)
            taken.append(age)
            quantity -= age[2]
        return tuple(taken)


def _day(age: Age) -> date:
    return age[0]
