"""Old prices kept as closes alone, where an operator wants that; what is taken can be had again.

Taken are open, high, low and volume of daily bars that a source can give once more: never what a
person entered or imported, nor of private assets. What was fetched lately stays whole for a month
however old its day is, so whoever fetches old bars again does not find them reduced next morning.
"""

from datetime import timedelta

from argosy.core.errors import InputError
from argosy.runtime.clock import Clock, today
from argosy.services.refresh import Progress
from argosy.sources.base import HistorySource
from argosy.sources.registry import Registry
from argosy.store import price_retention
from argosy.store.database import Database
from argosy.store.price_retention import Old, Reduced

__all__ = ["Reduced"]

_FETCHED_LATELY = timedelta(days=30)
_TOGETHER = 10
"""Assets of one transaction: some 20,000 bars, so that other writers wait for a moment only."""


async def compact(
    database: Database,
    sources: Registry,
    *,
    days: int | None,
    clock: Clock,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Reduced:
    """Reduce daily bars older than so many days to their closes; None = keep all of all.

    Every few assets are a transaction: whoever stops in the middle has what was done.
    """
    if days is None:
        return Reduced()
    if days < 1:
        raise InputError("days: prices are kept whole for a day at least.")
    old = Old(
        before=today(clock) - timedelta(days=days),
        fetched_before=clock.now() - _FETCHED_LATELY,
        sources=tuple(
            source.name
            for source in sources
            if isinstance(source, HistorySource) and source.manifest.needs_network
        ),
    )
    async with database.read() as session:
        keys = await price_retention.shared_assets(session)
    total = Reduced()
    for start in range(0, len(keys), _TOGETHER):
        some = keys[start : start + _TOGETHER]
        if dry_run:
            async with database.read() as session:
                total += await price_retention.count(session, some, old)
        else:
            async with database.write() as session:
                total += await price_retention.reduce(session, some, old)
        if progress is not None:
            progress(min(start + _TOGETHER, len(keys)), len(keys))
    return total
