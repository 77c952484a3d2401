"""What the live feed asks again and again, and the tickets that open it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import fetch_all, marks
from argosy.store.tables.live_ticket import LiveTicketRow as Row


async def portfolio_versions(
    session: AsyncSession, portfolio_ids: Collection[str]
) -> dict[str, int]:
    """Return the versions of portfolios; one that was deleted has none."""
    if not portfolio_ids:
        return {}
    sql = (
        "SELECT CAST(id AS VARCHAR(36)), version FROM portfolios "
        f"WHERE id IN ({marks(portfolio_ids)}) AND deleted_at IS NULL"
    )
    return dict(await fetch_all(session, sql, list(portfolio_ids)))


async def active_users(session: AsyncSession, user_ids: Collection[str]) -> set[str]:
    """Return those of some users whose accounts are active."""
    if not user_ids:
        return set()
    sql = (
        "SELECT CAST(id AS VARCHAR(36)) FROM users "
        f"WHERE id IN ({marks(user_ids)}) AND is_active IS TRUE"
    )
    return {row[0] for row in await fetch_all(session, sql, list(user_ids))}


async def keep_ticket(
    session: AsyncSession,
    *,
    hashed: str,
    user_id: str,
    expires_at: datetime,
    session_expires_at: datetime,
) -> None:
    """Store a ticket's fingerprint."""
    ticket = {
        "hashed_ticket": hashed,
        "user_id": user_id,
        "expires_at": expires_at,
        "session_expires_at": session_expires_at,
    }
    await session.execute(insert(Row).values(**ticket))


async def take_ticket(
    session: AsyncSession, hashed: str, *, at: datetime
) -> tuple[str, datetime] | None:
    """Take a ticket away by its fingerprint: whose it is and until when, if it is still valid."""
    mine = Row.hashed_ticket == hashed, Row.expires_at > at
    taken = delete(Row).where(*mine).returning(Row.user_id, Row.session_expires_at)
    row = (await session.execute(taken)).one_or_none()
    return None if row is None else (row.user_id, row.session_expires_at)


async def drop_tickets(session: AsyncSession, *, until: datetime) -> None:
    """Forget the tickets that nobody used in time."""
    await session.execute(delete(Row).where(Row.expires_at <= until))
