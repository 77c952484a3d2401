from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.runtime.budgets import MemoryBudgets, RateLimit
from argosy.sources.answers import Answer
from argosy.sources.base import HOUR, MINUTE
from argosy.sources.coingecko import CoinGeckoSource
from argosy.sources.coingecko.parse import parse_days, parse_hours
from argosy.sources.manners import Manners
from tests.simulator import coingecko as simulated
from tests.simulator.faults import Trait


@pytest.fixture
async def asking(simulator, manners):
    opened = []

    def ask(*, key=simulated.KEY, host="", manners=manners):
        url = f"{simulator.url}/coingecko{host}/api/v3"
        source = CoinGeckoSource(base_url=url, key=key, manners=manners)
        opened.append(source)
        return source

    yield ask
    for source in opened:
        await source.aclose()


@pytest.fixture
def coingecko(asking):
    return asking()


async def test_a_price_at_midnight_is_the_close_of_the_day_before(simulator, coingecko):
    history = await coingecko.history("bitcoin")
    traded = simulator.listings["BTC-USD"].bars
    assert [(bar.day, bar.close) for bar in history.bars] == [
        (bar.day, bar.close) for bar in traded
    ]
    assert {bar.at.time().isoformat() for bar in history.bars} == {"00:00:00"}
    assert (history.currency, history.unfinished) == ("USD", None)


async def test_what_it_does_not_have_is_missing(coingecko):
    bar = (await coingecko.history("bitcoin")).bars[0]
    assert (bar.open, bar.high, bar.low, bar.volume) == (None,) * 4, "its volumes are in dollars"


async def test_a_part_is_cut_out(coingecko):
    history = await coingecko.history("bitcoin", start=date(2024, 3, 1), end=date(2024, 3, 10))
    assert [bar.day.day for bar in history.bars] == list(range(1, 11))


async def test_a_part_beyond_a_free_plan_is_refused_and_not_cut_off(coingecko):
    year = await coingecko.history("ethereum")
    assert len(year.bars) == 366
    with pytest.raises(SourceRefusedError, match=r"365 days .* paid plan"):
        await coingecko.history("ethereum", start=date(2023, 1, 1))


async def test_a_coin_younger_than_a_year_is_whole(simulator, coingecko):
    del simulator.listings["BTC-USD"].bars[:300]
    history = await coingecko.history("bitcoin", start=date(2020, 1, 1))
    assert len(history.bars) == 66


async def test_a_paid_plan_reaches_back_to_the_first_day(simulator, asking):
    paid = asking(host=simulated.PAID)
    history = await paid.history("ethereum", start=date(2020, 1, 1))
    assert [bar.day for bar in history.bars] == [
        bar.day for bar in simulator.listings["ETH-BTC"].bars
    ]


async def test_nothing_in_a_part_is_an_empty_history(coingecko):
    history = await coingecko.history("bitcoin", start=date(2030, 3, 1))
    assert history.bars == ()


async def test_hours_close_at_the_next_hour(simulator, coingecko):
    history = await coingecko.history("bitcoin", interval=HOUR)
    assert {bar.at.minute for bar in history.bars} == {0}
    for traded in simulator.listings["BTC-USD"].bars[-3:]:
        parts = [bar for bar in history.bars if bar.day == traded.day]
        assert len(parts) == 24
        assert parts[-1].close == traded.close


async def test_hours_that_it_does_not_reach_are_refused(coingecko):
    with pytest.raises(SourceRefusedError, match="90 days"):
        await coingecko.history("bitcoin", interval=HOUR, start=date(2024, 3, 1))


async def test_the_day_that_still_runs_is_named(simulator, coingecko):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    history = await coingecko.history("bitcoin")
    days = [bar.day for bar in history.bars]
    assert history.unfinished == days[-1] == simulator.listings["BTC-USD"].bars[-1].day
    assert len(set(days)) == len(days)


async def test_an_hour_that_still_runs_is_left_out(simulator, coingecko):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    history = await coingecko.history("bitcoin", interval=HOUR)
    assert (history.bars[-1].at.hour, history.unfinished) == (10, None)


def test_of_two_prices_in_a_day_the_later_closes_it():
    sent = b'{"prices":[[1711929599000,2],[1711918800000,1],[1711929600000,3],[1711929601000,4]]}'
    history = parse_days(Answer(status=200, body=sent), symbol="bitcoin")
    assert [(bar.day, bar.close) for bar in history.bars] == [
        (date(2024, 3, 31), 3),
        (date(2024, 4, 1), 4),
    ]
    assert history.unfinished == date(2024, 4, 1)


