"""Quotes: live, kept, or the last stored close, and each says which."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

pytest.importorskip("yfinance")

from argosy.core.errors import (
    CurrencyMismatchError,
    NotAtSourceError,
    NotFoundError,
    PriceMissingError,
    SourceChangedError,
    SourcesFailedError,
)
from argosy.core.market.asset import AssetCategory, AssetSource
from argosy.core.market.bars import Bar, pack_bars
from argosy.runtime.cache import MemoryCache
from argosy.runtime.clock import FixedClock
from argosy.services import asset_sources, assets
from argosy.services.assets import AssetDraft
from argosy.services.kept import KEPT
from argosy.services.quote_feed import QuoteFeed
from argosy.services.quotes import NotQuoted, QuoteKind, Quotes
from argosy.sources.base import midnight
from argosy.sources.finnhub import FinnhubSource
from argosy.sources.manners import Manners
from argosy.sources.registry import Registry
from argosy.sources.retry import RetryPolicy
from argosy.sources.yahoo import YahooSource
from argosy.store import prices
from argosy.store.database import Database
from tests.simulator.faults import Fault
from tests.simulator.finnhub import PAID
from tests.simulator.server import Simulator

NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
YAHOO = "/v7/finance/quote"


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def cache(clock):
    return MemoryCache(1 << 20, timer=lambda: clock.now().timestamp())


@pytest.fixture
async def database(sqlite_url):
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def registry(simulator, clock):
    quick = RetryPolicy(attempts=1, wait_s=0.01, wait_max_s=0.02, patience_s=2.0, timeout_s=30.0)
    manners = Manners(policy=quick, timeout_s=5.0)
    url = f"{simulator.url}/finnhub"
    yahoo = YahooSource(base_url=simulator.url, clock=clock, manners=manners)
    finnhub = FinnhubSource(key=PAID, clock=clock, base_url=url, manners=manners)
    made = Registry([yahoo, finnhub], clock=clock)
    yield made
    await made.aclose()


@pytest.fixture
def quotes(database, registry, cache, clock):
    feed = QuoteFeed(registry, cache, clock, fresh=MINUTE)
    return Quotes(database, registry, feed, clock)


@pytest.fixture
async def acme(database):
    return await make(database, "ACME")


async def make(database, symbol, *, currency="USD", category=AssetCategory.STOCK, owner=None):
    draft = AssetDraft(symbol=symbol, currency=currency, category=category)
    async with database.write() as session:
        return (await assets.create(session, draft, owner=owner, by=None)).asset


async def close(database, asset, day, price, *, source="csvfile"):
    bar = Bar(at=midnight(day), day=day, close=Decimal(price))
    packed = pack_bars([bar], asset_key=asset.key, latest=NOW.date())
    async with database.write() as session:
        await prices.upsert_bars(session, packed.columns, source=source)


async def test_a_live_quote_has_what_its_source_has(simulator, database, quotes):
    await make(database, "TEA.L", currency="GBp")
    found = await quotes.one(None, "tea.l")
    *_, before, last = simulator.listings["TEA.L"].bars
    assert (found.kind, found.currency, found.quote.source) == (QuoteKind.LIVE, "GBP", "yahoo")
    assert found.quote.price == last.close / 100
    assert found.quote.previous_close == before.close / 100
    assert found.quote.day_high == last.high / 100
    assert found.quote.market_cap is not None
    assert (found.fetched_at, found.age_s, found.day) == (NOW, 0, None)
    assert not found.refused


async def test_many_assets_are_one_request_and_none_stops_the_others(
    simulator, database, quotes, acme
):
    await make(database, "TEA.L", currency="GBp")
    await make(database, "NOBODY")
    answers = await quotes.many(None, ["TEA.L", "GHOST", "NOBODY", "acme", "TEA.L", acme.id])
    assert [answer.name for answer in answers] == ["TEA.L", "GHOST", "NOBODY", "acme", acme.id]
    assert len(simulator.paths(YAHOO)) == 1
    reasons = {one.name: one.error for one in answers if isinstance(one, NotQuoted)}
    assert set(reasons) == {"GHOST", "NOBODY"}
    assert isinstance(reasons["GHOST"], NotFoundError)
    assert isinstance(reasons["NOBODY"], SourcesFailedError)
    assert "NOBODY" in str(reasons["NOBODY"])
    with pytest.raises(SourcesFailedError):
        await quotes.one(None, "NOBODY")
    assert len(simulator.paths(YAHOO)) == 1, "what is not known is not asked for again at once"


async def test_an_answer_is_kept_for_a_while_and_asked_for_anew_then(
    simulator, quotes, acme, clock
):
    await quotes.one(None, "ACME")
    clock.advance(MINUTE - timedelta(seconds=1))
    kept = await quotes.one(None, "ACME")
    assert (kept.kind, kept.age_s) == (QuoteKind.LIVE, 59)
    assert len(simulator.paths(YAHOO)) == 1
    clock.advance(timedelta(seconds=1))
    assert (await quotes.one(None, "ACME")).age_s == 0
    assert len(simulator.paths(YAHOO)) == 2


async def test_where_one_source_fails_the_next_is_asked(simulator, quotes, acme):
    simulator.fail(Fault.WEB_PAGE)
    found = await quotes.one(None, "ACME")
    assert (found.kind, found.quote.source) == (QuoteKind.LIVE, "finnhub")
    assert isinstance(found.refused["yahoo"], SourceChangedError)


async def test_a_kept_answer_stands_in_when_all_fail_and_says_so(simulator, quotes, acme, clock):
    first = await quotes.one(None, "ACME")
    clock.advance(2 * MINUTE)
    simulator.fail(Fault.WEB_PAGE, times=2)
    stale = await quotes.one(None, "ACME")
    assert (stale.kind, stale.age_s, stale.fetched_at) == (QuoteKind.STALE, 120, NOW)
    assert stale.quote == first.quote
    assert set(stale.refused) == {"yahoo", "finnhub"}
    assert (await quotes.one(None, "ACME")).kind is QuoteKind.LIVE


async def test_a_kept_answer_does_not_stand_in_for_ever(simulator, quotes, acme, clock):
    await quotes.one(None, "ACME")
    clock.advance(KEPT)
    simulator.fail(Fault.WEB_PAGE, times=2)
    with pytest.raises(SourcesFailedError, match=r"yahoo: .*finnhub: "):
        await quotes.one(None, "ACME")


async def test_the_last_stored_close_is_given_as_one(simulator, database, quotes, acme):
    await close(database, acme, date(2024, 12, 30), "97.5")
    await close(database, acme, date(2024, 12, 27), "95")
    simulator.fail(Fault.WEB_PAGE, times=2)
    found = await quotes.one(None, "ACME")
    assert (found.kind, found.day) == (QuoteKind.CLOSE, date(2024, 12, 30))
    assert (found.quote.price, found.quote.source, found.currency) == (97.5, "csvfile", "USD")
    assert (found.quote.previous_close, found.quote.volume) == (None, None)
    assert (found.fetched_at, found.age_s) == (None, None)
    assert set(found.refused) == {"yahoo", "finnhub"}


async def test_a_stored_close_in_pence_is_given_in_pounds(database, quotes):
    shop = await make(database, "SHOP", currency="GBp", category=AssetCategory.REAL_ESTATE)
    await close(database, shop, date(2024, 12, 30), "1234.5")
    found = await quotes.one(None, "SHOP")
    assert (found.kind, found.quote.price, found.currency) == (
        QuoteKind.CLOSE,
        Decimal("12.345"),
        "GBP",
    )


async def test_what_nobody_knows_is_an_error_with_its_reason(database, quotes):
    await make(database, "HOUSE", category=AssetCategory.REAL_ESTATE)
    with pytest.raises(PriceMissingError, match="REAL_ESTATE, and no price of HOUSE"):
        await quotes.one(None, "HOUSE")
    with pytest.raises(NotFoundError):
        await quotes.one(None, "GHOST")


async def test_a_source_is_asked_by_what_it_calls_the_asset(simulator, database, registry, quotes):
    coin = await make(database, "BTC", category=AssetCategory.CRYPTO)
    async with database.write() as session:
        called = [AssetSource(source="yahoo", symbol="BTC-USD", rank=1)]
        await asset_sources.put(session, coin, called, registry=registry, by=None)
    found = await quotes.one(None, "BTC")
    assert found.quote.price == simulator.listings["BTC-USD"].bars[-1].close
    assert found.asset.symbol == "BTC"


async def test_a_quote_in_another_currency_is_none(simulator, database, quotes, clock):
    await make(database, "ACME", currency="EUR")
    for _ in range(2):  # asked, and out of the cache
        with pytest.raises(SourcesFailedError) as caught:
            await quotes.one(None, "ACME")
        kinds = {name: type(error) for name, error in caught.value.errors.items()}
        assert kinds == {"yahoo": CurrencyMismatchError, "finnhub": CurrencyMismatchError}
    clock.advance(2 * MINUTE)
    simulator.fail(Fault.WEB_PAGE, times=2)
    with pytest.raises(SourcesFailedError):
        await quotes.one(None, "ACME")


async def test_the_only_source_speaks_for_itself(database, registry, cache, clock):
    alone = Registry([registry.get("yahoo")], clock=clock)
    quotes = Quotes(database, alone, QuoteFeed(alone, cache, clock, fresh=MINUTE), clock)
    await make(database, "NOBODY")
    with pytest.raises(NotAtSourceError, match="no quote of NOBODY"):
        await quotes.one(None, "NOBODY")


async def test_who_asks_at_the_same_time_shares_one_request(simulator, quotes, acme):
    found = await asyncio.gather(*(quotes.one(None, "ACME") for _ in range(10)))
    assert len({answer.quote for answer in found}) == 1
    assert len(simulator.paths(YAHOO)) == 1


async def test_who_goes_away_takes_nothing_from_the_others(simulator, quotes, acme):
    first = asyncio.create_task(quotes.one(None, "ACME"))
    while not simulator.requests:
        await asyncio.wait({first}, timeout=0.01)
    second = asyncio.create_task(quotes.one(None, "ACME"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).kind is QuoteKind.LIVE
    assert len(simulator.paths(YAHOO)) == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_source_that_takes_too_long_is_passed_over(
    simulator, database, registry, cache, clock, acme
):
    await registry.get("yahoo").quotes(["ACME"])  # what it takes to begin is not its fault
    feed = QuoteFeed(registry, cache, clock, fresh=MINUTE, patience_s=1.5)
    simulator.fail(Fault.SLOW)
    found = await Quotes(database, registry, feed, clock).one(None, "ACME")
    assert found.quote.source == "finnhub"
    assert "more than 1.5 s" in str(found.refused["yahoo"])


async def test_a_source_that_has_a_rest_is_passed_over(simulator, registry, quotes, acme):
    for _ in range(5):
        registry.breaker("yahoo").tell(SourceChangedError("yahoo", "odd"))
    found = await quotes.one(None, "ACME")
    assert found.quote.source == "finnhub"
    assert "left alone" in str(found.refused["yahoo"])
    assert not simulator.paths(YAHOO)


async def test_what_another_version_left_in_the_cache_is_not_read(simulator, quotes, acme, cache):
    await cache.set("quote:ACME:yahoo", b'{"fetched": 1}')
    assert (await quotes.one(None, "ACME")).kind is QuoteKind.LIVE
    assert len(simulator.paths(YAHOO)) == 1
