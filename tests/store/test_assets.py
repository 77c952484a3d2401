"""The asset master as each user sees it."""

import pytest

from argosy.core.errors import (
    AmbiguousSymbolError,
    DuplicateError,
    InputError,
    NotFoundError,
    UnknownAssetError,
)
from argosy.core.market.asset import AssetCategory
from argosy.runtime.ids import new_id
from argosy.store import asset_search, assets
from argosy.store.asset_search import AssetFilter
from tests.store.people import add_asset, add_user, an_asset


async def test_an_asset_comes_back_as_it_went_in_with_a_key(database):
    draft = an_asset("stETH", None, category=AssetCategory.CRYPTO, description="x", active=False)
    async with database.write() as session:
        stored = await assets.create(session, draft, metadata={"isin": "US0", "n": [1, None]})
        assert stored.key > 0
        assert (stored.id, stored.symbol, stored.exchange) == (draft.id, "stETH", None)
        assert (stored.category, stored.active) == (AssetCategory.CRYPTO, False)
        assert await assets.metadata_of(session, stored.id) == {"isin": "US0", "n": [1, None]}
        assert await assets.get(session, None, stored.id) == stored


@pytest.mark.parametrize("exchange", [None, "NYSE"])
async def test_symbol_exchange_and_owner_are_unique_together_nulls_equal(database, exchange):
    async with database.write() as session:
        user = await add_user(session)
        shared = await add_asset(session, "ACME", exchange)
        for symbol in ("ACME", "acme"):
            for owner in (None, user):
                with pytest.raises(DuplicateError, match=f"shared .*{shared.id}"):
                    await add_asset(session, symbol, exchange, owner)
        private = await add_asset(session, "HOUSE", exchange, user)
        with pytest.raises(DuplicateError, match=f"own .*{private.id}"):
            await add_asset(session, "House", exchange, user)
        await add_asset(session, "HOUSE", exchange, await add_user(session, "bob"))
        await add_asset(session, "HOUSE", exchange)


async def test_a_symbol_means_the_own_asset_first(database):
    async with database.write() as session:
        ada, bob = await add_user(session), await add_user(session, "bob")
        private = await add_asset(session, "HOUSE", None, ada)
        shared = await add_asset(session, "HOUSE", "NYSE")
        assert await assets.get(session, ada, "house") == private
        assert await assets.get(session, bob, "HOUSE") == shared
        assert await assets.get(session, None, "HOUSE:nyse") == shared
        assert await assets.get(session, ada, "HOUSE:") == private
        with pytest.raises(NotFoundError):
            await assets.get(session, bob, private.id)
        with pytest.raises(NotFoundError):
            await assets.get(session, bob, "HOUSE:XETRA")


async def test_a_symbol_on_several_exchanges_is_asked_back(database):
    async with database.write() as session:
        await add_asset(session, "VOD", "NASDAQ")
        london = await add_asset(session, "VOD", "LSE")
        with pytest.raises(AmbiguousSymbolError) as caught:
            await assets.get(session, None, "VOD")
        assert caught.value.candidates == ["VOD:LSE", "VOD:NASDAQ"]
        assert await assets.get(session, None, "VOD:LSE") == london


async def test_a_symbol_may_have_a_colon_in_it(database):
    async with database.write() as session:
        asset = await add_asset(session, "BINANCE:BTCUSDT", None)
        assert await assets.get(session, None, "BINANCE:BTCUSDT") == asset


async def test_many_names_are_matched_at_once(database):
    async with database.write() as session:
        user = await add_user(session)
        one = await add_asset(session, "ONE", "NYSE")
        two = await add_asset(session, "TWO", None, user)
        names = [("one", None), ("ONE", "nyse"), ("TWO", ""), ("three", None), ("ONE", "LSE")]
        found = await assets.match(session, user, names)
        assert list(found.values()) == [[one], [one], [two], [], []]
        assert assets.only("one", found["one", None]) == one
        with pytest.raises(UnknownAssetError):
            assets.only("three", found["three", None])


async def test_search_finds_symbols_first_and_takes_text_literally(database):
    async with database.write() as session:
        user, other = await add_user(session), await add_user(session, "bob")
        names = {"A": "Alpha", "AB": "Beta", "ZA": "Gamma", "X": "Ärzte A_B 100%", "Q": "Quiet"}
        for symbol, name in names.items():
            await assets.create(session, an_asset(symbol, name=name))
        await assets.create(session, an_asset("OLD", name="Alpha", active=False))
        await assets.create(session, an_asset("MINE", owner=user, name="A mine"))

        async def found(text: str, user_id: str | None = None) -> list[str]:
            return [one.symbol for one in await asset_search.search(session, user_id, text)]

        assert (await found("a"))[:2] == ["A", "AB"]
        assert await found("alph") == ["A"]
        assert await found("ärzte") == ["X"]
        assert await found("0%") == ["X"]
        assert await found("a_b") == ["AB", "X"]
        assert await found("mine", user) == ["MINE"]
        assert await found("mine", other) == []
        assert await found("\\") == []


async def test_a_list_goes_page_by_page(database):
    async with database.write() as session:
        user = await add_user(session)
        for number in range(10):
            await add_asset(session, f"S{number % 4}", f"X{number}")
        await add_asset(session, "S9", None, user)
        seen, cursor = [], None
        while True:
            found = await asset_search.page(session, user, limit=3, cursor=cursor)
            seen += found.items
            cursor = found.next_cursor
            if cursor is None:
                break
        assert [assets.address(one) for one in seen] == sorted(assets.address(one) for one in seen)
        assert len({one.id for one in seen}) == 11
        assert len((await asset_search.page(session, None, limit=100)).items) == 10
        only_etfs = await asset_search.page(
            session, None, wanted=AssetFilter(categories=[AssetCategory.ETF])
        )
        assert (only_etfs.items, only_etfs.next_cursor) == ([], None)
        with pytest.raises(InputError):
            await asset_search.page(session, None, cursor="!")


async def test_an_asset_is_changed_unless_the_name_is_taken(database):
    async with database.write() as session:
        one, two = await add_asset(session, "ONE"), await add_asset(session, "TWO")
        renamed = an_asset("one2", id=one.id, name="New", currency="EUR")
        changed = await assets.change(session, renamed, metadata={"x": 1})
        assert (changed.symbol, changed.name, changed.key) == ("one2", "New", one.key)
        assert await assets.get(session, None, "ONE2") == changed
        with pytest.raises(DuplicateError, match=two.id):
            await assets.change(session, an_asset("two", id=one.id))
        assert await assets.get_many(session, [one.id, two.id, new_id()]) == {
            one.id: changed,
            two.id: two,
        }
