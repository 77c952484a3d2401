from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory, Split
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.sources.base import HOUR, MINUTE, WEEK
from argosy.sources.finnhub import FinnhubSource
from argosy.sources.finnhub.symbols import Kind, Symbol
from argosy.sources.manners import Manners
from tests.simulator import finnhub as provider
from tests.simulator.faults import Fault, Trait

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def clock():
    """A week after the last session of the small world."""
    return FixedClock(datetime(2025, 1, 7, 12, tzinfo=UTC))


@pytest.fixture
def budgets():
    return MemoryBudgets()


@pytest.fixture
async def ask(simulator, quick, clock, budgets):
    """Make the source with a key."""
    opened = []

    def make(key):
        source = FinnhubSource(
            key=key,
            clock=clock,
            base_url=f"{simulator.url}/finnhub",
            manners=Manners(policy=quick, budgets=budgets, timeout_s=2.0),
        )
        opened.append(source)
        return source

    yield make
    for source in opened:
        await source.aclose()


@pytest.fixture
def paid(ask):
    return ask(provider.PAID)


@pytest.fixture
def free(ask):
    return ask(provider.FREE)


def traded(bars):
    return [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]


def during_the_last_session(simulator, clock):
    last = simulator.listings["ACME"].bars[-1].day
    then = datetime(last.year, last.month, last.day, 12, 45, tzinfo=NEW_YORK)
    clock.advance(then.astimezone(UTC) - clock.now())


async def test_days_come_back_as_they_were_traded_with_their_splits(simulator, paid):
    history = await paid.history("ACME")
    listing = simulator.listings["ACME"]
    assert traded(history.bars) == traded(listing.bars)
    assert (history.currency, history.unfinished) == ("USD", None)
    assert history.splits == tuple(
        Split(day, Decimal(new), Decimal(old)) for day, (new, old) in listing.splits.items()
    )
    assert {one.day: one.amount for one in history.dividends} == listing.dividends
    assert {one.currency for one in history.dividends} == {None}


async def test_a_part_is_asked_for_alone_and_is_raw_too(simulator, paid):
    split = min(simulator.listings["ACME"].splits)
    start, end = split - timedelta(days=7), split + timedelta(days=7)
    history = await paid.history("ACME", start=start, end=end)
    days = [bar for bar in simulator.listings["ACME"].bars if start <= bar.day <= end]
    assert traded(history.bars) == traded(days)
    asked = simulator.requests[0].query
    assert int(asked["to"]) - int(asked["from"]) == timedelta(days=17).total_seconds()


async def test_nothing_in_a_part_is_an_empty_history(paid):
    history = await paid.history("ACME", start=date(2010, 3, 1), end=date(2010, 3, 10))
    assert history.bars == ()


async def test_pence_leave_as_pounds_and_their_dividends_are_pounds_already(simulator, paid):
    history = await paid.history("TEA.L")
    listing = simulator.listings["TEA.L"]
    assert [bar.close * 100 for bar in history.bars] == [bar.close for bar in listing.bars]
    assert {one.day: one.amount for one in history.dividends} == listing.dividends
    assert (history.currency, history.dividends[0].currency) == ("GBP", None)
    await paid.history("TEA.L", start=date(2024, 3, 1))
    assert len(simulator.paths("/stock/symbol")) == 1, "the list of an exchange is asked for once"


async def test_coins_and_currencies_are_in_what_they_are_quoted_in(simulator, paid, clock):
    coin = await paid.history("BINANCE:BTCUSDT")
    assert traded(coin.bars) == traded(simulator.listings["BTC-USD"].bars)
    clock.advance(datetime(2026, 11, 21, tzinfo=UTC) - clock.now())
    euro = await paid.history("OANDA:EUR_USD")
    assert {bar.day: bar.close for bar in euro.bars} == {
        day: rates["USD"] for day, rates in simulator.rates.items()
    }
    assert (coin.currency, euro.currency, coin.splits) == ("USDT", "USD", ())


async def test_weeks_begin_on_mondays_and_end_as_they_were_traded(simulator, paid):
    history = await paid.history("ACME", interval=WEEK)
    assert {bar.day.weekday() for bar in history.bars} == {0}
    assert len(history.bars) == 53
    closes = {
        bar.day - timedelta(days=bar.day.weekday()): bar.close
        for bar in simulator.listings["ACME"].bars
    }
    assert {bar.day: bar.close for bar in history.bars} == closes


