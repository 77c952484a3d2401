"""The share matching of the United Kingdom: same day, the following 30 days, then the pool.

A sale may be matched with a purchase that comes later, so its cost is final only after 30 days.
The basis keeps the days that are still open as a window, and the pool as it stood before them;
what is asked is answered from a copy of the pool carried through the window.

Source: HMRC, Capital Gains Manual CG51560 (order of identification); TCGA 1992 s105, s106A.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, Self

from argosy.core.ledger.basis import Piece, Relief, exact_part, share_out
from argosy.core.money import ONE, UNIT, ZERO

MATCH_DAYS = 30
POOL = "pool"


@dataclass(slots=True)
class _Heap:
    """An amount of shares with its two costs; parts are cut off exactly."""

    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    local_cost: Decimal = ZERO

    def add(self, quantity: Decimal, cost: Decimal, local_cost: Decimal) -> None:
        self.quantity += quantity
        self.cost += cost
        self.local_cost += local_cost

    def cut(self, quantity: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        if quantity >= self.quantity:
            part = (self.quantity, self.cost, self.local_cost)
            self.quantity = self.cost = self.local_cost = ZERO
            return part
        cost = exact_part(self.cost, quantity, self.quantity)
        local = exact_part(self.local_cost, quantity, self.quantity)
        self.quantity -= quantity
        self.cost -= cost
        self.local_cost -= local
        return quantity, cost, local

    def copy(self) -> "_Heap":
        return _Heap(self.quantity, self.cost, self.local_cost)


class _Operation(NamedTuple):
    """What a corporate action or transfer did to the pool on a day, before its trades."""

    scale: Decimal = ONE
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    local_cost: Decimal = ZERO


@dataclass(slots=True)
class _Sale:
    """All sales of one day as one: what is not matched yet, in shares of that day.

    One of its shares is `factor` shares of today, for as long as it waits.
    """

    number: int
    left: Decimal
    factor: Decimal = ONE

    def copy(self) -> "_Sale":
        return _Sale(self.number, self.left, self.factor)


@dataclass(slots=True)
class _Day:
    """What happened on one day: corporate actions, then purchases as one and sales as one."""

    day: date
    operations: list[_Operation] = field(default_factory=list)
    bought: _Heap = field(default_factory=_Heap)
    source: str = ""
    sale: _Sale | None = None

    def copy(self) -> "_Day":
        sale = None if self.sale is None else self.sale.copy()
        return _Day(self.day, list(self.operations), self.bought.copy(), self.source, sale)

    def spare(self) -> Decimal:
        """Return the purchases that the day's own sales leave over."""
        own = ZERO if self.sale is None else self.sale.left
        return max(self.bought.quantity - own, ZERO)


@dataclass(slots=True)
class _State:
    """The pool before the open days, sales that wait for a purchase, and all matches so far."""

    pool: _Heap = field(default_factory=_Heap)
    since: date | None = None
    waiting: list[_Sale] = field(default_factory=list)
    matches: list[tuple[Piece, ...]] = field(default_factory=list)

    def copy(self) -> "_State":
        waiting = [sale.copy() for sale in self.waiting]
        return _State(self.pool.copy(), self.since, waiting, list(self.matches))

    def match_day(self, today: _Day, later: list[_Day]) -> None:
        """Match one day; purchases of `later` days are cut by its sales."""
        for operation in today.operations:
            self._operate(operation)
        sale = today.sale
        if sale is not None:
            self._match(sale, today, today.bought, ONE)
            self._match_later(sale, today.day, later)
            self._match_pool(sale)
        for waiting in self.waiting:
            self._match(waiting, today, today.bought, waiting.factor)
        self.waiting = [waiting for waiting in self.waiting if waiting.left]

    def close_day(self, today: _Day) -> None:
        """Let the purchases that are left join the pool."""
        if today.bought.quantity:
            self.since = self.since or today.day
            self.pool.add(today.bought.quantity, today.bought.cost, today.bought.local_cost)

    def _operate(self, operation: _Operation) -> None:
        pool = self.pool
        pool.quantity = (pool.quantity * operation.scale).quantize(UNIT) + operation.quantity
        pool.cost += operation.cost
        pool.local_cost += operation.local_cost
        for sale in self.waiting:
            sale.factor *= operation.scale
        if not pool.quantity:
            self.since = None

    def _match(self, sale: _Sale, bought: _Day, heap: _Heap, factor: Decimal) -> None:
        """Match a sale with a heap of shares; one share of the sale is `factor` of the heap's."""
        wanted = (sale.left * factor).quantize(UNIT)
        quantity = min(wanted, heap.quantity)
        if quantity <= 0:
            return
        own = sale.left if quantity == wanted else (quantity / factor).quantize(UNIT)
        sale.left -= own
        piece = Piece(bought.day, bought.source, *heap.cut(quantity))
        self.matches[sale.number] = (*self.matches[sale.number], piece)

    def _match_later(self, sale: _Sale, day: date, later: list[_Day]) -> None:
        factor = ONE
        for other in later:
            if not sale.left or other.day > day + timedelta(days=MATCH_DAYS):
                return
            for operation in other.operations:
                factor *= operation.scale
            wanted = min((sale.left * factor).quantize(UNIT), other.spare())
            if wanted > 0:
                self._match(sale, other, _Heap(*other.bought.cut(wanted)), factor)

    def _match_pool(self, sale: _Sale) -> None:
        if sale.left and self.pool.quantity:
            pool = _Day(self.since or date.min, source=POOL)
            self._match(sale, pool, self.pool, ONE)
            if not self.pool.quantity:
                self.since = None
        if sale.left:
            self.waiting.append(sale)


