"""What every cost-basis method answers: how much cost leaves when shares leave.

A basis holds one side of one asset: all long, or all short. Costs are kept twice, in the asset's
and in the portfolio's currency, and both are relieved by the same share. Of a short position the
"cost" is what its sales brought in.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol, Self

from argosy.core.ledger.transaction import LotPick
from argosy.core.money import UNIT, ZERO, exact_context

SNAP = Decimal("1E-12")
"""A disposal within this share of its own size of the whole quantity takes the whole."""


class Piece(NamedTuple):
    """A number of shares acquired together, with their cost in both currencies."""

    day: date
    transaction_id: str
    quantity: Decimal
    cost: Decimal
    local_cost: Decimal


Age = tuple[date, str, Decimal]
"""Shares of one acquisition whose cost is not their own: day, transaction, quantity."""


class Relief(NamedTuple):
    """What left the basis with a disposal: its cost, and the shares it was made of.

    `parts` are pieces with their own cost, or ages that share the whole cost evenly.
    """

    cost: Decimal
    local_cost: Decimal
    parts: tuple[Piece, ...] | tuple[Age, ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The shares with their cost; the costs add up to the whole."""
        return priced(self.parts, self.cost, self.local_cost)


class Basis(Protocol):
    """One cost-basis method at work on one asset."""

    @property
    def quantity(self) -> Decimal:
        """Shares held, without sign."""
        ...

    @property
    def cost(self) -> Decimal:
        """Their cost in the portfolio's currency."""
        ...

    @property
    def local_cost(self) -> Decimal:
        """Their cost in the asset's currency."""
        ...

    def acquire(self, piece: Piece) -> None:
        """Add shares."""
        ...

    def dispose(self, quantity: Decimal, *, day: date, picks: tuple[LotPick, ...] = ()) -> Relief:
        """Remove shares for a sale with the cost that the method gives them."""
        ...

    def withdraw(self, quantity: Decimal, *, day: date) -> Relief:
        """Remove shares that are not sold (a transfer, an exchange) with the cost they carry."""
        ...

    def scale(self, new: Decimal, old: Decimal, *, day: date) -> None:
        """Split: each `old` shares become `new`; the cost stays."""
        ...

    def lower_cost(self, amount: Decimal, local_amount: Decimal, *, day: date) -> Decimal:
        """Take an amount off the cost, never below zero; return what could not be taken."""
        ...

    def move_cost(self, share: Decimal, *, day: date) -> tuple[Piece, ...]:
        """Take a share of the cost out of every piece; return it with the pieces' quantities."""
        ...

    def pieces(self) -> tuple[Piece, ...]:
        """Return what is held, oldest first."""
        ...

    def copy(self) -> Self:
        """Return an independent copy (a checkpoint)."""
        ...


def takes_all(quantity: Decimal, held: Decimal) -> bool:
    """Tell whether a disposal closes the position: equal within 1e-12 of its own size."""
    return quantity == held or abs(quantity - held) <= quantity * SNAP


def share_out(total: Decimal, weights: list[Decimal], whole: Decimal) -> list[Decimal]:
    """Split a total by weights to 18 places; the parts add up, and none has another sign.

    What is rounded is the running sum: each part is the step to the next. Must run inside
    `exact_context`.
    """
    reached = run = ZERO
    parts: list[Decimal] = []
    for weight in weights[:-1]:
        run += weight
        following = exact_part(total, run, whole)
        parts.append(following - reached)
        reached = following
    return [*parts, total - reached] if weights else []


def priced(
    parts: tuple[Piece, ...] | tuple[Age, ...], cost: Decimal, local_cost: Decimal
) -> tuple[Piece, ...]:
    """Give ages their even share of a cost; pieces keep their own."""
    if not parts:
        return ()
    if isinstance(parts[0], Piece):
        return parts
    quantities = [part[2] for part in parts]
    with exact_context():
        whole = sum(quantities, ZERO)
        costs = share_out(cost, quantities, whole)
        locals_ = costs if local_cost is cost else share_out(local_cost, quantities, whole)
    return tuple(
        Piece(part[0], part[1], part[2], own, local)
        for part, own, local in zip(parts, costs, locals_, strict=True)
    )


def exact_part(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return total · part / whole, rounded to 18 places."""
    return (total * part / whole).quantize(UNIT)
