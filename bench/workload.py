"""The seeded workload of all ledger benchmarks: N transactions, A assets, D days.

Buys and sells of random assets at a random walk's price; a sale never exceeds the holding.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.core.market.asset import Asset, AssetCategory
from argosy.runtime.ids import new_id

LAST_DAY = date(2026, 6, 30)
SIZES = {1_900: (50, 8 * 365), 14_400: (250, 12 * 365), 100_000: (500, 20 * 365)}
"""Transactions → (assets, days) of the three portfolios that the targets name."""


@dataclass(frozen=True)
class Workload:
    """Scaled integers: quantity and price 1e-4, fee 1e-2; `prices` has shape (days, assets)."""

    days: NDArray[np.int64]
    assets: NDArray[np.int64]
    sides: NDArray[np.int64]
    quantities: NDArray[np.int64]
    prices_paid: NDArray[np.int64]
    fees: NDArray[np.int64]
    prices: NDArray[np.int64]

    @property
    def first_day(self) -> date:
        """The day that index 0 stands for."""
        return LAST_DAY - timedelta(days=len(self.prices) - 1)


def make(transactions: int, assets: int, days: int, *, seed: int = 2) -> Workload:
    """Make the workload of a seed."""
    prices = _walk(assets, days, seed + 100)
    random = np.random.default_rng(seed)
    on = np.sort(random.integers(0, days, transactions))
    of = random.integers(0, assets, transactions)
    chance, share = random.random(transactions), random.random(transactions)
    quantity = random.integers(1_0000, 200_0000, transactions)
    held, side = np.zeros(assets, np.int64), np.ones(transactions, np.int64)
    for i in range(transactions):
        asset = of[i]
        if chance[i] < 0.35 and held[asset] > 0:
            whole = share[i] >= 0.95
            quantity[i] = held[asset] if whole else max(1, int(held[asset] * share[i]))
            side[i] = -1
        held[asset] += side[i] * quantity[i]
    fees = random.integers(0, 500, transactions)
    return Workload(on, of, side, quantity, prices[on, of], fees, prices)


def _walk(assets: int, days: int, seed: int) -> NDArray[np.int64]:
    random = np.random.default_rng(seed)
    drift = random.normal(0.0003, 0.0002, assets)
    spread = random.uniform(0.008, 0.03, assets)
    common = random.normal(0, 0.008, (days, 1)) * random.uniform(0.3, 1.5, assets)
    steps = drift - spread**2 / 2 + spread * random.standard_normal((days, assets)) + common
    start = random.uniform(10, 400, assets)
    return np.rint((start * np.exp(np.cumsum(steps, 0)) + 0.01) * 10_000).astype(np.int64)


def assets_of(work: Workload) -> list[Asset]:
    """Return the assets, without keys."""
    return [
        Asset(
            id=new_id(),
            key=0,
            symbol=f"S{number:03d}",
            exchange=None,
            name=f"Asset {number}",
            category=AssetCategory.STOCK,
            currency="USD",
        )
        for number in range(work.prices.shape[1])
    ]


def transactions_of(work: Workload, assets: list[Asset], portfolio_id: str) -> list[Transaction]:
    """Return the ledger in order."""
    first = work.first_day
    return [
        Transaction(
            id=new_id(),
            portfolio_id=portfolio_id,
            type=TransactionType.BUY if side > 0 else TransactionType.SELL,
            day=first + timedelta(days=int(day)),
            entry=entry,
            asset_id=assets[asset].id,
            quantity=Decimal(int(quantity)).scaleb(-4),
            price=Decimal(int(price)).scaleb(-4),
            fee=Decimal(int(fee)).scaleb(-2),
            currency="USD",
        )
        for entry, (day, asset, side, quantity, price, fee) in enumerate(
            zip(
                work.days,
                work.assets,
                work.sides,
                work.quantities,
                work.prices_paid,
                work.fees,
                strict=True,
            )
        )
    ]


def beancount_text(work: Workload) -> str:
    """Write the same ledger for beancount, fees posted apart, lots booked first in first out."""
    first = work.first_day
    lines = [
        'option "operating_currency" "USD"',
        f"{first} open Assets:Cash",
        f"{first} open Income:Gains",
        f"{first} open Expenses:Fees",
    ]
    lines += [
        f'{first} open Assets:Broker:S{number:03d} S{number:03d} "FIFO"'
        for number in range(work.prices.shape[1])
    ]
    for day, asset, side, quantity, price, fee in zip(
        work.days,
        work.assets,
        work.sides,
        work.quantities,
        work.prices_paid,
        work.fees,
        strict=True,
    ):
        on, name = first + timedelta(days=int(day)), f"S{asset:03d}"
        shares, paid, charge = _text(quantity, 4), _text(price, 4), _text(fee, 2)
        if side > 0:
            lines.append(
                f'{on} * "Buy"\n  Assets:Broker:{name}  {shares} {name} {{{paid} USD}}\n'
                f"  Expenses:Fees  {charge} USD\n  Assets:Cash"
            )
        else:
            cash = int(quantity) * int(price) // 10**6 - int(fee)
            lines.append(
                f'{on} * "Sell"\n  Assets:Broker:{name}  -{shares} {name} {{}} @ {paid} USD\n'
                f"  Expenses:Fees  {charge} USD\n"
                f"  Assets:Cash  {Decimal(cash).scaleb(-2)} USD\n  Income:Gains"
            )
    return "\n".join(lines) + "\n"


def _text(scaled: int, places: int) -> str:
    return format(Decimal(int(scaled)).scaleb(-places), "f")
