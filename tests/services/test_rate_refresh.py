"""Rates of more than fifty currencies: what is missing is fetched, nothing twice, nobody's zero."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from argosy.core.errors import NotAtSourceError, RateMissingError, SourceDownError
from argosy.core.ledger.transaction import PortfolioRules
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock
from argosy.runtime.ids import new_id
from argosy.services import rate_refresh, refresh
from argosy.services.rate_refresh import EURO_BEGAN, LoadedRates, RatesNotLoaded
from argosy.services.rates import find
from argosy.sources.base import RateQuote
from argosy.sources.ecb import EcbSource
from argosy.sources.frankfurter import FrankfurterSource
from argosy.sources.manners import Manners
from argosy.sources.registry import Registry
from argosy.sources.retry import RetryPolicy
from argosy.sources.yahoo import YahooSource
from argosy.sources.yahoo.currencies import CURRENCIES
from argosy.store import portfolios, rates
from tests.simulator.faults import Fault
from tests.simulator.market import currency_pairs
from tests.simulator.server import Simulator
from tests.store.people import add_user

pytest.importorskip("yfinance")


FEW = ("AED", "ARS", "KWD", "TZS")
BANKS = (
    "USD", "JPY", "CZK", "DKK", "GBP", "HUF", "PLN", "RON", "SEK", "CHF",
    "ISK", "NOK", "TRY", "AUD", "BRL", "CAD", "CNY", "HKD", "IDR", "ILS",
    "INR", "KRW", "MXN", "MYR", "NZD", "PHP", "SGD", "THB", "ZAR", "XAU",
)  # fmt: skip


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        running.pairs = currency_pairs(sorted(running.rates)[-6:])
        yield running


@pytest.fixture
def today(simulator):
    """The day after the last one of the simulated rates: a weekday, whose rates still move."""
    return max(simulator.rates)


@pytest.fixture
async def sources(simulator, today):
    quick = RetryPolicy(attempts=1, wait_s=0.01, wait_max_s=0.02, patience_s=0.1, timeout_s=30.0)
    clock = FixedClock(datetime(today.year, today.month, today.day, 12, tzinfo=UTC))
    a_minute_each = MemoryBudgets(now=count(step=60).__next__)
    manners = Manners(policy=quick, timeout_s=5.0, budgets=a_minute_each)
    yahoo = YahooSource(base_url=simulator.url, clock=clock, manners=manners)
    yahoo.listed = FEW
    bank = EcbSource(base_url=f"{simulator.url}/ecb", manners=manners)
    registry = Registry([bank, yahoo], clock=clock)
    yield registry
    await registry.aclose()


@pytest.fixture
async def bank(database, simulator, today):
    """The bank's rates are stored up to yesterday."""
    before = today - timedelta(days=1)
    quotes = [RateQuote("EUR", code, before, Decimal("1.5")) for code in BANKS]
    quotes.append(RateQuote("EUR", "USD", EURO_BEGAN, Decimal("1.1789")))
    async with database.write() as session:
        await refresh.store_rates(session, "ecb", quotes, today=today)


async def refreshed(database, sources, today):
    done = await rate_refresh.refresh_rates(database, sources, today=today)
    loaded = {one.source: one for one in done if isinstance(one, LoadedRates)}
    return loaded, [one for one in done if isinstance(one, RatesNotLoaded)]


async def rate(database, base, quote, on):
    async with database.read() as session:
        return await find(session, None, (base, quote), on)


@pytest.mark.usefixtures("bank")
async def test_more_than_fifty_currencies_are_had_and_each_can_be_crossed(
    database, sources, simulator, today
):
    sources.get("yahoo").listed = CURRENCIES
    loaded, failed = await refreshed(database, sources, today)
    assert set(loaded) == {"ecb", "yahoo"}
    assert [str(one.error) for one in failed] == ["yahoo: it has no rates of TZS."]
    async with database.read() as session:
        known = {code for _, pair in await rates.known_days(session) for code in pair}
    assert len(known) > 60
    over = max(day for day in simulator.rates if day < today)
    pegged = await rate(database, "USD", "AED", over)
    assert (pegged.rate, [leg.row.source for leg in pegged.legs]) == (Decimal("3.6725"), ["yahoo"])
    crossed = await rate(database, "JPY", "KWD", over)
    assert [leg.row.source for leg in crossed.legs] == ["ecb", "yahoo"]


@pytest.mark.usefixtures("bank")
async def test_only_days_that_are_over_are_stored(database, sources, simulator, today):
    loaded, _ = await refreshed(database, sources, today)
    days = sorted(simulator.rates)[-6:]
    assert (loaded["yahoo"].first_on, loaded["yahoo"].last_on) == (days[0], days[-2])
    assert loaded["yahoo"].rates.created == 2 * 3 * 5
    assert (await rate(database, "USD", "ARS", today)).on == days[-2]


