from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory, Split
from argosy.runtime.budgets import MemoryBudgets
from argosy.sources.alphavantage import AlphaVantageSource
from argosy.sources.alphavantage.parse import parse_splits
from argosy.sources.answers import Answer
from argosy.sources.base import HOUR, MINUTE, WEEK
from argosy.sources.manners import Manners
from tests.simulator import alphavantage as provider
from tests.simulator.faults import Fault, Trait


@pytest.fixture
def budgets():
    """Real budgets whose every look at the clock is two seconds later: a burst need not wait."""
    seconds = count(step=2)
    return MemoryBudgets(lambda: float(next(seconds)))


@pytest.fixture
async def ask(simulator, quick, budgets):
    """Make the source with a key."""
    opened = []

    def make(key):
        source = AlphaVantageSource(
            key=key,
            base_url=f"{simulator.url}/alphavantage",
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


def functions(simulator):
    return [request.query["function"] for request in simulator.requests]


def traded(bars):
    return [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]


async def test_days_come_back_raw_with_all_splits_and_dividends(simulator, paid):
    history = await paid.history("ACME")
    listing = simulator.listings["ACME"]
    assert traded(history.bars) == traded(listing.bars)
    assert (history.currency, history.unfinished) == ("USD", None)
    assert history.splits == tuple(
        Split(day, Decimal(new), Decimal(old)) for day, (new, old) in listing.splits.items()
    )
    assert {paid.day: paid.amount for paid in history.dividends} == listing.dividends
    assert functions(simulator) == ["TIME_SERIES_DAILY", "SPLITS", "DIVIDENDS"]


async def test_a_free_key_has_a_hundred_days(simulator, free):
    last = simulator.listings["ACME"].bars[-100:]
    history = await free.history("ACME", start=last[40].day, end=last[60].day)
    assert traded(history.bars) == traded(last[40:61])
    with pytest.raises(SourceRefusedError, match="last 100 days: ask for a later start"):
        await free.history("ACME", start=date(2024, 1, 2))
    with pytest.raises(SourceRefusedError, match="paid plan"):
        await free.history("ACME")


async def test_a_start_before_the_short_answer_is_asked_for_whole(simulator, paid):
    history = await paid.history("ACME", start=date(2024, 1, 10), end=date(2024, 1, 19))
    assert [bar.day.day for bar in history.bars] == [10, 11, 12, 15, 16, 17, 18, 19]
    sizes = [request.query.get("outputsize") for request in simulator.requests]
    assert sizes[:2] == ["compact", "full"]


async def test_nothing_in_a_part_is_an_empty_history(paid):
    history = await paid.history("ACME", start=date(2010, 3, 1), end=date(2010, 3, 10))
    assert history.bars == ()


async def test_pence_leave_as_pounds(simulator, paid):
    history = await paid.history("TEA.LON")
    listing = simulator.listings["TEA.L"]
    assert [bar.close * 100 for bar in history.bars] == [bar.close for bar in listing.bars]
    assert [bar.volume for bar in history.bars] == [bar.volume for bar in listing.bars]
    assert (history.currency, history.splits, history.dividends) == ("GBP", (), ())


async def test_a_coin_has_all_its_days_and_currencies_have_theirs(simulator, paid):
    coin = await paid.history("BTC/USD")
    assert traded(coin.bars) == traded(simulator.listings["BTC-USD"].bars)
    euro = await paid.history("EUR/USD")
    assert {bar.day: bar.close for bar in euro.bars} == {
        day: rates["USD"] for day, rates in simulator.rates.items()
    }
    assert (coin.currency, euro.currency, euro.bars[0].volume) == ("USD", "USD", None)


async def test_weeks_begin_on_mondays(simulator, free):
    history = await free.history("ACME", interval=WEEK)
    assert {bar.day.weekday() for bar in history.bars} == {0}
    assert len(history.bars) == 53
    assert history.bars[-1].close == simulator.listings["ACME"].bars[-1].close
    assert functions(simulator) == ["TIME_SERIES_WEEKLY"]


@pytest.mark.parametrize(("interval", "a_day"), [(HOUR, 6), (MINUTE, 390)])
async def test_hours_and_minutes_add_up_to_their_days(simulator, paid, interval, a_day):
    history = await paid.history("ACME", interval=interval)
    assert len(history.bars) == 3 * a_day
    for day in simulator.listings["ACME"].bars[-3:]:
        parts = [bar for bar in history.bars if bar.day == day.day]
        assert all(bar.at.astimezone(provider.NEW_YORK).date() == day.day for bar in parts)
        assert (parts[0].open, parts[-1].close) == (day.open, day.close)
        assert max(bar.high for bar in parts) == day.high
        assert min(bar.low for bar in parts) == day.low
        assert sum(bar.volume for bar in parts) == day.volume


async def test_long_hours_are_read_month_by_month_without_gap_or_double(simulator, paid):
    start, end = date(2024, 9, 16), date(2024, 12, 13)
    days = [bar.day for bar in simulator.listings["ACME"].bars]
    history = await paid.history("ACME", start=start, end=end, interval=HOUR)
    expected = [day for day in days if start <= day <= end]
    assert [bar.day for bar in history.bars] == [day for day in expected for _ in range(6)]
    months = [request.query.get("month") for request in simulator.requests]
    assert months == ["2024-09", "2024-10", "2024-11", "2024-12"]
    open_ended = await paid.history("ACME", start=date(2024, 11, 4), interval=HOUR)
    assert {bar.day for bar in open_ended.bars} == {day for day in days if day >= date(2024, 11, 4)}


async def test_the_day_that_still_runs_is_named(simulator, paid):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    for symbol in ("ACME", "BTC/USD"):
        history = await paid.history(symbol)
        assert history.unfinished == history.bars[-1].day


@pytest.mark.parametrize(("interval", "left"), [(HOUR, 14), (MINUTE, 975), (WEEK, 52)])
async def test_other_bars_that_still_run_are_left_out(simulator, paid, interval, left):
    whole = await paid.history("ACME", interval=interval)
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    history = await paid.history("ACME", interval=interval)
    assert history.bars == whole.bars[:left]
    assert history.unfinished is None


async def test_a_day_of_zeros_is_no_day(simulator, paid):
    simulator.traits = frozenset({Trait.ZERO_ROWS})
    zero = simulator.listings["ACME"].bars[-6].day
    assert zero not in {bar.day for bar in (await paid.history("ACME")).bars}


async def test_an_unknown_symbol_is_an_error_of_its_own_and_asked_for_once(simulator, paid):
    with pytest.raises(NotAtSourceError, match="does not know"):
        await paid.history("NOSUCH")
    assert len(simulator.requests) == 1


@pytest.mark.parametrize(("symbol", "interval"), [("ACME", "5y"), ("BTC/USD", HOUR)])
async def test_bars_that_it_does_not_have_are_not_asked_for(simulator, paid, symbol, interval):
    with pytest.raises(NotAtSourceError, match=interval):
        await paid.history(symbol, interval=interval)
    assert simulator.requests == []


async def test_quotes_of_what_it_knows(simulator, free):
    asked = ["ACME", "NOSUCH", "TEA.LON", "BTC/USD", "XYZ/USD", "ACME"]
    found = {one.symbol: one for one in await free.quotes(asked)}
    assert set(found) == {"ACME", "TEA.LON", "BTC/USD"}
    before, last = simulator.listings["ACME"].bars[-2:]
    quote = found["ACME"]
    assert (quote.price, quote.previous_close, quote.currency) == (last.close, before.close, "USD")
    assert (quote.open, quote.day_high, quote.day_low) == (last.open, last.high, last.low)
    assert (quote.volume, quote.change) == (last.volume, last.close - before.close)
    assert abs(quote.change_fraction - quote.change / before.close) < Decimal("1e-5")
    assert quote.at.astimezone(provider.NEW_YORK).isoformat()[:16] == f"{last.day}T16:00"
    pence = simulator.listings["TEA.L"].bars[-1]
    assert (found["TEA.LON"].price * 100, found["TEA.LON"].currency) == (pence.close, "GBP")
    coin = simulator.listings["BTC-USD"].bars[-1]
    assert (found["BTC/USD"].price, found["BTC/USD"].change) == (coin.close, None)
    assert functions(simulator).count("GLOBAL_QUOTE") == 3


async def test_a_quote_of_an_open_market_is_of_now(simulator, free):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    (quote,) = await free.quotes(["ACME"])
    assert quote.at.astimezone(provider.NEW_YORK).strftime("%H:%M") == "12:45"


async def test_rates_are_those_of_the_currencies_that_are_named(simulator, free):
    days = list(simulator.rates)
    found = await free.rates(since=days[10], currencies=["JPY", "USD"])
    assert [rate.day for rate in found] == days[10:]
    assert {(rate.base, rate.quote) for rate in found} == {("USD", "JPY")}
    last = simulator.rates[days[-1]]
    assert abs(found[-1].rate - last["JPY"] / last["USD"]) < Decimal("0.0001")
    with pytest.raises(NotAtSourceError, match="name the currencies"):
        await free.rates()


async def test_a_rate_of_a_day_that_still_runs_is_left_out(simulator, free):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    days = list(simulator.rates)
    assert [rate.day for rate in await free.rates(since=days[10], currencies=["EUR"])] == days[
        10:-1
    ]


async def test_search_finds_symbols_of_all_countries(free):
    found = await free.search("corp")
    assert [(one.symbol, one.name, one.category) for one in found] == [
        ("ACME", "Acme Corp", AssetCategory.STOCK)
    ]
    assert [one.symbol for one in await free.search("tea")] == ["TEA.LON"]
    assert await free.search("nothing like it") == ()


async def test_a_profile_says_nothing_where_there_is_none(free):
    profile = await free.profile("ACME")
    assert (profile.name, profile.sector, profile.industry) == ("Acme Corp", "TECHNOLOGY", None)
    assert profile.market_cap == 123_456_789_000
    with pytest.raises(NotAtSourceError, match="NOSUCH"):
        await free.profile("NOSUCH")


async def test_the_day_of_requests_ends_at_midnight_in_new_york_and_no_key_is_told(simulator, free):
    simulator.fail(Fault.DAY_USED_UP)
    with pytest.raises(RateLimitedError, match="day's requests") as caught:
        await free.search("acme")
    assert caught.value.retry_after_s == 11.25 * 3600
    assert provider.FREE not in str(caught.value)
    with pytest.raises(RateLimitedError, match="used up"):
        await free.quotes(["ACME"])
    assert len(simulator.requests) == 1, "nobody asks again before that"


async def test_a_burst_waits_a_second_and_goes_on(simulator, free):
    simulator.fail(Fault.BURST)
    assert len(await free.search("acme")) == 1
    assert len(simulator.requests) == 2


async def test_a_wrong_key_is_refused_and_not_told(ask):
    with pytest.raises(SourceRefusedError, match="Check ARGOSY_ALPHAVANTAGE_KEY") as caught:
        await ask("WRONGKEY").search("acme")
    assert "WRONGKEY" not in str(caught.value)


async def test_intraday_bars_want_a_paid_key(free):
    with pytest.raises(SourceRefusedError, match="plan of this key"):
        await free.history("ACME", interval=MINUTE)


async def test_without_a_key_nothing_is_asked(simulator, ask):
    source = ask(None)
    assert source.lacks == "ARGOSY_ALPHAVANTAGE_KEY"
    for asked in (
        source.history("ACME"),
        source.quotes(["ACME"]),
        source.rates(currencies=["EUR"]),
        source.search("acme"),
        source.profile("ACME"),
    ):
        with pytest.raises(SourceKeyMissingError, match="Set ARGOSY_ALPHAVANTAGE_KEY"):
            await asked
    assert simulator.requests == []


async def test_every_request_is_taken_from_the_budget(free, budgets):
    await free.history("ACME", start=date(2024, 12, 2))
    left, _ = await budgets.left("alphavantage", free.manifest.limits)
    assert left == 25 - 3


@pytest.mark.parametrize(
    ("factor", "ratio"),
    [
        ("4.0000", (4, 1)),
        ("0.3333", (1, 3)),
        ("1.5", (3, 2)),
        ("0.001", (1, 1000)),
        ("1.05", (21, 20)),
    ],
)
def test_a_factor_cut_to_its_digits_is_the_ratio_it_was(factor, ratio):
    body = f'{{"data":[{{"effective_date":"2024-01-05","split_factor":"{factor}"}}]}}'
    (split,) = parse_splits(Answer(status=200, body=body.encode()))
    assert split == Split(date(2024, 1, 5), *map(Decimal, ratio))
