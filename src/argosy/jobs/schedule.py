"""The one table of what runs by itself, and how often: every runner reads it."""

from datetime import timedelta

from argosy.jobs import tasks
from argosy.jobs.job import Job
from argosy.settings import Settings

LEDGER_JOB = "ledger.follow"
PRICES_JOB = "prices.collect"

_SOON, _MINUTE = timedelta(seconds=15), timedelta(minutes=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


_COMPACT = Job(
    name="prices.compact",
    about="Keep the close alone of prices older than ARGOSY_PRICE_RETENTION_DAYS.",
    every=_DAY,
    run=tasks.compact_prices,
)


def schedule_of(settings: Settings) -> tuple[Job, ...]:
    """Return all jobs, as often as the settings say."""
    return (
        Job(
            name=LEDGER_JOB,
            about="Follow changed ledgers: positions, tracked assets, histories to be fetched.",
            every=_SOON,  # a change wakes it at once; this catches what was missed
            run=tasks.follow_ledgers,
        ),
        Job(
            name=PRICES_JOB,
            about="Ask for the last prices of what is tracked, and queue the days that are over.",
            every=timedelta(minutes=settings.fetch_interval_minutes),
            run=tasks.collect_prices,
        ),
        Job(
            name="portfolio.snapshots",
            about="Keep what every portfolio was worth at the end of the day (UTC).",
            every=_DAY,
            run=tasks.take_snapshots,
            at_midnight=True,
        ),
        Job(
            name=tasks.ALERTS_JOB,
            about="Look at all alerts, and note what is to be told.",
            every=_MINUTE,  # new prices and changed ledgers wake it at once
            run=tasks.look_at_alerts,
        ),
        Job(
            name=tasks.SENDING_JOB,
            about="Send what is to be told: to the app, by e-mail, to webhooks.",
            every=_SOON,
            run=tasks.send_notifications,
        ),
        Job(
            name="notifications.clean",
            about="Forget what was told after ARGOSY_NOTIFICATION_DAYS.",
            every=_DAY,
            run=tasks.clean_notifications,
        ),
        Job(
            name=tasks.RATES_JOB,
            about="Fetch exchange rates of all listed currencies.",
            every=_HOUR,
            run=tasks.refresh_rates,
        ),
        Job(
            name="quality.look",
            about="Rate the prices that changed, and ask for gaps of what is tracked once more.",
            every=_HOUR,
            run=tasks.look_at_quality,
        ),
        Job(
            name="catalog.refresh",
            about="Fetch the sources' lists of symbols, once the catalog was filled.",
            every=7 * _DAY,
            run=tasks.refresh_catalog,
        ),
        Job(
            name="prices.years",
            about="Make the partitions of the coming years (PostgreSQL).",
            every=_DAY,
            run=tasks.add_years,
        ),
        Job(
            name="queue.clean",
            about="Forget completed jobs of the queue after ARGOSY_BACKFILL_KEEP_DAYS.",
            every=_DAY,
            run=tasks.clean_queue,
        ),
        *(() if settings.price_retention_days is None else (_COMPACT,)),
    )
