import asyncio
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("yfinance")

from argosy.core.errors import (
    CurrencyMismatchError,
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.sources.base import HOUR, MINUTE, WEEK
from argosy.sources.manners import Manners
from argosy.sources.yahoo import YahooSource
from argosy.sources.yahoo.client import CRUMB_REQUESTS
from tests.simulator.faults import Fault, Trait
from tests.simulator.market import within
from tests.simulator.odd import NAN, SPIKE, ZERO
from tests.simulator.yahoo import MARKET_CAP, raw_closes

LATER = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock():
    return FixedClock(LATER)


@pytest.fixture
def budgets():
    return MemoryBudgets()


@pytest.fixture
async def yahoo(simulator, quick, clock, budgets):
    manners = Manners(budgets=budgets, policy=quick, timeout_s=2.0)
    source = YahooSource(base_url=simulator.url, clock=clock, manners=manners)
    yield source
    await source.aclose()


def closes(history):
    return {bar.day: bar.close for bar in history.bars}


async def test_prices_come_back_as_they_were_traded_through_two_splits(simulator, yahoo):
    history = await yahoo.history("ACME")
    assert closes(history) == pytest.approx(
        raw_closes(simulator.listings["ACME"]), rel=Decimal("2e-6")
    )
    assert [(split.new, split.old) for split in history.splits] == [(4, 1), (1, 8)]
    assert history.currency == "USD"
    assert history.unfinished is None


async def test_volume_comes_back_in_the_shares_of_its_day(simulator, yahoo):
    history = await yahoo.history("ACME")
    traded = simulator.listings["ACME"].bars
    assert all(
        abs(bar.volume - raw.volume) <= 8 for bar, raw in zip(history.bars, traded, strict=True)
    )


async def test_dividends_come_back_as_they_were_paid(yahoo):
    history = await yahoo.history("ACME")
    assert [paid.amount for paid in history.dividends] == [Decimal("0.8"), Decimal("0.25")]


async def test_single_precision_noise_is_not_taken_for_digits(simulator, yahoo):
    simulator.traits = frozenset({Trait.SINGLE_PRECISION})
    history = await yahoo.history("CL=F")
    assert closes(history) == raw_closes(simulator.listings["CL=F"])


async def test_a_negative_price_is_a_price(yahoo):
    history = await yahoo.history("CL=F")
    assert min(closes(history).values()) == Decimal("-37.63")


async def test_pence_become_pounds_and_back_again_exactly(simulator, yahoo):
    history = await yahoo.history("TEA.L")
    pence = raw_closes(simulator.listings["TEA.L"])
    assert history.currency == "GBP"
    assert closes(history) == {day: close / 100 for day, close in pence.items()}
    assert closes(history.quoted_in("GBp")) == pence
    assert history.dividends[0].amount == Decimal("0.115")
    assert history.dividends[0].currency == "GBP"
    with pytest.raises(CurrencyMismatchError):
        history.quoted_in("USD")


async def test_a_session_belongs_to_its_exchanges_day(simulator, yahoo):
    for symbol in ("ACME", "TEA.L", "BTC-USD"):
        days = [bar.day for bar in (await yahoo.history(symbol)).bars]
        assert days == [bar.day for bar in simulator.listings[symbol].bars]


async def test_rows_stamped_an_hour_early_keep_their_day(simulator, yahoo):
    simulator.traits = frozenset({Trait.CLOCK_HOUR})
    days = [bar.day for bar in (await yahoo.history("BTC-USD")).bars]
    assert days == [bar.day for bar in simulator.listings["BTC-USD"].bars]


async def test_a_range_keeps_both_ends(yahoo):
    history = await yahoo.history("ACME", start=date(2024, 2, 1), end=date(2024, 2, 6))
    assert [bar.day.day for bar in history.bars] == [1, 2, 5, 6]
    assert len(history.splits) == 2


async def test_days_of_nothing_are_no_bars(simulator, yahoo):
    whole = await yahoo.history("ACME")
    simulator.traits = frozenset({Trait.NAN_ROWS, Trait.ZERO_ROWS})
    history = await yahoo.history("ACME")
    gone = {bar.day for bar in whole.bars} - {bar.day for bar in history.bars}
    assert gone == {whole.bars[index].day for index in (3, NAN, ZERO)}
    assert history.bars[6].adjusted_close is None


async def test_a_missing_day_stays_missing(simulator, yahoo):
    simulator.traits = frozenset({Trait.MISSING_DAY})
    assert len((await yahoo.history("ACME")).bars) == 259


async def test_a_live_day_that_stands_twice_is_one_bar_marked_unfinished(simulator, yahoo):
    simulator.traits = frozenset({Trait.DUPLICATE_DAY})
    history = await yahoo.history("ACME")
    assert len(history.bars) == 260
    assert history.bars[-1].close == Decimal("123.45")
    assert history.unfinished == history.bars[-1].day


async def test_a_running_session_is_named(simulator, yahoo):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    history = await yahoo.history("ACME")
    assert history.unfinished == history.bars[-1].day


async def test_a_spike_is_handed_over_as_it_came(simulator, yahoo):
    """Judging a price needs other sources and days: that is reconciliation's work."""
    simulator.traits = frozenset({Trait.SPIKE})
    bars = (await yahoo.history("BTC-USD")).bars
    assert bars[SPIKE].close > 90 * bars[SPIKE - 1].close


async def test_an_unknown_symbol_is_not_asked_for_twice(simulator, yahoo):
    with pytest.raises(NotAtSourceError, match="delisted"):
        await yahoo.history("NOSUCH")
    assert len(simulator.paths("/v8/")) == 1


async def test_symbols_cannot_leave_their_place_in_the_address(simulator, yahoo):
    with pytest.raises(NotAtSourceError):
        await yahoo.history("../../v1/test/getcrumb?x=")
    assert all(path.startswith("/v8/finance/chart/") for path in simulator.paths(""))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMITED, RateLimitedError),
        (Fault.TOO_MANY_TEXT, RateLimitedError),
        (Fault.SERVER_ERROR, SourceDownError),
        (Fault.EMPTY, SourceDownError),
        (Fault.DOWN_PAGE, SourceDownError),
        (Fault.TRUNCATED, SourceDownError),
        (Fault.DROPPED, SourceDownError),
        (Fault.WEB_PAGE, SourceChangedError),
        (Fault.GARBAGE, SourceChangedError),
        (Fault.RESHAPED, SourceChangedError),
        (Fault.BARE_404, SourceChangedError),
        (Fault.FORBIDDEN, SourceRefusedError),
        (Fault.ERROR_BODY, SourceRefusedError),
    ],
)
async def test_each_failure_has_its_error(simulator, yahoo, fault, error):
    simulator.fail(fault, times=6)
    with pytest.raises(error):
        await yahoo.history("ACME")
    tries = {RateLimitedError: 3, SourceDownError: 3, SourceChangedError: 1, SourceRefusedError: 2}
    assert len(simulator.paths("/v8/")) == tries[error]


