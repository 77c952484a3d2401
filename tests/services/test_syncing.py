"""One asset brought up to date on request, from sources that may fail."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from argosy.core.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    SourceDownError,
    SourceError,
    TooSoonError,
)
from argosy.core.market.asset import AssetCategory, AssetSource
from argosy.runtime.cache import MemoryCache
from argosy.runtime.clock import FixedClock
from argosy.runtime.locks import MemoryLocks
from argosy.services import assets
from argosy.services.assets import AssetDraft
from argosy.services.finding import Ages, Finder
from argosy.services.syncing import Syncs, intervals_of
from argosy.sources.binance import BinanceSource
from argosy.sources.manners import Manners
from argosy.sources.registry import Registry
from argosy.sources.retry import RetryPolicy
from argosy.sources.yahoo import YahooSource
from argosy.store import asset_sources, prices, stored_days
from tests.simulator.faults import Fault
from tests.simulator.server import Simulator
from tests.store.people import add_user

pytest.importorskip("yfinance")

PAUSE = timedelta(seconds=300)
AGES = Ages(answers=timedelta(seconds=300), metadata=timedelta(seconds=1))


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def clock():
    return FixedClock(datetime(2025, 6, 2, 12, tzinfo=UTC))


@pytest.fixture
async def sources(simulator, clock):
    quick = RetryPolicy(attempts=1, wait_s=0.01, wait_max_s=0.02, patience_s=2.0, timeout_s=30.0)
    manners = Manners(policy=quick, timeout_s=5.0)
    registry = Registry([YahooSource(base_url=simulator.url, clock=clock, manners=manners)])
    yield registry
    await registry.aclose()


@pytest.fixture
def syncs(database, sources, clock):
    finder = Finder(database, sources, MemoryCache(1_000_000), clock, ages=AGES)
    return Syncs(database, sources, finder, locks=MemoryLocks(), clock=clock, pause=PAUSE)


async def make(database, symbol, *, owner=None, **fields):
    async with database.write() as session:
        draft = AssetDraft(symbol=symbol, **fields)
        return (await assets.create(session, draft, owner=owner, by=owner)).asset


@pytest.fixture
async def ada(database):
    async with database.write() as session:
        return await add_user(session)


async def test_a_symbol_that_a_source_lists_is_made_for_all(database, simulator, syncs, ada):
    simulator.listings["ACME"].name = "ACME"  # a search finds by name
    done = await syncs.sync(ada, "acme")
    asset = done.described.asset
    assert (done.created, done.profile_source, done.failed) == (True, "yahoo", {})
    assert (asset.symbol, asset.owner, asset.exchange) == ("ACME", None, "NASDAQ")
    assert done.loaded.bars.created == len(simulator.listings["ACME"].bars)
    assert done.described.metadata["sector"]
    async with database.read() as session:
        history = (await prices.read_histories(session, [asset.key]))[asset.key]
        assert (await assets.get(session, None, "ACME")).asset == asset
    assert len(history.days) == done.loaded.bars.created


async def test_a_symbol_that_is_only_described_is_the_users_own(database, syncs, ada):
    asset = (await syncs.sync(ada, "TEA.L")).described.asset
    assert (asset.owner, asset.currency, asset.name) == (ada, "GBP", "Tea plc")
    async with database.read() as session:
        with pytest.raises(NotFoundError):
            await assets.get(session, None, "TEA.L")


async def test_an_administrator_makes_it_for_all(syncs, ada):
    assert (await syncs.sync(ada, "TEA.L", is_admin=True)).described.asset.owner is None


async def test_what_a_source_calls_a_coin_is_kept_with_it(database, syncs):
    asset = (await syncs.sync(None, "btc-usd", is_admin=True)).described.asset
    assert (asset.category, asset.exchange) == (AssetCategory.CRYPTO, None)
    async with database.read() as session:
        stored = await asset_sources.of_assets(session, [asset.key])
    assert stored[asset.key] == (AssetSource(source="yahoo", symbol="BTC-USD"),)


async def test_what_nobody_knows_is_not_made(database, syncs, ada):
    with pytest.raises(NotFoundError):
        await syncs.sync(ada, "NOPE")
    with pytest.raises(NotFoundError):
        await syncs.sync(ada, "01890a5d-ac96-774b-bcce-b302099a8059")
    async with database.read() as session:
        assert (await assets.page(session, ada, limit=10, cursor=None)).items == []


async def test_what_nobody_could_say_is_not_unknown(simulator, syncs):
    simulator.fail(Fault.SERVER_ERROR, times=5)
    with pytest.raises(SourceDownError):
        await syncs.sync(None, "ACME")


async def test_a_pair_is_made_in_its_second_coin(database, simulator, sources, clock):
    binance = Registry([BinanceSource(base_url=f"{simulator.url}/binance")])
    finder = Finder(database, binance, MemoryCache(1_000_000), clock, ages=AGES)
    syncs = Syncs(database, binance, finder, locks=MemoryLocks(), clock=clock, pause=PAUSE)
    done = await syncs.sync(None, "btcusdt")
    assert done.described.asset.currency == "USDT"
    assert done.loaded.bars.created == len(simulator.listings["BTC-USD"].bars)
    await binance.aclose()


async def test_a_second_sync_asks_from_the_last_day_on(database, simulator, syncs, clock):
    await make(database, "ACME")
    first = await syncs.sync(None, "ACME")
    clock.advance(PAUSE)
    second = await syncs.sync(None, "ACME")
    assert not first.created
    assert first.loaded.bars.created == len(simulator.listings["ACME"].bars)
    assert (second.loaded.bars.created, second.loaded.bars.unchanged) == (0, 1)


async def test_a_persons_words_stay_and_the_sources_words_follow_it(
    database, simulator, syncs, clock
):
    named = await make(
        database, "TEA.L", name="My tea", currency="GBp", metadata={"sector": "Leaf"}
    )
    await make(database, "ACME")
    await syncs.sync(None, "TEA.L")
    await syncs.sync(None, "ACME")
    async with database.read() as session:
        tea, acme = [await assets.get(session, None, name) for name in ("TEA.L", "ACME")]
    assert (tea.asset.name, tea.metadata["sector"]) == (named.name, "Leaf")
    assert acme.asset.name == "Acme Corp"
    simulator.listings["ACME"].name = "Acme Incorporated"
    clock.advance(PAUSE)
    await syncs.sync(None, "ACME")
    async with database.read() as session:
        assert (await assets.get(session, None, "ACME")).asset.name == "Acme Incorporated"


async def test_it_is_not_done_again_at_once(database, syncs, clock, simulator):
    await make(database, "ACME")
    await syncs.sync(None, "ACME")
    clock.advance(timedelta(seconds=100))
    before = len(simulator.requests)
    with pytest.raises(TooSoonError) as refused:
        await syncs.sync(None, "acme")
    assert refused.value.retry_after_s == 200
    assert len(simulator.requests) == before


async def test_one_at_a_time(database, syncs):
    await make(database, "ACME")
    done = await asyncio.gather(
        *(syncs.sync(None, "ACME") for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == [
        "ConflictError", "ConflictError", "Synced",
    ]  # fmt: skip
    assert isinstance(done[1], ConflictError)


async def test_prices_without_a_profile_are_stored_and_the_profile_is_named(
    database, simulator, syncs
):
    await make(database, "ACME")
    simulator.fail(Fault.SERVER_ERROR, times=1)  # the profile is asked for first
    done = await syncs.sync(None, "ACME")
    assert list(done.failed) == ["profile"]
    assert done.loaded.bars.created
    assert done.profile_source is None


async def test_a_sync_that_failed_may_be_tried_again_at_once(database, simulator, syncs):
    asset = await make(database, "ACME")
    simulator.fail(Fault.SERVER_ERROR, times=2)
    with pytest.raises(SourceError):
        await syncs.sync(None, "ACME")
    async with database.read() as session:
        assert (await assets.get(session, None, "ACME")).asset == asset
    assert (await syncs.sync(None, "ACME")).loaded is not None


async def test_a_private_asset_is_synced_for_its_owner(database, syncs, ada):
    await make(database, "ACME", owner=ada, exchange="My drawer")
    done = await syncs.sync(ada, "ACME")
    assert (done.described.asset.owner, done.described.asset.name) == (ada, "Acme Corp")
    shared = await syncs.sync(None, "ACME", is_admin=True)
    assert shared.created
    assert shared.described.asset.owner is None


async def test_minutes_and_hours_of_a_week_come_only_where_they_are_asked_for(
    database, simulator, clock, syncs
):
    clock.advance(datetime(2025, 1, 1, 12, tzinfo=UTC) - clock.now())
    asset = await make(database, "ACME")
    plain = await syncs.sync(None, "ACME")
    assert (plain.intervals, plain.failed) == ({}, {})
    clock.advance(PAUSE)
    simulator.requests.clear()
    done = await syncs.sync(None, "ACME", intervals=["1m", "1h"])
    assert {name: one.bars.created > 0 for name, one in done.intervals.items()} == {
        "1m": True,
        "1h": True,
    }
    assert done.intervals["1m"].first_on >= datetime(2024, 12, 25, tzinfo=UTC).date()
    async with database.read() as session:
        stored = await stored_days.first_and_last(session, [asset.key], interval="1m")
        history = (await prices.read_histories(session, [asset.key]))[asset.key]
    assert stored[asset.key].last == done.intervals["1m"].last_on
    assert len(history.days) == plain.loaded.bars.created, "days stay days"


async def test_an_interval_that_no_source_has_is_named_and_the_rest_is_stored(database, syncs):
    await make(database, "ACME")
    done = await syncs.sync(None, "ACME", intervals=["5m"])
    assert list(done.failed) == ["5m"]
    assert done.loaded.bars.created > 0


def test_intervals_are_named_once_and_days_come_anyway():
    assert intervals_of(" 1M, 1h,1d,1m") == ["1m", "1h"]
    with pytest.raises(InputError):
        intervals_of("1x")
