"""A point inside a transaction to which it can return.

Only the driver knows of it: where the database itself rolls everything back (a full disk), nobody
tries to return to a point that is gone, and the cause is not hidden.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import announce_only, announced, fetch_all

_ANNOUNCED_THEN = "announced at the savepoint"


async def set_savepoint(session: AsyncSession) -> None:
    """Remember this point of the transaction."""
    await fetch_all(session, "SAVEPOINT here")
    session.info[_ANNOUNCED_THEN] = announced(session)


async def undo_to_savepoint(session: AsyncSession) -> None:
    """Take back what the transaction did since its savepoint."""
    await fetch_all(session, "ROLLBACK TO SAVEPOINT here")
    announce_only(session, session.info[_ANNOUNCED_THEN])
