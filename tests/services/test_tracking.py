"""Counts of why assets are tracked follow from the facts, whatever happened on the way."""

import asyncio
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from argosy.core.errors import ArgosyError
from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import TransactionType
from argosy.core.market.asset import AssetCategory
from argosy.runtime.clock import FixedClock
from argosy.runtime.compute import ComputePool
from argosy.services import assets, portfolios, projections, tracking, transactions
from argosy.services.assets import AssetDraft
from argosy.services.portfolios import PortfolioDraft
from argosy.services.tracking import CaughtUp, Fetching
from argosy.services.transactions import Actor
from argosy.sources.registry import Registry
from argosy.store import dirty
from argosy.store import tracking as rows
from argosy.store.database import Database
from argosy.store.tracking import Reason
from tests.store.people import add_user

CLOCK = FixedClock(datetime(2024, 6, 3, 12, tzinfo=UTC))
NO_SOURCES = Registry([])
USERS, PORTFOLIOS, ASSETS = 2, 2, 2

KINDS = ("buy", "buy", "sell", "transfer", "drop", "put_away", "bring_back", "demo", "catch_up")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, USERS - 1),
        st.integers(0, PORTFOLIOS - 1),
        st.integers(0, ASSETS - 1),
        st.integers(0, 20),
    ),
    min_size=8,
    max_size=16,
)


class World:
    """Users with portfolios and assets they share; what is impossible is refused, and skipped."""

    def __init__(self, database):
        self.database, self.compute = database, ComputePool()

    async def begin(self):
        self.actors, self.portfolios, self.assets = [], {}, []
        async with self.database.write() as session:
            for user in range(USERS):
                actor = Actor(await add_user(session, f"user{user}"), CLOCK)
                self.actors.append(actor)
                for number in range(PORTFOLIOS):
                    draft = PortfolioDraft(name=f"P{number}")
                    made = await portfolios.create(session, actor.user_id, draft)
                    self.portfolios[user, number] = made.id
            for number in range(ASSETS):
                draft = AssetDraft(symbol=f"A{number}", category=AssetCategory.STOCK)
                made = await assets.create(session, draft, owner=None, by=None)
                self.assets.append(made.asset)

    async def do(self, kind, user, number, asset, amount):
        try:
            await getattr(self, kind)(user, self.portfolios[user, number], asset, amount)
        except ArgosyError:
            return

    async def buy(self, user, portfolio, asset, amount):
        await self._enter(user, portfolio, asset, TransactionType.BUY, amount, price=Decimal(1))

    async def sell(self, user, portfolio, asset, amount):
        await self._enter(user, portfolio, asset, TransactionType.SELL, amount, price=Decimal(1))

    async def transfer(self, user, portfolio, asset, amount):
        other = next(
            id_ for (who, _), id_ in self.portfolios.items() if who == user and id_ != portfolio
        )
        kind = TransactionType.TRANSFER_OUT
        await self._enter(user, portfolio, asset, kind, amount, to_portfolio_id=other)

    async def _enter(self, user, portfolio, asset, kind, amount, **fields):
        day = date(2024, 1, 1) + timedelta(days=amount * 5)
        draft = TransactionDraft(
            type=kind,
            timestamp=day.isoformat(),
            portfolio_id=portfolio,
            asset_id=self.assets[asset].id,
            quantity=Decimal(amount % 3 + 1),
            **fields,
        )
        async with self.database.write() as session:
            await transactions.add(session, self.actors[user], draft)

    async def drop(self, user, portfolio, _asset, amount):
        async with self.database.write() as session:
            found = await session.execute(text("SELECT id FROM transactions ORDER BY entry"))
            lines = [str(one) for (one,) in found]
            if lines:
                line = lines[amount % len(lines)]
                await transactions.remove(session, self.actors[user], line)

    async def put_away(self, user, portfolio, _asset, _amount):
        async with self.database.write() as session:
            await portfolios.delete(session, self.actors[user].user_id, portfolio, CLOCK)

    async def bring_back(self, _user, portfolio, _asset, _amount):
        await self._change(portfolio, "deleted_at = NULL")

    async def demo(self, _user, portfolio, _asset, amount):
        await self._change(portfolio, f"is_demo = {'TRUE' if amount % 2 else 'FALSE'}")

    async def _change(self, portfolio, change):
        async with self.database.write() as session:
            sql = f"UPDATE portfolios SET {change}, version = version + 1 WHERE id = :id"
            await session.execute(text(sql), {"id": portfolio})
            await dirty.mark(session, {portfolio: date.min})

    async def catch_up(self, *_step):
        return await tracking.catch_up(self.database, NO_SOURCES, compute=self.compute, clock=CLOCK)

    async def counts(self):
        ids = [asset.id for asset in self.assets]
        async with self.database.read() as session:
            found = await rows.read(session, ids)
        assert all(getattr(one, reason) >= 0 for one in found.values() for reason in Reason)
        return {id_: one.tracking_users for id_, one in found.items() if one.tracking_users}

    async def truth(self):
        """Who holds what, added up from the lines themselves."""
        held = defaultdict(Decimal)
        async with self.database.read() as session:
            lines = await session.execute(
                text("SELECT type, portfolio_id, to_portfolio_id, asset_id, quantity FROM ledger")
            )
            for kind, source, target, asset, quantity in lines:
                amount = int(quantity)
                held[str(source), str(asset)] += amount if kind == "BUY" else -amount
                if target is not None:
                    held[str(target), str(asset)] += amount
            found = await session.execute(
                text("SELECT id, user_id FROM portfolios WHERE deleted_at IS NULL AND NOT is_demo")
            )
            owners = {str(id_): str(user) for id_, user in found}
        users = defaultdict(set)
        for (portfolio, asset), amount in held.items():
            if amount and portfolio in owners:
                users[asset].add(owners[portfolio])
        return {asset: len(some) for asset, some in users.items()}


