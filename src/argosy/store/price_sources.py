"""The names of price, rate and split sources, and the small integers that stand for them."""

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import fetch_all


async def source_key(session: AsyncSession, name: str) -> int:
    """Return the number of a source; a name seen for the first time gets one."""
    find = "SELECT id FROM price_sources WHERE name = ?"
    found = await fetch_all(session, find, (name,))
    if not found:
        # Two imports may meet a new name together: the one that comes second finds the row.
        insert = "INSERT INTO price_sources (name) VALUES (?) ON CONFLICT (name) DO NOTHING"
        await fetch_all(session, insert, (name,))
        found = await fetch_all(session, find, (name,))
    key: int = found[0][0]
    return key


async def source_names(session: AsyncSession) -> tuple[str, ...]:
    """Return all names so that a source's number is its position; '' where there is none."""
    rows = dict(await fetch_all(session, "SELECT id, name FROM price_sources"))
    return tuple(rows.get(key, "") for key in range(max(rows, default=0) + 1))
