"""Projections of portfolios: what each holds of an asset now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.tables.portfolio import PortfolioRow
from argosy.store.tables.position import PortfolioPositionRow as Row
from argosy.store.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What a portfolio holds of an asset; money in the portfolio's currency, None = unknown."""

    asset_id: str
    quantity: Decimal
    average_buy_price: Decimal | None
    cost: Decimal | None
    first_purchase_date: date


async def read(session: AsyncSession, portfolio_id: str) -> list[Position]:
    """Return the positions of a portfolio as they are stored, by asset."""
    columns = (
        Row.asset_id,
        Row.quantity,
        Row.average_buy_price,
        Row.cost,
        Row.first_purchase_date,
    )
    query = select(*columns).where(Row.portfolio_id == portfolio_id).order_by(Row.asset_id)
    return [
        Position(
            asset_id=asset_id,
            quantity=quantity,
            average_buy_price=average,
            cost=cost,
            first_purchase_date=first,
        )
        for asset_id, quantity, average, cost, first in await session.execute(query)
    ]


async def replace(session: AsyncSession, portfolio_id: str, positions: Iterable[Position]) -> int:
    """Store the positions of a portfolio; equal rows stay untouched. Return how many changed."""
    stored = {one.asset_id: one for one in await read(session, portfolio_id)}
    wanted = {one.asset_id: one for one in positions}
    gone = sorted(stored.keys() - wanted.keys())
    if gone:
        mine = Row.portfolio_id == portfolio_id, Row.asset_id.in_(gone)
        await session.execute(delete(Row).where(*mine))
    changed = [one for key, one in wanted.items() if stored.get(key) != one]
    if changed:
        await _upsert(session, portfolio_id, changed)
    return len(gone) + len(changed)


async def clear(session: AsyncSession, *, besides: Sequence[str]) -> None:
    """Drop the positions of all portfolios but some."""
    stored = (await session.scalars(select(Row.portfolio_id).distinct())).all()
    for portfolio_id in sorted(set(stored) - set(besides)):
        await session.execute(delete(Row).where(Row.portfolio_id == portfolio_id))


async def portfolio_owners(session: AsyncSession) -> list[tuple[str, str]]:
    """Return all portfolios that are not put away, each with its user, oldest first."""
    query = (
        select(PortfolioRow.id, PortfolioRow.user_id)
        .where(PortfolioRow.deleted_at.is_(None))
        .order_by(PortfolioRow.id)
    )
    return [(row.id, row.user_id) for row in await session.execute(query)]


async def _upsert(session: AsyncSession, portfolio_id: str, changed: Sequence[Position]) -> None:
    new = insert_into(session, Row)
    fields = ("quantity", "average_buy_price", "cost", "first_purchase_date")
    kept = {name: getattr(new.excluded, name) for name in fields}
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["portfolio_id", "asset_id"],
            set_={**kept, "last_updated": func.now(), "updated_at": func.now()},
        ),
        [
            {
                "portfolio_id": portfolio_id,
                "asset_id": one.asset_id,
                **{name: getattr(one, name) for name in fields},
            }
            for one in changed
        ],
    )
