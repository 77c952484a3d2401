"""The share matching of the United Kingdom, plainly: three passes over all days, each time anew."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

ZERO = Fraction(0)


@dataclass
class Heap:
    """Shares with their two costs."""

    quantity: Fraction = ZERO
    cost: Fraction = ZERO
    local: Fraction = ZERO

    def cut(self, quantity: Fraction) -> "Heap":
        share = quantity / self.quantity
        part = Heap(quantity, self.cost * share, self.local * share)
        self.quantity -= part.quantity
        self.cost -= part.cost
        self.local -= part.local
        return part

    def add(self, other: "Heap") -> None:
        self.quantity += other.quantity
        self.cost += other.cost
        self.local += other.local


@dataclass
class PoolSale:
    """One sale as entered, and what the matching gave it."""

    source: str
    day: date
    quantity: Fraction
    proceeds: Fraction
    local_proceeds: Fraction
    rate: Fraction
    matched: Fraction = ZERO
    cost: Fraction = ZERO
    local_cost: Fraction = ZERO


@dataclass
class DayBook:
    """One day: what corporate actions and transfers did first, then its purchases and sales."""

    ratio: Fraction = Fraction(1)
    steps: list[tuple[Fraction, Heap]] = field(default_factory=list)
    bought: Heap = field(default_factory=Heap)
    sales: list[PoolSale] = field(default_factory=list)


@dataclass
class Settled:
    """The holding after matching all that is known."""

    pool: Heap
    today: Heap
    cost: Fraction
    local: Fraction
    sales: list[PoolSale]
    since: date | None


class OraclePool:
    """All purchases, sales and other steps by day; `settled` matches them from the beginning."""

    def __init__(self) -> None:
        self.days: dict[date, DayBook] = {}

    def _day(self, day: date) -> DayBook:
        return self.days.setdefault(day, DayBook())

    def buy(self, day: date, quantity: Fraction, cost: Fraction, local: Fraction) -> None:
        self._day(day).bought.add(Heap(quantity, cost, local))

    def sell(
        self,
        source: str,
        day: date,
        quantity: Fraction,
        proceeds: Fraction,
        local: Fraction,
        rate: Fraction,
    ) -> None:
        self._day(day).sales.append(PoolSale(source, day, quantity, proceeds, local, rate))

    def split(self, day: date, ratio: Fraction) -> None:
        today = self._day(day)
        today.ratio *= ratio
        for sale in today.sales:  # cash in lieu of an earlier split of the day
            sale.quantity *= ratio
        for name in ("quantity",):
            setattr(today.bought, name, getattr(today.bought, name) * ratio)
        today.steps.append((ratio, Heap()))

    def quantity(self) -> Fraction:
        held = ZERO
        for _, book in sorted(self.days.items()):
            for ratio, step in book.steps:
                held = held * ratio + step.quantity
            held += book.bought.quantity - sum((sale.quantity for sale in book.sales), ZERO)
        return held

    def withdraw(self, day: date, quantity: Fraction) -> tuple[Fraction, Fraction]:
        """Take shares out of the pool and the day's purchases alike; return their costs."""
        book = self._day(day)
        held = self.settled()
        share = quantity / (held.pool.quantity + held.today.quantity)
        pool = Heap(held.pool.quantity * share, held.pool.cost * share, held.pool.local * share)
        today = Heap(held.today.quantity * share, held.today.cost * share, held.today.local * share)
        self._take(book, pool, today)
        return pool.cost + today.cost, pool.local + today.local

    def lower(self, day: date, amount: Fraction, local: Fraction) -> Fraction:
        """Lower the cost of the pool and the day's purchases alike; return what was taken."""
        book = self._day(day)
        held = self.settled()
        whole, whole_local = held.pool.cost + held.today.cost, held.pool.local + held.today.local
        taken, taken_local = min(amount, whole), min(local, whole_local)
        share = taken / whole if whole else ZERO
        local_share = taken_local / whole_local if whole_local else ZERO
        pool = Heap(ZERO, held.pool.cost * share, held.pool.local * local_share)
        self._take(book, pool, Heap(ZERO, held.today.cost * share, held.today.local * local_share))
        return taken

    def move(self, day: date, share: Fraction) -> tuple[Fraction, Fraction]:
        """Take a share of the cost out; return it."""
        book = self._day(day)
        held = self.settled()
        pool = Heap(ZERO, held.pool.cost * share, held.pool.local * share)
        today = Heap(ZERO, held.today.cost * share, held.today.local * share)
        self._take(book, pool, today)
        return pool.cost + today.cost, pool.local + today.local

    @staticmethod
    def _take(book: DayBook, pool: Heap, today: Heap) -> None:
        book.steps.append((Fraction(1), Heap(-pool.quantity, -pool.cost, -pool.local)))
        book.bought.add(Heap(-today.quantity, -today.cost, -today.local))

    def settled(self) -> Settled:
        """Match from the beginning: same day, the following 30 days, the pool, later purchases."""
        days = sorted(self.days)
        bought = {d: Heap() for d in days}
        for d in days:
            bought[d].add(self.days[d].bought)
        left = {d: sum((sale.quantity for sale in self.days[d].sales), ZERO) for d in days}
        took = {d: Heap() for d in days}

        def match(sold_on: date, shares: Heap, quantity: Fraction, factor: Fraction) -> None:
            if quantity > 0:
                took[sold_on].add(shares.cut(quantity))
                left[sold_on] -= quantity / factor

        for d in days:
            match(d, bought[d], min(left[d], bought[d].quantity), Fraction(1))
        for d in days:
            factor = Fraction(1)
            for later in [x for x in days if d < x <= d + timedelta(days=30)]:
                factor *= self.days[later].ratio
                match(d, bought[later], min(left[d] * factor, bought[later].quantity), factor)
        pool, waiting, since = Heap(), [], None
        grown = dict.fromkeys(days, Fraction(1))
        for index, d in enumerate(days):
            for ratio, step in self.days[d].steps:
                pool.quantity *= ratio
                pool.add(step)
            for sold_on in waiting:
                grown[sold_on] *= self.days[d].ratio
            if not pool.quantity:
                since = None
            match(d, pool, min(left[d], pool.quantity), Fraction(1))
            if left[d]:
                waiting.append(d)
            for sold_on in waiting:
                wanted = left[sold_on] * grown[sold_on]
                match(sold_on, bought[d], min(wanted, bought[d].quantity), grown[sold_on])
            waiting = [sold_on for sold_on in waiting if left[sold_on]]
            if not pool.quantity:
                since = None
            if bought[d].quantity:
                since = since or d
            if index < len(days) - 1:
                pool.add(bought[d])
        today = bought[days[-1]] if days else Heap()
        sales = self._share_out(days, left, took)
        owed = sum((sale.proceeds * (1 - sale.matched / sale.quantity) for sale in sales), ZERO)
        owed_local = sum(
            (sale.local_proceeds * (1 - sale.matched / sale.quantity) for sale in sales), ZERO
        )
        return Settled(
            pool,
            today,
            pool.cost + today.cost - owed,
            pool.local + today.local - owed_local,
            sales,
            since,
        )

    def _share_out(
        self, days: list[date], left: dict[date, Fraction], took: dict[date, Heap]
    ) -> list[PoolSale]:
        """The sales of a day are one: each has its part of the cost, by quantity."""
        found = []
        for d in days:
            whole = sum((sale.quantity for sale in self.days[d].sales), ZERO)
            for sale in self.days[d].sales:
                share = sale.quantity / whole
                matched = sale.quantity - left[d] * share
                found.append(
                    PoolSale(
                        sale.source,
                        d,
                        sale.quantity,
                        sale.proceeds,
                        sale.local_proceeds,
                        sale.rate,
                        matched,
                        took[d].cost * share,
                        took[d].local * share,
                    )
                )
        return found
