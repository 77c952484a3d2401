"""The state of one portfolio's book, and how money enters it. What each type does stands beside."""

from bisect import bisect_right
from datetime import date
from decimal import Decimal

from argosy.core.ledger.flows import Flows
from argosy.core.ledger.marks import mark_on
from argosy.core.ledger.position import Position
from argosy.core.ledger.transaction import CostBasisMethod, PortfolioRules, Transaction
from argosy.core.market.asset import Split
from argosy.core.market.market import Market
from argosy.core.money import MISSING, ONE, UNIT, ZERO, split_minor_unit

OUTSIDE = ""
"""Key of the position that collects interest, fees and taxes which name no asset."""


class Book:
    """The state of one portfolio after some of its transactions.

    Attributes
    ----------
    straight_in : str or None
        The currency whose trades can go the straight way (`straight`); None if none can.
    only : frozenset of str or None
        The assets inside, by id; what passes between them and the others crosses the border.
    positions : dict of str to Position
        By asset id; closed positions stay.
    cash : dict of str to Decimal
        By currency; empty where cash is not tracked.
    cash_steps : dict of str to list of (int, Decimal)
        The same after each change, with the ordinal of its day.
    flows : Flows
        What crossed the portfolio's border.
    splits : dict of str to list of Split
        Splits that were booked, by asset id.
    bought : list of (date, Decimal)
        Cost of what was bought or opened, market value of what was transferred in.
    received : list of (Transaction, Decimal)
        Transfers from other portfolios, with the cost that came along.
    first_day, last_day : date or None
        Of the transactions applied so far.
    """

    def __init__(
        self, rules: PortfolioRules, market: Market, *, only: frozenset[str] | None = None
    ) -> None:
        self.rules = rules
        self.only = only
        general = rules.track_cash or rules.method is CostBasisMethod.UK_POOL
        self.straight_in = None if general else rules.currency
        self.market = market
        self.positions: dict[str, Position] = {}
        self.cash: dict[str, Decimal] = {}
        self.cash_steps: dict[str, list[tuple[int, Decimal]]] = {}
        self.flows = Flows()
        self._outside = Flows()
        self.bought: list[tuple[date, Decimal]] = []
        self.received: list[tuple[Transaction, Decimal]] = []
        self.splits: dict[str, list[Split]] = {}
        self.first_day: date | None = None
        self.last_day: date | None = None
        self._line: Transaction | None = None

    def copy(self) -> "Book":
        """Return an independent copy: a checkpoint to carry on from."""
        twin = Book(self.rules, self.market, only=self.only)
        twin.positions = {key: position.copy() for key, position in self.positions.items()}
        twin.cash = dict(self.cash)
        twin.cash_steps = {key: list(steps) for key, steps in self.cash_steps.items()}
        twin.flows = self.flows.copy()
        twin._outside = self._outside.copy()
        twin.bought = list(self.bought)
        twin.received = list(self.received)
        twin.splits = {key: list(splits) for key, splits in self.splits.items()}
        twin.first_day, twin.last_day = self.first_day, self.last_day
        return twin

    def touch(self, line: Transaction) -> None:
        """Note that a line comes next."""
        self._line = line
        if self.first_day is None:
            self.first_day = line.day
        self.last_day = line.day

    def position(self, asset_id: str | None) -> Position:
        """Return the position of an asset, opened empty if there is none yet."""
        key = asset_id or OUTSIDE
        position = self.positions.get(key)
        if position is None:
            currency = self.market.assets[key].currency if key else self.rules.currency
            position = self.positions[key] = Position(key, currency, self.rules.method)
            position.opened_by = self._line
        return position

    def inside(self, position: Position) -> bool:
        """Tell whether a position is one of those that the book is about."""
        return self.only is None or position.asset_id in self.only

    def border(self, position: Position) -> Flows:
        """Return where the payments of a position are logged: those of others are not looked at."""
        return self.flows if self.only is None or position.asset_id in self.only else self._outside

    def keep_inside(self) -> None:
        """Forget the positions that the book is not about, once all is replayed."""
        if self.only is not None:
            self.positions = {key: at for key, at in self.positions.items() if key in self.only}

    def base_rate(self, transaction: Transaction) -> Decimal:
        """Return units of the portfolio's currency per unit of the transaction's.

        The trade's own rate first. If it was given for another currency (the portfolio's has
        changed since), that amount is a fact, and is converted at the day's rate.
        """
        base = self.rules.currency
        if transaction.fx_rate is None:
            if transaction.currency == base:
                return ONE
            return self.market.rates.rate(transaction.currency, base, transaction.day)
        quote = transaction.fx_quote
        if quote is None or quote == base:
            return transaction.fx_rate
        return transaction.fx_rate * self.market.rates.rate(quote, base, transaction.day)

    def local_rate(self, transaction: Transaction, currency: str) -> Decimal:
        """Return units of an asset's currency per unit of the transaction's."""
        if transaction.currency == currency:
            return ONE
        if transaction.fx_rate is not None and transaction.fx_quote == currency:
            return transaction.fx_rate
        return self.market.rates.rate(transaction.currency, currency, transaction.day)

    def move_cash(self, transaction: Transaction, amount: Decimal) -> None:
        """Add to cash: in the transaction's currency, or converted if it names its own rate."""
        if not self.rules.track_cash:
            return
        currency = transaction.currency
        if transaction.fx_rate is not None and transaction.fx_quote is not None:
            currency = transaction.fx_quote
            amount = (amount * transaction.fx_rate).quantize(UNIT)
        currency, units = split_minor_unit(currency)
        if units != 1:
            amount = (amount / Decimal(units)).quantize(UNIT)
        total = self.cash.get(currency, ZERO) + amount
        self.cash[currency] = total
        steps = self.cash_steps.setdefault(currency, [])
        steps.append((transaction.day.toordinal(), total))

    def cash_on(self, day: date) -> dict[str, Decimal]:
        """Return the cash at the end of a day, by currency."""
        found = {}
        for currency, steps in self.cash_steps.items():
            index = bisect_right(steps, day.toordinal(), key=_ordinal) - 1
            if index >= 0:
                found[currency] = steps[index][1]
        return found

    def buys(
        self, position: Position, day: date, cost: Decimal, *, worth: Decimal | None = None
    ) -> None:
        """Note the `cost` of something that was bought, opened or transferred in on a `day`.

        `worth` is what a transfer was worth at market, where its cost is an older one. All in the
        portfolio's currency.
        """
        position.bought += cost
        if self.inside(position):
            self.bought.append((day, cost if worth is None else worth))

    def market_price(self, asset_id: str, day: date) -> Decimal:
        """Return what a share is marked at so far, in the asset's currency, or MISSING."""
        mark = mark_on(self.market, self.position(asset_id), day)
        return MISSING if mark is None else mark.price

    def market_value(self, asset_id: str, quantity: Decimal, day: date) -> Decimal:
        """Return what shares are worth in the portfolio's currency, or MISSING."""
        currency = self.market.assets[asset_id].currency
        rate = self.market.rates.rate(currency, self.rules.currency, day)
        return quantity * self.market_price(asset_id, day) * rate


def _ordinal(step: tuple[int, Decimal]) -> int:
    return step[0]


def amount_of(transaction: Transaction) -> Decimal:
    """Return the whole amount before fee and tax: as given, or quantity times price."""
    if transaction.amount is not None:
        return transaction.amount
    assert transaction.quantity is not None, "without an amount there is a quantity"
    assert transaction.price is not None, "without an amount there is a price"
    return transaction.quantity * transaction.price


def quantity_of(transaction: Transaction) -> Decimal:
    """Return the quantity of a transaction whose type has one."""
    assert transaction.quantity is not None, f"{transaction.type} has a quantity"
    return transaction.quantity


def ratio_of(transaction: Transaction) -> tuple[Decimal, Decimal]:
    """Return (new, old) of a split or an exchange; 1:1 where none is given."""
    return transaction.ratio_new or ONE, transaction.ratio_old or ONE
