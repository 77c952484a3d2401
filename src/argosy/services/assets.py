"""The asset master: shared assets for all, private ones for whoever made them."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import AccessError, InputError
from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.money import parse_currency
from argosy.runtime.ids import new_id
from argosy.store import asset_search, audit, versions
from argosy.store import assets as rows
from argosy.store.asset_search import AssetFilter, AssetSort
from argosy.store.audit import Change
from argosy.store.paging import Page

__all__ = ["AssetFilter", "AssetSort", "Page"]

SYMBOL_MAX = 50
NAME_MAX = 255
DESCRIPTION_MAX = 10_000
METADATA_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetDraft:
    """What somebody says of an asset."""

    symbol: str
    exchange: str | None = None
    name: str | None = None
    category: AssetCategory = AssetCategory.STOCK
    currency: str = "USD"
    description: str | None = None
    active: bool = True
    metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """An asset and what else is known about it."""

    asset: Asset
    metadata: Mapping[str, Any]


async def create(
    session: AsyncSession, draft: AssetDraft, *, owner: str | None, by: str | None
) -> Described:
    """Make an asset: private to `owner`, or shared where that is None."""
    asset = _checked(draft, Asset(id=new_id(), key=0, owner=owner, **_EMPTY))
    made = await rows.create(session, asset, metadata=draft.metadata)
    await versions.bump(session, ["assets"])
    await _record(session, by, "create", old=None, new=made)
    return Described(made, draft.metadata or {})


async def get(session: AsyncSession, user_id: str | None, name: str) -> Described:
    """Return the asset of an id, `SYMBOL` or `SYMBOL:EXCHANGE`, as a user sees it."""
    asset = await rows.get(session, user_id, name)
    return Described(asset, await rows.metadata_of(session, asset.id))


async def page(
    session: AsyncSession,
    user_id: str | None,
    *,
    wanted: AssetFilter | None = None,
    sort: AssetSort = AssetSort.SYMBOL,
    limit: int,
    cursor: str | None,
) -> Page[Asset]:
    """Return the assets that a user sees, in an order."""
    if wanted is not None and wanted.currency is not None:
        wanted = replace(wanted, currency=parse_currency(wanted.currency))
    return await asset_search.page(
        session, user_id, wanted=wanted, sort=sort, limit=limit, cursor=cursor
    )


async def search(
    session: AsyncSession,
    user_id: str | None,
    text: str,
    *,
    categories: Sequence[AssetCategory] = (),
    limit: int,
) -> list[Asset]:
    """Return assets whose symbol or name has a text in it, the best match first."""
    return await asset_search.search(session, user_id, text, categories=categories, limit=limit)


async def find_own(
    session: AsyncSession, user_id: str, name: str, *, is_admin: bool = False
) -> Asset:
    """Return an asset that a user may change: an own one; an administrator also shared ones."""
    asset = await rows.get(session, user_id, name)
    if asset.owner is None and not is_admin:
        raise AccessError(
            f"{rows.address(asset)} is shared by all; only an administrator changes it."
        )
    return asset


async def change(session: AsyncSession, user_id: str, asset: Asset, draft: AssetDraft) -> Described:
    """Give an asset other fields."""
    changed = await rows.change(session, _checked(draft, asset), metadata=draft.metadata)
    await versions.bump(session, ["assets"])
    await _record(session, user_id, "change", old=asset, new=changed)
    return Described(changed, await rows.metadata_of(session, asset.id))


def draft_of(asset: Asset) -> AssetDraft:
    """Return a stored asset as somebody would have to say it."""
    return AssetDraft(
        symbol=asset.symbol,
        exchange=asset.exchange,
        name=asset.name,
        category=asset.category,
        currency=asset.currency,
        description=asset.description,
        active=asset.active,
    )


_EMPTY: dict[str, Any] = {
    "symbol": "",
    "exchange": None,
    "name": "",
    "category": AssetCategory.OTHER,
    "currency": "",
}


def _checked(draft: AssetDraft, asset: Asset) -> Asset:
    symbol = _line(draft.symbol, "symbol", SYMBOL_MAX).upper()
    if not symbol:
        raise InputError(f"symbol has 1 to {SYMBOL_MAX} characters.")
    exchange = _line(draft.exchange or "", "exchange", SYMBOL_MAX) or None
    if ":" in (exchange or ""):
        raise InputError("exchange must not hold a colon: SYMBOL:EXCHANGE names an asset.")
    description = (draft.description or "").strip()
    if len(description) > DESCRIPTION_MAX or "\x00" in description:
        raise InputError(f"description has more than {DESCRIPTION_MAX} characters, or a NUL.")
    if len(str(draft.metadata or "")) > METADATA_MAX:
        raise InputError(f"metadata is longer than {METADATA_MAX} characters.")
    return replace(
        asset,
        symbol=symbol,
        exchange=exchange,
        name=_line(draft.name or "", "name", NAME_MAX) or symbol,
        category=draft.category,
        currency=parse_currency(draft.currency),
        description=description or None,
        active=draft.active,
        delisted_on=None if draft.active else asset.delisted_on,
    )


def _line(text: str, field: str, longest: int) -> str:
    """Return one printable line of text, or refuse it."""
    kept = unicodedata.normalize("NFC", text.strip())
    if len(kept) > longest:
        raise InputError(f"{field} has more than {longest} characters.")
    if not kept.isprintable():
        raise InputError(f"{field} holds characters that cannot be printed.")
    return kept


async def _record(
    session: AsyncSession, user_id: str | None, action: str, *, old: Asset | None, new: Asset
) -> None:
    change_ = Change(
        user_id=user_id,
        action=action,
        kind="asset",
        subject_id=new.id,
        before=_written(old) if old else None,
        after=_written(new),
    )
    await audit.record(session, change_)


def _written(asset: Asset) -> dict[str, str | bool | None]:
    return {
        "symbol": asset.symbol,
        "exchange": asset.exchange,
        "name": asset.name,
        "category": asset.category.value,
        "currency": asset.currency,
        "owner": asset.owner,
        "description": asset.description,
        "active": asset.active,
    }
