"""What is written down beside the ledgers for others to read, and can be built again from them."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.runtime.compute import ComputePool
from argosy.services import asset_metrics, books, judging, snapshots, tracking
from argosy.services import positions as position_service
from argosy.services.books import LedgerCache
from argosy.services.refresh import Progress
from argosy.store import asset_metrics as metrics
from argosy.store import dirty, newest, positions, prices, rates
from argosy.store import snapshots as snapshot_rows
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
    for done, (portfolio_id, user_id) in enumerate(owners, 1):
        ledgers = LedgerCache()
        async with database.write() as session:
            await position_service.project(session, portfolio_id, ledgers=ledgers, compute=compute)
        await snapshots.renew(database, user_id, portfolio_id, ledgers=ledgers, compute=compute)
        if progress is not None:
            progress(done, len(owners))
    await tracking.recount(database)
    return Rebuilt(len(priced), len(owners))


async def check(database: Database, *, compute: ComputePool) -> list[str]:
    """Compare the projections of every ledger with it, in sentences; nothing if all is well.

    What is marked is to be computed again anyway: nothing is said about it.
    """
    async with database.read() as session:
        owners = await positions.portfolio_owners(session)
    findings: list[str] = []
    for portfolio_id, user_id in owners:
        async with database.read() as session:
            wrong = await _wrong(session, user_id, portfolio_id, compute=compute)
        findings += [
            f"Portfolio {portfolio_id}: its {what} are not what its ledger says." for what in wrong
        ]
    return findings


async def _wrong(
    session: AsyncSession, user_id: str, portfolio_id: str, *, compute: ComputePool
) -> list[str]:
    marker = (await dirty.markers(session, [portfolio_id])).get(portfolio_id)
    ledgers, wrong = LedgerCache(), list[str]()
    if marker is None and await newest.read(session, portfolio_id) is not None:
        held, figures = await position_service.computed(
            session, user_id, portfolio_id, ledgers=ledgers, compute=compute
        )
        if held != await positions.read(session, portfolio_id):
            wrong.append("positions")
        if figures != await newest.read(session, portfolio_id):
            wrong.append("newest figures")
    stored = [
        one
        for one in await snapshot_rows.read(session, portfolio_id)
        if marker is None or one.day < marker.from_day
    ]
    wanted = await books.known(session, user_id, portfolio_id)
    ledger = await books.load(session, wanted, cache=ledgers, compute=compute)
    days = [one.day for one in stored]
    if stored != await snapshots.computed_on(session, ledger, days, compute=compute):
        wrong.append("snapshots")
    return wrong
