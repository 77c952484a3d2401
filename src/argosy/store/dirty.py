"""From which day on the projections of a portfolio are out of date.

Marked in the transaction of the fact itself, so that no fact is stored without its mark: positions,
snapshots and newest figures of a portfolio count while no mark reaches their day. Whoever changes
prices, rates, splits or assets marks every portfolio that they are seen in; PostgreSQL's triggers
do the same for whoever writes around the program.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import announce, dialect_of, fetch_all
from argosy.store.database import marks as place_marks
from argosy.store.tables.dirty_marker import DirtyMarkerRow as Row

LEDGER = "ledger"
"""What a transaction announces that marks a portfolio."""

ALWAYS = date.min
"""From this day on: all there is."""

SPLIT_REACH = timedelta(days=14)
"""A booked split can move the day of one that a source states, at most so long before it."""

_PUT = """
    INSERT INTO dirty_markers (portfolio_id, from_day)
    {given} WHERE 1 = 1
    ON CONFLICT (portfolio_id) DO UPDATE SET marks = dirty_markers.marks + 1, from_day =
        CASE WHEN excluded.from_day < dirty_markers.from_day
        THEN excluded.from_day ELSE dirty_markers.from_day END
"""

# What a portfolio holds can have come from another one: lots move on with their cost.
_REACHED = """
    WITH RECURSIVE changed (asset_key, day) AS ({changed}),
    hit (id, day) AS ({hit}),
    reached (id, day) AS (
        SELECT id, min(day) FROM hit GROUP BY id
        UNION
        SELECT t.to_portfolio_id, r.day FROM reached r
        JOIN transactions t ON t.portfolio_id = r.id WHERE t.to_portfolio_id IS NOT NULL
    )
    SELECT r.id, min(r.day) FROM reached r JOIN portfolios p ON p.id = r.id
    WHERE p.deleted_at IS NULL AND (? = '' OR CAST(p.user_id AS VARCHAR(36)) = ?)
    GROUP BY r.id ORDER BY r.id
"""
_PAIRS = {
    "sqlite": "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)",
    "postgresql": (
        "SELECT (value->>0)::{kind}, (value->>1)::date FROM json_array_elements(?::json) AS value"
    ),
}
_LINES_OF_ASSETS = " UNION ALL ".join(
    "SELECT t.portfolio_id, c.day FROM changed c JOIN assets a ON a.key = c.asset_key"
    f" JOIN transactions t ON t.{column} = a.id"
    for column in ("asset_id", "to_asset_id")
)
# Dollars are kept of every portfolio, so all that is not in dollars alone is concerned.
_CONVERTED = """
    SELECT p.id, c.day FROM changed c CROSS JOIN portfolios p
    WHERE p.currency <> 'USD' OR EXISTS (
        SELECT 1 FROM transactions t LEFT JOIN assets a ON a.id = t.asset_id
        WHERE t.portfolio_id = p.id AND (t.currency <> p.currency OR a.currency <> p.currency))
"""


@dataclass(frozen=True, slots=True)
class Marker:
    """A portfolio's mark: from which day on, how often it was set, and since when."""

    from_day: date
    marks: int
    since: datetime


async def mark(session: AsyncSession, from_days: Mapping[str, date]) -> None:
    """Mark portfolios dirty from a day on; an earlier mark stays."""
    if not from_days:
        return
    announce(session, LEDGER)
    pairs = [[portfolio_id, day.isoformat()] for portfolio_id, day in sorted(from_days.items())]
    put = _PUT.format(given=_PAIRS[dialect_of(session)].format(kind="uuid"))
    await fetch_all(session, put, [json.dumps(pairs)])


async def mark_assets(
    session: AsyncSession, from_days: Mapping[int, date], *, owner: str = ""
) -> None:
    """Mark the portfolios that ever had one of these assets, by key, each from its day on.

    `owner` '' = what changed is seen by all, else in that user's portfolios alone.
    """
    changed = [[key, day.isoformat()] for key, day in from_days.items()]
    await _mark_reached(session, changed, hit=_LINES_OF_ASSETS, owner=owner)


async def mark_converted(session: AsyncSession, from_day: date, *, owner: str = "") -> None:
    """Mark the portfolios that need any exchange rate; `owner` as for assets."""
    await _mark_reached(session, [[0, from_day.isoformat()]], hit=_CONVERTED, owner=owner)


async def _mark_reached(
    session: AsyncSession, changed: list[list[object]], *, hit: str, owner: str
) -> None:
    if not changed:
        return
    dialect = dialect_of(session)
    sql = _REACHED.format(changed=_PAIRS[dialect].format(kind="int"), hit=hit)
    rows = await fetch_all(session, sql, [json.dumps(changed), owner, owner])
    reached = {str(id_): date.fromisoformat(str(day)) for id_, day in rows}
    if reached and dialect == "postgresql":  # as who edits a ledger does: nobody waits in a circle
        among = f"WHERE id IN ({place_marks(reached)}) ORDER BY id FOR KEY SHARE"
        await fetch_all(session, f"SELECT 1 FROM portfolios {among}", sorted(reached))
    await mark(session, reached)


async def read(session: AsyncSession) -> dict[str, date]:
    """Return all dirty portfolios and the day from which on they are."""
    return {key: marker.from_day for key, marker in (await markers(session)).items()}


async def markers(
    session: AsyncSession, portfolio_ids: Iterable[str] | None = None
) -> dict[str, Marker]:
    """Return the marks of some portfolios, or of all."""
    query = select(Row.portfolio_id, Row.from_day, Row.marks, Row.created_at)
    if portfolio_ids is not None:
        query = query.where(Row.portfolio_id.in_(list(portfolio_ids)))
    return {
        row.portfolio_id: Marker(row.from_day, row.marks, row.created_at)
        for row in await session.execute(query)
    }


async def clear(session: AsyncSession, portfolio_id: str, *, marks: int) -> None:
    """Take a mark away after the rebuild, unless it was set once more meanwhile."""
    mine = Row.portfolio_id == portfolio_id, Row.marks == marks
    await session.execute(delete(Row).where(*mine))