async def live(url, steps):
    database = Database(url)
    async with database.engine.begin() as connection:
        quantity = "substr(quantity, 3)" if database.is_sqlite else "quantity"
        await connection.execute(
            text(
                f"CREATE VIEW ledger AS SELECT type, portfolio_id, to_portfolio_id, asset_id, "
                f"{quantity} AS quantity FROM transactions"
            )
        )
    world = World(database)
    await world.begin()
    for step in steps:
        await world.do(*step)
    await world.catch_up()
    counted = await world.counts()
    assert counted == await world.truth()
    assert await tracking.recount(database) == 0
    await projections.rebuild(database, compute=world.compute)
    assert await world.counts() == counted
    assert await world.catch_up() == CaughtUp()
    world.compute.close()
    await database.close()


@given(steps=STEPS)
@settings(max_examples=30)
def test_counts_are_those_of_a_recount_after_anything(sqlite_databases, steps):
    with sqlite_databases.copy() as url:
        asyncio.run(live(url, steps))


@pytest.mark.postgres
@given(steps=STEPS)
@settings(max_examples=10)
def test_counts_are_those_of_a_recount_on_postgresql_too(postgres_databases, steps):
    with postgres_databases.copy() as url:
        asyncio.run(live(url, steps))


@pytest.fixture
async def world(database):
    made = World(database)
    await made.begin()
    yield made
    made.compute.close()


async def of(world, asset=0):
    async with world.database.read() as session:
        return await tracking.of_asset(session, world.assets[asset])


async def test_users_are_counted_and_not_their_portfolios(world):
    for user, number in [(0, 0), (0, 1), (1, 0)]:
        await world.buy(user, world.portfolios[user, number], 0, 1)
    await world.catch_up()
    assert (await of(world)).tracking_users == 2


async def test_when_it_was_tracked_first_and_when_a_reason_came_last_is_kept(world):
    await world.buy(0, world.portfolios[0, 0], 0, 1)
    await world.catch_up()
    first = await of(world)
    assert first.first_tracked_at == first.last_tracked_at is not None
    await world.put_away(0, world.portfolios[0, 0], 0, 0)
    await world.catch_up()
    gone = await of(world)
    assert not gone.is_tracked
    assert gone.first_tracked_at == first.first_tracked_at <= gone.last_tracked_at


async def test_two_who_catch_up_at_once_count_both_portfolios(world):
    for user in (0, 1):
        await world.buy(user, world.portfolios[user, 0], 0, 1)
    other = Database(world.database.url.replace("+aiosqlite", "").replace("+psycopg", ""))
    neighbor = World(other)
    await asyncio.gather(world.catch_up(), neighbor.catch_up(), world.catch_up())
    neighbor.compute.close()
    await other.close()
    assert (await of(world)).tracking_users == 2


async def test_another_reason_alone_keeps_an_asset_tracked(world):
    async with world.database.write() as session:
        await rows.put(session, world.assets[0].id, {Reason.BENCHMARKS: 1})
        await tracking.settle(session, NO_SOURCES, [world.assets[0].id], clock=CLOCK)
    found = await of(world)
    assert (found.is_tracked, found.tracking_users) == (True, 0)
    async with world.database.read() as session:
        assert [one.asset_id for one in await tracking.tracked(session)] == [world.assets[0].id]


async def test_the_database_refuses_a_count_below_zero(world):
    with pytest.raises(Exception, match="ck_tracked_assets_counts"):
        async with world.database.write() as session:
            await rows.put(session, world.assets[0].id, {"tracking_users": -1})


async def test_a_rebuild_mends_counts_that_are_wrong(world):
    await world.buy(0, world.portfolios[0, 0], 0, 1)
    await world.catch_up()
    async with world.database.write() as session:
        await session.execute(text("UPDATE tracked_assets SET tracking_users = 7"))
    await projections.rebuild(world.database, compute=world.compute)
    assert (await of(world)).tracking_users == 1


async def test_the_most_urgent_is_named_first_and_who_is_disabled_not_at_all(world):
    for asset, priority in zip(world.assets, (3, 1), strict=True):
        async with world.database.write() as session:
            wanted = Fetching(enabled=True, priority=priority, interval_minutes=60)
            await tracking.configure(session, NO_SOURCES, asset, wanted, clock=CLOCK)
    assert await named(world) == [world.assets[1].id, world.assets[0].id]
    async with world.database.write() as session:
        wanted = Fetching(enabled=False)
        await tracking.configure(session, NO_SOURCES, world.assets[0], wanted, clock=CLOCK)
    assert await named(world) == [world.assets[1].id]


async def named(world):
    async with world.database.read() as session:
        return [one.asset_id for one in await tracking.tracked(session)]


@pytest.mark.parametrize("wanted", [Fetching(priority=4), Fetching(interval_minutes=0)])
async def test_impossible_settings_are_refused(world, wanted):
    with pytest.raises(ArgosyError):
        async with world.database.write() as session:
            await tracking.configure(session, NO_SOURCES, world.assets[0], wanted, clock=CLOCK)
