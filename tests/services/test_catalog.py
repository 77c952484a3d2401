"""The catalog follows the sources' lists, and nobody's own words are overwritten."""

from datetime import UTC, date, datetime
from itertools import count

import pytest

from argosy.core.errors import InputError, NotFoundError
from argosy.core.market.asset import AssetCategory
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.services import assets, catalog, populating
from argosy.services.assets import AssetDraft
from argosy.sources.alphavantage import AlphaVantageSource
from argosy.sources.binance import BinanceSource
from argosy.sources.builtin import BuiltinSource, Group
from argosy.sources.coingecko import CoinGeckoSource
from argosy.sources.coinmarketcap import CoinMarketCapSource
from argosy.sources.finnhub import FinnhubSource
from argosy.sources.manners import Manners
from argosy.sources.massive import MassiveSource
from argosy.sources.registry import Registry
from argosy.sources.retry import RetryPolicy
from argosy.store import asset_search, asset_sources
from argosy.store import catalog as rows
from tests.simulator import alphavantage, binance, coinmarketcap, finnhub, massive
from tests.simulator.faults import Fault
from tests.simulator.market import Coin, Share, coins, shares
from tests.simulator.server import Simulator
from tests.store.people import add_user

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
async def sources(simulator):
    quick = RetryPolicy(attempts=2, wait_s=0.01, wait_max_s=0.02, patience_s=2.0, timeout_s=60.0)
    unhurried = MemoryBudgets(count(step=3_600).__next__)  # an hour goes by between requests
    manners = Manners(budgets=unhurried, policy=quick, timeout_s=20.0)
    url = simulator.url
    registry = Registry(
        [
            BuiltinSource(),
            MassiveSource(
                key=massive.PAID, clock=CLOCK, base_url=f"{url}/massive", manners=manners
            ),
            AlphaVantageSource(
                key=alphavantage.FREE, base_url=f"{url}/alphavantage", manners=manners
            ),
            CoinGeckoSource(base_url=f"{url}/coingecko/api/v3", manners=manners),
            BinanceSource(base_url=f"{url}/binance", manners=manners),
            FinnhubSource(
                key=finnhub.FREE, clock=CLOCK, base_url=f"{url}/finnhub", manners=manners
            ),
            CoinMarketCapSource(
                key=coinmarketcap.BASIC_KEY,
                clock=CLOCK,
                base_url=f"{url}/coinmarketcap",
                manners=manners,
            ),
        ]
    )
    yield registry
    await registry.aclose()


@pytest.fixture
def refresh(database, sources):
    async def ask(*names):
        done = await catalog.refresh(database, sources, clock=CLOCK, names=names)
        return {one.source: one for one in done}

    return ask


@pytest.fixture
def found(database):
    async def ask(name):
        async with database.read() as session:
            return (await assets.get(session, None, name)).asset

    return ask


async def make(database, symbol, **fields):
    async with database.write() as session:
        draft = AssetDraft(symbol=symbol, **fields)
        return (await assets.create(session, draft, owner=None, by=None)).asset


async def edit(database, asset, **fields):
    async with database.write() as session:
        draft = assets.draft_of(asset)
        changed = {name: getattr(draft, name) for name in AssetDraft.__dataclass_fields__} | fields
        await assets.change(session, None, asset, AssetDraft(**changed))


async def calls(database, asset):
    async with database.read() as session:
        stored = (await asset_sources.of_assets(session, [asset.key])).get(asset.key, ())
    return {one.source: one.symbol for one in stored}


async def test_without_any_key_the_catalog_has_what_comes_with_argosy(database, found):
    alone = Registry([BuiltinSource()])
    (done,) = await catalog.refresh(database, alone, clock=CLOCK)
    assert (done.created, done.left_out) == (done.listed, 0)
    assert done.created > 300
    apple, berkshire, gold = await found("AAPL"), await found("BRK.B"), await found("GOLD")
    assert (apple.name, apple.exchange, apple.owner) == ("Apple Inc.", "NASDAQ", None)
    assert await calls(database, apple) == {}
    assert (gold.category, gold.exchange) == (AssetCategory.COMMODITY, None)
    assert berkshire.category is AssetCategory.STOCK
    (again,) = await catalog.refresh(database, alone, clock=CLOCK)
    assert (again.created, again.changed, again.listed) == (0, 0, done.listed)


async def test_a_catalog_is_seeded_by_its_whole_list_and_not_by_a_group(database, sources):
    assert not await catalog.is_seeded(database)
    await populating.populate(database, sources, list(Group))
    assert not await catalog.is_seeded(database)
    await catalog.refresh(database, sources, clock=CLOCK, names=["builtin"])
    assert await catalog.is_seeded(database)


