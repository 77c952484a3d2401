"""Projections of portfolios: what each was worth at the end of each day that is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.tables.snapshot import PortfolioSnapshotRow as Row
from argosy.store.upserts import insert_into

_TOGETHER = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A portfolio at the end of a day (UTC): its value, and what it held, as JSON.

    Values are sums of what has a price and a rate, None where nothing has.
    """

    day: date
    total_value: Decimal | None
    total_value_usd: Decimal | None
    positions: list[dict[str, Any]]


async def read(
    session: AsyncSession, portfolio_id: str, *, start: date = date.min, end: date = date.max
) -> list[Snapshot]:
    """Return the stored snapshots of a span, oldest first."""
    query = (
        select(Row.snapshot_date, Row.total_value, Row.total_value_usd, Row.positions_snapshot)
        .where(Row.portfolio_id == portfolio_id, Row.snapshot_date.between(start, end))
        .order_by(Row.snapshot_date)
    )
    return [
        Snapshot(day=day, total_value=value, total_value_usd=dollars, positions=held)
        for day, value, dollars, held in await session.execute(query)
    ]


async def days(session: AsyncSession, portfolio_id: str) -> set[date]:
    """Return the days that are stored."""
    query = select(Row.snapshot_date).where(Row.portfolio_id == portfolio_id)
    return set(await session.scalars(query))


async def write(session: AsyncSession, portfolio_id: str, snapshots: Iterable[Snapshot]) -> None:
    """Store snapshots, in the place of those of the same days."""
    rows = [
        {
            "portfolio_id": portfolio_id,
            "snapshot_date": one.day,
            "total_value": one.total_value,
            "total_value_usd": one.total_value_usd,
            "positions_snapshot": one.positions,
        }
        for one in snapshots
    ]
    new = insert_into(session, Row)
    kept = {
        name: getattr(new.excluded, name)
        for name in ("total_value", "total_value_usd", "positions_snapshot")
    }
    upsert = new.on_conflict_do_update(
        index_elements=["portfolio_id", "snapshot_date"], set_={**kept, "updated_at": func.now()}
    )
    for start in range(0, len(rows), _TOGETHER):
        await session.execute(upsert, rows[start : start + _TOGETHER])


async def drop(session: AsyncSession, portfolio_id: str, *, from_day: date = date.min) -> None:
    """Forget the snapshots of a day and all after it."""
    mine = Row.portfolio_id == portfolio_id, Row.snapshot_date >= from_day
    await session.execute(delete(Row).where(*mine))
