"""Gaps in stored prices: asked for once more, then marked."""

from datetime import UTC, date, datetime

import pytest

from argosy.runtime.clock import FixedClock
from argosy.services import assets, backfill, quality
from argosy.services.assets import AssetDraft
from argosy.services.quality import GapStatus
from argosy.sources.manners import Manners
from argosy.sources.manual import ManualSource
from argosy.sources.registry import Registry
from argosy.sources.remote import RemoteSource
from argosy.sources.retry import RetryPolicy
from argosy.store import prices, tracking
from tests.services.test_refresh import load
from tests.simulator.faults import Trait
from tests.simulator.odd import MISSING
from tests.simulator.remote import TOKEN
from tests.simulator.server import Simulator

CLOCK = FixedClock(datetime(2025, 1, 1, 12, 0, tzinfo=UTC))


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
async def sources(simulator):
    quick = RetryPolicy(attempts=2, wait_s=0.01, wait_max_s=0.02, patience_s=2.0, timeout_s=30.0)
    manners = Manners(policy=quick, timeout_s=5.0)
    remote = RemoteSource(base_url=f"{simulator.url}/remote", token=TOKEN, manners=manners)
    registry = Registry([ManualSource(), remote])
    yield registry
    await registry.aclose()


@pytest.fixture
async def asset(database, sources, simulator):
    """A share whose provider left out a day."""
    async with database.write() as session:
        made = (await assets.create(session, AssetDraft(symbol="ACME"), owner=None, by=None)).asset
    simulator.traits = frozenset({Trait.MISSING_DAY})
    await load(database, sources, "ACME", source="remote")
    async with database.write() as session:
        await tracking.put(session, made.id, {"enabled": True})
    await quality.look_over(database, clock=CLOCK)
    return made


def missing(simulator) -> date:
    day: date = simulator.listings["ACME"].bars[MISSING].day
    return day


async def gaps(database, asset) -> list[tuple[date, GapStatus]]:
    async with database.read() as session:
        found = await quality.report(session, asset, now=CLOCK.now())
    return [(gap.days.first, status) for gap, status in found.gaps]


async def test_a_gap_is_asked_for_once_and_then_marked(database, sources, simulator, asset):
    day = missing(simulator)
    assert await gaps(database, asset) == [(day, GapStatus.OPEN)]
    assert await quality.refetch_gaps(database, sources, clock=CLOCK) == 1
    assert await gaps(database, asset) == [(day, GapStatus.REFETCHED)]
    assert await quality.refetch_gaps(database, sources, clock=CLOCK) == 0
    worked = await backfill.work_one(database, sources, clock=CLOCK, worker="one")
    assert (worked.job.start_date, worked.job.end_date) == (day, day)
    assert await gaps(database, asset) == [(day, GapStatus.MARKED)]
    assert await quality.refetch_gaps(database, sources, clock=CLOCK) == 0


async def test_a_gap_that_is_filled_is_gone(database, sources, simulator, asset):
    await quality.refetch_gaps(database, sources, clock=CLOCK)
    simulator.heal()
    await backfill.work_one(database, sources, clock=CLOCK, worker="one")
    assert await gaps(database, asset) == []
    async with database.read() as session:
        history = (await prices.read_histories(session, [asset.key]))[asset.key]
    assert missing(simulator).toordinal() in history.days


async def test_gaps_of_what_is_not_tracked_are_left_alone(database, sources, simulator, asset):
    async with database.write() as session:
        await tracking.put(session, asset.id, {"enabled": False})
    assert await quality.refetch_gaps(database, sources, clock=CLOCK) == 0
    assert await gaps(database, asset) == [(missing(simulator), GapStatus.OPEN)]


async def test_a_gap_that_no_source_can_fill_is_marked_at_once(database, simulator, asset):
    nobody = Registry([ManualSource()])
    await quality.refetch_gaps(database, nobody, clock=CLOCK)
    assert await gaps(database, asset) == [(missing(simulator), GapStatus.MARKED)]