async def test_what_sources_call_an_asset_is_stored_with_it(database, sources, refresh, found):
    await refresh("builtin")
    bitcoin, berkshire = await found("BTC"), await found("BRK.B")
    assert await calls(database, bitcoin) == {"coingecko": "bitcoin", "binance": "BTCUSDT"}
    await refresh("alphavantage", "coingecko")
    assert (await calls(database, berkshire))["alphavantage"] == "BRK-B"
    assert await calls(database, await found("CQAAAA")) == {"coingecko": "coin-0"}
    assert (await found("BTC")).id == bitcoin.id


async def test_ten_thousand_assets_come_in_and_a_second_time_nothing_does(
    database, simulator, refresh, found
):
    simulator.shares, simulator.coins = shares(10_000), coins(600)
    done = await refresh()
    assert (done["massive"].created, done["massive"].left_out) == (9_998, 0)  # two are built in
    assert done["alphavantage"].created == 0
    assert done["coingecko"].created == 498
    assert {one.error for one in done.values()} == {None}
    async with database.read() as session:
        listed = await rows.shared_assets(session)
    assert len(listed) > 11_000
    assert len({one.symbol for one in listed}) == len(listed)
    again = await refresh()
    counted = ("created", "changed", "delisted", "relisted", "doubted")
    assert {getattr(one, name) for one in again.values() for name in counted} == {0}


async def test_what_left_the_list_is_inactive_and_still_there_until_it_comes_back(
    database, simulator, refresh, found
):
    acme, *others = shares(40)
    simulator.shares = [acme, *others]
    await refresh("massive")
    simulator.shares = others
    assert (await refresh("massive"))["massive"].delisted == 1
    gone = await found("ACME")
    assert (gone.active, gone.delisted_on) == (False, NOW.date())
    async with database.read() as session:
        assert await asset_search.search(session, None, "acme") == [gone]
        assert await asset_search.search(session, None, "acme corp") == []
    simulator.shares = [acme, *others]
    assert (await refresh("massive"))["massive"].relisted == 1
    back = await found("ACME")
    assert (back.active, back.delisted_on, back.id) == (True, None, gone.id)


async def test_a_source_that_says_the_day_is_believed(simulator, refresh, found):
    simulator.shares = shares(40)
    await refresh("alphavantage")
    gone = [share for share in simulator.shares if share.delisted_on]
    assert gone
    for share in gone:
        assert (await found(share.symbol)).delisted_on == share.delisted_on
    renamed = Share("ACME", "Acme Corp", "XNAS", delisted_on=date(2025, 5, 30))
    simulator.shares = [renamed, *simulator.shares[1:]]
    await refresh("alphavantage")
    assert (await found("ACME")).delisted_on == date(2025, 5, 30)


async def test_a_pair_that_stops_trading_is_gone_since_that_day(refresh, found, monkeypatch):
    await refresh("binance")
    stopped = await found("LUNABTC")
    assert (stopped.active, stopped.delisted_on) == (False, None)  # nobody knows since when
    monkeypatch.setitem(binance.OLD, "CQAAAAUSDT", ("CQAAAA", "USDT"))
    assert (await refresh("binance"))["binance"].delisted == 1
    assert (await refresh("binance"))["binance"].changed == 0
    assert (await found("CQAAAAUSDT")).delisted_on == NOW.date()


async def test_one_source_that_still_lists_an_asset_keeps_it(simulator, refresh, found):
    simulator.shares = shares(40)
    await refresh("massive", "alphavantage")
    simulator.shares = simulator.shares[1:]
    assert (await refresh("massive"))["massive"].delisted == 0
    assert (await found("ACME")).active
    assert (await refresh("alphavantage"))["alphavantage"].delisted == 1
    assert not (await found("ACME")).active


async def test_a_list_that_shrank_too_much_takes_nothing_away(simulator, refresh, found):
    simulator.shares = shares(40)
    await refresh("massive")
    simulator.shares = simulator.shares[20:]
    done = (await refresh("massive"))["massive"]
    assert (done.delisted, done.error) == (0, None)
    assert done.doubted == 19
    assert (await found("ACME")).active


async def test_a_source_that_fails_takes_nothing_away_and_does_not_stop_the_others(
    simulator, refresh, found
):
    await refresh("massive")
    simulator.fail(Fault.SERVER_ERROR, times=2, source="massive")
    done = await refresh("massive", "alphavantage")
    assert done["massive"].error.code == "source_down"
    assert done["alphavantage"].error is None
    assert (await found("ACME")).active


async def test_a_coin_out_of_the_first_five_hundred_is_not_gone(simulator, refresh, found):
    simulator.coins = coins(520)
    await refresh("coingecko")
    last = simulator.coins[499]
    simulator.coins = [*simulator.coins[:499], Coin("new", "new", "New"), *simulator.coins[499:]]
    done = await refresh("coingecko")
    assert (done["coingecko"].delisted, done["coingecko"].created) == (0, 1)
    assert (await found(last.symbol)).active
    simulator.coins.remove(last)
    assert (await refresh("coingecko"))["coingecko"].delisted == 1
    assert not (await found(last.symbol)).active


