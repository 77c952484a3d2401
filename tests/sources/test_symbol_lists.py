"""What sources list: whole, page by page, with what is gone."""

from datetime import UTC, datetime
from itertools import count

import pytest

from argosy.core.errors import SourceDownError, SourceKeyMissingError
from argosy.core.market.asset import AssetCategory
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.sources.alphavantage import AlphaVantageSource
from argosy.sources.base import Listed
from argosy.sources.binance import BinanceSource
from argosy.sources.coingecko import CoinGeckoSource
from argosy.sources.coinmarketcap import CoinMarketCapSource
from argosy.sources.finnhub import FinnhubSource
from argosy.sources.manifest import Capability
from argosy.sources.manners import Manners
from argosy.sources.massive import MassiveSource
from tests.simulator import alphavantage, coinmarketcap, finnhub, massive
from tests.simulator.faults import Fault
from tests.simulator.market import coins, shares

CLOCK = FixedClock(datetime(2025, 6, 1, tzinfo=UTC))


@pytest.fixture
async def sources(simulator, quick):
    """The sources that list, for whom a minute goes by between any two requests."""
    budgets = MemoryBudgets(count(step=60).__next__)
    manners = Manners(budgets=budgets, policy=quick, timeout_s=5.0)
    base = {name: f"{simulator.url}/{name}" for name in ("massive", "alphavantage", "binance")}
    made = [
        MassiveSource(key=massive.PAID, clock=CLOCK, base_url=base["massive"], manners=manners),
        AlphaVantageSource(key=alphavantage.FREE, base_url=base["alphavantage"], manners=manners),
        CoinGeckoSource(base_url=f"{simulator.url}/coingecko/api/v3", manners=manners),
        BinanceSource(base_url=base["binance"], manners=manners),
        FinnhubSource(
            key=finnhub.FREE, clock=CLOCK, base_url=f"{simulator.url}/finnhub", manners=manners
        ),
        CoinMarketCapSource(
            key=coinmarketcap.BASIC_KEY,
            clock=CLOCK,
            base_url=f"{simulator.url}/coinmarketcap",
            manners=manners,
        ),
    ]
    yield {source.name: source for source in made}
    for source in made:
        await source.aclose()


def by_symbol(found) -> dict[str, Listed]:
    return {one.symbol: one for one in found.listed}


@pytest.mark.parametrize("name", ["massive", "alphavantage"])
async def test_shares_come_with_their_exchange_and_those_that_are_gone_with_their_day(
    simulator, sources, name
):
    simulator.shares = shares(2_500)
    found = by_symbol(await sources[name].symbols())
    assert len(found) == 2_500
    acme, fund = found["ACME"], found["SPY"]
    assert (acme.name, acme.exchange, acme.currency) == ("Acme Corp", "NASDAQ", "USD")
    assert (fund.category, fund.exchange) == (AssetCategory.ETF, "NYSEARCA")
    assert {one.ticker: one.delisted_on for one in found.values() if not one.active} == {
        share.symbol: share.delisted_on for share in simulator.shares if share.delisted_on
    }
    assert acme.active
    assert "BRK.B" in {one.ticker for one in found.values()}


async def test_a_long_list_is_read_page_by_page(simulator, sources):
    simulator.shares = shares(2_500)
    await sources["massive"].symbols()
    assert len(simulator.paths("/v3/reference/tickers")) == 4  # three pages active, one gone


async def test_coins_come_by_rank_and_the_ids_of_all_others(simulator, sources):
    simulator.coins = coins(600)
    found = await sources["coingecko"].symbols()
    assert [one.symbol for one in found.listed[:2]] == ["bitcoin", "ethereum"]
    assert [one.ticker for one in found.listed[:2]] == ["BTC", "ETH"]
    assert len(found.listed) == 500
    assert {"coin-597", "luna-old"} <= found.others


async def test_shares_of_the_united_states_and_pairs_of_coins_are_one_list(simulator, sources):
    simulator.shares = shares(2_500)
    found = by_symbol(await sources["finnhub"].symbols())
    acme, fund, pair = found["ACME"], found["SPY"], found["BINANCE:BTCUSDT"]
    assert (acme.name, acme.exchange, acme.currency) == ("ACME CORP", "NASDAQ", "USD")
    assert (fund.category, fund.exchange) == (AssetCategory.ETF, "NYSEARCA")
    assert (pair.ticker, pair.name, pair.exchange) == ("BTCUSDT", "BTC in USDT", "BINANCE")
    gone = {share.symbol for share in simulator.shares if share.delisted_on}
    assert gone
    assert not gone & found.keys()
    assert found["BRK.B"].ticker == "BRK.B"


async def test_the_largest_coins_have_names_and_all_others_their_numbers(simulator, sources):
    simulator.coins = coins(5_600)
    found = await sources["coinmarketcap"].symbols()
    assert [(one.symbol, one.ticker) for one in found.listed[:2]] == [("1", "BTC"), ("1027", "ETH")]
    assert (len(found.listed), len(found.listed) + len(found.others)) == (500, 5_602)
    assert [one.query["start"] for one in simulator.requests] == ["1", "5001"]


async def test_pairs_are_priced_in_their_second_coin(sources):
    found = by_symbol(await sources["binance"].symbols())
    pair = found["BTCUSDT"]
    assert (pair.name, pair.exchange, pair.currency) == ("BTC in USDT", "BINANCE", "USDT")
    assert (found["ETHBTC"].currency, found["ETHBTC"].active) == ("BTC", True)
    assert not found["LUNABTC"].active


async def test_a_list_that_breaks_off_is_no_list(simulator, sources):
    simulator.shares = shares(2_500)
    await sources["massive"].symbols()
    simulator.fail(Fault.SERVER_ERROR, times=3, source="massive")
    with pytest.raises(SourceDownError):
        await sources["massive"].symbols()


async def test_without_its_key_a_source_lists_nothing():
    with pytest.raises(SourceKeyMissingError):
        await MassiveSource(key=None, clock=CLOCK).symbols()
    for made in (
        AlphaVantageSource(key=None),
        FinnhubSource(key=None, clock=CLOCK),
        CoinMarketCapSource(key=None, clock=CLOCK),
    ):
        with pytest.raises(SourceKeyMissingError):
            await made.symbols()


async def test_who_lists_says_so(sources):
    for source in sources.values():
        assert Capability.SYMBOLS in source.manifest.capabilities
