"""What each portfolio holds now, written down beside its ledger for others to read."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.money import UNIT, exact_context, known
from argosy.runtime.compute import ComputePool
from argosy.services import books
from argosy.services.books import LedgerCache
from argosy.store import dirty, portfolios, positions
from argosy.store.positions import Position


async def ready(
    session: AsyncSession, portfolio_id: str, *, ledgers: LedgerCache, compute: ComputePool
) -> None:
    """Read and replay a ledger before its projection: nobody who wants to write waits for that."""
    owner = dict(await positions.portfolio_owners(session)).get(portfolio_id)
    if owner is not None:
        wanted = await books.known(session, owner, portfolio_id)
        await books.load(session, wanted, cache=ledgers, compute=compute)


async def project(
    session: AsyncSession,
    portfolio_id: str,
    *,
    ledgers: LedgerCache,
    compute: ComputePool,
    always: bool = True,
) -> set[str] | None:
    """Store what a portfolio holds; return the assets held before or now.

    A portfolio that was put away holds nothing. Without `always` one that is up to date is left
    alone, and None returned.
    """
    await portfolios.take(session, [portfolio_id])  # no line is entered while they are read
    marked = (await dirty.read(session)).get(portfolio_id)
    if marked is None and not always:
        return None
    before = {one.asset_id for one in await positions.read(session, portfolio_id)}
    owner = dict(await positions.portfolio_owners(session)).get(portfolio_id)
    held: list[Position] = []
    if owner is not None:
        wanted = await books.known(session, owner, portfolio_id)
        ledger = await books.load(session, wanted, cache=ledgers, compute=compute)
        held = await compute.run(positions_of, ledger.book)
    await positions.replace(session, portfolio_id, held)
    if marked is not None:
        await dirty.clear(session, portfolio_id, from_day=marked)
    return before | {one.asset_id for one in held}


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
