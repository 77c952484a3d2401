"""What sources call assets, on both databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from argosy.core.market.asset import AssetSource
from argosy.store import asset_sources
from argosy.store.database import Database
from tests.store.test_prices import add_assets

BINANCE = AssetSource(source="binance", symbol="BTCUSDT", rank=2)
COINGECKO = AssetSource(source="coingecko", symbol="bitcoin")
YAHOO = AssetSource(source="yahoo", rank=1)


async def put(database: Database, *wanted: AssetSource, key: int = 1) -> bool:
    async with database.write() as session:
        return await asset_sources.put(session, key, wanted)


async def read(database: Database, *keys: int) -> dict[int, tuple[AssetSource, ...]]:
    async with database.read() as session:
        return await asset_sources.of_assets(session, keys)


async def test_each_asset_has_its_own_and_the_ranked_come_first(database: Database):
    await add_assets(database)
    assert await read(database, 1, 2) == {}
    assert await put(database, COINGECKO, BINANCE, YAHOO)
    assert await put(database, BINANCE, key=2)
    assert await read(database, 1, 2, 3) == {1: (YAHOO, BINANCE, COINGECKO), 2: (BINANCE,)}


async def test_what_is_said_anew_replaces_what_was_said(database: Database):
    await add_assets(database)
    await put(database, BINANCE, COINGECKO)
    assert not await put(database, COINGECKO, BINANCE)
    renamed = AssetSource(source="binance", symbol="BTCUSDC")
    assert await put(database, renamed)
    assert await read(database, 1) == {1: (renamed,)}
    assert await put(database)
    assert await read(database, 1) == {}


async def test_a_deleted_asset_takes_its_sources_along(database: Database):
    await add_assets(database)
    await put(database, BINANCE)
    async with database.write() as session:
        await session.execute(text("DELETE FROM assets WHERE key = 1"))
    assert await read(database, 1) == {}


async def test_the_database_refuses_a_rank_below_the_first(database: Database):
    await add_assets(database)
    with pytest.raises(IntegrityError):
        await put(database, AssetSource(source="yahoo", rank=0))
