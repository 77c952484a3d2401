"""A slow, plain second opinion: fractions, a loop over days, nothing of ours but the raw rows.

Covers BUY, SELL, OPENING, REWARD, DIVIDEND, INTEREST, FEE, SPLIT, DEPOSIT and WITHDRAWAL at
average cost, over what a ledger's text says.
"""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.support.ledger import Ledger

PENCE = {"GBp": ("GBP", 100)}
ZERO = Fraction(0)
NO_FEE = ("0", "0")


class UnknownError(Exception):
    """A price or a rate that nobody knows."""


class Plain:
    """One portfolio, worked out anew for every question."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.rules = ledger.rules[ledger.main]
        self.lines = [x for x in ledger.transactions if x.portfolio_id == ledger.main]
        self.splits = _pair(ledger)

    @property
    def first(self) -> date:
        return self.lines[0].day

    def rate(self, base: str, quote: str, day: date) -> Fraction:
        """Quote per base: of all direct and once-crossed paths the newest, then the shortest."""
        (base, base_units), (quote, quote_units) = _major(base), _major(quote)
        if base == quote:
            return Fraction(quote_units, base_units)
        currencies = {x.base for x in self.ledger.text.rates} | {
            x.quote for x in self.ledger.text.rates
        }
        paths = [[(base, quote)], *([(base, via), (via, quote)] for via in sorted(currencies))]
        found = []
        for path in paths:
            legs = [self._leg(one, other, day) for one, other in path if one != other]
            if None not in legs and len(legs) == len(path):
                product = Fraction(1)
                for leg in legs:
                    product *= leg[1]
                found.append((min(leg[0] for leg in legs), -len(legs), product))
        if not found:
            raise UnknownError(f"{base}/{quote}")
        newest = max(x[0] for x in found)
        shortest = max(x[1] for x in found if x[0] == newest)
        return next(x[2] for x in found if x[:2] == (newest, shortest)) * quote_units / base_units

    def _leg(self, base: str, quote: str, day: date) -> tuple[date, Fraction] | None:
        rows = [x for x in self.ledger.text.rates if x.day <= day]
        stated = [(x.day, 1, Fraction(x.rate)) for x in rows if (x.base, x.quote) == (base, quote)]
        turned = [
            (x.day, 0, 1 / Fraction(x.rate)) for x in rows if (x.quote, x.base) == (base, quote)
        ]
        best = max([*stated, *turned], key=lambda x: x[:2], default=None)
        return None if best is None else (best[0], best[2])

    def mark(self, asset: str, day: date) -> Fraction:
        """Price of the newer of market and own trade, in the shares that are held on the day."""
        market = [x for x in self.ledger.text.closes if x[0] == asset and x[1] <= day]
        best = max(market, key=lambda x: x[1], default=None)
        candidates = [] if best is None else [(best[1], 1, Fraction(best[2]))]
        for line in self.lines:
            if (
                line.asset_id == asset
                and line.day <= day
                and line.type in {"BUY", "SELL", "REWARD"}
            ):
                try:
                    own = _amount(line) / Fraction(line.quantity) * self._to_local(line)
                except UnknownError:
                    continue
                candidates.append((line.day, 0, own))
        if not candidates:
            raise UnknownError(asset)
        newest = max(x[:2] for x in candidates)
        since, is_market, price = [x for x in candidates if x[:2] == newest][-1]
        for priced_on, held_on, ratio in self.splits[asset]:
            if day >= held_on:
                price /= ratio
            if since >= (priced_on if is_market else held_on):
                price *= ratio
        return price

    def _to_local(self, line: Any) -> Fraction:
        currency = self.ledger.text.currencies[line.asset_id]
        if line.currency == currency:
            return Fraction(1)
        if line.fx_rate is not None and line.fx_quote == currency:
            return Fraction(line.fx_rate)
        return self.rate(line.currency, currency, line.day)

    def to_base(self, line: Any) -> Fraction:
        if line.fx_rate is not None:
            return Fraction(line.fx_rate)
        return self.rate(line.currency, self.rules.currency, line.day)

    def state(self, day: date) -> "State":
        """Everything the ledger says at the end of a day."""
        state = State(self)
        for line in self.lines:
            if line.day <= day:
                state.apply(line)
        return state

    def value_of(self, asset: str, day: date) -> Fraction:
        quantity = self.state(day).quantity[asset]
        if not quantity:
            return ZERO
        rate = self.rate(self.ledger.text.currencies[asset], self.rules.currency, day)
        return quantity * self.mark(asset, day) * rate

    def value(self, day: date) -> Fraction:
        """Holdings and cash; raises UnknownError if anything held has no price or rate."""
        state = self.state(day)
        total = sum((self.value_of(x, day) for x in state.quantity), ZERO)
        for currency, amount in state.cash.items():
            if amount:
                total += amount * self.rate(currency, self.rules.currency, day)
        return total

    def twr(self, start: date, end: date) -> Fraction | None:
        """Product over all days; None where a base is below zero."""
        flows = self.state(end).flows
        product, day = Fraction(1), start
        while day <= end:
            money_in, money_out, fees = flows[day]
            before = self.value(day - timedelta(days=1)) if day > self.first else ZERO
            if before + money_in - fees != 0:
                base = before + money_in
                if base <= 0:
                    return None
                product *= (self.value(day) + money_out) / base
            day += timedelta(days=1)
        return product - 1

    def started(self, start: date, end: date) -> date:
        """Return the close before the range, or the first day with capital or flows."""
        if self.value(start - timedelta(days=1)):
            return start - timedelta(days=1)
        flows = self.state(end).flows
        day = start
        while day < end and not self.value(day) and not any(flows[day]):
            day += timedelta(days=1)
        return day if self.value(day) or any(flows[day]) else start

    def investor_flows(self, start: date, end: date) -> list[tuple[date, Fraction]]:
        """Opening and money in negative, money out and closing positive."""
        flows = self.state(end).flows
        found = [(self.started(start, end), -self.value(start - timedelta(days=1)))]
        found += [(d, x[1] - x[0]) for d, x in sorted(flows.items()) if start <= d <= end]
        return [*found, (end, self.value(end))]

    def gain(self, start: date, end: date) -> Fraction:
        flows = self.state(end).flows
        net = sum((x[0] - x[1] for d, x in flows.items() if start <= d <= end), ZERO)
        return self.value(end) - self.value(start - timedelta(days=1)) - net

    def dietz(self, start: date, end: date) -> Fraction | None:
        begin = self.started(start, end)
        span = (end - begin).days
        if not span:
            return None
        capital = self.value(start - timedelta(days=1))
        for day, (money_in, money_out, _) in self.state(end).flows.items():
            if start <= day <= end:
                capital += (money_in - money_out) * Fraction((end - day).days, span)
        return self.gain(start, end) / capital if capital > 0 else None


class State:
    """Sums of the lines so far."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.quantity: dict[str, Fraction] = defaultdict(Fraction)
        self.cost: dict[str, Fraction] = defaultdict(Fraction)
        self.realized = self.income = self.fees = self.separate = self.bought = ZERO
        self.cash: dict[str, Fraction] = defaultdict(Fraction)
        self.flows: dict[date, tuple[Fraction, Fraction, Fraction]] = defaultdict(
            lambda: (ZERO, ZERO, ZERO)
        )
        self._spare: dict[date, Fraction] = defaultdict(Fraction)

    def apply(self, line: Any) -> None:
        rules = self.plain.rules
        if line.type == "SPLIT":
            self.quantity[line.asset_id] *= Fraction(line.ratio_new) / Fraction(line.ratio_old)
            return
        if line.type in {"DEPOSIT", "WITHDRAWAL"} and not rules.track_cash:
            return
        try:
            rate = self.plain.to_base(line)
        except UnknownError:  # quantities and cash need none; sums are not asked for then
            rate = ZERO
        amount, charges = _amount(line), Fraction(line.fee) + Fraction(line.tax)
        getattr(self, f"_{line.type.lower()}")(line, amount, charges, rate)

    def _move(self, line: Any, amount: Fraction) -> None:
        if self.plain.rules.track_cash:
            currency = line.currency
            if line.fx_rate is not None:
                amount, currency = amount * Fraction(line.fx_rate), line.fx_quote
            currency, units = _major(currency)
            self.cash[currency] += amount / units

    def _flow(
        self, day: date, money_in: Fraction, money_out: Fraction, fees: Fraction = ZERO
    ) -> None:
        old = self.flows[day]
        self.flows[day] = (old[0] + money_in, old[1] + money_out, old[2] + fees)

    def _buy(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        paid = (amount + charges) * rate
        self._charge(charges * rate)
        self.bought += paid
        self._move(line, -(amount + charges))
        if not self.plain.rules.track_cash:
            own = min(paid, self._spare[line.day])
            self._spare[line.day] -= own
            self._flow(line.day, paid - own, -own)
        self._add(
            line.asset_id,
            Fraction(line.quantity),
            paid if self.plain.rules.fees_in_cost else amount * rate,
        )

    def _opening(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        paid = (amount + charges) * rate
        self._charge(charges * rate)
        self.bought += paid
        self._flow(line.day, paid, ZERO)
        self._add(
            line.asset_id,
            Fraction(line.quantity),
            paid if self.plain.rules.fees_in_cost else amount * rate,
        )

    def _reward(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        self.income += amount * rate
        self._add(line.asset_id, Fraction(line.quantity), amount * rate)

    def _sell(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        received = (amount - charges) * rate
        self._charge(charges * rate)
        self._move(line, amount - charges)
        if not self.plain.rules.track_cash:
            self._spare[line.day] += received
            self._flow(line.day, ZERO, received)
        proceeds = received if self.plain.rules.fees_in_cost else amount * rate
        self._add(line.asset_id, -Fraction(line.quantity), -proceeds)

    def _add(self, asset: str, quantity: Fraction, cost: Fraction) -> None:
        """Add signed shares at a signed cost; what goes against the position is realized."""
        held, known = self.quantity[asset], self.cost[asset]
        if held * quantity >= 0:
            self.quantity[asset], self.cost[asset] = held + quantity, known + cost
            return
        closing = min(abs(held), abs(quantity))
        relieved, own = known * closing / abs(held), cost * closing / abs(quantity)
        self.realized += -own - relieved
        self.quantity[asset] = held + quantity
        self.cost[asset] = known - relieved + cost - own

    def _charge(self, charges: Fraction) -> None:
        self.fees += charges
        if not self.plain.rules.fees_in_cost:
            self.separate += charges

    def _dividend(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        net = amount - charges
        self.fees += charges * rate
        self.income += net * rate
        self._move(line, net)
        if not self.plain.rules.track_cash:
            self._flow(line.day, ZERO, net * rate)

    _interest = _dividend

    def _fee(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        self.fees += amount * rate
        self.separate += amount * rate
        self._move(line, -amount)
        if not self.plain.rules.track_cash:
            self._flow(line.day, amount * rate, ZERO, amount * rate)

    def _deposit(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        self._move(line, amount)
        self._flow(line.day, amount * rate, ZERO)

    def _withdrawal(self, line: Any, amount: Fraction, charges: Fraction, rate: Fraction) -> None:
        self._move(line, -amount)
        self._flow(line.day, ZERO, amount * rate)


def _amount(line: Any) -> Fraction:
    if line.amount is not None:
        return Fraction(line.amount)
    return Fraction(line.quantity) * Fraction(line.price)


def _major(currency: str) -> tuple[str, int]:
    return PENCE.get(currency, (currency, 1))


def _pair(ledger: Ledger) -> dict[str, list[tuple[date, date, Fraction]]]:
    """Splits by asset: the day of the market, the day of the ledger, the ratio."""
    found: dict[str, list[tuple[date, date, Fraction]]] = defaultdict(list)
    stated = [(asset, x.day, Fraction(x.new) / Fraction(x.old)) for asset, x in ledger.text.stated]
    for line in ledger.transactions:
        if line.type != "SPLIT":
            continue
        ratio = Fraction(line.ratio_new) / Fraction(line.ratio_old)
        same = [
            x
            for x in stated
            if x[0] == line.asset_id and x[2] == ratio and abs((x[1] - line.day).days) <= 7
        ]
        if same:
            stated.remove(same[0])
        found[line.asset_id].append((same[0][1] if same else line.day, line.day, ratio))
    for asset, day, ratio in stated:
        found[asset].append((day, day, ratio))
    return found
