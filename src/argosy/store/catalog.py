"""What sources list, beside the shared assets it belongs to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Asset, AssetCategory
from argosy.store.assets import new_row, select_assets
from argosy.store.search_text import search_key
from argosy.store.tables.asset import AssetRow
from argosy.store.tables.asset_listing import AssetListingRow as Row
from argosy.store.tables.asset_source import AssetSourceRow
from argosy.store.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one source said last of a symbol."""

    source: str
    symbol: str
    asset_key: int
    name: str
    category: AssetCategory
    active: bool = True
    delisted_on: date | None = None


async def listings(
    session: AsyncSession, asset_keys: Sequence[int] | None = None
) -> dict[int, list[Listing]]:
    """Return what sources said of assets, or of all, by asset."""
    columns = (Row.source, Row.symbol, Row.asset_key, Row.name, Row.category, Row.active)
    query = select(*columns, Row.delisted_on)
    if asset_keys is not None:
        query = query.where(Row.asset_key.in_(asset_keys))
    found: dict[int, list[Listing]] = {}
    for source, symbol, key, name, category, active, gone in await session.execute(query):
        said = Listing(
            source=source,
            symbol=symbol,
            asset_key=key,
            name=name,
            category=AssetCategory(category),
            active=active,
            delisted_on=gone,
        )
        found.setdefault(key, []).append(said)
    return found


async def profiles(session: AsyncSession, asset_key: int) -> dict[str, Any]:
    """Return what else sources said of an asset, by its field; the last one to say it counts."""
    query = select(Row.profile).where(Row.asset_key == asset_key, Row.profile.is_not(None))
    said: dict[str, Any] = {}
    for profile in await session.scalars(query.order_by(Row.updated_at)):
        said |= profile or {}
    return said


async def listed_keys(session: AsyncSession, source: str, symbols: Sequence[str]) -> dict[str, int]:
    """Return which asset each of a source's symbols is."""
    query = select(Row.symbol, Row.asset_key)
    mine = query.where(Row.source == source, Row.symbol.in_(symbols))
    return {row.symbol: row.asset_key for row in await session.execute(mine)}


async def shared_assets(session: AsyncSession) -> list[Asset]:
    """Return all shared assets."""
    return await select_assets(session, "a.owner_key = '' ORDER BY a.key", [])


async def called(session: AsyncSession, source: str) -> dict[str, int]:
    """Return which shared asset a source calls by a symbol, as far as somebody has said so."""
    query = (
        select(AssetSourceRow.symbol, AssetSourceRow.asset_key)
        .join(AssetRow, AssetRow.key == AssetSourceRow.asset_key)
        .where(AssetSourceRow.source == source, AssetRow.owner_key == "")
        .where(AssetSourceRow.symbol.is_not(None))
    )
    return {symbol or "": key for symbol, key in await session.execute(query)}


async def add_assets(session: AsyncSession, new: Sequence[Asset]) -> dict[str, int]:
    """Store shared assets; return the keys by id, without those whose place was taken meanwhile."""
    if not new:
        return {}
    insert = insert_into(session, AssetRow).on_conflict_do_nothing()
    returning = insert.returning(AssetRow.id, AssetRow.key)
    rows = await session.execute(returning, [new_row(asset) for asset in new])
    return {row.id: row.key for row in rows}


async def change_assets(session: AsyncSession, changed: Iterable[tuple[Asset, Asset]]) -> None:
    """Give assets another name, category and state, unless somebody was faster: old, then new."""
    columns = ("name", "category", "active")
    query = update(AssetRow).where(
        AssetRow.key == bindparam("of_key"),
        *(getattr(AssetRow, column) == bindparam(f"old_{column}") for column in columns),
    )
    rows = [
        {
            "of_key": old.key,
            **{f"old_{column}": getattr(old, column) for column in columns},
            **{column: getattr(new, column) for column in (*columns, "delisted_on")},
            "search_key": search_key(new.symbol, new.name),
        }
        for old, new in changed
    ]
    if rows:
        named = (*columns, "delisted_on", "search_key")
        given: dict[str, Any] = {name: bindparam(name) for name in named}
        connection = await session.connection()  # a session takes many rows by primary key alone
        await connection.execute(query.values({**given, "updated_at": func.now()}), rows)


async def put_listings(
    session: AsyncSession,
    said: Sequence[Listing],
    *,
    profile: Mapping[str, Any] | None = None,
) -> None:
    """Store what a source says of symbols; a profile only where given."""
    if not said:
        return
    fields = ("asset_key", "name", "category", "active", "delisted_on")
    more = {} if profile is None else {"profile": dict(profile)}
    insert = insert_into(session, Row)
    kept = {name: insert.excluded[name] for name in (*fields, *more)}
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["source", "symbol"], set_={**kept, "updated_at": func.now()}
        ),
        [
            {
                "source": one.source,
                "symbol": one.symbol,
                **{name: getattr(one, name) for name in fields},
                **more,
            }
            for one in said
        ],
    )


async def call_assets(session: AsyncSession, names: Iterable[tuple[int, str, str]]) -> None:
    """Store what sources call assets (key, source, symbol), where nothing is stored yet."""
    rows = [{"asset_key": key, "source": source, "symbol": symbol} for key, source, symbol in names]
    if rows:
        insert = insert_into(session, AssetSourceRow).on_conflict_do_nothing()
        await session.execute(insert, rows)
