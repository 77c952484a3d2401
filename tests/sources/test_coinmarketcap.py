from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.sources.answers import Answer
from argosy.sources.base import HOUR, MINUTE
from argosy.sources.coinmarketcap import CoinMarketCapSource
from argosy.sources.coinmarketcap.parse import parse_quotes
from argosy.sources.manners import Manners
from tests.simulator import coinmarketcap as simulated
from tests.simulator.faults import Trait


@pytest.fixture
def clock():
    return FixedClock(simulated.NOW)


@pytest.fixture
async def asking(simulator, manners, clock):
    opened = []

    def ask(*, key=simulated.KEY, manners=manners, clock=clock):
        url = f"{simulator.url}/coinmarketcap"
        source = CoinMarketCapSource(key=key, clock=clock, base_url=url, manners=manners)
        opened.append(source)
        return source

    yield ask
    for source in opened:
        await source.aclose()


@pytest.fixture
def coinmarketcap(asking):
    return asking()


@pytest.fixture
def live(simulator, asking):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    return asking(clock=FixedClock(simulated.LIVE))


async def test_days_come_back_as_they_were_traded_in_dollars(simulator, coinmarketcap):
    history = await coinmarketcap.history("1")
    assert [(bar.day, bar.open, bar.high, bar.low, bar.close) for bar in history.bars] == [
        (bar.day, bar.open, bar.high, bar.low, bar.close)
        for bar in simulator.listings["BTC-USD"].bars
    ]
    assert {bar.at.time().isoformat() for bar in history.bars} == {"00:00:00"}
    assert {bar.volume for bar in history.bars} == {None}, "its volumes are in dollars"
    assert (history.currency, history.unfinished) == ("USD", None)
    assert len(simulator.requests) == 1


async def test_a_part_has_its_first_day_and_its_last(simulator, coinmarketcap):
    history = await coinmarketcap.history("1", start=date(2024, 3, 1), end=date(2024, 3, 10))
    assert [bar.day.day for bar in history.bars] == list(range(1, 11))
    asked = simulator.requests[-1].query
    assert (asked["time_start"], asked["time_end"]) == ("2024-02-29", "2024-03-10")


async def test_nothing_in_a_part_is_an_empty_history(simulator, coinmarketcap):
    history = await coinmarketcap.history("1", start=date(2020, 3, 1), end=date(2020, 3, 10))
    assert history.bars == ()
    assert len(simulator.requests) == 1
    for start, end in ((date(2030, 1, 1), None), (None, date(2001, 1, 1))):
        assert (await coinmarketcap.history("1", start=start, end=end)).bars == ()
    assert len(simulator.requests) == 1, "nobody has prices of tomorrow, or before the first coin"


async def test_hours_add_up_to_their_days(simulator, coinmarketcap):
    first = date(2024, 12, 29)
    history = await coinmarketcap.history("1", start=first, interval=HOUR)
    assert len(history.bars) == 72
    for traded in simulator.listings["BTC-USD"].bars[-3:]:
        parts = [bar for bar in history.bars if bar.day == traded.day]
        assert parts[0].open == traded.open
        assert max(bar.high for bar in parts) == traded.high
        assert min(bar.low for bar in parts) == traded.low
        assert parts[-1].close == traded.close


async def test_many_hours_are_read_in_parts_without_gap_or_double(simulator, asking):
    patient = asking(manners=Manners())  # ten thousand bars take a moment to be made up
    first, last = date(2023, 6, 1), date(2024, 8, 1)
    history = await patient.history("1027", start=first, end=last, interval=HOUR)
    begun = datetime.combine(first, datetime.min.time(), simulated.NOW.tzinfo)
    hours = ((last - first).days + 1) * 24
    assert [bar.at for bar in history.bars] == [begun + timedelta(hours=n) for n in range(hours)]
    assert len({one.query["time_start"] for one in simulator.requests}) == 2


async def test_the_day_that_still_runs_is_named(live):
    history = await live.history("1")
    assert history.unfinished == history.bars[-1].day == date(2024, 12, 31)


async def test_an_hour_that_still_runs_is_left_out(live):
    history = await live.history("1", start=date(2024, 12, 31), interval=HOUR)
    assert (len(history.bars), history.bars[-1].at.hour) == (11, 10)
    assert history.unfinished is None


async def test_an_unknown_coin_is_an_error_of_its_own_and_asked_for_once(simulator, coinmarketcap):
    with pytest.raises(NotAtSourceError, match="99999999"):
        await coinmarketcap.history("99999999")
    assert len(simulator.requests) == 1


