"""The jobs of the schedule, each run once as a runner runs it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import PortfolioRules, TransactionType
from argosy.jobs import tasks
from argosy.jobs.job import Job
from argosy.jobs.runner import Runner
from argosy.jobs.schedule import schedule_of
from argosy.runtime.clock import FixedClock
from argosy.services import assets, demo, portfolios, schedule, transactions
from argosy.services.assets import AssetDraft
from argosy.services.portfolios import PortfolioDraft
from argosy.services.transactions import Actor
from argosy.store import tracking
from argosy.wiring import Argosy
from tests.simulator.__main__ import settings as simulated
from tests.simulator.server import Simulator
from tests.store.people import add_user
from tests.support.api import make_settings

MONDAY_NOON_IN_NEW_YORK = datetime(2024, 12, 30, 17, 0, tzinfo=UTC)


@pytest.fixture
async def argosy(database_url: str, tmp_path: Path) -> AsyncIterator[Argosy]:
    with Simulator().running() as simulator:
        told = {
            name.removeprefix("ARGOSY_").lower(): text
            for name, text in simulated(simulator.url).items()
        }
        chosen = make_settings(tmp_path, database_url, **told, price_retention_days=730)
        async with Argosy.opened(chosen, clock=FixedClock(MONDAY_NOON_IN_NEW_YORK)) as argosy:
            argosy.simulator = simulator
            yield argosy


async def test_every_job_can_be_run_on_a_new_database_and_asks_nobody(argosy: Argosy):
    ended = await Runner(argosy, schedule_of(argosy.settings)).run_due()
    assert ended.keys() == {job.name for job in schedule_of(argosy.settings)}
    assert [one.error for one in ended.values()] == [None] * len(ended)
    assert argosy.simulator.requests == []


async def test_the_demo_is_no_reason_to_ask_anybody(argosy: Argosy):
    await demo.set_up(
        argosy.database,
        argosy.passwords,
        clock=argosy.clock,
        rates=argosy.rates,
        directory=argosy.settings.data_dir,
    )
    runner = Runner(argosy, schedule_of(argosy.settings))
    await runner.run_due()
    assert argosy.simulator.requests == []


async def test_with_something_tracked_every_job_can_be_run(argosy: Argosy):
    async with argosy.database.write() as session:
        draft = AssetDraft(symbol="ACME", exchange="NASDAQ", currency="USD")
        acme = (await assets.create(session, draft, owner=None, by=None)).asset
        await tracking.put(session, acme.id, {"enabled": True})
    # Sixty currencies take more than a minute's budget; tests/services/test_rate_refresh.py.
    jobs = [job for job in schedule_of(argosy.settings) if job.name != "rates.refresh"]
    ended = await Runner(argosy, jobs).run_due()
    assert [one.error for one in ended.values()] == [None] * len(jobs)
    assert argosy.simulator.paths("/v7/finance/quote") != []


async def test_a_first_holding_in_a_foreign_currency_has_its_rates_at_once(argosy: Argosy):
    runner = Runner(argosy, schedule_of(argosy.settings))
    await runner.run_due()
    async with argosy.database.write() as session:
        actor = Actor(await add_user(session), argosy.clock)
        draft = AssetDraft(symbol="ACME", exchange="NASDAQ", currency="USD")
        await assets.create(session, draft, owner=None, by=None)
        savings = PortfolioDraft(name="Savings", rules=PortfolioRules(currency="EUR"))
        made = await portfolios.create(session, actor.user_id, savings)
        bought = TransactionDraft(
            type=TransactionType.BUY,
            timestamp="2024-12-02",
            portfolio_id=made.id,
            symbol="ACME",
            quantity=Decimal(1),
            price=Decimal(100),
        )
        await transactions.add(session, actor, bought)
    assert "rates.refresh" not in await schedule.due(argosy.database, clock=argosy.clock)
    await runner.run_one("ledger.follow", due=False)
    assert "rates.refresh" in await schedule.due(argosy.database, clock=argosy.clock)


def test_names_of_jobs_are_unique_and_each_says_what_it_does(argosy: Argosy):
    jobs = schedule_of(argosy.settings)
    assert len({job.name for job in jobs}) == len(jobs)
    assert all(job.about.endswith(".") for job in jobs)


def test_prices_are_compacted_only_where_that_is_wanted(argosy: Argosy):
    by_default = argosy.settings.model_copy(update={"price_retention_days": None})
    names = {job.name for job in schedule_of(argosy.settings)}
    assert names - {job.name for job in schedule_of(by_default)} == {"prices.compact"}


def test_a_job_at_midnight_is_due_when_the_next_day_begins_in_utc():
    job = Job(
        name="nightly",
        about="At night.",
        every=timedelta(days=1),
        run=tasks.take_snapshots,
        at_midnight=True,
    )
    begins = datetime(2024, 6, 4, tzinfo=UTC)
    assert job.next_after(datetime(2024, 6, 3, 23, 59, tzinfo=UTC)) == begins
    assert job.next_after(datetime(2024, 6, 3, 0, 0, 5, tzinfo=UTC)) == begins
