from datetime import date
from decimal import Decimal

import pytest

from argosy.core.market.asset import Split
from argosy.core.market.bars import UpsertCounts
from argosy.store import splits
from argosy.store.database import Database
from tests.store.test_prices import add_assets, rank

FIRST = Split(date(2014, 6, 9), Decimal(7), Decimal(1))
SECOND = Split(date(2020, 8, 31), Decimal(4), Decimal(1))


async def put(database: Database, *given: Split, **options: object) -> UpsertCounts:
    async with database.write() as session:
        return await splits.put_splits(session, 1, given, **{"source": "yahoo", **options})


async def read(database: Database, **options: object):
    async with database.read() as session:
        return await splits.read_splits(session, [1, 2], **options)


async def test_splits_are_merged_or_replace_those_of_their_source(database: Database):
    await add_assets(database)
    assert await put(database, SECOND, FIRST) == UpsertCounts(created=2)
    assert await read(database) == {1: (FIRST, SECOND)}
    assert await put(database, FIRST) == UpsertCounts(unchanged=1)
    assert await read(database) == {1: (FIRST, SECOND)}
    assert await put(database, FIRST, replace=True) == UpsertCounts(unchanged=1)
    assert await read(database) == {1: (FIRST,)}


async def test_one_source_speaks_for_an_asset(database: Database):
    await add_assets(database)
    await put(database, FIRST, SECOND)
    day_later = Split(date(2020, 9, 1), Decimal(4), Decimal(1))
    await put(database, day_later, source="other")
    assert await read(database) == {1: (FIRST, SECOND)}
    await rank(database, "other")
    assert await read(database) == {1: (day_later,)}


async def test_the_demos_splits_count_only_where_nobody_else_states_any(database: Database):
    await add_assets(database)
    await put(database, FIRST, source="demo")
    assert await read(database) == {1: (FIRST,)}
    await put(database, SECOND, source="other")
    assert await read(database) == {1: (SECOND,)}


async def test_a_users_own_split_wins_for_that_user_alone(database: Database):
    await add_assets(database)
    await put(database, FIRST, SECOND)
    own = Split(SECOND.day, Decimal(5), Decimal(2))
    await put(database, own, source="manual", owner="u1")
    assert await read(database, viewer="u1") == {1: (FIRST, own)}
    assert await read(database, viewer="u2") == {1: (FIRST, SECOND)}


async def test_a_split_that_is_typed_for_all_takes_no_other_away(database: Database):
    await add_assets(database)
    await put(database, FIRST, SECOND)
    new = Split(date(2024, 6, 10), Decimal(10), Decimal(1))
    await put(database, new, source="manual", replace=True)
    assert await read(database) == {1: (FIRST, SECOND, new)}


@pytest.mark.parametrize("owner", ["", "u1"])
@pytest.mark.parametrize("ratio", [4, 5])
async def test_what_is_typed_some_days_off_is_no_second_split(database: Database, owner, ratio):
    await add_assets(database)
    await put(database, FIRST, SECOND)
    typed = Split(date(2020, 8, 28), Decimal(ratio), Decimal(1))
    await put(database, typed, source="manual", owner=owner)
    assert await read(database, viewer="u1") == {1: (FIRST, typed)}
