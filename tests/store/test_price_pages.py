from datetime import timedelta
from decimal import Decimal

from sqlalchemy import text

from argosy.store.database import Database
from argosy.store.price_pages import BarFilter, delete_bars, read_bars
from tests.store.test_prices import FIRST, add_assets, bar, closes, put, walk


async def test_pages_give_every_bar_once_with_its_provenance(database: Database):
    await add_assets(database)
    full = bar(
        FIRST, "10.5", open="10", high="11.25", low="9", volume="0.5", adjusted_close="5.125"
    )
    await put(database, [full, *walk(30, first=FIRST + timedelta(days=1))])
    await put(database, [bar(FIRST, "12")], source="manual", owner="u1")
    wanted, seen, cursor = BarFilter(asset_key=1), [], None
    async with database.read() as session:
        while True:
            page = await read_bars(session, wanted, viewer="u1", limit=7, cursor=cursor)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        theirs = await read_bars(session, wanted, viewer="u2")
    assert len(seen) == 32
    assert len(theirs.items) == 31
    first = next(item for item in seen if not item.override)
    assert (first.bar, first.source, first.interval) == (full, "yahoo", "1d")
    (own,) = [item for item in seen if item.override]
    assert (own.bar.close, own.bar.open, own.source) == (Decimal(12), None, "manual")


async def test_pages_are_cut_by_day_and_source(database: Database):
    await add_assets(database)
    await put(database, walk(30))
    day = FIRST + timedelta(days=9)
    async with database.read() as session:
        inside = await read_bars(
            session,
            BarFilter(asset_key=1, start=day, end=day + timedelta(days=1), source="yahoo"),
            viewer=None,
        )
        none = await read_bars(session, BarFilter(asset_key=1, source="nobody"), viewer=None)
    assert [item.bar.day for item in inside.items] == [day, day + timedelta(days=1)]
    assert none.items == []


async def test_ones_own_bars_are_deleted_and_the_shared_ones_stay(database: Database):
    await add_assets(database)
    await put(database, walk(80))
    await put(database, walk(3, start=5), source="manual", owner="u1")
    async with database.write() as session:
        assert await delete_bars(session, BarFilter(asset_key=1, end=FIRST), owner="u1") == 1
    mine = await closes(database, viewer="u1")
    assert [str(price) for price in list(mine.values())[:3]] == ["100.25", "6.25", "7.25"]


async def test_deleted_shared_bars_leave_the_packed_closes_too(database: Database):
    await add_assets(database)
    await put(database, walk(200))
    async with database.write() as session:
        assert await delete_bars(session, BarFilter(asset_key=1, start=FIRST), owner="") == 200
    assert await closes(database) == {}


async def test_the_view_of_latest_prices_names_price_and_source(database: Database):
    await add_assets(database)
    await put(database, walk(20))
    await put(database, [bar(FIRST, "0.05")], asset="2")
    async with database.read() as session:
        rows = await session.execute(
            text("SELECT symbol, close, source FROM latest_asset_prices ORDER BY symbol")
        )
        found = [(symbol, Decimal(close), source) for symbol, close, source in rows]
    assert found == [("A1", Decimal("119.25"), "yahoo"), ("A2", Decimal("0.05"), "yahoo")]
