"""The ledger once more, slow and obvious, from docs/measures: fractions, lists and no rounding.

It imports nothing of the engine but the form of a transaction and of the rules. Every rule is
written as plainly as it can be said; where the engine is fast, this is only right. Prices and
rates come from two functions, so that the oracle knows nothing of market data either.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from argosy.core.ledger.transaction import (
    CostBasisMethod,
    DividendPolicy,
    PortfolioRules,
    Transaction,
    TransactionType,
)
from tests.core.ledger.oracle_pool import OraclePool

T = TransactionType
SNAP = Fraction(1, 10**12)
NEAR = Fraction(1, 10**15)


class OversoldOracleError(Exception):
    """The oracle refuses: more would leave than is held."""


@dataclass
class OracleLot:
    """Shares bought together; `order` counts arrivals."""

    day: date
    order: int
    source: str
    quantity: Fraction
    cost: Fraction
    local: Fraction


@dataclass
class Sold:
    """One realized gain, with the lots it took."""

    source: str
    day: date
    quantity: Fraction
    proceeds: Fraction
    cost: Fraction
    local_proceeds: Fraction
    local_cost: Fraction
    rate: Fraction
    lots: list[OracleLot] = field(default_factory=list)
    covers: bool = False

    @property
    def gain(self) -> Fraction:
        return self.proceeds - self.cost

    @property
    def currency_part(self) -> Fraction:
        """What the rate did to what was there before: to shares held, or to proceeds owed."""
        if self.covers:
            return -self.local_proceeds * self.rate - -self.proceeds
        return self.local_cost * self.rate - self.cost


@dataclass
class Trade:
    """A trade's numbers in the currency of its transaction, and its two rates."""

    quantity: Fraction
    gross: Fraction
    charges: Fraction
    rate: Fraction
    local_rate: Fraction

    def part(self, quantity: Fraction) -> "Trade":
        """Return the part for some of the shares, money pro rata."""
        share = quantity / self.quantity
        return Trade(quantity, self.gross * share, self.charges * share, self.rate, self.local_rate)


def snaps(quantity: Fraction, held: Fraction) -> bool:
    """Tell whether a sale or transfer closes the position: within 1e-12 of its own size."""
    return abs(quantity - held) <= SNAP * quantity


class OraclePosition:
    """One asset in one portfolio: two lists of lots, and what has been earned and paid."""

    def __init__(self, method: CostBasisMethod, currency: str) -> None:
        self.method = method
        self.currency = currency
        self.long: list[OracleLot] = []
        self.short: list[OracleLot] = []
        self.pool = OraclePool() if method is CostBasisMethod.UK_POOL else None
        self.arrivals = 0
        self.sold: list[Sold] = []
        self.income = Fraction(0)
        self.fees = Fraction(0)
        self.fees_separate = Fraction(0)
        self.bought = Fraction(0)
        self.tied = False

    @property
    def quantity(self) -> Fraction:
        if self.pool:
            return self.pool.quantity()
        return sum((lot.quantity for lot in self.long), Fraction(0)) - sum(
            (lot.quantity for lot in self.short), Fraction(0)
        )

    @property
    def cost(self) -> Fraction:
        if self.pool:
            return self.pool.settled().cost
        return sum((lot.cost for lot in self.long), Fraction(0)) - sum(
            (lot.cost for lot in self.short), Fraction(0)
        )

    @property
    def local_cost(self) -> Fraction:
        if self.pool:
            return self.pool.settled().local
        return sum((lot.local for lot in self.long), Fraction(0)) - sum(
            (lot.local for lot in self.short), Fraction(0)
        )

    def sales(self) -> list[Sold]:
        """Return all realized gains by day; of the pool as far as matched."""
        found = list(self.sold)
        if self.pool:
            for sale in self.pool.settled().sales:
                if sale.matched:
                    share = sale.matched / sale.quantity
                    found.append(
                        Sold(
                            sale.source,
                            sale.day,
                            sale.matched,
                            sale.proceeds * share,
                            sale.cost,
                            sale.local_proceeds * share,
                            sale.local_cost,
                            sale.rate,
                        )
                    )
        return sorted(found, key=lambda sale: sale.day)

    def add(self, lots: list[OracleLot], new: OracleLot) -> None:
        """Add a lot in the order of purchase days; lots of one day in order of arrival."""
        self.arrivals += 1
        new.order = self.arrivals
        lots.append(new)
        lots.sort(key=lambda lot: (lot.day, lot.order))
        if self.method is CostBasisMethod.AVERAGE:
            _even(lots)

    def take(
        self, lots: list[OracleLot], quantity: Fraction, picks: list[tuple[str, Fraction]]
    ) -> list[OracleLot]:
        """Take shares out of a list of lots as the method says; return the lots taken."""
        taken = []
        for source, wanted in picks:
            wanted = min(wanted, quantity)
            for lot in [lot for lot in lots if lot.source == source]:
                part = _cut(lots, lot, min(wanted, lot.quantity))
                wanted -= part.quantity
                quantity -= part.quantity
                taken.append(part)
        while quantity > 0 and lots:
            lot = self._next(lots)
            part = _cut(lots, lot, min(quantity, lot.quantity))
            quantity -= part.quantity
            taken.append(part)
        return taken

    def _next(self, lots: list[OracleLot]) -> OracleLot:
        if self.method is CostBasisMethod.LIFO:
            return lots[-1]
        if self.method is not CostBasisMethod.HIFO:
            return lots[0]
        best = max(
            lots, key=lambda lot: (lot.cost / lot.quantity, -lot.day.toordinal(), -lot.order)
        )
        for lot in lots:
            one, other = lot.cost / lot.quantity, best.cost / best.quantity
            if lot is not best and abs(one - other) <= NEAR * max(one, 1):
                self.tied = True  # rounding may decide: the test compares no further
        return best


