"""What a portfolio has of one asset, and all that this asset did to it so far."""

from bisect import bisect_left, bisect_right
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from argosy.core.ledger.average import AverageBasis
from argosy.core.ledger.basis import Basis, Piece, Relief
from argosy.core.ledger.lots import LotBasis
from argosy.core.ledger.transaction import CostBasisMethod, Transaction
from argosy.core.ledger.uk_pool import PooledRelief, UkPoolBasis
from argosy.core.money import UNIT, ZERO


class Disposal(NamedTuple):
    """One realized gain. Money in the portfolio's currency unless `local_`.

    `rate` is the portfolio's currency per unit of the asset's at the sale. Where shares that were
    owed are bought back (`covers`), the proceeds are of the days they were sold, `rate` is of now.
    """

    transaction_id: str
    asset_id: str
    day: date
    quantity: Decimal
    proceeds: Decimal
    local_proceeds: Decimal
    relief: Relief
    rate: Decimal
    covers: bool = False

    @property
    def cost(self) -> Decimal:
        """Relieved cost."""
        return self.relief.cost

    @property
    def gain(self) -> Decimal:
        """Proceeds - cost. Must run inside `exact_context`, like the two parts."""
        return self.proceeds - self.relief.cost

    @property
    def currency_part(self) -> Decimal:
        """What the exchange rate did since the shares were bought: local cost · X - cost.

        X is the rate of the sale. Of a short, whose cost is minus its proceeds, the same.
        """
        if self.covers:
            return (self.proceeds - self.local_proceeds * self.rate).quantize(UNIT)
        return (self.relief.local_cost * self.rate - self.relief.cost).quantize(UNIT)

    @property
    def price_part(self) -> Decimal:
        """The rest of the gain."""
        return self.gain - self.currency_part

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The shares that were sold, by their acquisition."""
        return self.relief.pieces


class Mark(NamedTuple):
    """A price seen in the ledger itself: the trade and the rate into the asset's currency."""

    transaction: Transaction
    local_rate: Decimal

    @property
    def price(self) -> Decimal:
        """The trade's price per share in the asset's currency, in the shares of its day."""
        price = self.transaction.price
        if price is None:
            assert self.transaction.amount is not None, "a trade has a price or an amount"
            assert self.transaction.quantity is not None, "a trade has a quantity"
            price = self.transaction.amount / self.transaction.quantity
        return price * self.local_rate


class PooledSale(NamedTuple):
    """A sale under `uk_pool`, whose relief is asked for when all is known.

    `proceeds` are in the portfolio's currency, `local_proceeds` in the asset's; `rate` leads from
    the second to the first.
    """

    transaction_id: str
    day: date
    quantity: Decimal
    proceeds: Decimal
    local_proceeds: Decimal
    rate: Decimal


