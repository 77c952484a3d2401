"""How often facts have changed, by scope: what cached answers are compared with."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import fetch_all, marks


async def read(session: AsyncSession, scopes: Sequence[str]) -> dict[str, int]:
    """Return the version of each scope; 0 where nothing was ever stored."""
    found = dict.fromkeys(scopes, 0)
    if scopes:
        sql = f"SELECT scope, version FROM versions WHERE scope IN ({marks(scopes)})"
        found |= dict(await fetch_all(session, sql, scopes))
    return found


async def bump(session: AsyncSession, scopes: Iterable[str]) -> None:
    """Say that the facts of these scopes change with this transaction."""
    for scope in sorted(set(scopes)):  # one order for all writers: nobody waits in a circle
        await fetch_all(
            session,
            "INSERT INTO versions (scope, version) VALUES (?, 1) ON CONFLICT (scope) "
            "DO UPDATE SET version = versions.version + 1, updated_at = CURRENT_TIMESTAMP",
            [scope],
        )
