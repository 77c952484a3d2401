"""Proposals that somebody put away, by portfolio."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.tables.dismissed_proposal import DismissedProposalRow as Row
from argosy.store.upserts import insert_into


async def read(session: AsyncSession, portfolio_id: str) -> set[str]:
    """Return the keys of what was put away in a portfolio whose owner was checked."""
    found = await session.execute(select(Row.key).where(Row.portfolio_id == portfolio_id))
    return set(found.scalars())


async def add(session: AsyncSession, portfolio_id: str, key: str) -> None:
    """Put a proposal away; again is as good as once."""
    insert = insert_into(session, Row).values(portfolio_id=portfolio_id, key=key)
    await session.execute(insert.on_conflict_do_nothing())


async def remove(session: AsyncSession, portfolio_id: str, keys: Iterable[str]) -> None:
    """Bring proposals back."""
    mine = Row.portfolio_id == portfolio_id, Row.key.in_(list(keys))
    await session.execute(delete(Row).where(*mine))
