"""What the jobs of the schedule do: each calls one use case, and says what came of it."""

from datetime import timedelta

from argosy.runtime.bus import PRICES_CHANGED
from argosy.runtime.clock import today
from argosy.services import (
    alerting,
    catalog,
    collecting,
    notifying,
    quality,
    queue,
    rate_refresh,
    retention,
    schedule,
    snapshots,
    tracking,
    upkeep,
)
from argosy.services.collecting import Collector, Pace
from argosy.services.observing import Eyes
from argosy.services.rate_refresh import LoadedRates, RatesNotLoaded
from argosy.services.tracking import CaughtUp
from argosy.wiring import Argosy

RATES_JOB = "rates.refresh"
ALERTS_JOB = "alerts.look"
SENDING_JOB = "notifications.send"

_TOLD = 3
"""So many failures are told in words."""


async def follow_ledgers(argosy: Argosy) -> str:
    """Bring positions, counts and the queue up to date with the ledgers.

    A first holding in a foreign currency has no value without rates: they do not wait their hour.
    """
    done = await _caught_up(argosy)
    if done.assets and await _lacks_rates(argosy):
        await schedule.make_due(argosy.database, RATES_JOB, clock=argosy.clock)
    if done.portfolios:
        await schedule.make_due(argosy.database, ALERTS_JOB, clock=argosy.clock)
    return f"{done.portfolios} portfolios, {done.enqueued} histories queued."


async def _caught_up(argosy: Argosy) -> CaughtUp:
    return await tracking.catch_up(
        argosy.database,
        argosy.sources,
        compute=argosy.compute,
        clock=argosy.clock,
        ledgers=argosy.ledgers,
    )


async def _lacks_rates(argosy: Argosy) -> bool:
    async with argosy.database.read() as session:
        return await rate_refresh.is_lacking(session)


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
        await argosy.bus.publish(PRICES_CHANGED, b'{"by": "quotes"}')
        await schedule.make_due(argosy.database, ALERTS_JOB, clock=argosy.clock)
    return (
        f"{done.tracked} assets tracked, {done.quoted} of {done.asked} quoted,"
        f" {done.queued} histories queued."
    )


async def take_snapshots(argosy: Argosy) -> str:
    """Keep what every portfolio was worth at the end of each day since it exists."""
    await _caught_up(argosy)  # no day is kept that a mark reaches
    taken = await snapshots.take_all(
        argosy.database, ledgers=argosy.ledgers, compute=argosy.compute, clock=argosy.clock
    )
    return f"{taken:,} snapshots taken."


async def look_at_alerts(argosy: Argosy) -> str:
    """Look at all alerts, and let what they tell be sent at once."""
    eyes = Eyes(
        database=argosy.database,
        quotes=argosy.quotes,
        ledgers=argosy.ledgers,
        compute=argosy.compute,
        clock=argosy.clock,
    )
    done = await alerting.look(eyes, argosy.sources, mail=argosy.mail.is_set)
    if done.fired:
        await schedule.make_due(argosy.database, SENDING_JOB, clock=argosy.clock)
    return f"{done.looked:,} alerts, {done.fired:,} told, {done.unknown:,} see nothing now."


async def send_notifications(argosy: Argosy) -> str:
    """Send what is due of what people are told."""
    done = await argosy.courier().deliver()
    return f"{done.delivered:,} sent, {done.waiting:,} to be tried again, {done.failed:,} failed."


async def clean_notifications(argosy: Argosy) -> str:
    """Forget what people were told long ago."""
    before = argosy.clock.now() - timedelta(days=argosy.settings.notification_days)
    async with argosy.database.write() as session:
        gone = await notifying.clean(session, before=before)
    return f"{gone:,} notifications forgotten."


async def refresh_rates(argosy: Argosy) -> str:
    """Fetch the exchange rates that are missing, once there is anything to convert."""
    async with argosy.database.read() as session:
        if not await tracking.tracked(session):
            return "Nothing is tracked, so no rates are fetched."
    done = await rate_refresh.refresh_rates(
        argosy.database, argosy.sources, today=today(argosy.clock)
    )
    failed = [one for one in done if isinstance(one, RatesNotLoaded)]
    created = sum(one.rates.created for one in done if isinstance(one, LoadedRates))
    told = "".join(f" {one.error}" for one in failed[:_TOLD])
    return f"{created:,} rates stored, {len(failed)} not had.{told}"


async def clean_queue(argosy: Argosy) -> str:
    """Forget the jobs of the queue that were completed long ago."""
    days = argosy.settings.backfill_keep_days
    async with argosy.database.write() as session:
        gone = await queue.clean(session, days=days, clock=argosy.clock)
    return f"{gone:,} jobs forgotten."


async def look_at_quality(argosy: Argosy) -> str:
    """Rate the assets whose prices changed, and ask for gaps once more."""
    rated = await quality.look_over(argosy.database, clock=argosy.clock)
    asked = await quality.refetch_gaps(argosy.database, argosy.sources, clock=argosy.clock)
    return f"{rated:,} assets rated, gaps of {asked:,} asked for again."


async def refresh_catalog(argosy: Argosy) -> str:
    """Bring the catalog up to date, once somebody filled it."""
    if not await catalog.is_seeded(argosy.database):
        return "The catalog was never filled (argosy catalog seed)."
    done = await catalog.refresh(argosy.database, argosy.sources, clock=argosy.clock)
    failed = "".join(f" {one.error}" for one in done if one.error is not None)
    created, gone = (sum(getattr(one, what) for one in done) for what in ("created", "delisted"))
    return f"{created:,} assets new, {gone:,} delisted.{failed}"


async def add_years(argosy: Argosy) -> str:
    """Make the partitions of the coming years."""
    made = await upkeep.add_years(argosy.database, today(argosy.clock))
    return f"{len(made)} years made."


async def compact_prices(argosy: Argosy) -> str:
    """Keep the close alone of prices older than the operator wants them whole."""
    done = await retention.compact(
        argosy.database,
        argosy.sources,
        days=argosy.settings.price_retention_days,
        clock=argosy.clock,
    )
    return f"{done.rows:,} prices keep their close alone."
