"""Old daily bars reduced to their closes, some assets at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store import versions
from argosy.store.database import dialect_of, fetch_all, marks
from argosy.store.price_rows import in_keys, keys_value
from argosy.store.price_sources import source_names

_TAKEN = ("open", "high", "low", "volume")


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """Which bars are old: those of a day before `before`, and fetched before it was last needed.

    Shared bars of `sources` alone, and of assets that nobody owns.
    """

    before: date
    fetched_before: datetime
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reduced:
    """How many bars have more than their close, and how many bytes that takes."""

    rows: int = 0
    bytes: int = 0

    def __add__(self, other: "Reduced") -> "Reduced":
        """Return both together."""
        return Reduced(self.rows + other.rows, self.bytes + other.bytes)


async def shared_assets(session: AsyncSession) -> list[int]:
    """Return the keys of all assets that nobody owns."""
    rows = await fetch_all(session, "SELECT key FROM assets WHERE owner_key = '' ORDER BY key")
    return [key for (key,) in rows]


async def count(session: AsyncSession, asset_keys: Sequence[int], old: Old) -> Reduced:
    """Return what reducing the old bars of assets would take away."""
    where, values = await _where(session, asset_keys, old)
    stored = " + ".join(_bytes(session).format(column=column) for column in _TAKEN)
    sql = f"SELECT count(*), coalesce(sum({stored}), 0) FROM asset_prices WHERE {where}"
    rows, size = (await fetch_all(session, sql, values))[0]
    return Reduced(rows, int(size))


async def reduce(session: AsyncSession, asset_keys: Sequence[int], old: Old) -> Reduced:
    """Keep the close alone of the old bars of assets.

    The scale stays, and when they were fetched, so the closes are the same to everybody.
    """
    found = await count(session, asset_keys, old)
    if found.rows:
        where, values = await _where(session, asset_keys, old)
        nothing = ", ".join(f"{column} = NULL" for column in _TAKEN)
        sql = f"UPDATE asset_prices SET {nothing}, volume_scale = 0 WHERE {where}"
        await fetch_all(session, sql, values)
        await versions.bump(session, ["prices"])
    return found


async def _where(
    session: AsyncSession, asset_keys: Sequence[int], old: Old
) -> tuple[str, list[Any]]:
    stamp = "?" if dialect_of(session) == "sqlite" else "to_timestamp(?)"
    names = await source_names(session)
    sources = [names.index(name) for name in old.sources if name in names] or [-1]
    where = (
        f"asset_key {in_keys(session)} AND interval = '1d' AND timestamp < {stamp} AND day < ?"
        f" AND source IN ({marks(sources)}) AND owner = '' AND fetched_at < {stamp}"
        f" AND ({' OR '.join(f'{column} IS NOT NULL' for column in _TAKEN)})"
    )
    midnight = int(datetime.combine(old.before, time(), UTC).timestamp())
    fetched = int(old.fetched_before.timestamp())
    keys = keys_value(session, asset_keys)
    return where, [keys, midnight, old.before.toordinal(), *sources, fetched]


def _bytes(session: AsyncSession) -> str:
    """Return the expression of what a number takes in its row; SQLite has six widths of them."""
    if dialect_of(session) == "postgresql":
        return "coalesce(pg_column_size({column}), 0)"
    widths = ((2, 0), (1 << 7, 1), (1 << 15, 2), (1 << 23, 3), (1 << 31, 4), (1 << 47, 6))
    cases = " ".join(f"WHEN {{column}} < {limit} THEN {width}" for limit, width in widths)
    return f"CASE WHEN {{column}} IS NULL THEN 0 {cases} ELSE 8 END"
