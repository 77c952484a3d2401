"""What this process counts for Prometheus; `docs/operate/metrics.md` says what each name means.

Labels are names of sources, kinds and codes: never a symbol, a person or money.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

# A second series for each counter that nobody asks for; the library leaves this call untyped.
disable_created_metrics()  # type: ignore[no-untyped-call]

_COUNTED = CollectorRegistry()
ProcessCollector(registry=_COUNTED)
PlatformCollector(registry=_COUNTED)

FETCHES = Counter(
    "argosy_source_fetches",
    "Times a source was asked, by what for.",
    ["source", "kind"],
    registry=_COUNTED,
)
FAILURES = Counter(
    "argosy_source_failures",
    "Times asking a source failed, by the error's code.",
    ["source", "code"],
    registry=_COUNTED,
)
RATE_LIMITED = Counter(
    "argosy_source_rate_limited",
    "Times a limit was met: the provider said so, or our own budget did.",
    ["source", "by"],
    registry=_COUNTED,
)
BREAKER = Gauge(
    "argosy_source_breaker",
    "Whether a source is asked: 0 closed, 1 half open, 2 open.",
    ["source"],
    registry=_COUNTED,
)
QUEUE = Gauge(
    "argosy_queue_jobs",
    "Jobs in the backfill queue, by status.",
    ["status"],
    registry=_COUNTED,
)
TRACKED = Gauge(
    "argosy_tracked_assets",
    "Assets that are fetched by themselves.",
    registry=_COUNTED,
)
PRICE_ROWS = Counter(
    "argosy_price_rows_stored",
    "Rows of prices made or changed, by source.",
    ["source"],
    registry=_COUNTED,
)
BACKFILL_SECONDS = Histogram(
    "argosy_backfill_job_seconds",
    "How long a job of the backfill queue took.",
    buckets=(0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600),
    registry=_COUNTED,
)


def exposition() -> bytes:
    """Return all that is counted, in Prometheus's text format."""
    return generate_latest(_COUNTED)