class _Holding(NamedTuple):
    """What is held after all matches: the pool, and the last day's purchases not in it yet."""

    state: _State
    today: _Heap

    @property
    def quantity(self) -> Decimal:
        return self.state.pool.quantity + self.today.quantity

    @property
    def cost(self) -> Decimal:
        return self.state.pool.cost + self.today.cost

    @property
    def local_cost(self) -> Decimal:
        return self.state.pool.local_cost + self.today.local_cost


class _Sold(NamedTuple):
    """One sale as entered."""

    quantity: Decimal
    proceeds: Decimal
    local_proceeds: Decimal


class PooledRelief(NamedTuple):
    """What a sale relieved, how much of it is matched, and the proceeds that still wait."""

    relief: Relief
    matched: Decimal
    open_proceeds: Decimal
    open_local: Decimal


class UkPoolBasis:
    """A section 104 pool with the days after it that are still open."""

    __slots__ = ("_days", "_held", "_sold", "_state", "quantity")

    def __init__(self) -> None:
        self.quantity = ZERO
        self._state = _State()
        self._days: deque[_Day] = deque()
        self._sold: list[list[_Sold]] = []
        self._held: _Holding | None = None

    @property
    def cost(self) -> Decimal:
        """Cost of what is held, matched with what is known so far; of a short, − its proceeds."""
        waiting = [relief.open_proceeds for relief in self._waiting()]
        return self._settle().cost - sum(waiting, ZERO)

    @property
    def local_cost(self) -> Decimal:
        """The same in the asset's currency."""
        waiting = [relief.open_local for relief in self._waiting()]
        return self._settle().local_cost - sum(waiting, ZERO)

    def acquire(self, piece: Piece) -> None:
        """Add shares to the purchases of their day."""
        today = self._open(piece.day)
        today.bought.add(piece.quantity, piece.cost, piece.local_cost)
        today.source = today.source or piece.transaction_id
        self.quantity += piece.quantity

    def sell(
        self, quantity: Decimal, *, day: date, proceeds: Decimal, local_proceeds: Decimal
    ) -> None:
        """Add a sale of `quantity` shares to those of its `day`; `reliefs` says what it relieved.

        `proceeds` are in the portfolio's currency, `local_proceeds` in the asset's.
        """
        today = self._open(day)
        if today.sale is None:
            today.sale = _Sale(len(self._sold), ZERO)
            self._sold.append([])
            self._state.matches.append(())
        today.sale.left += quantity
        self._sold[-1].append(_Sold(quantity, proceeds, local_proceeds))
        self.quantity -= quantity

    def reliefs(self) -> list[PooledRelief]:
        """Return what each sale relieves, in the order of the sales."""
        state = self._settle().state
        waiting = {sale.number: sale.left for sale in state.waiting}
        return [
            relief
            for number, sales in enumerate(self._sold)
            for relief in _shared(state.matches[number], sales, waiting.get(number, ZERO))
        ]

    def withdraw(self, quantity: Decimal, *, day: date) -> Relief:
        """Remove shares at the cost they carry now; later purchases do not change it any more.

        They leave the pool and the day's purchases in proportion.
        """
        today = self._open(day)
        held = self._settle()
        pool, bought = held.state.pool.copy(), held.today.copy()
        if quantity < self.quantity:
            recent = exact_part(quantity, bought.quantity, held.quantity)
            old, new = pool.cut(quantity - recent), bought.cut(recent)
        else:
            old, new = pool.cut(pool.quantity), bought.cut(bought.quantity)
        self._take(today, old, new)
        self.quantity -= quantity
        cost, local = old[1] + new[1], old[2] + new[2]
        piece = Piece(held.state.since or day, POOL, quantity, cost, local)
        return Relief(cost, local, (piece,))

    def scale(self, new: Decimal, old: Decimal, *, day: date) -> None:
        """Split the shares; the cost stays."""
        today = self._open(day)
        self.quantity = (self.quantity * new / old).quantize(UNIT)
        today.bought.quantity = (today.bought.quantity * new / old).quantize(UNIT)
        if today.sale is not None:  # cash in lieu of an earlier split of the day
            today.sale.left = (today.sale.left * new / old).quantize(UNIT)
            self._sold[-1] = [
                sold._replace(quantity=(sold.quantity * new / old).quantize(UNIT))
                for sold in self._sold[-1]
            ]
        today.operations.append(_Operation(new / old))

    def lower_cost(self, amount: Decimal, local_amount: Decimal, *, day: date) -> Decimal:
        """Take an amount off the cost, never below zero; return what could not be taken."""
        today = self._open(day)
        held = self._settle()
        taken, local = min(amount, held.cost), min(local_amount, held.local_cost)
        self._lower(today, held, taken, local)
        return amount - taken

    def move_cost(self, share: Decimal, *, day: date) -> tuple[Piece, ...]:
        """Take a share of the cost out; return it with the shares it belonged to."""
        today = self._open(day)
        held = self._settle()
        cost = (held.cost * share).quantize(UNIT)
        local = (held.local_cost * share).quantize(UNIT)
        self._lower(today, held, cost, local)
        return (Piece(held.state.since or day, POOL, self.quantity, cost, local),)

    def pieces(self) -> tuple[Piece, ...]:
        """Return the holding as one pool since its first day."""
        held = self._settle()
        if self.quantity <= 0:
            return ()
        since = held.state.since or self._days[-1].day
        return (Piece(since, POOL, self.quantity, held.cost, held.local_cost),)

    def copy(self) -> Self:
        """Return an independent copy."""
        twin = type(self)()
        twin.quantity = self.quantity
        twin._state = self._state.copy()
        twin._days = deque(day.copy() for day in self._days)
        twin._sold = [list(sales) for sales in self._sold]
        return twin

    def _lower(self, today: _Day, held: _Holding, cost: Decimal, local: Decimal) -> None:
        """Take costs out of the pool and the day's purchases in proportion to their costs."""
        recent = exact_part(cost, held.today.cost, held.cost) if cost else ZERO
        recent_local = exact_part(local, held.today.local_cost, held.local_cost) if local else ZERO
        old = (ZERO, cost - recent, local - recent_local)
        self._take(today, old, (ZERO, recent, recent_local))

    def _take(
        self,
        today: _Day,
        old: tuple[Decimal, Decimal, Decimal],
        new: tuple[Decimal, Decimal, Decimal],
    ) -> None:
        """Take shares and costs out of the pool (`old`) and of the day's purchases (`new`)."""
        today.operations.append(_Operation(ONE, -old[0], -old[1], -old[2]))
        today.bought.add(-new[0], -new[1], -new[2])
        self._held = None

    def _open(self, day: date) -> _Day:
        """Return the entry of a day, after closing the days that nothing can change any more."""
        self._held = None
        while self._days and self._closes_before(day):
            first = self._days.popleft()
            self._state.match_day(first, list(self._days))
            self._state.close_day(first)
        if not self._days or self._days[-1].day != day:
            self._days.append(_Day(day))
        return self._days[-1]

    def _closes_before(self, day: date) -> bool:
        first = self._days[0]
        waits = MATCH_DAYS if first.sale is not None else 0
        return first.day + timedelta(days=waits) < day

    def _settle(self) -> _Holding:
        if self._held is None:
            state = self._state.copy()
            days = [day.copy() for day in self._days]
            for index, today in enumerate(days, 1):
                state.match_day(today, days[index:])
                if index < len(days):
                    state.close_day(today)
            self._held = _Holding(state, days[-1].bought if days else _Heap())
        return self._held

    def _waiting(self) -> list[PooledRelief]:
        """Return the sales that are not wholly matched."""
        state = self._settle().state
        return [
            relief
            for sale in state.waiting
            for relief in _shared(state.matches[sale.number], self._sold[sale.number], sale.left)
        ]


def _shared(pieces: tuple[Piece, ...], sales: list[_Sold], left: Decimal) -> list[PooledRelief]:
    """Give each sale of a day its part of the day's matches, by quantity."""
    weights = [sale.quantity for sale in sales]
    whole = sum(weights, ZERO)
    parts: list[list[Piece]] = [[] for _ in sales]
    for piece in pieces:
        shares = [share_out(total, weights, whole) for total in piece[2:]]
        for part, quantity, cost, local in zip(parts, *shares, strict=True):
            part.append(Piece(piece.day, piece.transaction_id, quantity, cost, local))
    return [
        _relief(sale, part, open_)
        for sale, part, open_ in zip(sales, parts, share_out(left, weights, whole), strict=True)
    ]


def _relief(sale: _Sold, pieces: list[Piece], left: Decimal) -> PooledRelief:
    cost = sum((piece.cost for piece in pieces), ZERO)
    local = sum((piece.local_cost for piece in pieces), ZERO)
    return PooledRelief(
        Relief(cost, local, tuple(pieces)),
        sale.quantity - left,
        exact_part(sale.proceeds, left, sale.quantity),
        exact_part(sale.local_proceeds, left, sale.quantity),
    )
