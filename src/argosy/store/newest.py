"""Projections of portfolios: the newest figures of each, ready for a list of all."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import fetch_all
from argosy.store.tables.dirty_marker import DirtyMarkerRow
from argosy.store.tables.performance import PortfolioPerformanceRow as Row
from argosy.store.tables.portfolio import PortfolioRow
from argosy.store.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class InUnit:
    """The newest figures in one currency; money is exact, the rest fractions; None = unknown."""

    current_value: Decimal | None = None
    total_invested: Decimal | None = None
    day_change_value: Decimal | None = None
    total_return: float | None = None
    day_change: float | None = None
    week_change: float | None = None
    month_change: float | None = None
    year_change: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """A portfolio's newest figures in its own currency and in dollars.

    `as_of` is the last day anything is known of, None of an empty portfolio; `incomplete` says
    that the value lacks something without a price or a rate.
    """

    currency: str
    as_of: date | None
    own: InUnit
    usd: InUnit
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Stored figures, when they were computed, and since when they are stale, if they are."""

    newest: Newest
    updated_at: datetime
    stale_since: datetime | None


_UNIT = tuple(field.name for field in fields(InUnit))
_COLUMNS = ("currency", "as_of", *_UNIT, *(f"{name}_usd" for name in _UNIT), "incomplete")


async def of_user(session: AsyncSession, user_id: str) -> dict[str, Kept]:
    """Return the stored figures of all of a user's portfolios, by portfolio."""
    query = (
        select(
            Row.portfolio_id,
            Row.last_updated,
            DirtyMarkerRow.created_at,
            *(getattr(Row, name) for name in _COLUMNS),
        )
        .join(PortfolioRow, PortfolioRow.id == Row.portfolio_id)
        .outerjoin(DirtyMarkerRow, DirtyMarkerRow.portfolio_id == Row.portfolio_id)
        .where(PortfolioRow.user_id == user_id, PortfolioRow.deleted_at.is_(None))
    )
    return {
        portfolio_id: Kept(newest=_newest(values), updated_at=updated_at, stale_since=stale_since)
        for portfolio_id, updated_at, stale_since, *values in await session.execute(query)
    }


async def read(session: AsyncSession, portfolio_id: str) -> Newest | None:
    """Return the stored figures of one portfolio, stale or not."""
    query = select(*(getattr(Row, name) for name in _COLUMNS)).where(
        Row.portfolio_id == portfolio_id
    )
    row = (await session.execute(query)).first()
    return None if row is None else _newest(row)


async def write(session: AsyncSession, portfolio_id: str, newest: Newest) -> None:
    """Store a portfolio's newest figures."""
    values = {
        "currency": newest.currency,
        "as_of": newest.as_of,
        **asdict(newest.own),
        **{f"{name}_usd": value for name, value in asdict(newest.usd).items()},
        "incomplete": newest.incomplete,
    }
    row = insert_into(session, Row).values(portfolio_id=portfolio_id, **values)
    kept = {**values, "last_updated": func.now(), "updated_at": func.now()}
    await session.execute(row.on_conflict_do_update(index_elements=["portfolio_id"], set_=kept))


async def drop(session: AsyncSession, portfolio_ids: Iterable[str]) -> None:
    """Forget the figures of portfolios."""
    await session.execute(delete(Row).where(Row.portfolio_id.in_(list(portfolio_ids))))


async def lacking(session: AsyncSession) -> list[str]:
    """Return the portfolios that were never projected."""
    rows = await fetch_all(
        session,
        "SELECT CAST(p.id AS VARCHAR(36)) FROM portfolios p WHERE p.deleted_at IS NULL AND"
        " NOT EXISTS (SELECT 1 FROM portfolio_performance_cache c WHERE c.portfolio_id = p.id)",
    )
    return [row[0] for row in rows]


def _newest(values: Sequence[Any]) -> Newest:
    found = dict(zip(_COLUMNS, values, strict=True))
    return Newest(
        currency=str(found["currency"]),
        as_of=found["as_of"],
        own=InUnit(**{name: found[name] for name in _UNIT}),
        usd=InUnit(**{name: found[name + "_usd"] for name in _UNIT}),
        incomplete=bool(found["incomplete"]),
    )
