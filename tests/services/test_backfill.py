"""Histories are fetched by themselves: the days that are needed, once, by one worker each."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

pytest.importorskip("yfinance")

from sqlalchemy import text

from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import TransactionType
from argosy.core.market.asset import AssetCategory, AssetSource
from argosy.core.market.spans import Span
from argosy.runtime.budgets import MemoryBudgets
from argosy.runtime.clock import FixedClock, today
from argosy.runtime.compute import ComputePool
from argosy.services import asset_sources, assets, backfill, portfolios, tracking, transactions
from argosy.services.assets import AssetDraft
from argosy.services.backfill import Cause, JobStatus
from argosy.services.failed_jobs import TERMS, Terms
from argosy.services.portfolios import PortfolioDraft
from argosy.services.tracking import CaughtUp, Fetching
from argosy.services.transactions import Actor
from argosy.sources.binance import BinanceSource
from argosy.sources.coingecko import CoinGeckoSource
from argosy.sources.csvfile import CsvFileSource
from argosy.sources.manners import Manners
from argosy.sources.registry import Registry
from argosy.sources.retry import RetryPolicy
from argosy.sources.yahoo import YahooSource
from argosy.store import prices, queue, stored_days
from argosy.store.database import Database
from argosy.store.queue import JobDraft
from tests.simulator.faults import Fault
from tests.simulator.server import Simulator
from tests.simulator.yahoo import raw_closes
from tests.store.people import add_user

NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def budgets(clock):
    return MemoryBudgets(now=lambda: clock.now().timestamp())


@pytest.fixture
def compute():
    pool = ComputePool()
    yield pool
    pool.close()


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
async def sources(simulator, tmp_path, clock, budgets):
    quick = RetryPolicy(attempts=1, wait_s=0.01, wait_max_s=0.02, patience_s=0.0, timeout_s=30.0)
    manners = Manners(budgets=budgets, policy=quick, timeout_s=5.0)
    registry = Registry(
        [
            CsvFileSource(tmp_path),
            YahooSource(base_url=simulator.url, clock=clock, manners=manners),
            BinanceSource(base_url=f"{simulator.url}/binance", manners=manners),
            CoinGeckoSource(base_url=f"{simulator.url}/coingecko", manners=manners),
        ],
        clock=clock,
    )
    yield registry
    await registry.aclose()


class House:
    """A user with a portfolio and shared assets, and all that follows from what is entered."""

    def __init__(self, database, sources, compute, clock):
        self.database, self.sources = database, sources
        self.compute, self.clock = compute, clock

    async def move_in(self):
        async with self.database.write() as session:
            self.actor = Actor(await add_user(session), self.clock)
            draft = PortfolioDraft(name="Main")
            self.portfolio = await portfolios.create(session, self.actor.user_id, draft)
        self.acme = await self.asset("ACME")

    async def asset(
        self, symbol, category=AssetCategory.STOCK, currency="USD", owner=None, exchange=None
    ):
        draft = AssetDraft(symbol=symbol, category=category, currency=currency, exchange=exchange)
        async with self.database.write() as session:
            return (await assets.create(session, draft, owner=owner, by=owner)).asset

    async def trade(self, kind, day, quantity="1", asset=None):
        draft = TransactionDraft(
            type=TransactionType[kind],
            timestamp=day,
            portfolio_id=self.portfolio.id,
            asset_id=(asset or self.acme).id,
            quantity=Decimal(quantity),
            price=Decimal(100),
        )
        async with self.database.write() as session:
            return await transactions.add(session, self.actor, draft)

    async def drop(self, line):
        async with self.database.write() as session:
            await transactions.remove(session, self.actor, line.entry.line.id)

    async def catch_up(self):
        return await tracking.catch_up(
            self.database, self.sources, compute=self.compute, clock=self.clock
        )

    async def jobs(self, asset=None):
        asset = asset or self.acme
        async with self.database.read() as session:
            return (await queue.of_assets(session, [asset.id])).get(asset.id, [])

    async def tracked(self, asset=None):
        async with self.database.read() as session:
            return await tracking.of_asset(session, asset or self.acme)

    async def work(self, **more):
        return await backfill.work_one(
            self.database, self.sources, clock=self.clock, worker="one", chance=Random(1), **more
        )

    async def closes(self, asset=None):
        key = (asset or self.acme).key
        async with self.database.read() as session:
            history = (await prices.read_histories(session, [key])).get(key)
        if history is None:
            return {}
        return {
            date.fromordinal(int(day)): history.close(index)
            for index, day in enumerate(history.days)
        }

    async def enqueue(self, first, last, **more):
        days = Span(date.fromisoformat(first), date.fromisoformat(last))
        async with self.database.write() as session:
            return await backfill.enqueue(
                session, self.sources, self.acme, days, today=today(self.clock), **more
            )


@pytest.fixture
async def house(database, sources, compute, clock):
    made = House(database, sources, compute, clock)
    await made.move_in()
    return made


def spans(jobs):
    return [(job.start_date.isoformat(), job.end_date.isoformat()) for job in jobs]


async def test_a_first_purchase_asks_for_a_year_before_it_to_yesterday(house):
    await house.trade("BUY", "2024-03-05")
    done = await house.catch_up()
    assert done == CaughtUp(portfolios=1, assets=1, enqueued=1)
    (job,) = await house.jobs()
    assert spans([job]) == [("2023-03-05", "2024-12-31")]
    assert (job.status, job.cause) == (JobStatus.PENDING, Cause.HELD)


async def test_a_leap_day_has_a_year_before_it_too(house):
    await house.trade("BUY", "2024-02-29")
    await house.catch_up()
    assert spans(await house.jobs()) == [("2023-02-28", "2024-12-31")]


async def test_catching_up_twice_changes_nothing(house):
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    assert await house.catch_up() == CaughtUp()
    await house.trade("BUY", "2024-04-05")
    assert await house.catch_up() == CaughtUp(portfolios=1)
    assert len(await house.jobs()) == 1


async def test_an_earlier_purchase_asks_for_the_days_before_alone(house):
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    await house.trade("BUY", "2022-03-05")
    await house.catch_up()
    assert spans(await house.jobs()) == [
        ("2023-03-05", "2024-12-31"),
        ("2021-03-05", "2023-03-04"),
    ]


async def test_a_deleted_purchase_takes_back_what_it_asked_for(house):
    late = await house.trade("BUY", "2024-03-05")
    early = await house.trade("BUY", "2022-03-05")
    await house.catch_up()
    assert spans(await house.jobs()) == [("2021-03-05", "2024-12-31")]
    await house.drop(early)
    await house.catch_up()
    assert spans(await house.jobs()) == [("2023-03-05", "2024-12-31")]
    await house.drop(late)
    assert (await house.catch_up()).canceled == 1
    assert await house.jobs() == []
    assert not (await house.tracked()).is_tracked


async def test_a_position_sold_since_is_priced_until_its_last_transaction(house):
    await house.trade("BUY", "2024-03-05")
    await house.trade("SELL", "2024-05-03")
    await house.catch_up()
    assert spans(await house.jobs()) == [("2023-03-05", "2024-05-03")]
    assert (await house.tracked()).tracking_users == 0


async def test_a_closed_trade_that_is_deleted_leaves_no_job(house):
    purchase = await house.trade("BUY", "2024-03-05")
    sale = await house.trade("SELL", "2024-05-03")
    await house.catch_up()
    await house.drop(sale)
    await house.drop(purchase)
    await house.catch_up()
    assert await house.jobs() == []


async def test_a_portfolio_that_is_put_away_stops_the_fetching(house):
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    async with house.database.write() as session:
        await portfolios.delete(session, house.actor.user_id, house.portfolio.id, house.clock)
    done = await house.catch_up()
    assert (done.assets, done.canceled) == (1, 1)
    assert not (await house.tracked()).is_tracked


async def test_an_enabled_asset_that_nobody_holds_has_a_year(house):
    async with house.database.write() as session:
        wanted = Fetching(enabled=True, priority=1)
        found = await tracking.configure(
            session, house.sources, house.acme, wanted, clock=house.clock
        )
    assert (found.enabled, found.priority, found.is_tracked) == (True, 1, True)
    (job,) = await house.jobs()
    assert spans([job]) == [("2024-01-02", "2024-12-31")]
    assert (job.cause, job.priority) == (Cause.TRACKED, 1)
    async with house.database.write() as session:
        await tracking.configure(
            session, house.sources, house.acme, Fetching(enabled=False), clock=house.clock
        )
    assert await house.jobs() == []


async def test_what_no_source_has_gets_no_job(house):
    cash = await house.asset("EUR", AssetCategory.CASH)
    flat = await house.asset("FLAT", AssetCategory.REAL_ESTATE)
    for asset in (cash, flat):
        await house.trade("BUY", "2024-03-05", asset=asset)
    await house.catch_up()
    assert await house.jobs(cash) == await house.jobs(flat) == []
    assert (await house.tracked(flat)).tracking_users == 1


async def test_what_only_a_paid_plan_has_is_a_job_apart(house):
    coin = await house.asset("BTC", AssetCategory.CRYPTO)
    async with house.database.write() as session:
        called = [AssetSource(source="coingecko", symbol="bitcoin", rank=1)]
        await asset_sources.put(session, coin, called, registry=house.sources, by=None)
    await house.trade("BUY", "2024-03-05", asset=coin)
    await house.catch_up()
    assert spans(await house.jobs(coin)) == [
        ("2024-01-04", "2024-12-31"),
        ("2023-03-05", "2024-01-03"),
    ]


async def test_a_long_range_is_cut_into_what_one_request_answers_newest_first(house):
    house.acme = await house.asset("BTCUSDT", AssetCategory.CRYPTO, currency="USDT")
    made = await house.enqueue("2020-01-01", "2024-12-31", source="binance")
    assert spans(made) == [("2022-04-07", "2024-12-31"), ("2020-01-01", "2022-04-06")]


async def test_a_worker_stores_what_is_needed_and_nothing_is_asked_for_twice(house, simulator):
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    worked = await house.work()
    assert worked.changed
    assert await house.closes() == raw_closes(simulator.listings["ACME"])
    (job,) = await house.jobs()
    assert (job.status, job.worker, job.attempts) == (JobStatus.COMPLETED, None, 0)
    assert (await house.tracked()).last_collected == NOW
    assert await house.work() is None
    await house.trade("BUY", "2024-06-05")
    assert (await house.catch_up()).enqueued == 0


async def test_days_that_a_source_has_not_are_not_asked_for_again_when_the_job_is_forgotten(house):
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    await house.work()
    async with house.database.write() as session:
        assert await queue.clean(session, before=NOW + timedelta(days=1)) == 1
    await house.trade("BUY", "2024-06-05")
    assert (await house.catch_up()).enqueued == 0


async def test_days_before_and_after_what_a_person_loaded_are_asked_for_once(house):
    await house.enqueue("2024-06-03", "2024-11-29", source="yahoo")
    await house.work()
    await house.trade("BUY", "2024-03-05")
    assert (await house.catch_up()).enqueued == 2
    while await house.work():
        pass
    assert (await house.tracked()).history == Span(date(2023, 3, 5), date(2024, 12, 31))
    await house.trade("BUY", "2024-06-05")
    assert (await house.catch_up()).enqueued == 0


async def test_a_hole_in_the_middle_of_what_is_needed_is_asked_for_once(house, simulator):
    for days in (("2024-01-02", "2024-03-29"), ("2024-07-01", "2024-12-31")):
        await house.enqueue(*days, source="yahoo")
        await house.work()
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    asked = [job for job in await house.jobs() if job.source is None]
    assert ("2024-04-01", "2024-06-28") in spans(asked)
    while await house.work():
        pass
    assert await house.closes() == raw_closes(simulator.listings["ACME"])
    async with house.database.write() as session:
        again = await backfill.plan(session, house.sources, [house.acme.id], today=date(2025, 1, 1))
    assert again.enqueued == 0


async def test_holidays_and_weekends_are_no_holes_but_one_session_is(house):
    share = await house.asset("ACME", exchange="NYSE")
    house.acme = share
    for days in (("2024-05-20", "2024-06-10"), ("2024-06-12", "2024-12-31")):
        await house.enqueue(*days, source="yahoo")
        await house.work()
    async with house.database.read() as session:
        found = await stored_days.unasked_holes(session, [share])
    assert found == {share.key: [Span(date(2024, 6, 11), date(2024, 6, 11))]}


async def test_where_no_calendar_is_known_a_few_days_may_be_holidays(house):
    for days in (
        ("2024-05-20", "2024-06-10"),
        ("2024-06-12", "2024-08-30"),
        ("2024-09-16", "2024-12-31"),
    ):
        await house.enqueue(*days, source="yahoo")
        await house.work()
    async with house.database.read() as session:
        found = await stored_days.unasked_holes(session, [house.acme])
    assert found == {house.acme.key: [Span(date(2024, 9, 2), date(2024, 9, 13))]}


async def test_a_hole_that_no_source_fills_is_not_asked_for_again(house, simulator):
    listing = simulator.listings["ACME"]
    hole = Span(date(2024, 2, 1), date(2024, 6, 28))
    listing.bars = [bar for bar in listing.bars if not hole.first <= bar.day <= hole.last]
    await house.enqueue("2023-01-02", "2024-12-31", source="yahoo")
    await house.work()
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    asked = [job for job in await house.jobs() if job.source is None]
    assert ("2024-02-01", "2024-06-28") in spans(asked)
    while await house.work():
        pass
    async with house.database.write() as session:
        await queue.clean(session, before=NOW + timedelta(days=1))
        again = await backfill.plan(session, house.sources, [house.acme.id], today=date(2025, 1, 1))
    assert again.enqueued == 0


async def test_a_day_that_a_source_had_late_comes_along_with_the_next(house, simulator, clock):
    listing = simulator.listings["ACME"]
    bars, listing.bars = listing.bars, listing.bars[:-1]
    clock.advance(timedelta(days=-1))
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    await house.work()
    async with house.database.write() as session:
        again = await backfill.plan(session, house.sources, [house.acme.id], today=today(clock))
    assert again.enqueued == 0, "it is not asked for again and again"
    clock.advance(timedelta(days=1))
    listing.bars = bars
    async with house.database.write() as session:
        await backfill.plan(session, house.sources, [house.acme.id], today=today(clock))
    assert spans(await house.jobs())[1:] == [("2024-12-28", "2024-12-31")]
    await house.work()
    assert await house.closes() == raw_closes(listing)


async def test_what_one_named_source_has_not_may_be_had_from_others(house):
    await house.enqueue("2023-01-02", "2023-12-29", source="yahoo")
    await house.work()
    assert (await house.tracked()).history is None


async def test_a_limited_source_is_asked_again_when_it_says(house, simulator, clock):
    await house.enqueue("2024-01-02", "2024-12-31")
    simulator.fail(Fault.RATE_LIMITED_LONG)
    worked = await house.work()
    assert not worked.changed
    (job,) = await house.jobs()
    assert (job.status, job.attempts) == (JobStatus.RATE_LIMITED, 1)
    assert job.retry_after == NOW + timedelta(hours=1)
    assert await house.work() is None
    clock.advance(timedelta(hours=1))
    simulator.heal()
    await house.work()
    assert [job.status for job in await house.jobs()] == [JobStatus.COMPLETED]


async def test_a_budget_of_our_own_that_is_used_up_is_no_attempt(house, budgets):
    await house.enqueue("2024-01-02", "2024-12-31")
    await budgets.block("yahoo", 90.0)
    await house.work()
    (job,) = await house.jobs()
    assert (job.status, job.attempts) == (JobStatus.RATE_LIMITED, 0)
    assert job.retry_after == NOW + timedelta(seconds=90)


async def test_waits_double_from_five_minutes_and_end_after_five_attempts(house, simulator, clock):
    await house.enqueue("2024-01-02", "2024-12-31")
    waits = []
    for _ in range(4):
        simulator.fail(Fault.SERVER_ERROR)
        await house.work()
        (job,) = await house.jobs()
        assert job.status is JobStatus.PENDING
        waits.append(job.retry_after - clock.now())
        clock.advance(waits[-1])
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    for expected, wait in zip([5, 10, 20, 40], minutes, strict=True):
        assert expected <= wait <= expected * 1.1
    simulator.fail(Fault.SERVER_ERROR)
    await house.work()
    (job,) = await house.jobs()
    assert (job.status, job.attempts) == (JobStatus.FAILED, 5)
    assert "argosy sources check" in job.reason


async def test_an_unknown_symbol_fails_at_once_with_what_mends_it(house):
    nobody = await house.asset("NOBODY")
    await house.trade("BUY", "2024-03-05", asset=nobody)
    await house.catch_up()
    await house.work()
    (job,) = await house.jobs(nobody)
    assert (job.status, job.attempts) == (JobStatus.FAILED, 1)
    assert "argosy asset source NOBODY" in job.reason
    assert "queue retry" not in job.reason, "naming a source puts it back already"
    await house.trade("BUY", "2024-04-05", asset=nobody)
    assert (await house.catch_up()).enqueued == 0


async def test_the_owner_of_a_private_asset_is_told_what_owners_can_do(house):
    mine = await house.asset("MINE", owner=house.actor.user_id)
    await house.trade("BUY", "2024-03-05", asset=mine)
    await house.catch_up()
    await house.work()
    (job,) = await house.jobs(mine)
    assert f"PUT /assets/{mine.id}/sources" in job.reason
    assert f"PUT /assets/{mine.id}/prices" in job.reason
    assert "argosy asset" not in job.reason, "commands reach shared assets alone"


async def test_what_a_source_calls_an_asset_puts_its_failed_jobs_back(house, simulator):
    listing = simulator.listings["ACME"]
    other = await house.asset("ACMECO")
    await house.trade("BUY", "2024-03-05", asset=other)
    await house.catch_up()
    await house.work()
    async with house.database.write() as session:
        called = [AssetSource(source="yahoo", symbol="ACME")]
        await asset_sources.put(session, other, called, registry=house.sources, by=None)
    await house.work()
    assert await house.closes(other) == raw_closes(listing)


async def test_another_currency_fails_at_once_with_what_mends_it(house):
    tea = await house.asset("TEA.L", currency="USD")
    await house.trade("BUY", "2024-03-05", asset=tea)
    await house.catch_up()
    await house.work()
    (job,) = await house.jobs(tea)
    assert job.status is JobStatus.FAILED
    assert "in USD" in job.reason


async def test_days_that_failed_by_bad_luck_are_asked_for_anew_a_day_later(house, simulator, clock):
    await house.trade("BUY", "2024-03-05")
    await house.catch_up()
    while (await house.jobs())[0].status is not JobStatus.FAILED:
        simulator.fail(Fault.SERVER_ERROR)
        clock.advance(timedelta(hours=1))
        await house.work()
    await house.trade("BUY", "2024-04-05")
    assert (await house.catch_up()).enqueued == 0
    clock.advance(timedelta(days=1))
    await house.trade("BUY", "2024-05-06")
    await house.catch_up()
    assert [job.status for job in await house.jobs()] == [JobStatus.PENDING]
    assert (await house.work()).changed


async def test_a_killed_workers_job_is_taken_over_and_its_late_prices_are_not_stored(house, clock):
    (job,) = await house.enqueue("2024-01-02", "2024-12-31")
    async with house.database.write() as session:
        dead = await queue.claim(session, worker="dead", now=NOW, until=NOW + TERMS.lease)
    assert dead.id == job.id
    assert await house.work() is None
    clock.advance(TERMS.lease)
    assert (await house.work()).changed
    async with house.database.write() as session:
        assert not await queue.renew(session, dead, until=clock.now() + TERMS.lease)
        assert not await queue.complete(session, dead, at=clock.now())
        assert not await queue.put_back(session, dead)
    assert [one.status for one in await house.jobs()] == [JobStatus.COMPLETED]


class Endless(YahooSource):
    """Yahoo that takes its time until it is told to go on."""

    def __init__(self, **options):
        super().__init__(**options)
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def history(self, symbol, **wanted):
        self.asked.set()
        await self.go_on.wait()
        return await super().history(symbol, **wanted)


async def test_a_canceled_worker_gives_its_job_back_at_once(house, simulator):
    endless = Endless(base_url=simulator.url, clock=house.clock)
    house.sources = Registry([endless])
    await house.enqueue("2024-01-02", "2024-12-31")
    working = asyncio.create_task(house.work())
    await endless.asked.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    (job,) = await house.jobs()
    assert (job.status, job.worker, job.attempts) == (JobStatus.PENDING, None, 0)
    endless.go_on.set()
    assert (await house.work()).changed
    await endless.aclose()


class Watched(FixedClock):
    """A clock that tells when it was looked at."""

    def __init__(self, at):
        super().__init__(at)
        self.read = asyncio.Event()

    def now(self):
        self.read.set()
        return super().now()


async def test_a_lease_is_renewed_while_the_source_takes_its_time(house, simulator):
    house.clock = Watched(NOW)
    endless = Endless(base_url=simulator.url)
    house.sources = Registry([endless])
    await house.enqueue("2024-01-02", "2024-12-31")
    terms = Terms(lease=timedelta(milliseconds=40))
    working = asyncio.create_task(house.work(terms=terms))
    await endless.asked.wait()
    house.clock.advance(timedelta(hours=1))
    for _ in range(2):  # the second renewal comes after the first is stored
        house.clock.read.clear()
        await house.clock.read.wait()
    assert (await house.jobs())[0].leased_until == NOW + timedelta(hours=1) + terms.lease
    endless.go_on.set()
    assert (await working).changed
    await endless.aclose()


async def test_two_workers_never_do_one_job_twice(database, house, simulator):
    days = [Span(date(2024, 1, day), date(2024, 1, day)) for day in range(1, 32)]
    async with database.write() as session:
        drafts = [JobDraft(asset_id=house.acme.id, days=one, cause=Cause.ASKED) for one in days]
        await queue.add(session, drafts)
        made = (await queue.of_assets(session, [house.acme.id]))[house.acme.id]
    other = Database(database.url.replace("+aiosqlite", "").replace("+psycopg", ""))
    taken = []

    async def work(where, worker):
        while True:
            async with where.write() as session:
                job = await queue.claim(session, worker=worker, now=NOW, until=NOW + TERMS.lease)
            if job is None:
                return
            taken.append(job.id)
            async with where.write() as session:
                assert await queue.complete(session, job, at=NOW)

    workers = [(database, "a"), (database, "b"), (other, "c"), (other, "d")]
    await asyncio.gather(*(work(where, name) for where, name in workers))
    await other.close()
    assert sorted(taken) == [job.id for job in made]


async def test_two_who_catch_up_at_once_make_one_job(database, house):
    await house.trade("BUY", "2024-03-05")
    other = Database(database.url.replace("+aiosqlite", "").replace("+psycopg", ""))
    neighbor = House(other, house.sources, house.compute, house.clock)
    done = await asyncio.gather(house.catch_up(), neighbor.catch_up(), house.catch_up())
    await other.close()
    assert sum(one.enqueued for one in done) == 1
    assert len(await house.jobs()) == 1


async def test_two_who_ask_at_once_for_the_same_days_make_one_job(database, house):
    other = Database(database.url.replace("+aiosqlite", "").replace("+psycopg", ""))
    neighbor = House(other, house.sources, house.compute, house.clock)
    neighbor.acme = house.acme
    made = await asyncio.gather(
        house.enqueue("2024-01-02", "2024-02-01"), neighbor.enqueue("2024-01-20", "2024-03-01")
    )
    await other.close()
    covered = sorted(spans(job for jobs in made for job in jobs))
    assert covered in (
        [("2024-01-02", "2024-01-19"), ("2024-01-20", "2024-03-01")],
        [("2024-01-02", "2024-02-01"), ("2024-02-02", "2024-03-01")],
    )


async def test_a_paused_queue_and_a_paused_job_wait(house):
    (job,) = await house.enqueue("2024-01-02", "2024-12-31")
    for pause, resume in [
        (lambda s: queue.set_queue_paused(s, paused=True),
         lambda s: queue.set_queue_paused(s, paused=False)),
        (lambda s: queue.set_paused(s, [job.id], paused=True),
         lambda s: queue.set_paused(s, [job.id], paused=False)),
    ]:  # fmt: skip
        async with house.database.write() as session:
            await pause(session)
        assert await house.work() is None
        async with house.database.write() as session:
            await resume(session)
    assert (await house.work()).changed


async def test_the_more_urgent_comes_first_and_then_the_older(house):
    async with house.database.write() as session:
        drafts = [
            JobDraft(
                asset_id=house.acme.id,
                days=Span(date(2024, month, 1), date(2024, month, 28)),
                cause=Cause.ASKED,
                priority=priority,
            )
            for month, priority in [(1, 2), (2, 1), (3, 2), (4, 3)]
        ]
        await queue.add(session, drafts)
        made = (await queue.of_assets(session, [house.acme.id]))[house.acme.id]
        order = []
        while job := await queue.claim(session, worker="w", now=NOW, until=NOW + TERMS.lease):
            order.append(job.id)
    assert order == [made[index].id for index in (1, 0, 2, 3)]


async def test_a_deleted_asset_takes_its_jobs_and_its_tracking_along(database, house):
    await house.enqueue("2024-01-02", "2024-12-31")
    async with database.write() as session:
        wanted = Fetching(enabled=True)
        await tracking.configure(session, house.sources, house.acme, wanted, clock=house.clock)
        await session.execute(text("DELETE FROM assets"))
    assert await house.jobs() == []
    assert not (await house.tracked()).is_tracked
    assert await house.work() is None
