"""PostgreSQL keeps the prices of each year in a table of their own."""

from datetime import date

import pytest
from sqlalchemy import text

from argosy.services import upkeep
from argosy.store.database import Database
from tests.store.test_prices import add_assets, bar, closes, put

pytestmark = pytest.mark.postgres
PARTS = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = 'asset_prices'::regclass ORDER BY 1"
)


@pytest.fixture
async def postgres(postgres_url):
    database = Database(postgres_url)
    yield database
    await database.close()


async def parts(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.execute(text(PARTS))).scalars())


async def test_a_year_gets_its_partition_with_its_first_bar(postgres):
    await add_assets(postgres)
    await put(postgres, [bar(date(2019, 12, 31), "1"), bar(date(2020, 1, 1), "2")])
    await put(postgres, [bar(date(2020, 1, 2), "3")])
    assert await parts(postgres) == [
        "asset_prices_2019",
        "asset_prices_2020",
        "asset_prices_rest",
    ]


async def test_rows_of_the_year_that_wait_in_the_rest_move_along(postgres):
    await add_assets(postgres)
    insert = (
        "INSERT INTO asset_prices (asset_key, interval, timestamp, source, day, close, scale)"
        " VALUES (1, '1d', '2021-05-05Z', 1, 737915, 7, 0)"
    )
    async with postgres.write() as session:
        await session.execute(text("INSERT INTO price_sources (id, name) VALUES (1, 'yahoo')"))
        await session.execute(text("SELECT setval('price_sources_id_seq', 1)"))
        await session.execute(text(insert))
    await put(postgres, [bar(date(2021, 5, 6), "8")])
    assert list(await closes(postgres)) == [date(2021, 5, 5), date(2021, 5, 6)]
    async with postgres.read() as session:
        rest = await session.execute(text("SELECT count(*) FROM asset_prices_rest"))
        assert rest.scalar() == 0


async def test_the_next_years_are_made_ahead_and_once(postgres, sqlite_url):
    assert await upkeep.add_years(postgres, date(2026, 11, 21)) == [2026, 2027, 2028]
    assert await upkeep.add_years(postgres, date(2027, 1, 1)) == [2029]
    assert "asset_prices_2029" in await parts(postgres)
    embedded = Database(sqlite_url)
    assert await upkeep.add_years(embedded, date(2026, 11, 21)) == []
    await embedded.close()
