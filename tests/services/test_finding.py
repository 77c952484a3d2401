"""Searches and profiles of sources: kept, shared by whoever asks at once, and old ones if need be."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from argosy.core.errors import NotAtSourceError, SourceDownError
from argosy.core.market.asset import AssetCategory
from argosy.runtime.cache import MemoryCache
from argosy.runtime.clock import FixedClock
from argosy.services import assets
from argosy.services.assets import AssetDraft
from argosy.services.finding import Ages, Finder
from argosy.sources.binance import BinanceSource
from argosy.sources.coingecko import CoinGeckoSource
from argosy.sources.manners import Manners
from argosy.sources.registry import Registry
from argosy.sources.retry import RetryPolicy
from argosy.store.database import Database
from tests.simulator.faults import Fault
from tests.simulator.server import Simulator

AGES = Ages(answers=timedelta(seconds=300), metadata=timedelta(seconds=3600))


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def clock():
    return FixedClock(datetime(2025, 6, 2, 12, tzinfo=UTC))


@pytest.fixture
async def sources(simulator):
    quick = RetryPolicy(attempts=1, wait_s=0.01, wait_max_s=0.02, patience_s=2.0, timeout_s=30.0)
    manners = Manners(policy=quick, timeout_s=5.0)
    registry = Registry(
        [
            CoinGeckoSource(base_url=f"{simulator.url}/coingecko/api/v3", manners=manners),
            BinanceSource(base_url=f"{simulator.url}/binance", manners=manners),
        ]
    )
    yield registry
    await registry.aclose()


@pytest.fixture
async def database(sqlite_url):
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
def finder(database, sources, clock):
    return Finder(database, sources, MemoryCache(1_000_000), clock, ages=AGES)


@pytest.fixture
def gecko(sources):
    return sources.get("coingecko")


async def test_a_search_is_asked_once_while_it_is_fresh(finder, gecko, simulator, clock):
    first = await finder.search(gecko, "bitcoin")
    clock.advance(timedelta(seconds=299))
    assert await finder.search(gecko, " BITCOIN ") == first
    assert len(simulator.paths("/search")) == 1
    clock.advance(timedelta(seconds=1))
    assert await finder.search(gecko, "bitcoin") == first
    assert len(simulator.paths("/search")) == 2


async def test_who_asks_at_the_same_time_shares_one_request(finder, gecko, simulator):
    found = await asyncio.gather(*(finder.profile(gecko, "bitcoin") for _ in range(5)))
    assert {one.name for one in found} == {"Bitcoin"}
    assert len(simulator.paths("/coins/bitcoin")) == 1


async def test_an_old_answer_stands_in_for_a_source_that_fails(finder, gecko, simulator, clock):
    first = await finder.profile(gecko, "bitcoin")
    clock.advance(timedelta(seconds=3600))
    simulator.fail(Fault.SERVER_ERROR)
    assert await finder.profile(gecko, "bitcoin") == first
    assert len(simulator.paths("/coins/bitcoin")) == 2
    simulator.fail(Fault.SERVER_ERROR)
    with pytest.raises(SourceDownError):
        await finder.profile(gecko, "ethereum")


async def test_what_a_source_does_not_know_is_not_asked_again(finder, gecko, simulator):
    for _ in range(2):
        with pytest.raises(NotAtSourceError):
            await finder.profile(gecko, "nothing")
    assert len(simulator.paths("/coins/nothing")) == 1


async def test_sources_are_asked_only_if_nothing_is_here_and_somebody_wants_it(
    database, finder, simulator
):
    async with database.write() as session:
        draft = AssetDraft(symbol="ETHBTC", category=AssetCategory.CRYPTO, currency="BTC")
        await assets.create(session, draft, owner=None, by=None)
    (here,) = await finder.find(None, "ethbtc", limit=5, ask_sources=True)
    assert here.symbol == "ETHBTC"
    assert await finder.find(None, "btcusdt", limit=5, ask_sources=False) == []
    assert simulator.requests == []
    (there,) = await finder.find(None, "btcusdt", limit=5, ask_sources=True)
    assert (there.source, there.symbol, there.name) == ("binance", "BTCUSDT", "BTC in USDT")
    only = {"limit": 5, "ask_sources": True, "categories": [AssetCategory.ETF]}
    assert await finder.find(None, "btcusdt", **only) == []


async def test_a_source_that_fails_does_not_hide_what_the_next_one_knows(finder, simulator):
    simulator.fail(Fault.SERVER_ERROR, source="coingecko")
    assert [one.source for one in await finder.listed("BTCUSDT")] == ["binance"]
    assert await finder.listed("BTCUSD") == []  # only the very symbol counts