async def test_a_bank_of_which_a_part_is_stored_gives_the_rest_once(database, simulator, today):
    async with database.write() as session:
        part = [RateQuote("EUR", "USD", today - timedelta(days=9), Decimal("1.1"))]
        await refresh.store_rates(session, "frankfurter", part, today=today)
    server = FrankfurterSource(base_url=f"{simulator.url}/frankfurter")
    alone = Registry([server])
    loaded, failed = await refreshed(database, alone, today)
    assert failed == []
    assert loaded["frankfurter"].first_on == min(simulator.rates)
    await alone.aclose()


@pytest.mark.usefixtures("bank")
async def test_a_second_refresh_asks_for_nothing_that_is_stored(
    database, sources, simulator, today
):
    await refreshed(database, sources, today)
    simulator.requests.clear()
    loaded, failed = await refreshed(database, sources, today)
    assert loaded == {}
    assert len(failed) == 1
    assert all("TZS" in request.path for request in simulator.requests)


@pytest.mark.usefixtures("bank")
async def test_what_came_since_is_asked_for_from_the_last_stored_day_on(
    database, sources, simulator, today
):
    await refreshed(database, sources, today)
    simulator.requests.clear()
    later = FixedClock(datetime(today.year, today.month, today.day, tzinfo=UTC))
    later.advance(timedelta(days=7))
    newer = YahooSource(base_url=simulator.url, clock=later)
    newer.listed = FEW
    again = Registry([newer], clock=later)
    loaded, _ = await refreshed(database, again, later.now().date())
    await again.aclose()
    assert (loaded["yahoo"].first_on, loaded["yahoo"].last_on) == (today, today)
    assert loaded["yahoo"].rates.unchanged == 0


@pytest.mark.usefixtures("bank")
async def test_a_currency_in_use_is_fetched_and_one_that_nobody_has_is_told(
    database, sources, simulator, today
):
    async with database.write() as session:
        await put_to_use(session, "XAU", "ZZZ")
    _, failed = await refreshed(database, sources, today)
    assert [str(one.error) for one in failed] == [
        "yahoo: it has no rates of ZZZ.",
        "yahoo: it has no rates of TZS.",
    ]
    assert {type(one.error) for one in failed} == {NotAtSourceError}
    assert simulator.paths("XAU") == []  # the bank has it
    with pytest.raises(RateMissingError):
        await rate(database, "USD", "ZZZ", today)


@pytest.mark.usefixtures("bank")
async def test_where_both_have_a_pair_the_bank_is_believed(database, sources, today):
    day = today - timedelta(days=1)
    bank, other = Decimal("4.1"), Decimal("4.5")
    for source, value in (("ecb", bank), ("yahoo", other)):
        async with database.write() as session:
            quote = RateQuote("EUR", "AED", day, value)
            await refresh.store_rates(session, source, [quote], today=today)
    assert (await rate(database, "EUR", "AED", day)).rate == bank


@pytest.mark.usefixtures("bank")
async def test_one_typed_rate_does_not_end_what_is_fetched_of_a_currency(database, sources, today):
    async with database.write() as session:
        typed = RateQuote("USD", "AED", today, Decimal("3.7"))
        await refresh.store_rates(session, "manual", [typed], today=today)
    await refreshed(database, sources, today)
    before = today - timedelta(days=1)
    fetched = await rate(database, "USD", "AED", before)
    assert [leg.row.source for leg in fetched.legs] == ["yahoo"]
    assert (await rate(database, "USD", "AED", today)).rate == Decimal("3.7")


@pytest.mark.usefixtures("bank")
async def test_a_source_that_fails_is_told_once_and_the_rest_goes_on_next_time(
    database, sources, simulator, today
):
    simulator.fail(Fault.SERVER_ERROR, times=1, source="ecb")
    simulator.fail(Fault.SERVER_ERROR, times=1, source="yahoo")
    loaded, failed = await refreshed(database, sources, today)
    assert loaded == {}
    assert [(one.source, type(one.error)) for one in failed] == [
        ("ecb", SourceDownError),
        ("yahoo", SourceDownError),
    ]
    loaded, failed = await refreshed(database, sources, today)
    assert set(loaded) == {"ecb", "yahoo"}
    assert [str(one.error) for one in failed] == ["yahoo: it has no rates of TZS."]


@pytest.mark.usefixtures("bank")
async def test_a_rate_in_the_wrong_currency_is_an_error_and_no_rate(
    database, sources, simulator, today
):
    simulator.pairs["USDAED=X"].currency = "SAR"
    _, failed = await refreshed(database, sources, today)
    assert str(failed[0].error) == "yahoo: it sent USDAED=X in SAR."
    with pytest.raises(RateMissingError):
        await rate(database, "USD", "AED", today)


async def test_before_a_bank_was_heard_nothing_it_may_have_is_asked_elsewhere(
    database, sources, simulator, today
):
    async with database.write() as session:
        await put_to_use(session, "JPY")
    alone = Registry([sources.get("yahoo")])
    await refreshed(database, alone, today)
    assert simulator.paths("JPY") == []


async def put_to_use(session, *currencies):
    person = await add_user(session)
    for currency in currencies:
        await portfolios.create(
            session,
            portfolio_id=new_id(),
            user_id=person,
            name=currency,
            rules=PortfolioRules(currency=currency),
        )
