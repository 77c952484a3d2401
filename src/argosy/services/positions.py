"""What each portfolio holds now and is worth, written down beside its ledger for others to read."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.money import UNIT, exact_context, known
from argosy.runtime.compute import ComputePool
from argosy.services import books
from argosy.services import newest as newest_service
from argosy.services.books import LedgerCache
from argosy.services.newest import Newest, newest_of
from argosy.store import dirty, newest, portfolios, positions, snapshots
from argosy.store.positions import Position


async def ready(
    session: AsyncSession, portfolio_id: str, *, ledgers: LedgerCache, compute: ComputePool
) -> None:
    """Read and replay a ledger before its projection: nobody who wants to write waits for that."""
    owner = dict(await positions.portfolio_owners(session)).get(portfolio_id)
    if owner is not None:
        await computed(session, owner, portfolio_id, ledgers=ledgers, compute=compute)


async def waiting(session: AsyncSession) -> list[str]:
    """Return the portfolios whose projections are out of date, or were never made."""
    return sorted({*await dirty.read(session), *await newest.lacking(session)})


async def project(
    session: AsyncSession,
    portfolio_id: str,
    *,
    ledgers: LedgerCache,
    compute: ComputePool,
    always: bool = True,
) -> set[str] | None:
    """Store what a portfolio holds and its newest figures; forget the snapshots that are stale.

    Returns the assets held before or now. A portfolio that was put away holds nothing. Without
    `always` one that is up to date is left alone, and None returned.
    """
    await portfolios.take(session, [portfolio_id])  # no line is entered while they are read
    marker = (await dirty.markers(session, [portfolio_id])).get(portfolio_id)
    if marker is None and not always and await newest.read(session, portfolio_id) is not None:
        return None
    before = {one.asset_id for one in await positions.read(session, portfolio_id)}
    owner = dict(await positions.portfolio_owners(session)).get(portfolio_id)
    held: list[Position] = []
    if owner is None:
        await newest.drop(session, [portfolio_id])
        await snapshots.drop(session, portfolio_id)
    else:
        held, figures = await computed(
            session, owner, portfolio_id, ledgers=ledgers, compute=compute
        )
        await newest.write(session, portfolio_id, figures)
    await positions.replace(session, portfolio_id, held)
    if marker is not None:
        await snapshots.drop(session, portfolio_id, from_day=marker.from_day)
        await dirty.clear(session, portfolio_id, marks=marker.marks)
    return before | {one.asset_id for one in held}


async def computed(
    session: AsyncSession,
    owner: str,
    portfolio_id: str,
    *,
    ledgers: LedgerCache,
    compute: ComputePool,
) -> tuple[list[Position], Newest]:
    """Return what a portfolio holds and its newest figures, by its ledger."""
    wanted = await books.known(session, owner, portfolio_id)
    ledger = await books.load(session, wanted, cache=ledgers, compute=compute)
    dollars = await newest_service.in_dollars(session, ledger, compute=compute)
    figures = await compute.run(newest_of, ledger, dollars)
    return await compute.run(positions_of, ledger.book), figures


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
