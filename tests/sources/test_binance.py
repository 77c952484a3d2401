from datetime import date, timedelta
from decimal import Decimal

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceDownError,
)
from argosy.runtime.budgets import MemoryBudgets
from argosy.sources.base import HOUR, MINUTE, WEEK
from argosy.sources.binance import BinanceSource
from argosy.sources.manners import Manners
from tests.simulator.faults import Fault, Trait


@pytest.fixture
async def binance(simulator, manners):
    source = BinanceSource(base_url=f"{simulator.url}/binance", manners=manners)
    yield source
    await source.aclose()


async def test_days_come_back_as_they_were_traded_in_the_coin_they_are_quoted_in(
    simulator, binance
):
    history = await binance.history("BTCUSDT")
    traded = simulator.listings["BTC-USD"].bars
    assert [(bar.day, bar.open, bar.high, bar.low, bar.close) for bar in history.bars] == [
        (bar.day, bar.open, bar.high, bar.low, bar.close) for bar in traded
    ]
    assert history.currency == "USDT"
    assert history.unfinished is None


async def test_a_long_history_is_read_page_by_page_without_gap_or_double(simulator, binance):
    history = await binance.history("ETHBTC")
    assert [bar.day for bar in history.bars] == [
        bar.day for bar in simulator.listings["ETH-BTC"].bars
    ]
    assert len(simulator.paths("klines")) == 2


async def test_a_part_is_asked_for_alone(simulator, binance):
    history = await binance.history("BTCUSDT", start=date(2024, 3, 1), end=date(2024, 3, 10))
    assert [bar.day.day for bar in history.bars] == list(range(1, 11))


async def test_nothing_in_a_part_is_an_empty_history(binance):
    history = await binance.history("BTCUSDT", start=date(2010, 3, 1), end=date(2010, 3, 10))
    assert history.bars == ()


@pytest.mark.parametrize(("interval", "count"), [(HOUR, 72), (MINUTE, 4_320)])
async def test_hours_and_minutes_add_up_to_their_days(simulator, binance, interval, count):
    history = await binance.history("BTCUSDT", interval=interval)
    assert len(history.bars) == count
    for traded in simulator.listings["BTC-USD"].bars[-3:]:
        parts = [bar for bar in history.bars if bar.day == traded.day]
        assert parts[0].open == traded.open
        assert max(bar.high for bar in parts) == traded.high
        assert min(bar.low for bar in parts) == traded.low
        assert parts[-1].close == traded.close
        assert sum(bar.volume for bar in parts) == traded.volume


async def test_weeks_begin_on_mondays(binance):
    history = await binance.history("BTCUSDT", interval=WEEK)
    assert {bar.day.weekday() for bar in history.bars} == {0}
    assert len(history.bars) == 53


async def test_the_day_that_still_runs_is_named(simulator, binance):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    history = await binance.history("BTCUSDT")
    assert history.unfinished == history.bars[-1].day


async def test_the_day_that_still_runs_is_named_at_the_end_of_a_full_page_too(simulator, binance):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    bars = simulator.listings["ETH-BTC"].bars
    history = await binance.history("ETHBTC", start=bars[-1_000].day)
    assert history.unfinished == bars[-1].day


async def test_an_hour_that_still_runs_is_left_out(simulator, binance):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    history = await binance.history("BTCUSDT", interval=HOUR)
    assert len(history.bars) == 71
    assert history.unfinished is None


async def test_an_unknown_pair_is_an_error_of_its_own_and_asked_for_once(simulator, binance):
    with pytest.raises(NotAtSourceError, match="Invalid symbol"):
        await binance.history("NOSUCH")
    assert len(simulator.requests) == 1


async def test_bars_that_it_does_not_have_are_not_asked_for(simulator, binance):
    with pytest.raises(NotAtSourceError, match="5y"):
        await binance.history("BTCUSDT", interval="5y")
    assert simulator.requests == []


async def test_quotes_of_known_pairs_come_in_one_request(simulator, binance):
    found = {one.symbol: one for one in await binance.quotes(["BTCUSDT", "NOSUCH", "LUNABTC"])}
    before, last = simulator.listings["BTC-USD"].bars[-2:]
    quote = found["BTCUSDT"]
    assert set(found) == {"BTCUSDT"}, "what never traded has no price"
    assert (quote.price, quote.previous_close, quote.currency) == (last.close, before.close, "USDT")
    assert quote.change == last.close - before.close
    assert abs(quote.change_fraction - quote.change / before.close) < Decimal("1e-5")
    assert quote.at.date() == last.day
    assert len(simulator.paths("ticker")) == 1


async def test_search_finds_what_trades(binance):
    assert [one.symbol for one in await binance.search("btc")] == ["BTCUSDT"]
    assert [one.symbol for one in await binance.search("ETH/BTC")] == ["ETHBTC"]
    assert await binance.search("luna") == ()
    assert await binance.search(" ") == ()


async def test_a_ban_stops_every_request_until_it_is_over(simulator, binance):
    simulator.fail(Fault.BANNED)
    with pytest.raises(RateLimitedError) as caught:
        await binance.history("BTCUSDT")
    assert caught.value.retry_after_s == 120
    with pytest.raises(RateLimitedError, match="used up"):
        await binance.quotes(["BTCUSDT"])
    assert len(simulator.requests) == 1


async def test_weights_are_taken_from_the_budget(simulator, quick):
    budgets = MemoryBudgets()
    source = BinanceSource(
        base_url=f"{simulator.url}/binance", manners=Manners(budgets=budgets, policy=quick)
    )
    await source.history("BTCUSDT")
    assert await budgets.left("binance", source.manifest.limits) == (6_000 - 20 - 2,)
    await source.aclose()


async def test_a_server_that_is_not_there_is_down(quick):
    source = BinanceSource(base_url="http://127.0.0.1:9", manners=Manners(policy=quick))
    with pytest.raises(SourceDownError):
        await source.history("BTCUSDT", start=date(2024, 1, 1) - timedelta(days=1))
    await source.aclose()
