"""Portfolios: own ones only, settings, versions, and what vanishes with a deletion."""

from datetime import UTC, datetime

import pytest

from argosy.core.errors import NotFoundError
from argosy.core.ledger.transaction import CostBasisMethod, DividendPolicy, PortfolioRules
from argosy.runtime.ids import new_id
from argosy.store import portfolios, versions
from argosy.store.database import Database, fetch_all
from tests.store.people import add_portfolio, add_user

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


async def test_a_deleted_user_takes_everything_along(database: Database):
    async with database.write() as session:
        user = await add_user(session)
        await add_portfolio(session, user)
        await fetch_all(session, "DELETE FROM users WHERE id = ?", [user])
        assert await fetch_all(session, "SELECT 1 FROM portfolios") == []