async def test_a_week_in_which_the_range_ends_is_whole(paid):
    weeks = {bar.day: bar for bar in (await paid.history("ACME", interval=WEEK)).bars}
    start, tuesday = date(2024, 6, 5), date(2024, 6, 18)
    part = await paid.history("ACME", start=start, end=tuesday, interval=WEEK)
    assert part.bars == (weeks[date(2024, 6, 10)], weeks[date(2024, 6, 17)])


@pytest.mark.parametrize(("interval", "a_day"), [(HOUR, 6), (MINUTE, 390)])
async def test_hours_and_minutes_add_up_to_their_days(simulator, paid, interval, a_day):
    days = [bar for bar in simulator.listings["ACME"].bars if bar.day >= date(2024, 12, 26)]
    history = await paid.history("ACME", start=date(2024, 12, 26), interval=interval)
    assert len(history.bars) == len(days) * a_day
    for day in days:
        parts = [bar for bar in history.bars if bar.day == day.day]
        assert (parts[0].open, parts[-1].close) == (day.open, day.close)
        assert max(bar.high for bar in parts) == day.high
        assert min(bar.low for bar in parts) == day.low
        assert sum(bar.volume for bar in parts) == day.volume


async def test_many_hours_are_read_month_by_month_without_gap_or_double(simulator, paid):
    start, end = date(2024, 5, 1), date(2024, 9, 30)
    history = await paid.history("ACME", start=start, end=end, interval=HOUR)
    days = [bar.day for bar in simulator.listings["ACME"].bars if start <= bar.day <= end]
    assert [bar.day for bar in history.bars] == [day for day in days for _ in range(6)]
    asked = [request.query for request in simulator.requests]
    assert len(asked) == 6
    assert all(int(one["to"]) - int(one["from"]) <= 28 * 86_400 for one in asked)


async def test_the_day_that_still_runs_is_named(simulator, paid, clock):
    during_the_last_session(simulator, clock)
    history = await paid.history("ACME")
    assert history.unfinished == history.bars[-1].day == simulator.listings["ACME"].bars[-1].day


@pytest.mark.parametrize(("interval", "left"), [(HOUR, 2), (MINUTE, 195)])
async def test_other_bars_that_still_run_are_left_out(simulator, paid, clock, interval, left):
    during_the_last_session(simulator, clock)
    last = simulator.listings["ACME"].bars[-1].day
    history = await paid.history("ACME", start=last, interval=interval)
    assert len(history.bars) == left
    assert history.unfinished is None
    weeks = await paid.history("ACME", interval=WEEK)
    assert weeks.bars[-1].day == last - timedelta(days=last.weekday() + 7)


async def test_a_day_without_a_close_is_no_day(simulator, paid):
    simulator.traits = frozenset({Trait.ZERO_ROWS})
    assert len((await paid.history("ACME")).bars) == 259


@pytest.mark.parametrize("symbol", ["NOSUCH", "NOSUCH.L", "BINANCE:NOSUCH", "OANDA:NO_SUCH"])
async def test_an_unknown_symbol_is_an_error_of_its_own_and_not_tried_again(
    simulator, paid, symbol
):
    with pytest.raises(NotAtSourceError, match=symbol):
        await paid.history(symbol)
    assert len(simulator.requests) == len({request.path for request in simulator.requests})


async def test_bars_that_it_does_not_have_are_not_asked_for(simulator, paid):
    with pytest.raises(NotAtSourceError, match="5y"):
        await paid.history("ACME", interval="5y")
    assert simulator.requests == []


async def test_quotes_of_what_it_knows(simulator, paid):
    asked = ["ACME", "NOSUCH", "TEA.L", "BINANCE:BTCUSDT", "BINANCE:NOSUCH", "ACME"]
    found = {one.symbol: one for one in await paid.quotes(asked)}
    assert set(found) == {"ACME", "TEA.L", "BINANCE:BTCUSDT"}
    listing = simulator.listings["ACME"]
    before, last = listing.bars[-2:]
    quote = found["ACME"]
    assert (quote.price, quote.previous_close, quote.currency) == (last.close, before.close, "USD")
    assert (quote.open, quote.day_high, quote.day_low) == (last.open, last.high, last.low)
    assert (quote.volume, quote.change) == (None, last.close - before.close)
    assert abs(quote.change_fraction - quote.change / before.close) < Decimal("1e-5")
    assert quote.at.timestamp() == listing.closing(last.day)
    pence = simulator.listings["TEA.L"].bars[-1]
    assert (found["TEA.L"].price * 100, found["TEA.L"].currency) == (pence.close, "GBP")
    assert found["BINANCE:BTCUSDT"].currency == "USDT"
    assert len(simulator.paths("/quote")) == 4


