"""Portfolios: own ones only, settings, versions, and what vanishes with a deletion."""

from datetime import UTC, date, datetime

import pytest

from argosy.core.errors import NotFoundError
from argosy.core.ledger.transaction import (
    CostBasisMethod,
    DividendPolicy,
    PortfolioRules,
    TransactionType,
)
from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar, pack_bars
from argosy.core.market.stated_rates import StatedRate
from argosy.core.money import ONE
from argosy.runtime.ids import new_id
from argosy.store import portfolios, positions, prices, rates, splits, transactions, versions
from argosy.store.check import check
from argosy.store.database import Database, fetch_all
from argosy.store.positions import Position
from tests.store.people import add_asset, add_portfolio, add_user, open_books

RULES = PortfolioRules(
    currency="EUR",
    method=CostBasisMethod.UK_POOL,
    fees_in_cost=False,
    dividend_policy=DividendPolicy.REDUCES_COST,
    track_cash=True,
    allow_short=True,
)


async def test_a_portfolio_comes_back_as_it_went_in(database):
    async with database.write() as session:
        user = await add_user(session)
        made = await portfolios.create(
            session,
            portfolio_id=new_id(),
            user_id=user,
            name="Größe",
            description="x",
            rules=RULES,
        )
        assert (made.name, made.description, made.rules, made.version) == ("Größe", "x", RULES, 1)
        assert made.created_at.tzinfo is UTC
        assert await portfolios.get(session, user, made.id.upper()) == made
        assert await portfolios.of_user(session, user) == [made]


async def test_settings_change_and_the_version_rises(database):
    async with database.write() as session:
        user = await add_user(session)
        one = await add_portfolio(session, user)
        changed = await portfolios.change(
            session, user, one, name="New", description=None, rules=RULES
        )
        assert (changed.name, changed.rules, changed.version) == ("New", RULES, 2)
        await portfolios.bump_version(session, [one, one])
        assert await portfolios.version(session, user, one) == 3


async def test_another_user_s_portfolio_does_not_exist(database):
    at = datetime(2024, 1, 1, tzinfo=UTC)
    async with database.write() as session:
        ada, bob = await add_user(session), await add_user(session, "bob")
        one = await add_portfolio(session, ada)
        for name in (one, new_id(), "nonsense"):
            with pytest.raises(NotFoundError):
                await portfolios.get(session, bob, name)
            with pytest.raises(NotFoundError):
                await portfolios.portfolio_and_versions(session, bob, name)
            with pytest.raises(NotFoundError):
                await portfolios.delete(session, bob, name, at=at)
            with pytest.raises(NotFoundError):
                await portfolios.change(session, bob, name, name="x", description=None, rules=RULES)
        assert await portfolios.of_user(session, bob) == []
        assert (await portfolios.get(session, ada, one)).version == 1


async def test_a_deleted_portfolio_is_gone(database):
    async with database.write() as session:
        user = await add_user(session)
        one, two = await add_portfolio(session, user), await add_portfolio(session, user)
        at = datetime(2024, 1, 1, tzinfo=UTC)
        await portfolios.delete(session, user, one, at=at)
        with pytest.raises(NotFoundError):
            await portfolios.get(session, user, one)
        with pytest.raises(NotFoundError):
            await portfolios.delete(session, user, one, at=at)
        assert [left.id for left in await portfolios.of_user(session, user)] == [two]
        linked = await portfolios.get_many(session, {one, two})
        assert set(linked) == {one, two}


async def test_a_portfolio_and_versions_are_one_question(database):
    async with database.write() as session:
        user = await add_user(session)
        one = await add_portfolio(session, user)
        await versions.bump(session, ["prices"])
        found, by_scope = await portfolios.portfolio_and_versions(
            session, user, one, ["rates", "prices"]
        )
        assert found.id == one
        assert by_scope == {"rates": 0, "prices": 1}
        assert (await portfolios.portfolio_and_versions(session, user, one))[1] == {}


async def test_nothing_is_stored_for_a_user_who_does_not_exist(database):
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with database.write() as session:
            await add_portfolio(session, new_id())


async def test_nothing_is_left_of_a_user_who_is_deleted_as_the_table_says(database: Database):
    day, at = date(2024, 1, 5), datetime(2024, 1, 5, tzinfo=UTC)
    async with database.write() as session:
        ada, bob = await open_books(session, "ada"), await open_books(session, "bob")
        mine = await add_asset(session, "HOUSE", None, ada.user_id)
        other = await add_portfolio(session, ada.user_id, "Other")
        moved = ada.line(TransactionType.TRANSFER_OUT, asset_id=mine.id, to_portfolio_id=other)
        lines = [ada.line(asset_id=mine.id), moved, bob.line()]
        await transactions.insert_many(session, lines)
        for asset, owner in ((mine, ""), (bob.asset, ada.user_id)):
            bars = pack_bars([Bar(at=at, day=day, close=ONE)], asset_key=asset.key, latest=day)
            await prices.upsert_bars(
                session, bars.columns, source="manual", interval="1d", owner=owner
            )
            split = Split(day, ONE + ONE, ONE)
            await splits.put_splits(session, asset.key, [split], source="manual", owner=owner)
        stated = [StatedRate("EUR", "USD", at, day, ONE)]
        await rates.upsert_rates(session, stated, source="manual", owner=ada.user_id)
        held = Position(
            asset_id=mine.id,
            quantity=ONE,
            average_buy_price=None,
            cost=None,
            first_purchase_date=day,
        )
        await positions.replace(session, ada.portfolio_id, [held])
    async with database.write() as session:
        await fetch_all(session, "DELETE FROM portfolios WHERE user_id = ?", [ada.user_id])
        for table in ("asset_prices", "asset_splits", "exchange_rates"):
            await fetch_all(session, f"DELETE FROM {table} WHERE owner = ?", [ada.user_id])
        await fetch_all(session, "DELETE FROM users WHERE id = ?", [ada.user_id])
    async with database.read() as session:
        for table, left in (
            ("users", 1), ("portfolios", 1), ("transactions", 1), ("assets", 2),
            ("asset_prices", 0), ("price_blocks", 0), ("asset_splits", 0),
            ("exchange_rates", 0), ("portfolio_positions", 0),
        ):  # fmt: skip
            rows = await fetch_all(session, f"SELECT 1 FROM {table}")
            assert len(rows) == left, table
    assert await check(database) == []
