"""What is written down beside the ledgers for others to read, and can be built again from them."""

from dataclasses import dataclass

from argosy.runtime.compute import ComputePool
from argosy.services import asset_metrics, judging, tracking
from argosy.services import positions as position_service
from argosy.services.books import LedgerCache
from argosy.services.refresh import Progress
from argosy.store import asset_metrics as metrics
from argosy.store import positions, prices, rates
from argosy.store.database import Database


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How much was built again."""

    price_blocks: int
    portfolios: int


async def rebuild(
    database: Database, *, compute: ComputePool, progress: Progress | None = None
) -> Rebuilt:
    """Build every projection again from the facts.

    Prices are a transaction, and each portfolio is one: others may write between them.
    """
    async with database.write() as session:
        priced = await prices.repack(session)
        await rates.refresh_latest(session)
        await metrics.clear(session)
    await judging.judge_stored(database, priced, judging.ALL_DAYS)
    await asset_metrics.renew(database, priced)
    async with database.write() as session:
        owners = await positions.portfolio_owners(session)
        await positions.clear(session, besides=[portfolio_id for portfolio_id, _ in owners])
    for done, (portfolio_id, _) in enumerate(owners, 1):
        async with database.write() as session:
            await position_service.project(
                session, portfolio_id, ledgers=LedgerCache(), compute=compute
            )
        if progress is not None:
            progress(done, len(owners))
    await tracking.recount(database)
    return Rebuilt(len(priced), len(owners))
