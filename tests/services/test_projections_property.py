"""Whatever happens to ledgers and to what they depend on: what is kept equals a full rebuild.

Exact figures to the last digit, daily series to 1e-12; positions, snapshots, newest figures and the
ledgers that the process keeps.
"""

import asyncio
import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from argosy.core.errors import ArgosyError
from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import CostBasisMethod, PortfolioRules, TransactionType
from argosy.core.market.asset import AssetCategory, Split
from argosy.core.market.bars import Bar, pack_bars
from argosy.core.market.stated_rates import StatedRate
from argosy.core.valuation.gains import realized_gains
from argosy.runtime.clock import FixedClock
from argosy.runtime.compute import ComputePool
from argosy.services import (
    assets,
    batches,
    books,
    figures,
    portfolios,
    projections,
    snapshots,
    tracking,
    transactions,
)
from argosy.services.assets import AssetDraft
from argosy.services.batches import Batch
from argosy.services.books import LedgerCache
from argosy.services.portfolios import PortfolioDraft
from argosy.services.snapshots import Wanted
from argosy.services.transactions import Actor
from argosy.sources.registry import Registry
from argosy.store import dirty, newest, positions, price_pages, prices, rates, splits
from argosy.store import snapshots as snapshot_rows
from argosy.store.database import Database
from argosy.store.transactions import Wanted as WantedLines
from tests.store.people import add_user

TODAY = date(2024, 3, 4)
CLOCK = FixedClock(datetime(2024, 3, 4, 12, tzinfo=UTC))
FIRST, DAYS = date(2024, 1, 2), 40
NO_SOURCES = Registry([])
CURRENCIES = ("USD", "EUR", "GBP")
RULES = (
    PortfolioRules(currency="EUR", method=CostBasisMethod.AVERAGE),
    PortfolioRules(currency="USD", method=CostBasisMethod.FIFO),
)
PARTS_FROM = books.PARTS_FROM
KINDS = (
    *("buy",) * 6,
    *("sell",) * 3,
    *("price",) * 4,
    *("dividend", "reward", "fee", "split", "merger", "spin_off", "transfer"),
    *("change", "change", "delete", "delete", "batch"),
    *("rate", "stated_split", "own_price", "drop_price", "method", "currency", "policy"),
    *("catch_up", "catch_up", "look", "look", "night"),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 1),
        st.integers(0, 2),
        st.integers(0, DAYS - 1),
        st.integers(1, 400),
    ),
    min_size=10,
    max_size=24,
)


