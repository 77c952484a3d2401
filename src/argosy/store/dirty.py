"""From which day on the projections of a portfolio are out of date.

Marked in the transaction of the fact itself, so that no fact is stored without its mark.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import announce, dialect_of, fetch_all
from argosy.store.tables.dirty_marker import DirtyMarkerRow

LEDGER = "ledger"
"""What a transaction announces that marks a portfolio."""

_MARK = """
    INSERT INTO dirty_markers (portfolio_id, from_day) VALUES (?, ?)
    ON CONFLICT (portfolio_id) DO UPDATE SET from_day = excluded.from_day
    WHERE excluded.from_day < dirty_markers.from_day
"""


async def mark(session: AsyncSession, from_days: Mapping[str, date]) -> None:
    """Mark portfolios dirty from a day on; an earlier mark stays."""
    if from_days:
        announce(session, LEDGER)
    text = dialect_of(session) == "sqlite"
    for portfolio_id, day in sorted(from_days.items()):
        given = [portfolio_id, day.isoformat() if text else day]
        await fetch_all(session, _MARK, given)


async def read(session: AsyncSession) -> dict[str, date]:
    """Return all dirty portfolios and the day from which on they are."""
    rows = await session.execute(select(DirtyMarkerRow.portfolio_id, DirtyMarkerRow.from_day))
    return {row.portfolio_id: row.from_day for row in rows}


async def clear(session: AsyncSession, portfolio_id: str, *, from_day: date) -> None:
    """Take a mark away after the rebuild, unless an earlier day was marked meanwhile."""
    mine = DirtyMarkerRow.portfolio_id == portfolio_id, DirtyMarkerRow.from_day >= from_day
    await session.execute(delete(DirtyMarkerRow).where(*mine))
