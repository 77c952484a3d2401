"""What marks a portfolio's projections out of date, by whom it is concerned, and from which day."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from argosy.core.ledger.transaction import TransactionType
from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar, pack_bars
from argosy.core.market.stated_rates import StatedRate
from argosy.store import dirty, prices, rates, splits, transactions
from tests.store.people import add_asset, add_portfolio, open_books

DAY = date(2024, 3, 1)


def bars_of(asset, close="10"):
    at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    bar = Bar(at=at, day=DAY, close=Decimal(close))
    return pack_bars([bar], asset_key=asset.key, latest=DAY).columns


@pytest.fixture
async def mine(database):
    """Ada's portfolio with one purchase, Bob's with another, and none marked."""
    async with database.write() as session:
        mine = await open_books(session)
        mine.other = await open_books(session, "bob")
        lines = [mine.line(), mine.other.line(currency="EUR")]
        await transactions.insert_many(session, lines)
    return mine


async def marked(database):
    async with database.read() as session:
        return await dirty.read(session)


async def test_a_price_marks_those_who_ever_had_the_asset_from_its_day_on(database, mine):
    async with database.write() as session:
        await prices.upsert_bars(session, bars_of(mine.asset), source="here")
    assert await marked(database) == {mine.portfolio_id: DAY}


async def test_a_price_that_is_stored_already_marks_nobody(database, mine):
    async with database.write() as session:
        await prices.upsert_bars(session, bars_of(mine.asset), source="here")
        await dirty.clear(session, mine.portfolio_id, marks=1)
    async with database.write() as session:
        await prices.upsert_bars(session, bars_of(mine.asset), source="here")
    assert await marked(database) == {}


async def test_an_own_price_marks_nobody_elses_portfolios(database, mine):
    async with database.write() as session:
        await transactions.insert_many(session, [mine.line(portfolio_id=mine.other.portfolio_id)])
        own = mine.other.user_id
        await prices.upsert_bars(session, bars_of(mine.asset), source="manual", owner=own)
    assert await marked(database) == {mine.other.portfolio_id: DAY}


async def test_a_price_of_what_nobody_has_marks_nobody(database, mine):
    async with database.write() as session:
        other = await add_asset(session, "NEW")
        await prices.upsert_bars(session, bars_of(other), source="here")
    assert await marked(database) == {}


async def test_a_rate_marks_those_who_convert_anything(database, mine):
    async with database.write() as session:
        at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
        rate = StatedRate("EUR", "USD", at, DAY, Decimal("1.1"))
        await rates.upsert_rates(session, [rate], source="here")
    assert await marked(database) == {mine.other.portfolio_id: DAY}


async def test_a_split_marks_all_days(database, mine):
    async with database.write() as session:
        split = Split(DAY, Decimal(2), Decimal(1))
        await splits.put_splits(session, mine.asset.key, [split], source="here")
    assert await marked(database) == {mine.portfolio_id: dirty.ALWAYS}


async def test_a_mark_reaches_the_portfolios_that_lots_went_to(database, mine):
    async with database.write() as session:
        target = await add_portfolio(session, mine.user_id, "Second")
        out = mine.line(TransactionType.TRANSFER_OUT, price=None, to_portfolio_id=target)
        await transactions.insert_many(session, [out])
        await prices.upsert_bars(session, bars_of(mine.asset), source="here")
    assert await marked(database) == {mine.portfolio_id: DAY, target: DAY}


async def test_a_mark_set_once_more_is_not_taken_away_by_who_did_not_see_it(database, mine):
    async with database.write() as session:
        await dirty.mark(session, {mine.portfolio_id: DAY})
        seen = (await dirty.markers(session))[mine.portfolio_id].marks
        await dirty.mark(session, {mine.portfolio_id: DAY})
        await dirty.clear(session, mine.portfolio_id, marks=seen)
    assert await marked(database) == {mine.portfolio_id: DAY}


@pytest.mark.postgres
class TestByTriggers:
    """Somebody writes into PostgreSQL around the program."""

    @pytest.fixture
    def database_url(self, postgres_url):
        return postgres_url

    @pytest.fixture
    def prompt(self, postgres_url):
        url = postgres_url.replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url)

        def run(sql, **parameters):
            with engine.begin() as connection:
                connection.execute(text(sql), parameters)

        yield run
        engine.dispose()

    async def test_a_line(self, database, mine, prompt):
        prompt(
            "INSERT INTO transactions (id, portfolio_id, type, day, turn, asset_id, quantity,"
            " price, fee, tax, currency) SELECT gen_random_uuid(), portfolio_id, type, :day, turn,"
            " asset_id, 1, 1, 0, 0, currency FROM transactions WHERE portfolio_id = :id",
            day=date(2024, 3, 15),
            id=mine.portfolio_id,
        )
        assert await marked(database) == {mine.portfolio_id: DAY}
        async with database.read() as session:
            found = await session.execute(text("SELECT version FROM portfolios ORDER BY id"))
            assert [row[0] for row in found] == [2, 1]

    async def test_a_rule(self, database, mine, prompt):
        sql = "UPDATE portfolios SET cost_basis_method = 'fifo' WHERE id = :id"
        prompt(sql, id=mine.portfolio_id)
        assert await marked(database) == {mine.portfolio_id: dirty.ALWAYS}

    async def test_a_name_is_no_rule(self, database, mine, prompt):
        prompt("UPDATE portfolios SET name = 'Other' WHERE id = :id", id=mine.portfolio_id)
        assert await marked(database) == {}

    async def test_a_price(self, database, mine, prompt):
        async with database.write() as session:
            await prices.upsert_bars(session, bars_of(mine.asset), source="here")
            await dirty.clear(session, mine.portfolio_id, marks=1)
        prompt("UPDATE asset_prices SET close = close + 1")
        assert await marked(database) == {mine.portfolio_id: DAY}
        async with database.read() as session:
            histories = await prices.read_histories(session, [mine.asset.key])
        assert histories[mine.asset.key].close(0) == 11

    async def test_a_rate_and_a_split(self, database, mine, prompt):
        prompt(
            "INSERT INTO price_sources (name) VALUES ('prompt') ON CONFLICT DO NOTHING",
        )
        prompt(
            "INSERT INTO exchange_rates (base, quote, timestamp, day, rate, source, owner)"
            " SELECT 'EUR', 'USD', :at, :day, 1.1, min(id), '' FROM price_sources",
            at=datetime(2024, 3, 1, tzinfo=UTC),
            day=DAY.toordinal(),
        )
        both = {mine.portfolio_id: DAY, mine.other.portfolio_id: DAY}
        assert await marked(database) == both
        prompt(
            "INSERT INTO asset_splits (asset_key, day, new, old, source, owner)"
            " SELECT :key, :day, 2, 1, min(id), '' FROM price_sources",
            key=mine.asset.key,
            day=DAY.toordinal(),
        )
        assert await marked(database) == {**both, mine.portfolio_id: dirty.ALWAYS}
