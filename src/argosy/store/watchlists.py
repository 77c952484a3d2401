"""Watchlists: each belongs to one user and exists for nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.store.tables.watchlist import WatchlistItemRow, WatchlistRow
from argosy.store.types import read_id
from argosy.store.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """A list and its place among its user's."""

    id: str
    user_id: str
    name: str
    note: str | None
    position: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedAsset:
    """An asset on a list, and its place there."""

    asset_id: str
    position: int
    note: str | None


_COUNT = (
    select(func.count())
    .where(WatchlistItemRow.watchlist_id == WatchlistRow.id)
    .correlate(WatchlistRow)
    .scalar_subquery()
)
_COLUMNS = (
    *(getattr(WatchlistRow, name) for name in ("id", "user_id", "name", "note", "position")),
    _COUNT.label("items"),
)


async def of_user(session: AsyncSession, user_id: str) -> list[Watchlist]:
    """Return a user's lists in their order."""
    mine = select(*_COLUMNS).where(WatchlistRow.user_id == user_id)
    rows = await session.execute(mine.order_by(WatchlistRow.position, WatchlistRow.id))
    return [Watchlist(**row._asdict()) for row in rows]


async def get(session: AsyncSession, user_id: str, watchlist_id: str) -> Watchlist:
    """Return a user's list; anybody else's does not exist."""
    key = read_id(watchlist_id)
    mine = WatchlistRow.id == key, WatchlistRow.user_id == user_id
    row = None if key is None else (await session.execute(select(*_COLUMNS).where(*mine))).first()
    if row is None:
        raise NotFoundError("watchlist", watchlist_id)
    return Watchlist(**row._asdict())


async def create(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Store a new list; a name that the user has already is a `DuplicateError`."""
    await session.execute(insert(WatchlistRow).values(**values))


async def change(session: AsyncSession, one: Watchlist, values: Mapping[str, Any]) -> None:
    """Store other columns of a list."""
    await session.execute(update(WatchlistRow).where(WatchlistRow.id == one.id).values(**values))


async def delete_one(session: AsyncSession, one: Watchlist) -> None:
    """Delete a list with all that is on it."""
    await session.execute(delete(WatchlistRow).where(WatchlistRow.id == one.id))


async def items(session: AsyncSession, one: Watchlist) -> list[WatchedAsset]:
    """Return what is on a list, in its order."""
    row = WatchlistItemRow
    query = select(row.asset_id, row.position, row.note).where(row.watchlist_id == one.id)
    rows = await session.execute(query.order_by(row.position, row.asset_id))
    return [WatchedAsset(**found._asdict()) for found in rows]


async def put_item(session: AsyncSession, one: Watchlist, item: WatchedAsset) -> None:
    """Put an asset on a list, or change its place and note."""
    values = {"position": item.position, "note": item.note}
    row = insert_into(session, WatchlistItemRow).values(
        watchlist_id=one.id, asset_id=item.asset_id, **values
    )
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["watchlist_id", "asset_id"],
            set_={**values, "updated_at": func.now()},
        )
    )


async def remove_item(session: AsyncSession, one: Watchlist, asset_id: str) -> None:
    """Take an asset off a list."""
    item = WatchlistItemRow.watchlist_id == one.id, WatchlistItemRow.asset_id == asset_id
    await session.execute(delete(WatchlistItemRow).where(*item))


async def place_items(session: AsyncSession, one: Watchlist, asset_ids: Sequence[str]) -> None:
    """Give all assets of a list their places in this order."""
    rows = [
        {"watchlist_id": one.id, "asset_id": asset_id, "position": position}
        for position, asset_id in enumerate(asset_ids)
    ]
    if rows:
        await session.execute(update(WatchlistItemRow), rows)


async def place(session: AsyncSession, watchlist_ids: Sequence[str]) -> None:
    """Give lists their places in this order."""
    rows = [{"id": id_, "position": position} for position, id_ in enumerate(watchlist_ids)]
    if rows:
        await session.execute(update(WatchlistRow), rows)