class Position:
    """The state of one asset in one portfolio.

    Attributes
    ----------
    side : int
        -1 while the position is short; `quantity`, `cost` and `local_cost` carry it as sign.
    bought : Decimal
        Cost of all that was bought, opened or transferred in.
    paid : list of (date, Decimal)
        Money, or shares at market value, that went into this asset, in the order of days; negative
        what came out. What a holding gained is its change of value less their sum.
    incomes, charges : list of (Transaction, Decimal)
        What it earned, net of tax, and each fee and tax, in the portfolio's currency.
    marks : list of (Transaction, Decimal)
        Own trades with the rate into the asset's currency.
    opened_by : Transaction or None
        The line that first named it.
    steps : list of (int, Decimal, Decimal)
        Ordinal of the day, quantity and cost after each event; the last of a day counts.
    """

    __slots__ = (
        "_disposals",
        "_pooled",
        "_realized",
        "asset_id",
        "basis",
        "bought",
        "charges",
        "currency",
        "fees",
        "fees_separate",
        "flags",
        "income",
        "incomes",
        "marks",
        "opened_by",
        "paid",
        "side",
        "steps",
    )

    def __init__(self, asset_id: str, currency: str, method: CostBasisMethod) -> None:
        self.asset_id = asset_id
        self.currency = currency
        self.basis: Basis | UkPoolBasis = new_basis(method)
        self.side = 1
        self.income = ZERO
        self.fees = ZERO
        self.fees_separate = ZERO
        self.bought = ZERO
        self.incomes: list[tuple[Transaction, Decimal]] = []
        self.charges: list[tuple[Transaction, Decimal]] = []
        self.flags: set[str] = set()
        self.marks: list[tuple[Transaction, Decimal]] = []
        self.paid: list[tuple[date, Decimal]] = []
        self.steps: list[tuple[int, Decimal, Decimal]] = []
        self.opened_by: Transaction | None = None
        self._disposals: list[Disposal] = []
        self._pooled: list[PooledSale] = []
        self._realized = (0, ZERO)

    @property
    def quantity(self) -> Decimal:
        """Shares held; negative when short."""
        quantity = self.basis.quantity
        return quantity if self.side > 0 else -quantity

    @property
    def cost(self) -> Decimal:
        """Cost in the portfolio's currency; of a short, minus what its sales brought in."""
        return self.basis.cost if self.side > 0 else -self.basis.cost

    @property
    def local_cost(self) -> Decimal:
        """Cost in the asset's currency, with the same sign."""
        return self.basis.local_cost if self.side > 0 else -self.basis.local_cost

    def lots(self) -> tuple[Piece, ...]:
        """Return what is held, oldest first; quantity and costs negative when short."""
        if self.side > 0:
            return self.basis.pieces()
        return tuple(
            piece._replace(quantity=-piece.quantity, cost=-piece.cost, local_cost=-piece.local_cost)
            for piece in self.basis.pieces()
        )

    def quantity_on(self, day: date) -> Decimal:
        """Return the shares held at the end of a day, in the shares of that day."""
        index = bisect_right(self.steps, day.toordinal(), key=_step_day) - 1
        return self.steps[index][1] if index >= 0 else ZERO

    def paid_on(self, day: date) -> Decimal:
        """Return the money that went into this asset on a day."""
        first = bisect_left(self.paid, day, key=_paid_day)
        last = bisect_right(self.paid, day, lo=first, key=_paid_day)
        return sum((amount for _, amount in self.paid[first:last]), ZERO)

    def record(self, day: date) -> None:
        """Note quantity and cost after an event, for the daily series."""
        basis = self.basis
        if self.side > 0:
            self.steps.append((day.toordinal(), basis.quantity, basis.cost))
        else:
            self.steps.append((day.toordinal(), -basis.quantity, -basis.cost))

    def earn(self, transaction: Transaction, amount: Decimal) -> None:
        """Count income, net of tax."""
        self.income += amount
        self.incomes.append((transaction, amount))

    def charge(self, transaction: Transaction, amount: Decimal, *, separate: bool = False) -> None:
        """Count a fee or tax; `separate` says that neither cost nor proceeds have it."""
        self.fees += amount
        if separate:
            self.fees_separate += amount
        self.charges.append((transaction, amount))

    def realize(self, disposal: Disposal) -> None:
        """Book a gain."""
        self._disposals.append(disposal)

    def realize_later(self, sale: PooledSale) -> None:
        """Remember a sale whose matching is not known yet."""
        self._pooled.append(sale)

    def disposals(self) -> list[Disposal]:
        """Return all realized gains in the order of their days."""
        if not self._pooled or not isinstance(self.basis, UkPoolBasis):
            return self._disposals
        found = list(self._disposals)
        for sale, relief in zip(self._pooled, self.basis.reliefs(), strict=True):
            disposal = _matched(self.asset_id, sale, relief)
            if disposal is not None:
                found.append(disposal)
        return sorted(found, key=lambda disposal: disposal.day)

    def realized(self) -> Decimal:
        """Return the sum of all realized gains."""
        if self._pooled:  # what is matched with them can change with every line
            return sum((disposal.gain for disposal in self.disposals()), ZERO)
        count, total = self._realized
        if count != len(self._disposals):
            total = sum((one.gain for one in self._disposals[count:]), total)
            self._realized = (len(self._disposals), total)
        return total

    def copy(self) -> "Position":
        """Return an independent copy."""
        twin = Position.__new__(Position)
        for name in (
            *("asset_id", "currency", "side", "income", "fees", "fees_separate", "bought"),
            *("opened_by", "_realized"),
        ):
            setattr(twin, name, getattr(self, name))
        for name in ("charges", "incomes", "marks", "paid", "steps", "_disposals", "_pooled"):
            setattr(twin, name, list(getattr(self, name)))
        twin.flags = set(self.flags)
        twin.basis = self.basis.copy()
        return twin


def _step_day(step: tuple[int, Decimal, Decimal]) -> int:
    return step[0]


def _paid_day(payment: tuple[date, Decimal]) -> date:
    return payment[0]


def new_basis(method: CostBasisMethod) -> Basis | UkPoolBasis:
    """Return an empty basis of a method."""
    if method is CostBasisMethod.AVERAGE:
        return AverageBasis()
    if method is CostBasisMethod.UK_POOL:
        return UkPoolBasis()
    return LotBasis(method)


def _matched(asset_id: str, sale: PooledSale, found: PooledRelief) -> Disposal | None:
    """Turn a sale and its matches into a disposal of the matched part, if there is any."""
    if not found.relief.parts:
        return None
    return Disposal(
        sale.transaction_id,
        asset_id,
        sale.day,
        found.matched,
        sale.proceeds - found.open_proceeds,
        sale.local_proceeds - found.open_local,
        found.relief,
        sale.rate,
    )
