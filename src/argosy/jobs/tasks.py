"""What the jobs of the schedule do: each calls one use case, and says what came of it."""

from datetime import timedelta

from argosy.jobs.workers import CHANGED
from argosy.runtime.clock import today
from argosy.services import collecting, tracking, upkeep
from argosy.services.collecting import Collector, Pace
from argosy.wiring import Argosy


async def follow_ledgers(argosy: Argosy) -> str:
    """Bring positions, counts and the queue up to date with the ledgers."""
    done = await tracking.catch_up(
        argosy.database,
        argosy.sources,
        compute=argosy.compute,
        clock=argosy.clock,
        ledgers=argosy.ledgers,
    )
    return f"{done.portfolios} portfolios, {done.enqueued} histories queued."


async def collect_prices(argosy: Argosy) -> str:
    """Refresh the prices of what is tracked, and tell those who show them."""
    settings = argosy.settings
    pace = Pace(
        interval=timedelta(minutes=settings.fetch_interval_minutes),
        trading_hours_only=settings.trading_hours_only,
    )
    by = Collector(
        database=argosy.database,
        sources=argosy.sources,
        quotes=argosy.quotes,
        bus=argosy.bus,
        clock=argosy.clock,
    )
    done = await collecting.collect(by, pace=pace)
    if done.quoted:
        await argosy.bus.publish(CHANGED, b'{"by": "quotes"}')
    return (
        f"{done.tracked} assets tracked, {done.quoted} of {done.asked} quoted,"
        f" {done.queued} histories queued."
    )


async def add_years(argosy: Argosy) -> str:
    """Make the partitions of the coming years."""
    made = await upkeep.add_years(argosy.database, today(argosy.clock))
    return f"{len(made)} years made."