class OracleBook:
    """One portfolio, event by event."""

    def __init__(
        self,
        rules: PortfolioRules,
        currency_of: Callable[[str], str],
        price: Callable[[str, date], Fraction],
        rate: Callable[[str, str, date], Fraction],
    ) -> None:
        self.rules = rules
        self.currency_of = currency_of
        self.price = price
        self.rate = rate
        self.positions: dict[str, OraclePosition] = {}
        self.cash: dict[str, Fraction] = {}
        self.flows: dict[date, list[Fraction]] = {}
        self.spare: dict[date, Fraction] = {}

    def tied(self) -> bool:
        """Tell whether HIFO chose between lots so close that rounding may have decided."""
        return any(position.tied for position in self.positions.values())

    # What every event needs

    def position(self, asset: str | None) -> OraclePosition:
        asset = asset or ""
        if asset not in self.positions:
            currency = self.currency_of(asset) if asset else self.rules.currency
            self.positions[asset] = OraclePosition(self.rules.method, currency)
        return self.positions[asset]

    def to_base(self, line: Transaction) -> Fraction:
        """Portfolio currency per transaction currency: the line's own rate first."""
        if line.fx_rate is not None:
            return Fraction(line.fx_rate)
        return self.rate(line.currency, self.rules.currency, line.day)

    def to_local(self, line: Transaction, currency: str) -> Fraction:
        """Asset currency per transaction currency."""
        if line.currency == currency:
            return Fraction(1)
        if line.fx_rate is not None and currency == self.rules.currency:
            return Fraction(line.fx_rate)
        return self.rate(line.currency, currency, line.day)

    def move_cash(self, line: Transaction, amount: Fraction) -> None:
        if self.rules.track_cash:
            currency = line.currency
            if line.fx_rate is not None:
                currency, amount = self.rules.currency, amount * Fraction(line.fx_rate)
            self.cash[currency] = self.cash.get(currency, Fraction(0)) + amount

    def flow(self, day: date, money_in: Fraction, money_out: Fraction = Fraction(0)) -> None:
        """Add to a day's In and Out; below zero it is the other one."""
        sums = self.flows.setdefault(day, [Fraction(0), Fraction(0), Fraction(0)])
        sums[0] += max(money_in, 0) + max(-money_out, 0)
        sums[1] += max(money_out, 0) + max(-money_in, 0)
        sums[2] += max(-money_out, 0)  # charges above a payment: money for fees alone

    def flow_sale(self, day: date, proceeds: Fraction) -> None:
        """A sale goes out, and can pay for purchases after it on the same day."""
        if not self.rules.track_cash:
            self.flow(day, Fraction(0), proceeds)
            self.spare[day] = self.spare.get(day, Fraction(0)) + max(proceeds, 0)

    def flow_purchase(self, day: date, paid: Fraction) -> None:
        if not self.rules.track_cash:
            own = max(min(paid, self.spare.get(day, Fraction(0))), Fraction(0))
            if own:
                self.spare[day] -= own
                self.flows[day][1] -= own
            self.flow(day, paid - own)

    def trade(self, line: Transaction, position: OraclePosition) -> Trade:
        quantity = Fraction(line.quantity or 0)
        gross = (
            Fraction(line.amount)
            if line.amount is not None
            else quantity * Fraction(line.price or 0)
        )
        charges = Fraction(line.fee) + Fraction(line.tax)
        rate, local = self.to_base(line), self.to_local(line, position.currency)
        position.fees += charges * rate
        if not self.rules.fees_in_cost:
            position.fees_separate += charges * rate
        return Trade(quantity, gross, charges, rate, local)

    # Trades

    def buy(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        trade = self.trade(line, position)
        paid = trade.gross + trade.charges
        position.bought += paid * trade.rate
        self.move_cash(line, -paid)
        self.flow_purchase(line.day, paid * trade.rate)
        self.acquire(position, line, trade)

    def opening(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        trade = self.trade(line, position)
        paid = (trade.gross + trade.charges) * trade.rate
        position.bought += paid
        self.flow(line.day, paid)
        self.acquire(position, line, trade)

    def acquire(self, position: OraclePosition, line: Transaction, trade: Trade) -> None:
        cost = trade.gross + (trade.charges if self.rules.fees_in_cost else 0)
        lot = OracleLot(
            line.day, 0, line.id, trade.quantity, cost * trade.rate, cost * trade.local_rate
        )
        self.receive(position, line, lot, trade.rate / trade.local_rate)

    def receive(
        self, position: OraclePosition, line: Transaction, lot: OracleLot, rate: Fraction
    ) -> None:
        """Add shares: they buy back a short first, and what is left is held."""
        if position.pool:
            position.pool.buy(line.day, lot.quantity, lot.cost, lot.local)
            return
        owed = sum((short.quantity for short in position.short), Fraction(0))
        if owed:
            back = min(owed, lot.quantity)
            taken = position.take(position.short, back, [])
            share = back / lot.quantity
            proceeds, local_proceeds = _sum(taken, "cost"), _sum(taken, "local")
            for short in taken:  # the cost of a lot bought back is what is paid for it now
                short.cost = lot.cost * short.quantity / lot.quantity
                short.local = lot.local * short.quantity / lot.quantity
            position.sold.append(
                Sold(
                    line.id,
                    line.day,
                    back,
                    proceeds,
                    lot.cost * share,
                    local_proceeds,
                    lot.local * share,
                    rate,
                    taken,
                    covers=True,
                )
            )
            lot = OracleLot(
                lot.day,
                0,
                lot.source,
                lot.quantity - back,
                lot.cost * (1 - share),
                lot.local * (1 - share),
            )
        if lot.quantity:
            position.add(position.long, lot)

    def sell(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        trade = self.trade(line, position)
        received = trade.gross - trade.charges
        self.move_cash(line, received)
        self.flow_sale(line.day, received * trade.rate)
        self.dispose(position, line, trade)

    def dispose(self, position: OraclePosition, line: Transaction, trade: Trade) -> None:
        held = max(position.quantity, Fraction(0))
        closes = snaps(trade.quantity, held)
        if trade.quantity > held and not closes and not self.rules.allow_short:
            raise OversoldOracleError
        net = trade.gross - (trade.charges if self.rules.fees_in_cost else 0)
        rate = trade.rate / trade.local_rate
        if position.pool:
            quantity = held if closes else trade.quantity
            position.pool.sell(
                line.id, line.day, quantity, net * trade.rate, net * trade.local_rate, rate
            )
            return
        closing = trade.quantity if closes else min(trade.quantity, held)
        share = closing / trade.quantity
        if closing:
            picks = []
            if self.rules.method is CostBasisMethod.SPECIFIC:
                picks = [(pick.transaction_id, Fraction(pick.quantity)) for pick in line.lots]
            taken = position.take(position.long, held if closes else closing, picks)
            position.sold.append(
                Sold(
                    line.id,
                    line.day,
                    closing,
                    net * share * trade.rate,
                    _sum(taken, "cost"),
                    net * share * trade.local_rate,
                    _sum(taken, "local"),
                    rate,
                    taken,
                )
            )
        if closing < trade.quantity:
            rest = net * (1 - share)
            lot = OracleLot(
                line.day,
                0,
                line.id,
                trade.quantity - closing,
                rest * trade.rate,
                rest * trade.local_rate,
            )
            position.add(position.short, lot)

    # Money

    def dividend(self, line: Transaction) -> None:
        if self.rules.dividend_policy is DividendPolicy.REDUCES_COST and line.asset_id:
            self.lower_cost(line)
        else:
            self.interest(line)

    def interest(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        position.income += self.received(line) * self.to_base(line)

    def received(self, line: Transaction) -> Fraction:
        """Money that comes in, net of what was withheld: into cash, or out of the portfolio."""
        charges = Fraction(line.fee) + Fraction(line.tax)
        net = Fraction(line.amount or 0) - charges
        self.position(line.asset_id).fees += charges * self.to_base(line)
        self.move_cash(line, net)
        if not self.rules.track_cash:
            self.flow(line.day, Fraction(0), net * self.to_base(line))
        return net

    def lower_cost(self, line: Transaction) -> None:
        """Take money off the cost, never below zero; the rest is a gain."""
        position = self.position(line.asset_id)
        net = self.received(line)
        rate, local_rate = self.to_base(line), self.to_local(line, position.currency)
        amount, local = net * rate, net * local_rate
        if amount < 0:
            taken = Fraction(0)
        elif position.pool:
            taken = position.pool.lower(line.day, amount, local)
        else:
            taken = min(amount, _sum(position.long, "cost"))
            _lower(position.long, "cost", taken)
            _lower(position.long, "local", min(local, _sum(position.long, "local")))
        excess = amount - taken
        if excess:
            rate /= local_rate
            zero = Fraction(0)
            position.sold.append(
                Sold(line.id, line.day, zero, excess, zero, excess / rate, zero, rate)
            )

    def reward(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        quantity = Fraction(line.quantity or 0)
        if line.price is None and line.amount is None:
            local = quantity * self.price(line.asset_id or "", line.day)
            rate = self.rate(position.currency, self.rules.currency, line.day)
            value = local * rate
        else:
            amount = (
                Fraction(line.amount)
                if line.amount is not None
                else quantity * Fraction(line.price or 0)
            )
            value = amount * self.to_base(line)
            local_rate = self.to_local(line, position.currency)
            local, rate = amount * local_rate, self.to_base(line) / local_rate
        position.income += value
        self.receive(position, line, OracleLot(line.day, 0, line.id, quantity, value, local), rate)

    def fee(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        amount = Fraction(line.amount or 0)
        paid = amount * self.to_base(line)
        position.fees += paid
        position.fees_separate += paid
        self.move_cash(line, -amount)
        if not self.rules.track_cash:
            self.flow(line.day, paid)
            self.flows[line.day][2] += paid

    def deposit(self, line: Transaction) -> None:
        if self.rules.track_cash:
            sign = 1 if line.type is T.DEPOSIT else -1
            amount = Fraction(line.amount or 0)
            self.move_cash(line, sign * amount)
            self.flow(line.day, sign * amount * self.to_base(line))

    # Corporate actions

    def split(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        ratio = _ratio(line)
        for lot in position.long + position.short:
            lot.quantity *= ratio
        if position.pool:
            position.pool.split(line.day, ratio)
        if line.amount:
            self.cash_in_lieu(position, line)

    def cash_in_lieu(self, position: OraclePosition, line: Transaction) -> None:
        fraction = position.quantity - floor(position.quantity)
        amount = Fraction(line.amount or 0)
        self.move_cash(line, amount)
        rate, local_rate = self.to_base(line), self.to_local(line, position.currency)
        self.flow_sale(line.day, amount * rate)
        self.dispose(position, line, Trade(fraction, amount, Fraction(0), rate, local_rate))

    def spin_off(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        share = Fraction(line.cost_share or 0)
        if position.quantity == 0:
            return
        target = self.position(line.to_asset_id)
        if position.pool:
            held, moved = position.quantity, position.pool.move(line.day, share)
            parents = [OracleLot(line.day, 0, line.id, held, *moved)]
        else:
            parents = [
                OracleLot(x.day, 0, x.source, x.quantity, x.cost * share, x.local * share)
                for x in position.long
            ]
            for lot in position.long:
                lot.cost -= lot.cost * share
                lot.local -= lot.local * share
        self.hand_over(position, target, line, parents)
        if line.amount:
            self.cash_in_lieu(target, line)

    def hand_over(
        self, old: OraclePosition, new: OraclePosition, line: Transaction, lots: list[OracleLot]
    ) -> None:
        """Turn lots of one asset into lots of another; they keep their days."""
        exchange = self.rate(old.currency, new.currency, line.day)
        rate = self.rate(new.currency, self.rules.currency, line.day)
        for lot in lots:
            changed = OracleLot(
                lot.day, 0, lot.source, lot.quantity * _ratio(line), lot.cost, lot.local * exchange
            )
            self.receive(new, line, changed, rate)

    def exchange(self, line: Transaction) -> None:
        """A merger or a new symbol: everything goes over; a part may be paid in cash."""
        position = self.position(line.asset_id)
        held = position.quantity
        if held == 0:
            return
        if position.pool:
            cost, local = position.pool.withdraw(line.day, held)
            lots = [OracleLot(line.day, 0, line.id, held, cost, local)]
        else:
            lots, position.long = position.long, []
        if line.amount:
            self.sell_cash_part(position, line, lots, held)
        if line.to_asset_id:
            self.hand_over(position, self.position(line.to_asset_id), line, lots)

    def sell_cash_part(
        self, position: OraclePosition, line: Transaction, lots: list[OracleLot], held: Fraction
    ) -> None:
        amount = Fraction(line.amount or 0)
        rate, local_rate = self.to_base(line), self.to_local(line, position.currency)
        cash = amount * rate
        self.move_cash(line, amount)
        self.flow_sale(line.day, cash)
        if line.cost_share is not None:
            share = Fraction(line.cost_share)
        elif line.to_asset_id is None:
            share = Fraction(1)
        else:
            share = cash / (cash + self.worth(line.to_asset_id, held * _ratio(line), line.day))
        sold = [
            OracleLot(x.day, 0, x.source, x.quantity, x.cost * share, x.local * share) for x in lots
        ]
        for lot in lots:
            lot.cost -= lot.cost * share
            lot.local -= lot.local * share
        position.sold.append(
            Sold(
                line.id,
                line.day,
                held if line.to_asset_id is None else Fraction(0),
                cash,
                _sum(sold, "cost"),
                amount * local_rate,
                _sum(sold, "local"),
                rate / local_rate,
                sold,
            )
        )

    # Transfers

    def worth(self, asset: str, quantity: Fraction, day: date) -> Fraction:
        rate = self.rate(self.currency_of(asset), self.rules.currency, day)
        return quantity * self.price(asset, day) * rate

    def transfer_in(self, line: Transaction) -> None:
        position = self.position(line.asset_id)
        quantity = Fraction(line.quantity or 0)
        carried = (
            Fraction(line.cost) if line.cost is not None else quantity * Fraction(line.price or 0)
        )
        rate, local_rate = self.to_base(line), self.to_local(line, position.currency)
        position.bought += carried * rate
        self.flow(line.day, self.worth(line.asset_id or "", quantity, line.day))
        lot = OracleLot(line.day, 0, line.id, quantity, carried * rate, carried * local_rate)
        self.receive(position, line, lot, rate / local_rate)

    def transfer_out(self, line: Transaction) -> list[OracleLot]:
        position = self.position(line.asset_id)
        quantity, held = Fraction(line.quantity or 0), position.quantity
        closes = snaps(quantity, held)
        if quantity > held and not closes:
            raise OversoldOracleError
        value = self.worth(line.asset_id or "", quantity, line.day)
        self.flow(line.day, Fraction(0), value)
        quantity = held if closes else quantity
        if position.pool:
            since = position.pool.settled().since or line.day
            cost, local = position.pool.withdraw(line.day, quantity)
            return [OracleLot(since, 0, line.id, quantity, cost, local)]
        taken = position.take(position.long, quantity, [])
        return sorted(taken, key=lambda lot: (lot.day, lot.order))

    def accept(self, line: Transaction, lots: list[OracleLot], currency: str) -> None:
        """Take over lots from another portfolio: at the day's rate, with their days."""
        position = self.position(line.asset_id)
        rate = self.rate(currency, self.rules.currency, line.day)
        quantity = Fraction(line.quantity or 0)
        self.flow(line.day, self.worth(line.asset_id or "", quantity, line.day))
        own = self.rate(position.currency, self.rules.currency, line.day)
        for lot in lots:
            position.bought += lot.cost * rate
            moved = OracleLot(lot.day, 0, line.id, lot.quantity, lot.cost * rate, lot.local)
            self.receive(position, line, moved, own)


_RULES: dict[TransactionType, Callable[[OracleBook, Transaction], None]] = {
    T.BUY: OracleBook.buy,
    T.SELL: OracleBook.sell,
    T.OPENING: OracleBook.opening,
    T.DIVIDEND: OracleBook.dividend,
    T.INTEREST: OracleBook.interest,
    T.RETURN_OF_CAPITAL: OracleBook.lower_cost,
    T.REWARD: OracleBook.reward,
    T.FEE: OracleBook.fee,
    T.TAX: OracleBook.fee,
    T.DEPOSIT: OracleBook.deposit,
    T.WITHDRAWAL: OracleBook.deposit,
    T.SPLIT: OracleBook.split,
    T.SPIN_OFF: OracleBook.spin_off,
    T.MERGER: OracleBook.exchange,
    T.SYMBOL_CHANGE: OracleBook.exchange,
    T.TRANSFER_IN: OracleBook.transfer_in,
}


def apply(books: dict[str, OracleBook], line: Transaction) -> None:
    """Apply one line; raises OversoldOracleError."""
    book = books[line.portfolio_id]
    if line.type is not T.TRANSFER_OUT:
        _RULES[line.type](book, line)
        return
    lots = book.transfer_out(line)
    if line.to_portfolio_id in books:
        books[line.to_portfolio_id].accept(line, lots, book.rules.currency)


def _sum(lots: list[OracleLot], name: str) -> Fraction:
    return sum((getattr(lot, name) for lot in lots), Fraction(0))


def _ratio(line: Transaction) -> Fraction:
    return Fraction(line.ratio_new or 1) / Fraction(line.ratio_old or 1)


def _even(lots: list[OracleLot]) -> None:
    """Average cost: every share costs the same."""
    whole, cost, local = (_sum(lots, name) for name in ("quantity", "cost", "local"))
    for lot in lots:
        lot.cost = cost * lot.quantity / whole
        lot.local = local * lot.quantity / whole


def _cut(lots: list[OracleLot], lot: OracleLot, quantity: Fraction) -> OracleLot:
    share = quantity / lot.quantity
    part = OracleLot(lot.day, lot.order, lot.source, quantity, lot.cost * share, lot.local * share)
    lot.quantity -= quantity
    lot.cost -= part.cost
    lot.local -= part.local
    if not lot.quantity:
        lots.remove(lot)
    return part


def _lower(lots: list[OracleLot], name: str, amount: Fraction) -> None:
    """Take an amount off, the same per share; a lot at zero leaves the rest to the others."""
    while amount > 0:
        open_lots = [lot for lot in lots if getattr(lot, name) > 0]
        whole = _sum(open_lots, "quantity")
        per_share = min(amount / whole, *(getattr(lot, name) / lot.quantity for lot in open_lots))
        for lot in open_lots:
            setattr(lot, name, getattr(lot, name) - per_share * lot.quantity)
        amount -= per_share * whole
