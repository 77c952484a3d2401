"""The asset master as each user sees it: shared assets, and one's own private ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import (
    AmbiguousSymbolError,
    DuplicateError,
    NotFoundError,
    UnknownAssetError,
)
from argosy.core.market.asset import Asset, AssetCategory
from argosy.store import dirty
from argosy.store.database import fetch_all, marks
from argosy.store.search_text import search_key
from argosy.store.tables.asset import AssetRow
from argosy.store.types import read_id
from argosy.store.upserts import insert_into

Name: TypeAlias = tuple[str, str | None]
"""A symbol as a user writes it, and the exchange where one was given; '' asks for none."""

_SELECTED = (
    "CAST(a.id AS VARCHAR(36)), a.key, a.symbol, a.exchange, a.name, a.category, a.currency, "
    "CAST(a.owner_id AS VARCHAR(36)), a.description, a.active, a.delisted_on"
)
SEEN = "a.owner_key IN ('', ?)"
"""What a user sees: shared assets, and the own ones; `?` is the user's id, or ''."""

_MANY = 10_000  # names or ids in one question; SQLite takes 32,766 parameters


async def create(
    session: AsyncSession, asset: Asset, *, metadata: Mapping[str, Any] | None = None
) -> Asset:
    """Store a new asset and return it with its key; `asset.key` is not looked at.

    A private asset must not hide a shared one: `DuplicateError` names whichever exists.
    """
    existing = await _same_name(session, asset)
    if existing is None:
        row = insert_into(session, AssetRow).values(
            **new_row(asset), details=None if metadata is None else dict(metadata)
        )
        new = row.on_conflict_do_nothing().returning(AssetRow.id)
        if (await session.execute(new)).first() is not None:
            return (await get_many(session, [asset.id]))[asset.id]
        existing = await _same_name(session, asset)
    owned = "shared" if existing is None or existing.owner is None else "own"
    message = f"The {owned} asset {address(asset)} exists already" + (
        f" (id {existing.id})." if existing else "."
    )
    raise DuplicateError(message)


async def get(session: AsyncSession, user_id: str | None, name: str) -> Asset:
    """Return the asset of an id, a `SYMBOL` or a `SYMBOL:EXCHANGE`, as a user sees it."""
    asset_id = read_id(name)
    if asset_id is not None:
        rows = await select_assets(session, f"{SEEN} AND a.id = ?", [user_id or "", asset_id])
        if not rows:
            raise NotFoundError("asset", name)
        return rows[0]
    symbol, colon, exchange = name.rpartition(":")
    names: list[Name] = [(name, None), (symbol, exchange)] if colon else [(name, None)]
    found = await match(session, user_id, names)
    matches = next((found[one] for one in names if found[one]), [])
    if not matches:
        raise NotFoundError("asset", name)
    return only(name, matches)


async def match(
    session: AsyncSession, user_id: str | None, names: Iterable[Name]
) -> dict[Name, list[Asset]]:
    """Return what each name could mean to a user: the own assets, else the shared ones."""
    wanted = list(dict.fromkeys(names))
    keys = sorted({key_of(symbol) for symbol, _ in wanted})
    by_symbol: dict[str, list[Asset]] = {}
    for start in range(0, len(keys), _MANY):
        some = keys[start : start + _MANY]
        where = f"{SEEN} AND a.symbol_key IN ({marks(some)}) ORDER BY a.exchange_key"
        for asset in await select_assets(session, where, [user_id or "", *some]):
            by_symbol.setdefault(key_of(asset.symbol), []).append(asset)
    return {name: _meant(name, by_symbol.get(key_of(name[0]), [])) for name in wanted}


def only(symbol: str, matches: Sequence[Asset]) -> Asset:
    """Return the one match; raise `UnknownAssetError` or `AmbiguousSymbolError`."""
    if not matches:
        raise UnknownAssetError(symbol)
    if len(matches) > 1:
        raise AmbiguousSymbolError(symbol, [address(asset) for asset in matches])
    return matches[0]


def address(asset: Asset) -> str:
    """Return `SYMBOL:EXCHANGE`, or `SYMBOL:` where there is no exchange."""
    return f"{asset.symbol}:{asset.exchange or ''}"


async def get_many(session: AsyncSession, asset_ids: Iterable[str]) -> dict[str, Asset]:
    """Return assets by id, whoever owns them: for ledgers whose owner was checked."""
    ids = sorted(set(asset_ids))
    found: dict[str, Asset] = {}
    for start in range(0, len(ids), _MANY):
        some = ids[start : start + _MANY]
        rows = await select_assets(session, f"a.id IN ({marks(some)})", some)
        found |= {asset.id: asset for asset in rows}
    return found


async def by_keys(session: AsyncSession, keys: Sequence[int]) -> list[Asset]:
    """Return the assets with these small keys, whoever owns them."""
    return await select_assets(session, f"a.key IN ({marks(keys)}) ORDER BY a.key", list(keys))


