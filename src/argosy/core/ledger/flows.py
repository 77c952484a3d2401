"""Money and assets that cross the portfolio's border, day by day.

Where cash is not tracked every trade crosses it, and a purchase is first paid from the sales
before it on the same day: switching from one asset to another moves nothing in or out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from argosy.core.ledger.transaction import Transaction, TransactionType, ledger_order
from argosy.core.money import ZERO


class DayFlow(NamedTuple):
    """What came in and went out on one day, both positive, in the portfolio's currency.

    `fees_in` is the part of `money_in` that paid fees and bought nothing.
    """

    money_in: Decimal
    money_out: Decimal
    fees_in: Decimal


_BRING, _TAKE, _FEE, _SELL, _BUY = range(5)


Entry = tuple[int, Transaction, Decimal]


class Flows:
    """The flows of one portfolio: a log in ledger order, summed by day when asked."""

    __slots__ = ("_days", "_log", "_summed")

    def __init__(self) -> None:
        self._log: list[Entry] = []
        self._days: dict[date, DayFlow] = {}
        self._summed = 0

    def bring(self, line: Transaction, amount: Decimal) -> None:
        """Money or assets come in; a negative amount goes out."""
        self._log.append((_BRING, line, amount))

    def take(self, line: Transaction, amount: Decimal) -> None:
        """Money or assets go out; a negative amount, charges above a payment, comes in as a fee."""
        self._log.append((_TAKE, line, amount))

    def pay_fee(self, line: Transaction, amount: Decimal) -> None:
        """Money comes in and is gone at once."""
        self._log.append((_FEE, line, amount))

    def sell(self, line: Transaction, proceeds: Decimal) -> None:
        """A sale pays out, and what it pays can buy something on the same day."""
        self._log.append((_SELL, line, proceeds))

    def buy(self, line: Transaction, paid: Decimal) -> None:
        """A purchase is paid from earlier sales of the day; the rest comes in."""
        self._log.append((_BUY, line, paid))

    def days(self) -> dict[date, DayFlow]:
        """Return all flows by day, in order. Must run inside `exact_context`."""
        if self._summed != len(self._log):
            self._days = _sum_by_day(self._log)
            self._summed = len(self._log)
        return self._days

    def sent(self) -> list[tuple[Transaction, Decimal]]:
        """Return what each TRANSFER_OUT brought in, negative what it took out, at market value."""
        return [
            (line, amount if kind == _BRING else -amount)
            for kind, line, amount in self._log
            if line.type is TransactionType.TRANSFER_OUT
        ]

    def copy(self) -> "Flows":
        """Return an independent copy."""
        twin = Flows()
        twin._log = list(self._log)
        return twin

    def replaced(self, assets: Collection[str | None], old: "Flows", new: "Flows") -> "Flows":
        """Return these flows with those of some assets replaced.

        Parameters
        ----------
        assets : collection of str or None
            Whose lines are concerned, by `asset_id`.
        old, new : Flows
            Those of their lines alone, as they are in here and as they shall be.

        Returns
        -------
        flows : Flows
            As a replay of all lines would make them; only the days concerned are summed again.
        """
        days = sorted({entry[1].day for entry in (*old._log, *new._log)})
        twin, sums = Flows(), dict(self.days())
        log, start, known, in_order = self._log, 0, len(self._log), True
        for day in days:
            first = bisect_left(log, day, lo=start, hi=known, key=_day_of)
            last = bisect_right(log, day, lo=first, hi=known, key=_day_of)
            among = slice(
                bisect_left(new._log, day, key=_day_of), bisect_right(new._log, day, key=_day_of)
            )
            others = [entry for entry in log[first:last] if entry[1].asset_id not in assets]
            both = sorted([*others, *new._log[among]], key=_place_of)
            twin._log += log[start:first]
            twin._log += both
            start = last
            known_before, summed = day in sums, _sum_by_day(both)
            sums |= summed
            if not summed:
                sums.pop(day, None)
            in_order = in_order and known_before
        twin._log += log[start:]
        twin._days = sums if in_order else dict(sorted(sums.items(), key=_day_in))
        twin._summed = len(twin._log)
        return twin


class _Day:
    """The sums of one day while its entries come in."""

    __slots__ = ("fees_in", "money_in", "money_out", "spare")

    def __init__(self) -> None:
        self.money_in = self.money_out = self.fees_in = self.spare = ZERO

    def bring(self, amount: Decimal) -> None:
        if amount < 0:
            self.money_out -= amount
        else:
            self.money_in += amount

    def take(self, amount: Decimal) -> None:
        if amount < 0:
            self.pay_fee(-amount)
        else:
            self.money_out += amount

    def buy(self, paid: Decimal) -> None:
        if self.spare and paid > 0:
            own = min(paid, self.spare)
            self.spare -= own
            self.money_out -= own
            paid -= own
        self.bring(paid)

    def sell(self, proceeds: Decimal) -> None:
        if proceeds > 0:
            self.spare += proceeds
        self.take(proceeds)

    def pay_fee(self, amount: Decimal) -> None:
        self.bring(amount)
        self.fees_in += amount


_ENTER = {
    _BRING: _Day.bring,
    _TAKE: _Day.take,
    _FEE: _Day.pay_fee,
    _SELL: _Day.sell,
    _BUY: _Day.buy,
}


def _sum_by_day(log: list[Entry]) -> dict[date, DayFlow]:
    days: dict[date, _Day] = {}
    for kind, line, amount in log:
        day = line.day
        sums = days.get(day)
        if sums is None:
            sums = days[day] = _Day()
        _ENTER[kind](sums, amount)
    return {
        day: DayFlow(sums.money_in, sums.money_out, sums.fees_in)
        for day, sums in sorted(days.items(), key=_by_day)
    }


def _by_day(item: tuple[date, _Day]) -> date:
    return item[0]


def _day_in(item: tuple[date, DayFlow]) -> date:
    return item[0]


def _day_of(entry: Entry) -> date:
    return entry[1].day


def _place_of(entry: Entry) -> tuple[int, bool, bool, float, int]:
    return ledger_order(entry[1])
