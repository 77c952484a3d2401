from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.core.market.asset import AssetCategory
from argosy.runtime.budgets import MemoryBudgets, RateLimit
from argosy.runtime.clock import FixedClock
from argosy.sources.answers import Answer
from argosy.sources.base import HOUR, MINUTE, WEEK
from argosy.sources.manners import Manners
from argosy.sources.massive import MassiveSource
from argosy.sources.massive.parse import Ticker, parse_bars, parse_dividends, parse_snapshot
from tests.simulator.massive import CIRCLE, FREE, PAID

LATER = datetime(2025, 6, 1, tzinfo=UTC)
RECORDED = Path(__file__).parent / "recorded" / "massive" / "ok"
NEW_YORK = ZoneInfo("America/New_York")
FIVE = RateLimit(requests=5, per_s=60.0)


def unhurried():
    """Budgets for whom a minute goes by between any two requests."""
    return MemoryBudgets(count(step=60).__next__)


@pytest.fixture
def clock():
    return FixedClock(LATER)


@pytest.fixture
async def ask(simulator, quick, clock):
    """Make sources of a key; all that are made are closed."""
    made = []

    def source(key=PAID, budgets=None):
        manners = Manners(budgets=budgets or unhurried(), policy=quick, timeout_s=2.0)
        url = f"{simulator.url}/massive"
        made.append(MassiveSource(key=key, clock=clock, base_url=url, manners=manners))
        return made[-1]

    yield source
    for one in made:
        await one.aclose()


@pytest.fixture
def massive(ask):
    return ask()