@pytest.mark.parametrize("symbol", ["BTC", "", "1,1027", "²"])
async def test_what_is_no_number_is_not_asked_for(simulator, coinmarketcap, symbol):
    with pytest.raises(NotAtSourceError, match="1 for Bitcoin"):
        await coinmarketcap.history(symbol)
    with pytest.raises(NotAtSourceError):
        await coinmarketcap.profile(symbol)
    assert await coinmarketcap.quotes([symbol]) == ()
    assert simulator.requests == []


async def test_bars_that_it_does_not_have_are_not_asked_for(simulator, coinmarketcap):
    with pytest.raises(NotAtSourceError, match="1m"):
        await coinmarketcap.history("1", interval=MINUTE)
    assert simulator.requests == []


@pytest.mark.parametrize("traits", [frozenset(), frozenset({Trait.KEYED})])
async def test_quotes_of_known_coins_come_in_one_request(simulator, coinmarketcap, traits):
    simulator.traits = traits
    (quote,) = await coinmarketcap.quotes(["1", "99999999", "1"])
    before, last = simulator.listings["BTC-USD"].bars[-2:]
    assert (quote.symbol, quote.price, quote.currency) == ("1", last.close, "USD")
    assert quote.market_cap == last.close * 19_000_000
    assert abs(quote.change_fraction - (last.close / before.close - 1)) < Decimal("1e-12")
    assert quote.at.date() == last.day
    assert (quote.change, quote.previous_close, quote.volume) == (None, None, None)
    assert len(simulator.requests) == 1


async def test_many_quotes_come_in_requests_of_a_credit_each(simulator, coinmarketcap):
    await coinmarketcap.quotes([str(number) for number in range(1, 202)])
    assert len(simulator.requests) == 3


async def test_search_finds_a_ticker_before_names_and_reads_the_list_once_a_day(
    simulator, coinmarketcap, clock
):
    found = await coinmarketcap.search(" btc ")
    assert [(one.symbol, one.name) for one in found] == [
        ("1", "Bitcoin (BTC)"),
        ("3602", "Batcat (BTC)"),
    ]
    assert [one.symbol for one in await coinmarketcap.search("bitc")] == ["1", "1831"]
    assert await coinmarketcap.search(" ") == await coinmarketcap.search("nosuch") == ()
    assert len(simulator.requests) == 1
    clock.advance(timedelta(days=1))
    assert len(await coinmarketcap.search("bitc", limit=1)) == 1
    assert len(simulator.requests) == 2


async def test_a_profile_tells_what_a_coin_is(coinmarketcap):
    profile = await coinmarketcap.profile("1027")
    assert (profile.symbol, profile.name) == ("1027", "Ethereum")
    assert profile.description == "Ethereum (ETH) is a cryptocurrency."
    assert profile.website == "https://ethereum.example.org/"
    with pytest.raises(NotAtSourceError):
        await coinmarketcap.profile("99999999")


async def test_without_its_key_it_is_not_asked(simulator, asking):
    keyless = asking(key=None)
    assert keyless.lacks == "ARGOSY_COINMARKETCAP_KEY"
    calls = (
        keyless.history("1"),
        keyless.quotes(["1"]),
        keyless.search("btc"),
        keyless.profile("1"),
    )
    for call in calls:
        with pytest.raises(SourceKeyMissingError, match="Set ARGOSY_COINMARKETCAP_KEY"):
            await call
    assert simulator.requests == []


async def test_a_plan_without_bars_says_so_and_still_has_quotes(simulator, asking):
    basic = asking(key=simulated.BASIC_KEY)
    with pytest.raises(SourceRefusedError, match=r"bars need a paid one.*1006"):
        await basic.history("1")
    assert len(simulator.requests) == 1
    assert len(await basic.quotes(["1"])) == 1


async def test_a_wrong_key_is_refused_and_never_told(asking):
    with pytest.raises(SourceRefusedError, match="check ARGOSY_COINMARKETCAP_KEY") as caught:
        await asking(key="very-secret").history("1")
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize(("code", "wait_s"), [(1008, 60), (1009, 3_600), (1010, 3_600), (1011, 60)])
def test_a_limit_says_how_long_to_wait(code, wait_s):
    sent = simulated.refusal(429, code, "exceeded")
    with pytest.raises(RateLimitedError) as caught:
        parse_quotes(Answer(status=sent.status, body=sent.body))
    assert caught.value.retry_after_s == wait_s
    with pytest.raises(RateLimitedError) as caught:
        parse_quotes(Answer(status=sent.status, body=sent.body, retry_after="7"))
    assert caught.value.retry_after_s == 7


async def test_each_request_is_taken_from_the_budget(asking, quick):
    budgets = MemoryBudgets()
    source = asking(manners=Manners(budgets=budgets, policy=quick))
    await source.quotes(["1"])
    await source.search("btc")
    assert await budgets.left("coinmarketcap", source.manifest.limits) == (28, 14_998)
