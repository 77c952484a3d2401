"""Assets found by part of a name, and lists of them in any order."""

from datetime import date

import pytest
from sqlalchemy import insert

from argosy.core.errors import InputError
from argosy.core.market.asset import AssetCategory
from argosy.store import asset_search, assets
from argosy.store.asset_search import AssetFilter, AssetSort
from argosy.store.database import fetch_all
from argosy.store.tables.tracked_asset import TrackedAssetRow
from tests.store.people import add_user, an_asset

NAMES = {
    "NESN": "Nestlé S.A.",
    "BRK.B": "Berkshire Hathaway Inc. Class B",
    "BTC-USD": "Bitcoin",
    "APP": "AppLovin Corp",
    "AAPL": "Apple Inc.",
    "APLE": "Apple Hospitality REIT",
    "SNAP": "Snap Inc.",
    "PAPL": "Pineapple Energy",
    "^GSPC": "S&P 500",
    "600519": "贵州茅台",
}


@pytest.fixture
async def found(database):
    """Ask for symbols, over the assets above."""
    async with database.write() as session:
        for symbol, name in NAMES.items():
            await assets.create(session, an_asset(symbol, name=name))

    async def ask(text, **more):
        async with database.read() as session:
            return [one.symbol for one in await asset_search.search(session, None, text, **more)]

    return ask


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("nestle", "NESN"),
        ("NESTLÉ", "NESN"),
        ("brk.b", "BRK.B"),
        ("brk b", "BRK.B"),
        ("BRK-B", "BRK.B"),
        ("brkb", "BRK.B"),
        ("hathaway berk", "BRK.B"),
        ("btcusd", "BTC-USD"),
        ("gspc", "^GSPC"),
        ("s&p", "^GSPC"),
        ("茅台", "600519"),
        ("athaw", "BRK.B"),
    ],
)
async def test_a_name_is_found_whatever_its_marks_and_accents(found, text, symbol):
    assert (await found(text))[0] == symbol


async def test_the_symbol_itself_comes_first_then_what_begins_with_the_text(found):
    assert await found("app") == ["APP", "AAPL", "APLE"]
    assert await found("ap") == ["APLE", "APP", "AAPL"]
    assert await found("apple") == ["AAPL", "APLE"]
    assert await found("apple hos") == ["APLE"]


async def test_the_inside_of_words_is_looked_into_where_nothing_begins_with_the_text(found):
    assert await found("pple") == ["AAPL", "APLE", "PAPL"]
    assert await found("zzz") == []
    assert await found("  ") == []
    assert await found("'\":*&|!()") == []


async def test_among_equals_what_is_followed_comes_first(database, found):
    async with database.write() as session:
        apple = await assets.get(session, None, "APLE")
        await session.execute(insert(TrackedAssetRow).values(asset_id=apple.id, tracking_users=1))
        snap = await assets.get(session, None, "SNAP")
        await session.execute(insert(TrackedAssetRow).values(asset_id=snap.id))
    assert await found("apple") == ["APLE", "AAPL"]
    assert await found("app") == ["APP", "APLE", "AAPL"]
    assert (await found("s"))[0] == "SNAP"
    async with database.read() as session:
        page = await asset_search.page(session, None, wanted=AssetFilter(tracked=True))
        rest = await asset_search.page(session, None, wanted=AssetFilter(tracked=False))
    assert [one.symbol for one in page.items] == ["APLE"]
    assert len(rest.items) == len(NAMES) - 1


async def test_what_is_gone_is_found_by_its_symbol_alone(database, found):
    async with database.write() as session:
        gone = an_asset("TWTR", name="Twitter", active=False, delisted_on=date(2022, 10, 28))
        assert (await assets.create(session, gone)).delisted_on == date(2022, 10, 28)
    assert await found("twtr") == ["TWTR"]
    assert await found("twt") == []
    assert await found("twitter") == []


async def test_a_changed_name_is_found_and_the_old_one_is_not(database, found):
    async with database.write() as session:
        old = await assets.get(session, None, "SNAP")
        await assets.change(session, an_asset("SNAP", id=old.id, name="Camera Company"))
        gone = await assets.get(session, None, "PAPL")
        await fetch_all(session, "DELETE FROM assets WHERE key = ?", [gone.key])
    assert await found("camera") == ["SNAP"]
    assert await found("snap inc") == []
    assert await found("pineapple") == []


async def test_a_search_within_categories(database, found):
    async with database.write() as session:
        await assets.create(session, an_asset("APPX", category=AssetCategory.ETF))
    assert await found("app", categories=[AssetCategory.ETF]) == ["APPX"]


async def test_nobody_finds_somebody_elses_assets(database):
    async with database.write() as session:
        ada = await add_user(session)
        await assets.create(session, an_asset("HOUSE", owner=ada, name="My house"))
        for text in ("HOUSE", "hou", "my", "ous"):
            assert len(await asset_search.search(session, ada, text)) == 1
            assert await asset_search.search(session, None, text) == []


@pytest.mark.parametrize("sort", AssetSort)
async def test_a_list_goes_on_in_the_order_it_began_in(database, found, sort):
    async with database.write() as session:
        for category in (AssetCategory.ETF, AssetCategory.CRYPTO):
            await assets.create(session, an_asset(f"Z-{category}", category=category))
        whole = (await asset_search.page(session, None, sort=sort, limit=100)).items
        seen, cursor = [], None
        while True:
            page = await asset_search.page(session, None, sort=sort, limit=3, cursor=cursor)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        first = await asset_search.page(session, None, sort=sort, limit=3)
        other = AssetSort.NAME if sort is not AssetSort.NAME else AssetSort.SYMBOL
        with pytest.raises(InputError):
            await asset_search.page(session, None, sort=other, cursor=first.next_cursor)
    assert seen == whole
    assert len(whole) == len(NAMES) + 2


async def test_lists_can_be_narrowed(database, found):
    async with database.write() as session:
        await assets.create(session, an_asset("VOD", "LSE", currency="GBp"))
        await assets.create(session, an_asset("OLD", "LSE", active=False))

        async def listed(**wanted):
            page = await asset_search.page(session, None, wanted=AssetFilter(**wanted))
            return [one.symbol for one in page.items]

        assert await listed(exchange="lse") == ["OLD", "VOD"]
        assert await listed(exchange="lse", active=True) == ["VOD"]
        assert await listed(active=False) == ["OLD"]
        assert await listed(currency="GBp") == ["VOD"]
        assert await listed(text="apple") == ["AAPL", "APLE"]
        assert await listed(text="&") == []
        assert await listed(categories=[AssetCategory.ETF]) == []
        assert len(await listed(exchange="")) == len(NAMES)
