"""Money and assets that cross the portfolio's border, day by day.

Where cash is not tracked every trade crosses it, and a purchase is first paid from the sales
before it on the same day: switching from one asset to another moves nothing in or out.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from argosy.core.money import ZERO


class DayFlow(NamedTuple):
    """What came in and went out on one day, both positive, in the portfolio's currency.

    `fees_in` is the part of `money_in` that paid fees and bought nothing.
    """

    money_in: Decimal
    money_out: Decimal
    fees_in: Decimal


_BRING, _TAKE, _FEE, _SELL, _BUY = range(5)


class Flows:
    """The flows of one portfolio: a log in ledger order, summed by day when asked."""

    __slots__ = ("_days", "_log", "_summed")

    def __init__(self) -> None:
        self._log: list[tuple[int, date, Decimal]] = []
        self._days: dict[date, DayFlow] = {}
        self._summed = 0

    def bring(self, day: date, amount: Decimal) -> None:
        """Money or assets come in; a negative amount goes out."""
        self._log.append((_BRING, day, amount))

    def take(self, day: date, amount: Decimal) -> None:
        """Money or assets go out; a negative amount, charges above a payment, comes in as a fee."""
        self._log.append((_TAKE, day, amount))

    def pay_fee(self, day: date, amount: Decimal) -> None:
        """Money comes in and is gone at once."""
        self._log.append((_FEE, day, amount))

    def sell(self, day: date, proceeds: Decimal) -> None:
        """A sale pays out, and what it pays can buy something on the same day."""
        self._log.append((_SELL, day, proceeds))

    def buy(self, day: date, paid: Decimal) -> None:
        """A purchase is paid from earlier sales of the day; the rest comes in."""
        self._log.append((_BUY, day, paid))

    def days(self) -> dict[date, DayFlow]:
        """Return all flows by day, in order. Must run inside `exact_context`."""
        if self._summed != len(self._log):
            self._days = _sum_by_day(self._log)
            self._summed = len(self._log)
        return self._days

    def copy(self) -> "Flows":
        """Return an independent copy."""
        twin = Flows()
        twin._log = list(self._log)
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


def _sum_by_day(log: list[tuple[int, date, Decimal]]) -> dict[date, DayFlow]:
    days: dict[date, _Day] = {}
    for kind, day, amount in log:
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