@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMITED, Fault.RATE_LIMITED_BRIEFLY, Fault.RATE_LIMITED_UNTIL, Fault.SERVER_ERROR,
              Fault.EMPTY, Fault.DROPPED, Fault.ERROR_BODY],
)  # fmt: skip
async def test_a_failure_that_passes_is_survived(simulator, yahoo, fault):
    simulator.fail(fault)
    assert len((await yahoo.history("ACME")).bars) == 260


async def test_a_source_that_asks_for_an_hour_is_left_alone(simulator, yahoo):
    simulator.fail(Fault.RATE_LIMITED_LONG, times=3)
    with pytest.raises(RateLimitedError) as caught:
        await yahoo.history("ACME")
    assert caught.value.retry_after_s == 3600
    assert len(simulator.paths("/v8/")) == 1


async def test_a_trickle_ends_in_time_and_never_holds_the_event_loop(simulator, quick):
    source = YahooSource(base_url=simulator.url, manners=Manners(policy=quick, timeout_s=0.4))
    await source.history("ACME")
    simulator.fail(Fault.SLOW, times=3)
    asked = asyncio.ensure_future(source.history("ACME"))
    turns = 0
    while not asked.done():
        await asyncio.sleep(0.01)
        turns += 1
    with pytest.raises(SourceDownError):
        await asked
    await source.aclose()
    assert turns > 10, "one a wait would mean that the loop stood still meanwhile"