class World:
    """Two portfolios that transfer to each other, three assets; the impossible is skipped."""

    def __init__(self, database: Database) -> None:
        self.database, self.compute, self.ledgers = database, ComputePool(), LedgerCache()

    async def begin(self) -> None:
        async with self.database.write() as session:
            self.actor = Actor(await add_user(session), CLOCK)
            self.portfolios = [
                (await portfolios.create(session, self.actor.user_id, _settings(rules, number))).id
                for number, rules in enumerate(RULES)
            ]
            self.assets = []
            for number, currency in enumerate(CURRENCIES):
                draft = AssetDraft(
                    symbol=f"A{number}", category=AssetCategory.STOCK, currency=currency
                )
                made = await assets.create(session, draft, owner=None, by=None)
                self.assets.append(made.asset)
            for number in range(3):
                await self._put_price(session, number, FIRST, Decimal(100 + number))
            for base in ("EUR", "GBP"):
                await self._put_rate(session, base, FIRST, Decimal("1.1"))
            await session.execute(text("UPDATE portfolios SET created_at = '2024-01-20 08:00:00'"))

    async def do(self, kind: str, number: int, asset: int, day: int, amount: int) -> None:
        on = FIRST + timedelta(days=day)
        try:
            await getattr(self, kind)(number, asset, on, Decimal(amount) / 7)
        except ArgosyError:
            return

    async def _enter(self, kind: str, number: int, asset: int, day: date, **fields) -> None:
        draft = TransactionDraft(
            type=TransactionType(kind),
            timestamp=day.isoformat(),
            portfolio_id=self.portfolios[number],
            asset_id=None if asset < 0 else self.assets[asset].id,
            **fields,
        )
        async with self.database.write() as session:
            await transactions.add(session, self.actor, draft)

    async def buy(self, number, asset, day, amount) -> None:
        await self._enter("BUY", number, asset, day, quantity=_q(amount), price=Decimal(99))

    async def sell(self, number, asset, day, amount) -> None:
        await self._enter(
            "SELL", number, asset, day, quantity=_q(amount / 3), price=Decimal(103), fee=Decimal(1)
        )

    async def dividend(self, number, asset, day, amount) -> None:
        await self._enter("DIVIDEND", number, asset, day, amount=_q(amount))

    async def reward(self, number, asset, day, amount) -> None:
        await self._enter("REWARD", number, asset, day, quantity=_q(amount / 9))

    async def fee(self, number, _asset, day, amount) -> None:
        await self._enter("FEE", number, -1, day, amount=_q(amount), currency="GBP")

    async def split(self, number, asset, day, amount) -> None:
        ratio = "2:1" if amount > 30 else "1:3"
        await self._enter("SPLIT", number, asset, day, ratio=ratio)

    async def merger(self, number, asset, day, _amount) -> None:
        into = self.assets[(asset + 1) % 3].id
        await self._enter("MERGER", number, asset, day, ratio="1:2", to_asset_id=into)

    async def spin_off(self, number, asset, day, _amount) -> None:
        into = self.assets[(asset + 1) % 3].id
        await self._enter(
            "SPIN_OFF",
            number,
            asset,
            day,
            ratio="1:10",
            to_asset_id=into,
            cost_share=Decimal("0.2"),
        )

    async def transfer(self, number, asset, day, amount) -> None:
        await self._enter(
            "TRANSFER_OUT",
            number,
            asset,
            day,
            quantity=_q(amount / 5),
            to_portfolio_id=self.portfolios[1 - number],
        )

    async def _line(self, number, amount):
        async with self.database.read() as session:
            wanted = WantedLines(portfolio_id=self.portfolios[number])
            lines = (
                await transactions.page(session, self.actor.user_id, wanted, limit=100, cursor=None)
            ).items
        return lines[int(amount * 7) % len(lines)].line if lines else None

    async def change(self, number, _asset, day, amount) -> None:
        line = await self._line(number, amount)
        if line is not None:
            changes = {"timestamp": day.isoformat()} if amount > 20 else {"fee": _q(amount)}
            async with self.database.write() as session:
                await transactions.patch(session, self.actor, line.id, changes)

    async def delete(self, number, _asset, _day, amount) -> None:
        line = await self._line(number, amount)
        if line is not None:
            async with self.database.write() as session:
                await transactions.remove(session, self.actor, line.id)

    async def batch(self, number, asset, day, amount) -> None:
        drafts = [
            TransactionDraft(
                row=row,
                type=TransactionType.BUY,
                timestamp=(day + timedelta(days=row)).isoformat(),
                asset_id=self.assets[(asset + row) % 3].id,
                quantity=_q(amount),
                price=Decimal(98 + row),
            )
            for row in range(3)
        ]
        async with self.database.write() as session:
            of = self.portfolios[number]
            await batches.enter(session, self.actor, Batch(drafts=drafts, portfolio_id=of))

    async def _put_price(self, session, asset, day, close, *, owner="") -> None:
        bar = Bar(at=datetime.combine(day, time(), UTC), day=day, close=close)
        packed = pack_bars([bar], asset_key=self.assets[asset].key, latest=TODAY)
        await prices.upsert_bars(session, packed.columns, source="manual", owner=owner)

    async def price(self, _number, asset, day, amount) -> None:
        async with self.database.write() as session:
            await self._put_price(session, asset, day, _q(amount + 80))

    async def own_price(self, _number, asset, day, amount) -> None:
        async with self.database.write() as session:
            owner = self.actor.user_id
            await self._put_price(session, asset, day, _q(amount + 70), owner=owner)

    async def drop_price(self, _number, asset, day, _amount) -> None:
        async with self.database.write() as session:
            some = price_pages.BarFilter(asset_key=self.assets[asset].key, start=day)
            await price_pages.delete_bars(session, some, owner="")

    async def _put_rate(self, session, base, day, rate) -> None:
        at = datetime.combine(day, time(), UTC)
        stated = StatedRate(base, "USD", at, day, rate)
        await rates.upsert_rates(session, [stated], source="manual")

    async def rate(self, number, _asset, day, amount) -> None:
        async with self.database.write() as session:
            await self._put_rate(session, ("EUR", "GBP")[number], day, _q(amount / 50 + 1))

    async def stated_split(self, _number, asset, day, amount) -> None:
        async with self.database.write() as session:
            ratio = (Decimal(2), Decimal(1)) if amount > 30 else (Decimal(1), Decimal(3))
            split = Split(day, *ratio)
            await splits.put_splits(session, self.assets[asset].key, [split], source="manual")

    async def _rules(self, number, **changes) -> None:
        async with self.database.write() as session:
            user, portfolio_id = self.actor.user_id, self.portfolios[number]
            old = await portfolios.get(session, user, portfolio_id)
            draft = _settings(replace(old.rules, **changes), number)
            await portfolios.change(session, user, portfolio_id, draft)

    async def method(self, number, _asset, _day, amount) -> None:
        methods = [one for one in CostBasisMethod if one is not CostBasisMethod.SPECIFIC]
        await self._rules(number, method=methods[int(amount * 7) % len(methods)])

    async def currency(self, number, asset, _day, _amount) -> None:
        await self._rules(number, currency=CURRENCIES[asset])

    async def policy(self, number, asset, _day, amount) -> None:
        await self._rules(number, track_cash=amount > 30, fees_in_cost=asset == 0)

    async def catch_up(self, *_) -> None:
        await tracking.catch_up(
            self.database, NO_SOURCES, compute=self.compute, clock=CLOCK, ledgers=self.ledgers
        )

    async def night(self, *_) -> None:
        await snapshots.take_all(
            self.database, ledgers=self.ledgers, compute=self.compute, clock=CLOCK
        )

    async def look(self, number, _asset, _day, _amount) -> None:
        """Ask for some snapshots and figures, as a page of the program does."""
        await self.snapshots_of(number, self.ledgers)
        await self.seen(number, self.ledgers)

    async def snapshots_of(self, number, ledgers):
        async with self.database.read() as session:
            known = await books.known(session, self.actor.user_id, self.portfolios[number])
            wanted = Wanted(today=TODAY, limit=400)
            found = await snapshots.page(
                session, known, wanted, ledgers=ledgers, compute=self.compute
            )
        await snapshots.keep(self.database, known, found.computed)
        return found.page.items

    async def seen(self, number, ledgers):
        async with self.database.read() as session:
            known = await books.known(session, self.actor.user_id, self.portfolios[number])
            ledger = await books.load(session, known, cache=ledgers, compute=self.compute)
        exact = (
            figures.figures_on(ledger, None, today=TODAY),
            figures.figures_on(ledger, FIRST + timedelta(days=20), today=TODAY),
            realized_gains(ledger.book, date.min, date.max),
            list(ledger.transactions),
            ledger.book.cash_steps,
            ledger.book.splits,
            sorted(ledger.book.bought),
            ledger.latest,
            ledger.book.first_day,
        )
        series = [] if ledger.latest is None else _arrays(ledger.series)
        return exact, series

    async def kept(self):
        """Everything that is stored beside the ledgers."""
        async with self.database.read() as session:
            return [
                (
                    await positions.read(session, portfolio_id),
                    _rounded(await newest.read(session, portfolio_id)),
                    await snapshot_rows.read(session, portfolio_id),
                )
                for portfolio_id in self.portfolios
            ]

    async def check(self) -> None:
        for number in range(2):
            exact, series = await self.seen(number, self.ledgers)
            again, anew = await self.seen(number, LedgerCache())
            assert exact == again
            for one, other in zip(series, anew, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
            assert await self.snapshots_of(number, self.ledgers) == await self.afresh(number)
        await self.catch_up()
        async with self.database.read() as session:
            assert await dirty.read(session) == {}
        assert await projections.check(self.database, compute=self.compute) == []
        before = await self.kept()
        await projections.rebuild(self.database, compute=self.compute)
        assert await self.kept() == before

    async def end(self) -> None:
        self.compute.close()
        await self.database.close()

    async def afresh(self, number):
        async with self.database.read() as session:
            known = await books.known(session, self.actor.user_id, self.portfolios[number])
            ledger = await books.load(session, known, cache=LedgerCache(), compute=self.compute)
            days = [one.day for one in await self.snapshots_of(number, self.ledgers)]
            return await snapshots.computed_on(session, ledger, days, compute=self.compute)


def _settings(rules: PortfolioRules, number: int) -> PortfolioDraft:
    return PortfolioDraft(name=f"P{number}", rules=rules)


def _q(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001")) + Decimal("0.0001")


def _arrays(series):
    return [series.days, series.value, series.cost, series.money_in, series.money_out]


def _rounded(found):
    """Returns are statistics: they agree to 1e-12."""
    if found is None:
        return None

    def unit(one):
        changes = {
            name: None if value is None else float(f"{value:.11e}") if math.isfinite(value) else 0
            for name in ("day_change", "week_change", "month_change", "year_change")
            for value in (getattr(one, name),)
        }
        return replace(one, **changes)

    return replace(found, own=unit(found.own), usd=unit(found.usd))


async def run(url: str, steps) -> None:
    world, books.PARTS_FROM = World(Database(url)), 0
    try:
        await world.begin()
        for step in steps:
            await world.do(*step)
        await world.check()
    finally:
        books.PARTS_FROM = PARTS_FROM
        await world.end()


# A ledger that stood alone is linked by a line that another portfolio enters.
LINKED = [
    ("buy", 0, 1, 0, 362),
    ("buy", 1, 0, 5, 45),
    ("look", 1, 0, 0, 1),
    ("transfer", 0, 1, 33, 215),
]


@given(steps=STEPS)
@example(steps=LINKED)
@settings(max_examples=25)
def test_what_is_kept_equals_a_full_rebuild(sqlite_databases, steps):
    with sqlite_databases.copy() as url:
        asyncio.run(run(url, steps))


@pytest.mark.postgres
@given(steps=STEPS)
@settings(max_examples=10)
def test_what_is_kept_equals_a_full_rebuild_on_postgresql(postgres_databases, steps):
    with postgres_databases.copy() as url:
        asyncio.run(run(url, steps))