async def active(session: AsyncSession) -> list[Asset]:
    """Return the shared assets that are still traded, by symbol.

    Of the catalog's thousands only those with a price, or a reason to be fetched.
    """
    shared = (
        "a.owner_key = '' AND a.active AND ("
        "NOT EXISTS (SELECT 1 FROM asset_listings l WHERE l.asset_key = a.key)"
        " OR EXISTS (SELECT 1 FROM latest_prices p WHERE p.asset_key = a.key)"
        " OR EXISTS (SELECT 1 FROM tracked_assets t WHERE t.asset_id = a.id))"
        " ORDER BY a.symbol_key, a.exchange_key"
    )
    return await select_assets(session, shared, [])


async def change(
    session: AsyncSession, asset: Asset, *, metadata: Mapping[str, Any] | None = None
) -> Asset:
    """Store an asset's fields as they are in `asset`; metadata only where given."""
    existing = await _same_name(session, asset)
    if existing is not None and existing.id != asset.id:
        message = f"The asset {address(existing)} exists already (id {existing.id})."
        raise DuplicateError(message)
    before = (await get_many(session, [asset.id])).get(asset.id)
    if before is not None and before.currency != asset.currency:
        await dirty.mark_assets(session, {before.key: dirty.ALWAYS})
    values = _named(asset) | ({} if metadata is None else {"details": dict(metadata)})
    await session.execute(update(AssetRow).where(AssetRow.id == asset.id).values(**values))
    return (await get_many(session, [asset.id]))[asset.id]


async def metadata_of(session: AsyncSession, asset_id: str) -> dict[str, Any]:
    """Return what else is known about an asset."""
    found = await session.scalar(select(AssetRow.details).where(AssetRow.id == asset_id))
    return found or {}


async def metadata_of_many(
    session: AsyncSession, asset_ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return what else is known about assets, by id; no entry where nothing is."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(asset_ids), _MANY):
        some = AssetRow.id.in_(asset_ids[start : start + _MANY]), AssetRow.details.is_not(None)
        rows = await session.execute(select(AssetRow.id, AssetRow.details).where(*some))
        found |= {id_: details or {} for id_, details in rows}
    return found


async def synced_at(session: AsyncSession, asset_key: int) -> datetime | None:
    """Return when an asset was synced last."""
    return await session.scalar(select(AssetRow.synced_at).where(AssetRow.key == asset_key))


async def mark_synced(session: AsyncSession, asset_key: int, *, at: datetime) -> None:
    """Remember that an asset was synced."""
    await session.execute(update(AssetRow).where(AssetRow.key == asset_key).values(synced_at=at))


def key_of(text: str) -> str:
    """Return a symbol or exchange as it is compared."""
    return text.strip().upper()


def new_row(asset: Asset) -> dict[str, Any]:
    """Return the columns of an asset that is not stored yet."""
    owner = {"owner_id": asset.owner, "owner_key": asset.owner or ""}
    return {"id": asset.id, **owner, **_named(asset)}


def _named(asset: Asset) -> dict[str, Any]:
    return {
        "symbol": asset.symbol,
        "symbol_key": key_of(asset.symbol),
        "exchange": asset.exchange,
        "exchange_key": key_of(asset.exchange or ""),
        "name": asset.name,
        "category": asset.category.value,
        "currency": asset.currency,
        "description": asset.description,
        "active": asset.active,
        "search_key": search_key(asset.symbol, asset.name),
        "delisted_on": asset.delisted_on,
    }


def _meant(name: Name, candidates: Sequence[Asset]) -> list[Asset]:
    _, exchange = name
    if exchange is not None:
        candidates = [one for one in candidates if key_of(one.exchange or "") == key_of(exchange)]
    own = [one for one in candidates if one.owner is not None]
    return own or list(candidates)


async def _same_name(session: AsyncSession, asset: Asset) -> Asset | None:
    where = f"{SEEN} AND a.symbol_key = ? AND a.exchange_key = ? ORDER BY a.owner_key DESC"
    keys = [key_of(asset.symbol), key_of(asset.exchange or "")]
    rows = await select_assets(session, where, [asset.owner or "", *keys])
    return next((row for row in rows if row.id != asset.id), None)


async def select_assets(
    session: AsyncSession, where: str, parameters: Sequence[Any]
) -> list[Asset]:
    """Return the assets (`a`) of a condition, in the order that may follow it."""
    sql = f"SELECT {_SELECTED} FROM assets a WHERE {where}"
    return [_asset(row) for row in await fetch_all(session, sql, parameters)]


def _asset(row: tuple[Any, ...]) -> Asset:
    id_, key, symbol, exchange, name, category, currency, owner, description, active, gone = row
    return Asset(
        id=id_,
        key=key,
        symbol=symbol,
        exchange=exchange,
        name=name,
        category=AssetCategory(category),
        currency=currency,
        owner=owner,
        description=description,
        active=bool(active),
        delisted_on=date.fromisoformat(gone) if isinstance(gone, str) else gone,
    )