def test_a_price_long_after_the_hour_closes_none():
    sent = b'{"prices":[[1711929600000,1],[1711933201000,2],[1711937700000,3]]}'
    history = parse_hours(Answer(status=200, body=sent), symbol="bitcoin")
    assert [(bar.at, bar.close) for bar in history.bars] == [
        (datetime(2024, 3, 31, 23, tzinfo=UTC), 1),
        (datetime(2024, 4, 1, 0, tzinfo=UTC), 2),
        (datetime(2024, 4, 1, 1, tzinfo=UTC), 3),
    ]
    late = sent.replace(b"1711937700000", b"1711937701000")
    assert len(parse_hours(Answer(status=200, body=late), symbol="bitcoin").bars) == 2


@pytest.mark.parametrize("symbol", ["nosuch", "BTC", "../ping", "bitcoin/market_chart"])
async def test_an_unknown_coin_is_an_error_of_its_own_and_asked_for_once(
    simulator, coingecko, symbol
):
    with pytest.raises(NotAtSourceError, match="coin not found"):
        await coingecko.history(symbol)
    assert len(simulator.requests) == 1


async def test_bars_that_it_does_not_have_are_not_asked_for(simulator, coingecko):
    with pytest.raises(NotAtSourceError, match="1m"):
        await coingecko.history("bitcoin", interval=MINUTE)
    assert simulator.requests == []


async def test_quotes_of_known_coins_come_in_one_request(simulator, coingecko):
    asked = ["bitcoin", "nosuch", "luna-old", "bitcoin"]
    (quote,) = await coingecko.quotes(asked)
    before, last = simulator.listings["BTC-USD"].bars[-2:]
    assert (quote.symbol, quote.price, quote.currency) == ("bitcoin", last.close, "USD")
    assert (quote.day_high, quote.day_low) == (last.high, last.low)
    assert quote.market_cap == last.close * 19_000_000
    assert quote.change == last.close - before.close
    assert abs(quote.change_fraction - quote.change / before.close) < Decimal("1e-12")
    assert quote.at.date() == last.day
    assert (quote.previous_close, quote.open, quote.volume) == (None, None, None)
    assert len(simulator.requests) == 1


async def test_many_quotes_come_in_requests_of_a_hundred(simulator, coingecko):
    await coingecko.quotes([f"coin-{number}" for number in range(201)])
    assert len(simulator.requests) == 3


async def test_search_finds_coins_by_name_and_ticker(coingecko):
    (found,) = await coingecko.search("bitco")
    assert (found.symbol, found.name) == ("bitcoin", "Bitcoin (BTC)")
    assert [one.symbol for one in await coingecko.search("ETH")] == ["ethereum"]
    assert await coingecko.search("nosuch") == ()


async def test_a_profile_is_told_in_plain_words(simulator, coingecko):
    profile = await coingecko.profile("bitcoin")
    assert (profile.name, profile.description) == ("Bitcoin", "Bitcoin is a coin.")
    assert profile.website == "http://bitcoin.example.org"
    last = simulator.listings["BTC-USD"].bars[-1]
    assert (profile.market_cap, profile.currency) == (last.close * 19_000_000, "USD")
    with pytest.raises(NotAtSourceError):
        await coingecko.profile("nosuch")


async def test_it_answers_without_a_key_at_a_slower_pace(simulator, asking):
    keyless = asking(key=None)
    assert keyless.lacks is None
    assert keyless.manifest.limits == (RateLimit(5, 60.0),)
    assert len((await keyless.history("bitcoin")).bars) == 366
    assert "x-cg-demo-api-key" not in simulator.requests[0].headers


async def test_the_paid_address_wants_a_key_and_is_not_asked_without(simulator, asking):
    keyless = asking(key=None, host=simulated.PAID)
    calls = (
        keyless.history("bitcoin"),
        keyless.quotes(["bitcoin"]),
        keyless.search("bit"),
        keyless.profile("bitcoin"),
    )
    for call in calls:
        with pytest.raises(SourceKeyMissingError, match="Set ARGOSY_COINGECKO_KEY"):
            await call
    assert simulator.requests == []


async def test_a_wrong_key_is_refused_and_never_told(asking):
    with pytest.raises(SourceRefusedError) as caught:
        await asking(key="CG-very-secret").history("bitcoin")
    assert "very-secret" not in str(caught.value)


async def test_each_request_is_taken_from_the_budget(asking, quick):
    budgets = MemoryBudgets()
    source = asking(manners=Manners(budgets=budgets, policy=quick))
    await source.history("bitcoin", start=date(2024, 12, 31) - timedelta(days=9))
    await source.quotes(["bitcoin"])
    assert await budgets.left("coingecko", source.manifest.limits) == (98, 9_998)
