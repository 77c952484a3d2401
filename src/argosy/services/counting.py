"""What Prometheus reads: this process's counters, and what the database says now."""

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.runtime import metrics
from argosy.runtime.clock import Clock
from argosy.sources.breaker import Circuit
from argosy.sources.registry import Registry
from argosy.store import queue, tracking

_STATES = {Circuit.CLOSED: 0, Circuit.HALF_OPEN: 1, Circuit.OPEN: 2}


async def exposition(session: AsyncSession, sources: Registry, *, clock: Clock) -> bytes:
    """Return all counts in Prometheus's text format; asks no source."""
    for source in sources:
        metrics.BREAKER.labels(source.name).set(_STATES[sources.breaker(source.name).circuit])
    state = await queue.read_state(session, now=clock.now())
    for status, count in state.by_status.items():
        metrics.QUEUE.labels(status.value).set(count)
    metrics.TRACKED.set(await tracking.count(session))
    return metrics.exposition()
