"""The quality of assets' prices as it was when last looked at, and gaps that were asked for."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.spans import Span
from argosy.store.database import dialect_of, fetch_all
from argosy.store.paging import Page, bad_cursor, read_cursor, write_cursor
from argosy.store.price_rows import in_keys, keys_value
from argosy.store.tables.asset_quality import AssetQualityRow as Row
from argosy.store.tables.asset_quality import PriceGapRow
from argosy.store.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetQuality:
    """One asset's line in the list of all."""

    asset_key: int
    score: float
    completeness: float
    agreement: float | None
    freshness: float
    trust: float
    missing: int
    open_gaps: int
    suspects: int


_FIELDS = tuple(field.name for field in dataclasses.fields(AssetQuality))
_COLUMNS = [getattr(Row, name) for name in _FIELDS]


async def put(session: AsyncSession, found: Sequence[AssetQuality]) -> None:
    """Store what was found of some assets."""
    if not found:
        return
    insert = insert_into(session, Row)
    set_ = {name: insert.excluded[name] for name in _FIELDS[1:]}
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["asset_key"], set_={**set_, "updated_at": func.now()}
        ),
        [dataclasses.asdict(one) for one in found],
    )


async def worst(
    session: AsyncSession, *, limit: int = 100, cursor: str | None = None
) -> Page[AssetQuality]:
    """Return the assets, the lowest score first."""
    query = select(*_COLUMNS).order_by(Row.score, Row.asset_key).limit(limit + 1)
    if cursor is not None:
        score, key = read_cursor(cursor, str, int)
        try:
            place = float(score)
        except ValueError:
            raise bad_cursor() from None
        query = query.where(
            (Row.score > place) | ((Row.score == place) & (Row.asset_key > key)),
        )
    found = [AssetQuality(**row) for row in (await session.execute(query)).mappings()]
    more = len(found) > limit
    last = found[limit - 1] if more else None
    place_of = None if last is None else write_cursor((repr(last.score), last.asset_key))
    return Page(found[:limit], place_of)


async def out_of_date(session: AsyncSession, *, before: datetime, limit: int) -> list[int]:
    """Return assets whose prices or verdicts are newer than their line, or whose line is old.

    `before` is when a line became old: with each day that passes a series is less fresh.
    """
    fetched, old = "l.fetched_at", "?"
    if dialect_of(session) == "sqlite":
        fetched, old = "datetime(l.fetched_at, 'unixepoch')", "datetime(?)"
    sql = (
        "SELECT l.asset_key FROM latest_prices l"
        " LEFT JOIN asset_quality q ON q.asset_key = l.asset_key"
        f" WHERE q.asset_key IS NULL OR {fetched} >= q.updated_at OR q.updated_at < {old}"
        " OR EXISTS (SELECT 1 FROM price_verdicts v WHERE v.asset_key = l.asset_key"
        " AND v.updated_at >= q.updated_at) ORDER BY l.asset_key LIMIT ?"
    )
    at = before.isoformat() if dialect_of(session) == "sqlite" else before
    return [key for (key,) in await fetch_all(session, sql, (at, limit))]


async def with_open_gaps(
    session: AsyncSession, asset_keys: Sequence[int], *, limit: int
) -> list[int]:
    """Return which of some assets have gaps that nobody asked for again, the worst first."""
    sql = (
        f"SELECT asset_key FROM asset_quality WHERE open_gaps > 0 AND asset_key {in_keys(session)}"
        " ORDER BY score, asset_key LIMIT ?"
    )
    rows = await fetch_all(session, sql, (keys_value(session, asset_keys), limit))
    return [key for (key,) in rows]


async def read_gaps(session: AsyncSession, asset_keys: Sequence[int]) -> dict[int, list[Span]]:
    """Return the stretches of each asset that were asked for again."""
    sql = (
        "SELECT asset_key, first_day, last_day FROM price_gaps"
        f" WHERE asset_key {in_keys(session)} ORDER BY asset_key, first_day"
    )
    found: dict[int, list[Span]] = {}
    for key, first, last in await fetch_all(session, sql, (keys_value(session, asset_keys),)):
        span = Span(date.fromordinal(first), date.fromordinal(last))
        found.setdefault(key, []).append(span)
    return found


async def add_gaps(session: AsyncSession, asset_key: int, gaps: Iterable[Span]) -> None:
    """Remember that stretches of an asset were asked for again."""
    rows = [
        {
            "asset_key": asset_key,
            "first_day": days.first.toordinal(),
            "last_day": days.last.toordinal(),
        }
        for days in gaps
    ]
    insert = insert_into(session, PriceGapRow)
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["asset_key", "first_day"],
            set_={"last_day": insert.excluded.last_day, "updated_at": func.now()},
        ),
        rows,
    )
