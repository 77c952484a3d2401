"""What is written down beside the ledgers for others to read, and can be built again from them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.money import UNIT, exact_context, known
from argosy.runtime.compute import ComputePool
from argosy.services import asset_metrics, books
from argosy.services.books import LedgerCache
from argosy.services.refresh import Progress
from argosy.store import asset_metrics as metrics
from argosy.store import dirty, positions, prices, rates
from argosy.store.database import Database
from argosy.store.positions import Position


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
    await asset_metrics.renew(database, priced)
    async with database.write() as session:
        owners = await positions.portfolio_owners(session)
        await positions.clear(session, besides=[portfolio_id for portfolio_id, _ in owners])
    for done, (portfolio_id, user_id) in enumerate(owners, 1):
        async with database.write() as session:
            await _project(session, portfolio_id, user_id, compute)
        if progress is not None:
            progress(done, len(owners))
    return Rebuilt(len(priced), len(owners))


async def project_dirty(database: Database, *, compute: ComputePool) -> int:
    """Bring the projections of all portfolios up to date whose facts have changed."""
    async with database.read() as session:
        marked = await dirty.read(session)
        owners = dict(await positions.portfolio_owners(session)) if marked else {}
    for portfolio_id in sorted(marked):
        async with database.write() as session:
            if portfolio_id in owners:
                await _project(session, portfolio_id, owners[portfolio_id], compute)
            else:
                await dirty.clear(session, portfolio_id, from_day=marked[portfolio_id])
    return len(marked)


async def _project(
    session: AsyncSession, portfolio_id: str, user_id: str, compute: ComputePool
) -> None:
    marked = (await dirty.read(session)).get(portfolio_id)
    wanted = await books.known(session, user_id, portfolio_id)
    ledger = await books.load(session, wanted, cache=LedgerCache(), compute=compute)
    held = await compute.run(positions_of, ledger.book)
    await positions.replace(session, portfolio_id, held)
    if marked is not None:
        await dirty.clear(session, portfolio_id, from_day=marked)


def positions_of(book: Book) -> list[Position]:
    """Return what a book holds now; the first purchase is that of the oldest share still held."""
    found: list[Position] = []
    with exact_context():
        for asset_id, position in sorted(book.positions.items()):
            quantity, cost = position.quantity, position.cost
            if asset_id == OUTSIDE or not quantity:
                continue
            opened = date.fromordinal(position.steps[0][0])
            found.append(
                Position(
                    asset_id=asset_id,
                    quantity=quantity,
                    average_buy_price=known((cost / quantity).quantize(UNIT)),
                    cost=known(cost),
                    first_purchase_date=min(
                        (piece.day for piece in position.lots()), default=opened
                    ),
                )
            )
    return found