async def test_hours_come_back_as_they_were_traded_through_two_splits(simulator, yahoo):
    history = await yahoo.history("ACME", interval=HOUR)
    traded = [(bar.day, part) for bar in simulator.listings["ACME"].bars for part in within(bar, 7)]
    assert [bar.day for bar in history.bars] == [day for day, _ in traded]
    assert [bar.close for bar in history.bars] == pytest.approx(
        [part.close for _, part in traded], rel=Decimal("2e-6")
    )
    assert history.bars[0].at == datetime(2024, 1, 2, 14, 30, tzinfo=UTC)
    assert {bar.adjusted_close for bar in history.bars} == {None}
    assert (history.interval, history.unfinished) == (HOUR, None)


async def test_the_last_hour_of_a_crypto_day_stays_on_it(yahoo):
    history = await yahoo.history(
        "BTC-USD", start=date(2024, 5, 1), end=date(2024, 5, 2), interval=HOUR
    )
    assert [bar.day for bar in history.bars] == [date(2024, 5, 1)] * 24 + [date(2024, 5, 2)] * 24


async def test_minutes_come_in_windows_of_a_week(simulator, yahoo):
    days = {"start": date(2024, 12, 10), "end": date(2024, 12, 24)}
    history = await yahoo.history("TEA.L", **days, interval=MINUTE)
    pence = simulator.listings["TEA.L"]
    wanted = [bar for bar in pence.bars if days["start"] <= bar.day <= days["end"]]
    assert closes(history) == {bar.day: bar.close / 100 for bar in wanted}
    assert len(history.bars) == 510 * len(wanted)
    windows = [
        request.query for request in simulator.requests if request.query["interval"] == MINUTE
    ]
    spans = [int(query["period2"]) - int(query["period1"]) for query in windows]
    assert len(windows) == 3
    assert max(spans) == timedelta(days=7).total_seconds()


async def test_of_a_range_that_begins_too_early_there_is_the_part_that_exists(yahoo):
    history = await yahoo.history("BTC-USD", start=date(2024, 1, 1), interval=MINUTE)
    assert history.bars[0].at == LATER - timedelta(days=30) + timedelta(hours=1)
    assert history.bars[-1].day == date(2024, 12, 31)


async def test_a_range_that_ends_too_early_says_how_far_back_there_is_anything(simulator, yahoo):
    with pytest.raises(NotAtSourceError, match="1m since 2024-12-02 only"):
        await yahoo.history("ACME", end=date(2024, 12, 1), interval=MINUTE)
    assert not simulator.requests


async def test_a_limit_that_yahoo_measures_otherwise_is_its_own_error(yahoo, clock):
    clock.advance(-timedelta(days=5))  # a machine whose clock is wrong
    with pytest.raises(NotAtSourceError, match="within the last 30 days"):
        await yahoo.history(
            "ACME", start=date(2024, 11, 1), end=date(2024, 11, 29), interval=MINUTE
        )


@pytest.mark.parametrize("interval", [MINUTE, HOUR])
async def test_a_bar_that_still_runs_and_the_live_quote_are_left_out(
    simulator, yahoo, clock, interval
):
    simulator.traits = frozenset({Trait.LIVE_LAST_ROW})
    at = datetime(2024, 12, 30, 20, 50, 30, tzinfo=UTC)
    clock.advance(at - LATER)
    history = await yahoo.history("ACME", start=date(2024, 12, 30), interval=interval)
    last = {MINUTE: time(20, 49), HOUR: time(19, 30)}
    assert history.bars[-1].at.time() == last[interval]
    assert history.unfinished is None