async def test_a_new_name_is_taken_over_and_somebodys_own_is_not(
    database, simulator, refresh, found
):
    simulator.shares = shares(40)
    await refresh("massive")
    first, second = simulator.shares[3:5]
    await edit(database, await found(first.symbol), name="Mine", category=AssetCategory.FUND)
    simulator.shares[3] = Share(first.symbol, "New A", first.mic, is_fund=True)
    simulator.shares[4] = Share(second.symbol, "New B", second.mic, is_fund=True)
    await refresh("massive")
    mine, theirs = await found(first.symbol), await found(second.symbol)
    assert (mine.name, mine.category) == ("Mine", AssetCategory.FUND)
    assert (theirs.name, theirs.category) == ("New B", AssetCategory.ETF)
    async with database.read() as session:
        assert await asset_search.search(session, None, "new b") == [theirs]


async def test_what_somebody_put_away_stays_away(database, simulator, refresh, found):
    await refresh("massive")
    await edit(database, await found("ACME"), active=False)
    simulator.shares[0] = Share("ACME", "Acme Inc", "XNAS")
    await refresh("massive")
    assert ((await found("ACME")).active, (await found("ACME")).name) == (False, "Acme Inc")


async def test_what_somebody_made_is_taken_for_what_is_listed(database, refresh, found):
    bare = await make(database, "ACME", name="My Acme")
    fund = await make(database, "SPY", exchange="NYSEARCA", category=AssetCategory.ETF)
    await refresh("massive")
    assert await found("ACME") == bare
    assert (await found("SPY")).id == fund.id
    assert (await found("SPY")).name == "SPDR S&P 500 ETF Trust"  # it had no name but its symbol


async def test_a_symbol_that_means_something_keeps_its_meaning(database, simulator, refresh, found):
    acme = await make(database, "ACME", exchange="LSE", currency="GBp")
    simulator.coins = [Coin("acme-coin", "acme", "Acme Coin"), Coin("brk", "brk.b", "Brk")]
    assert (await refresh("massive"))["massive"].left_out == 1
    await refresh("coingecko")
    assert (await found("ACME")).id == acme.id
    coin = await found("ACME-USD")
    assert (coin.name, await calls(database, coin)) == ("Acme Coin", {"coingecko": "acme-coin"})
    assert (await refresh("coingecko"))["coingecko"].created == 0


async def test_private_assets_are_nobody_elses_business(database, refresh, found):
    async with database.write() as session:
        ada = await add_user(session)
        draft = AssetDraft(symbol="ACME", exchange="NASDAQ", name="Mine")
        mine = (await assets.create(session, draft, owner=ada, by=ada)).asset
    await refresh("massive")
    async with database.read() as session:
        assert (await assets.get(session, ada, "ACME")).asset == mine
    assert (await found("ACME")).name == "Acme Corp"


async def test_a_mapping_that_somebody_took_away_is_not_made_again(database, refresh, found):
    await refresh("builtin", "coingecko")
    bitcoin = await found("BTC")
    async with database.write() as session:
        await asset_sources.put(session, bitcoin.key, [])
    await refresh("builtin", "coingecko")
    assert await calls(database, bitcoin) == {}


async def test_only_sources_that_list_symbols_are_asked(database, sources, refresh):
    with pytest.raises(InputError, match="no source nowhere"):
        await refresh("nowhere")
    async with database.read() as session:
        with pytest.raises(NotFoundError):
            await assets.get(session, None, "ACME")


def test_the_groups_are_of_the_promised_size():
    sizes = {group: len(BuiltinSource().group(group)) for group in Group}
    assert (sizes[Group.ETFS], sizes[Group.MEGA_CAPS], sizes[Group.GROWTH]) == (20, 15, 10)
    assert min(sizes.values()) >= 10


async def test_a_ticker_that_several_coins_have_is_no_reason_to_take_one_for_another(
    database, refresh, simulator, found
):
    simulator.coins = [*coins(2), Coin("cat-cash", "bch", "Cat Cash")]
    await refresh("coingecko")
    done = await refresh("coinmarketcap")
    cat, bitcoin = await found("BCH"), await found("BTC")
    async with database.read() as session:
        called = await asset_sources.of_assets(session, [cat.key, bitcoin.key])
    names = {key: {one.source: one.symbol for one in some} for key, some in called.items()}
    assert names[cat.key]["coinmarketcap"] == "100002", "its other BCH is Bitcoin Cash"
    assert names[bitcoin.key]["coinmarketcap"] == "1"
    assert done["coinmarketcap"].left_out == 2