def values(bars):
    return [(bar.day, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in bars]


async def test_days_come_back_as_they_were_traded_on_the_day_of_their_exchange(simulator, massive):
    history = await massive.history("ACME")
    assert values(history.bars) == values(simulator.listings["ACME"].bars)
    assert {bar.at.timetz() for bar in history.bars} == {time(tzinfo=UTC)}
    assert (history.currency, history.unfinished) == ("USD", None)


async def test_splits_and_dividends_come_once_each(simulator, massive):
    history = await massive.history("ACME")
    listing = simulator.listings["ACME"]
    assert [(one.day, one.new, one.old) for one in history.splits] == [
        (day, new, old) for day, (new, old) in listing.splits.items()
    ]
    assert [(one.day, one.amount, one.currency) for one in history.dividends] == [
        (day, amount, None) for day, amount in listing.dividends.items()
    ]


async def test_a_split_that_has_not_happened_yet_is_not_told(simulator, massive, clock):
    first, second = simulator.listings["ACME"].splits
    clock.advance(datetime.combine(second, time(), UTC) - LATER)  # the evening before, New York
    history = await massive.history("ACME")
    assert [one.day for one in history.splits] == [first]
    assert history.bars[-1].day < second


async def test_a_long_history_is_read_page_by_page_without_gap_or_double(simulator, massive):
    history = await massive.history("X:ETHBTC")
    assert values(history.bars) == values(simulator.listings["ETH-BTC"].bars)
    assert history.currency == "BTC"
    pages = simulator.paths("/range/")
    assert len(pages) == 2
    assert all(one.headers["authorization"] == f"Bearer {PAID}" for one in simulator.requests)


async def test_a_part_is_asked_for_alone(massive):
    history = await massive.history("X:BTCUSD", start=date(2024, 3, 1), end=date(2024, 3, 10))
    assert [bar.day.day for bar in history.bars] == list(range(1, 11))


async def test_nothing_in_a_part_is_an_empty_history(massive):
    history = await massive.history("ACME", start=date(2010, 3, 1), end=date(2010, 3, 10))
    assert history.bars == ()
    tomorrow = await massive.history("ACME", start=LATER.date() + timedelta(days=1))
    assert tomorrow.bars == ()


@pytest.mark.parametrize(("interval", "count"), [(HOUR, 72), (MINUTE, 4_320)])
async def test_hours_and_minutes_of_a_coin_add_up_to_their_days(
    simulator, massive, interval, count
):
    history = await massive.history("X:BTCUSD", interval=interval)
    assert len(history.bars) == count
    assert_adds_up(simulator.listings["BTC-USD"], history)


async def test_hours_of_a_share_belong_to_the_day_of_their_exchange(simulator, massive):
    history = await massive.history("ACME", interval=HOUR)
    assert_adds_up(simulator.listings["ACME"], history)
    assert {bar.at.astimezone(NEW_YORK).hour for bar in history.bars} == set(range(9, 16))
    assert history.splits == ()


def assert_adds_up(listing, history):
    for traded in listing.bars[-3:]:
        parts = [bar for bar in history.bars if bar.day == traded.day]
        assert parts[0].open == traded.open
        assert max(bar.high for bar in parts) == traded.high
        assert min(bar.low for bar in parts) == traded.low
        assert parts[-1].close == traded.close
        assert sum(bar.volume for bar in parts) == traded.volume


async def test_weeks_of_shares_begin_on_mondays_and_are_whole(simulator, massive):
    start, end = date(2024, 3, 4), date(2024, 3, 13)  # a Monday, and the Wednesday after the next
    history = await massive.history("ACME", start=start, end=end, interval=WEEK)
    traded = [
        bar for bar in simulator.listings["ACME"].bars if start <= bar.day <= date(2024, 3, 15)
    ]
    assert [bar.day for bar in history.bars] == [start, date(2024, 3, 11)]
    assert [bar.volume for bar in history.bars] == [
        sum(bar.volume for bar in traded[:5]),
        sum(bar.volume for bar in traded[5:]),
    ]


async def test_the_day_that_still_runs_is_named(simulator, massive, clock):
    last = simulator.listings["ACME"].bars[-1].day
    clock.advance(datetime.combine(last, time(23, 59), NEW_YORK) - LATER)
    assert (await massive.history("ACME")).unfinished == last
    clock.advance(timedelta(minutes=1))
    assert (await massive.history("ACME")).unfinished is None


async def test_an_hour_that_still_runs_is_left_out(massive, clock):
    whole = await massive.history("ACME", interval=HOUR)
    clock.advance(whole.bars[-1].at + timedelta(minutes=59) - LATER)
    history = await massive.history("ACME", interval=HOUR)
    assert history.bars == whole.bars[:-1]
    assert history.unfinished is None


@pytest.mark.parametrize("ask_for", ["history", "profile"])
async def test_an_unknown_ticker_is_an_error_of_its_own(simulator, massive, ask_for):
    with pytest.raises(NotAtSourceError, match="not found"):
        await getattr(massive, ask_for)("NOSUCH")
    assert len(simulator.paths("/v3/reference/tickers/NOSUCH")) == 1


async def test_bars_that_it_does_not_have_are_not_asked_for(simulator, massive):
    with pytest.raises(NotAtSourceError, match="5y"):
        await massive.history("ACME", interval="5y")
    assert simulator.requests == []


async def test_a_plan_gives_the_days_that_it_includes(simulator, ask):
    history = await ask(FREE).history("X:ETHBTC")
    assert values(history.bars) == values(simulator.listings["ETH-BTC"].bars[-731:])


async def test_days_that_no_plan_includes_are_refused_in_words(simulator, ask):
    with pytest.raises(SourceRefusedError, match="plan of its key does not include these days"):
        await ask(FREE).history("X:ETHBTC", end=date(2021, 5, 1))
    assert len(simulator.requests) == 1


async def test_quotes_of_a_market_come_in_one_request(simulator, massive):
    found = {one.symbol: one for one in await massive.quotes(["ACME", "X:BTCUSD", "NOSUCH"])}
    assert set(found) == {"ACME", "X:BTCUSD"}
    assert len(simulator.paths("snapshot")) == 2
    for symbol, listing in (("ACME", "ACME"), ("X:BTCUSD", "BTC-USD")):
        before, last = simulator.listings[listing].bars[-2:]
        quote = found[symbol]
        assert (quote.price, quote.previous_close, quote.currency) == (
            last.close,
            before.close,
            "USD",
        )
        assert (quote.open, quote.day_high, quote.day_low) == (last.open, last.high, last.low)
        assert (quote.volume, quote.market_cap) == (last.volume, None)
        assert quote.change == last.close - before.close
        assert abs(quote.change_fraction * before.close - quote.change) < Decimal("1e-9")
        assert quote.at.timestamp() == simulator.listings[listing].closing(last.day)


async def test_a_plan_without_snapshots_has_the_last_whole_day(simulator, ask):
    free = ask(FREE)
    (quote,) = await free.quotes(["ACME"])
    last = simulator.listings["ACME"].bars[-1]
    assert (quote.price, quote.open, quote.volume) == (last.close, last.open, last.volume)
    assert (quote.previous_close, quote.change) == (None, None)
    assert quote.at.date() == last.day
    await free.quotes(["ACME"])
    assert len(simulator.paths("snapshot")) == 1, "it is asked once whether they are included"


async def test_a_profile_says_what_is_known(massive):
    profile = await massive.profile("ACME")
    assert (profile.name, profile.category) == ("Acme Corp", AssetCategory.STOCK)
    assert (profile.currency, profile.exchange) == ("USD", "XNAS")
    assert (profile.industry, profile.sector) == ("GENERAL GOODS", None)
    assert profile.website == "https://acme.example"
    assert profile.market_cap == Decimal("771126206500.5")
    coin = await massive.profile("X:BTCUSD")
    assert (coin.currency, coin.category, coin.market_cap) == ("USD", AssetCategory.CRYPTO, None)


async def test_search_finds_names_and_symbols(simulator, massive):
    assert [one.symbol for one in await massive.search("acme")] == ["ACME"]
    assert [one.symbol for one in await massive.search("x:", limit=1)] == ["X:BTCUSD"]
    count = len(simulator.requests)
    assert await massive.search(" ") == ()
    assert len(simulator.requests) == count


async def test_without_a_key_nothing_is_asked_and_the_setting_is_named(simulator, ask):
    source = ask(None)
    calls = (
        lambda: source.history("ACME"),
        lambda: source.quotes(["ACME"]),
        lambda: source.profile("ACME"),
        lambda: source.search("acme"),
    )
    for call in calls:
        with pytest.raises(SourceKeyMissingError, match="ARGOSY_MASSIVE_KEY"):
            await call()
    assert simulator.requests == []


async def test_a_wrong_key_is_refused_and_not_told(ask):
    with pytest.raises(SourceRefusedError, match="ARGOSY_MASSIVE_KEY") as caught:
        await ask("a-wrong-key").quotes(["ACME"])
    assert "a-wrong-key" not in str(caught.value)


async def test_the_free_plan_has_five_requests_a_minute(simulator, ask):
    budgets = MemoryBudgets()
    source = ask(FREE, budgets)
    assert source.manifest.limits == (FIVE,)
    await source.history("ACME")  # bars, splits, dividends
    assert await budgets.left("massive", source.manifest.limits) == (2,)
    with pytest.raises(RateLimitedError, match="used up"):
        await source.history("ACME")
    assert len(simulator.requests) == 5


async def test_a_dividend_in_another_currency_says_so():
    body = b"""{"status": "OK", "results": [
        {"cash_amount": 11.5, "currency": "GBp", "ex_dividend_date": "2024-01-05"}]}"""
    (paid,) = parse_dividends(Answer(status=200, body=body)).rows
    assert (paid.amount, paid.currency) == (Decimal("0.115"), "GBP")


async def test_pages_that_go_in_a_circle_end_in_an_error(simulator, massive):
    with pytest.raises(SourceChangedError, match="circle"):
        await massive.history(CIRCLE)
    assert len(simulator.requests) == 2


@pytest.mark.parametrize(
    ("symbol", "currency", "zone", "is_share"),
    [
        ("BRK.B", "USD", NEW_YORK, True),
        ("X:BTCEUR", "EUR", UTC, False),
        ("C:EURUSD", "USD", UTC, False),
        ("I:SPX", None, NEW_YORK, False),
    ],
)
def test_a_prefix_says_what_a_ticker_is(symbol, currency, zone, is_share):
    ticker = Ticker(symbol)
    assert (ticker.currency, ticker.zone, ticker.is_share) == (currency, zone, is_share)


def test_what_was_not_traded_today_has_no_price_of_now():
    body = (RECORDED / "snapshot_two.json").read_bytes()
    (quote,) = parse_snapshot(Answer(status=200, body=body))
    assert (quote.symbol, quote.price) == ("ABC", Decimal("20.506"))
    assert quote.change == Decimal("-0.124")
    assert quote.at == datetime(2020, 11, 12, 14, 54, 54, 630916, UTC)


@pytest.mark.parametrize("stamp", [1709438400000, 1709442000000, 1709528400000])
def test_a_week_of_shares_is_its_monday_however_its_window_is_stamped(stamp):
    """Sunday at midnight in Greenwich, and in New York; Monday in New York."""
    body = b'{"status": "OK", "results": [{"c": 10, "t": %d}]}' % stamp
    (bar,) = parse_bars(Answer(status=200, body=body), Ticker("ACME"), WEEK).rows
    assert (bar.day, bar.at) == (date(2024, 3, 4), datetime(2024, 3, 4, tzinfo=UTC))