async def test_minutes_of_an_unknown_symbol_are_not_asked_for(simulator, yahoo):
    with pytest.raises(NotAtSourceError, match="delisted"):
        await yahoo.history("NOSUCH", interval=MINUTE)
    assert len(simulator.requests) == 1


async def test_bars_of_other_lengths_are_not_here(simulator, yahoo):
    with pytest.raises(NotAtSourceError, match="no bars of 5m"):
        await yahoo.history("ACME", interval="5m")
    assert not simulator.requests


async def test_weeks_are_made_of_days(simulator, yahoo):
    history = await yahoo.history("BTC-USD", interval=WEEK)
    days = simulator.listings["BTC-USD"].bars
    assert [bar.day for bar in history.bars] == [bar.day for bar in days[:-2:7]]
    first, week = history.bars[0], days[:7]
    assert (first.open, first.close) == (week[0].open, week[-1].close)
    assert (first.high, first.low) == (max(d.high for d in week), min(d.low for d in week))
    assert first.volume == sum(day.volume for day in week)
    assert first.at == datetime(2024, 1, 1, tzinfo=UTC)
    assert history.interval == WEEK


async def test_the_week_of_a_split_counts_in_the_shares_of_its_end(simulator, yahoo):
    listing = simulator.listings["ACME"]
    split = next(iter(listing.splits))  # 4:1, in the middle of a week
    monday = split - timedelta(days=split.weekday())
    assert monday < split
    history = await yahoo.history("ACME", start=monday, end=monday, interval=WEEK)
    (week,) = history.bars
    before = next(bar for bar in listing.bars if bar.day == monday)
    assert week.open == pytest.approx(before.open / 4, rel=Decimal("2e-6"))
    traded = [bar for bar in listing.bars if monday <= bar.day < monday + timedelta(days=7)]
    shares = sum(bar.volume * (4 if bar.day < split else 1) for bar in traded)
    assert abs(week.volume - shares) <= 8


async def test_a_week_that_still_runs_is_left_out(yahoo, clock):
    assert (await yahoo.history("BTC-USD", interval=WEEK)).bars[-1].day == date(2024, 12, 23)
    clock.advance(timedelta(days=5))
    assert (await yahoo.history("BTC-USD", interval=WEEK)).bars[-1].day == date(2024, 12, 30)


async def test_quotes_come_with_cookie_and_crumb(simulator, yahoo):
    quotes = {quote.symbol: quote for quote in await yahoo.quotes(["ACME", "TEA.L", "NOSUCH"])}
    assert set(quotes) == {"ACME", "TEA.L"}
    pence = simulator.listings["TEA.L"].bars[-1].close
    assert (quotes["TEA.L"].price, quotes["TEA.L"].currency) == (pence / 100, "GBP")
    assert quotes["ACME"].at.tzinfo is not None


async def test_a_quote_has_all_its_fields_in_the_whole_currency(simulator, yahoo):
    pence, coin = await yahoo.quotes(["TEA.L", "BTC-USD"])
    *_, before, last = simulator.listings["TEA.L"].bars
    assert (pence.open, pence.day_high, pence.day_low) == (
        last.open / 100,
        last.high / 100,
        last.low / 100,
    )
    assert (pence.previous_close, pence.volume) == (before.close / 100, last.volume)
    assert pence.change == (last.close - before.close) / 100
    assert pence.change_fraction == pytest.approx(
        last.close / before.close - 1, abs=Decimal("1e-17")
    )
    assert (pence.market_cap, coin.market_cap) == (MARKET_CAP, None)