async def test_what_the_plan_does_not_have_takes_no_other_quote_along(simulator, free):
    assert [one.symbol for one in await free.quotes(["TEA.L", "ACME"])] == ["ACME"]
    with pytest.raises(SourceRefusedError, match="plan of this key"):
        await free.quotes(["TEA.L"])


async def test_zeros_of_a_busy_server_are_no_price(simulator, free):
    simulator.traits = frozenset({Trait.ZERO_ROWS})
    assert await free.quotes(["ACME"]) == ()


async def test_rates_are_those_of_weekdays_that_are_over(simulator, paid, clock):
    days = list(simulator.rates)
    clock.advance(datetime(2026, 7, 13, 9, tzinfo=UTC) - clock.now())  # a Monday
    found = await paid.rates(since=date(2026, 7, 1), currencies=["EUR", "JPY"])
    expected = [day for day in days if date(2026, 7, 1) <= day <= date(2026, 7, 10)]
    assert [rate.day for rate in found if rate.quote == "EUR"] == expected
    assert {rate.base for rate in found} == {"USD"}
    last = simulator.rates[expected[-1]]
    assert abs(found[-1].rate - last["JPY"] / last["USD"]) < Decimal("0.00001")
    assert {rate.day for rate in await paid.rates()} == {expected[-1]}


async def test_search_finds_symbols_of_all_countries(free):
    found = await free.search("corp")
    assert [(one.symbol, one.name, one.category) for one in found] == [
        ("ACME", "ACME CORP", AssetCategory.STOCK)
    ]
    assert [one.symbol for one in await free.search("tea")] == ["TEA.L"]
    assert await free.search("nothing like it") == ()


async def test_a_profile_says_nothing_where_there_is_none(free):
    profile = await free.profile("ACME")
    assert (profile.name, profile.industry, profile.country) == ("Acme Corp", None, "US")
    assert profile.market_cap == 1_415_993_500_000
    with pytest.raises(NotAtSourceError, match="NOSUCH"):
        await free.profile("NOSUCH")


async def test_its_own_waiting_time_holds_for_everybody(simulator, paid):
    simulator.fail(Fault.RATE_LIMITED_LONG)
    with pytest.raises(RateLimitedError) as caught:
        await paid.history("ACME")
    assert caught.value.retry_after_s == 3_600
    with pytest.raises(RateLimitedError, match="used up"):
        await paid.quotes(["ACME"])
    assert len(simulator.requests) == 1


async def test_histories_want_a_paid_key_and_cost_a_free_one_a_single_request(simulator, free):
    with pytest.raises(SourceRefusedError, match="use a key of a paid plan"):
        await free.history("ACME")
    assert len(simulator.requests) == 1


async def test_a_wrong_key_is_refused_and_not_told(simulator, ask):
    with pytest.raises(SourceRefusedError, match="Check ARGOSY_FINNHUB_KEY") as caught:
        await ask("wrong-token").quotes(["ACME", "TEA.L"])
    assert "wrong-token" not in str(caught.value)
    assert len(simulator.requests) == 1


async def test_without_a_key_nothing_is_asked(simulator, ask):
    source = ask(None)
    assert source.lacks == "ARGOSY_FINNHUB_KEY"
    for asked in (
        source.history("ACME"),
        source.quotes(["ACME"]),
        source.rates(),
        source.search("acme"),
        source.profile("ACME"),
    ):
        with pytest.raises(SourceKeyMissingError, match="Set ARGOSY_FINNHUB_KEY"):
            await asked
    assert simulator.requests == []


async def test_every_request_is_taken_from_the_budget(paid, budgets):
    await paid.history("ACME")
    a_minute, _ = await budgets.left("finnhub", paid.manifest.limits)
    assert a_minute == 60 - 3


@pytest.mark.parametrize(
    ("text", "kind", "exchange", "zone"),
    [
        ("AAPL", Kind.STOCK, None, "America/New_York"),
        ("BRK.B", Kind.STOCK, None, "America/New_York"),
        ("VOD.L", Kind.STOCK, "L", "Europe/London"),
        ("7203.T", Kind.STOCK, "T", "Asia/Tokyo"),
        ("BINANCE:BTCUSDT", Kind.CRYPTO, "binance", "UTC"),
        ("OANDA:EUR_USD", Kind.FOREX, "oanda", "UTC"),
    ],
)
def test_a_symbol_says_where_it_is_traded(text, kind, exchange, zone):
    symbol = Symbol(text)
    assert (symbol.kind, symbol.exchange, symbol.zone.key) == (kind, exchange, zone)