async def test_a_profile_says_what_is_known(yahoo):
    profile = await yahoo.profile("TEA.L")
    assert (profile.name, profile.category) == ("Tea plc", AssetCategory.STOCK)
    assert (profile.currency, profile.exchange, profile.country) == ("GBP", "LSE", "United Kingdom")
    assert (profile.sector, profile.industry) == ("Consumer Defensive", "Packaged Foods")
    assert (profile.website, profile.market_cap) == ("https://example.com", MARKET_CAP)
    assert (profile.description, profile.isin) == ("Tea plc does what it does.", None)
    coin = await yahoo.profile("BTC-USD")
    assert (coin.category, coin.sector, coin.market_cap) == (AssetCategory.CRYPTO, None, None)


async def test_a_profile_of_an_unknown_symbol_is_not_asked_for_twice(simulator, yahoo):
    with pytest.raises(NotAtSourceError, match="not found"):
        await yahoo.profile("NOSUCH")
    assert len(simulator.paths("quoteSummary")) == 1


async def test_a_crumb_is_paid_for_once(simulator, yahoo, budgets):
    await yahoo.quotes(["ACME"])
    await yahoo.profile("ACME")
    spent = 60 - (await budgets.left("yahoo", yahoo.manifest.limits))[0]
    assert spent == CRUMB_REQUESTS + 2
    assert len(simulator.requests) <= spent
    assert len(simulator.paths("getcrumb")) == 1


@pytest.mark.parametrize("crumb", ["", "<html>consent first</html>"])
async def test_without_a_crumb_there_is_no_quote(simulator, yahoo, budgets, crumb):
    simulator.crumb = crumb
    with pytest.raises(SourceRefusedError, match="no crumb"):
        await yahoo.quotes(["ACME"])
    assert not simulator.paths("/v7/")
    spent = 60 - (await budgets.left("yahoo", yahoo.manifest.limits))[0]
    assert len(simulator.requests) <= spent


async def test_a_crumb_that_expired_is_renewed(simulator, yahoo):
    await yahoo.quotes(["ACME"])
    simulator.crumb = "another.crumb"
    assert [quote.symbol for quote in await yahoo.quotes(["ACME"])] == ["ACME"]


async def test_search_finds_by_name(yahoo):
    (found,) = await yahoo.search("bitcoin")
    assert (found.symbol, found.category) == ("BTC-USD", AssetCategory.CRYPTO)


async def test_two_sources_at_two_addresses_do_not_meet(simulator, yahoo, quick):
    away = YahooSource(base_url="http://127.0.0.1:9", manners=Manners(policy=quick))
    with pytest.raises(SourceDownError):
        await away.history("ACME")
    assert len((await yahoo.history("ACME")).bars) == 260
    await away.aclose()


async def test_rates_are_those_of_days_that_are_over_in_london(simulator, yahoo, clock):
    pair = simulator.pairs["USDAED=X"]
    last = pair.bars[-1].day
    midnight_there = datetime.combine(last, time(23, 30), ZoneInfo("Europe/London"))
    clock.advance(midnight_there - clock.now())
    days = [bar.day for bar in pair.bars]
    found = await yahoo.rates(since=days[-5], currencies={"AED"})
    assert [one.day for one in found if one.base == "USD"] == days[-5:-1]
    assert {one.rate for one in found if one.base == "USD"} == {Decimal("3.6725")}
    euros = {bar.day: bar.close for bar in simulator.pairs["EURAED=X"].bars}
    assert all(one.rate == euros[one.day] for one in found if one.base == "EUR")
    clock.advance(timedelta(minutes=31))
    later = await yahoo.rates(since=last, currencies={"AED"})
    assert {(one.base, one.quote, one.day) for one in later} == {
        ("EUR", "AED", last),
        ("USD", "AED", last),
    }


async def test_a_currency_is_unknown_only_if_both_its_pairs_are(simulator, yahoo, clock):
    clock.advance(timedelta(days=1_000))
    del simulator.pairs["EURARS=X"]
    found = await yahoo.rates(currencies={"ARS"})
    assert {one.base for one in found} == {"USD"}
    with pytest.raises(NotAtSourceError, match="it has no rates of TZS"):
        await yahoo.rates(currencies={"TZS"})
