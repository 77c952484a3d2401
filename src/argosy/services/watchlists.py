"""Watchlists: named lists of assets, each with its last price and how it changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ConflictError, InputError, NotFoundError
from argosy.core.market.asset import Asset
from argosy.core.market.changes import Change, LastPrice, change_over, last_close
from argosy.core.risk.asset_metrics import AssetMetrics
from argosy.runtime.clock import Clock, today
from argosy.runtime.compute import ComputePool
from argosy.runtime.ids import new_id
from argosy.services import last_prices, tracking
from argosy.services.portfolios import check_name
from argosy.services.quotes import Quotes
from argosy.services.users import letter_key
from argosy.sources.registry import Registry
from argosy.store import asset_metrics
from argosy.store import assets as asset_store
from argosy.store import watchlists as rows
from argosy.store.types import read_id
from argosy.store.watchlists import WatchedAsset, Watchlist

__all__ = ["WatchedAsset", "Watchlist"]

WATCHLISTS_MAX = 50
ITEMS_MAX = 500
NOTE_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Watched:
    """An asset on a list, with its last price, its change since the session before, its metrics.

    `metrics` is None where those that are stored are not of the newest prices.
    """

    item: WatchedAsset
    asset: Asset
    last: LastPrice | None
    change: Change
    metrics: tuple[AssetMetrics, ...] | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Who changes a list, and what that needs."""

    user_id: str
    sources: Registry
    clock: Clock


@dataclass(frozen=True, slots=True)
class Looking:
    """What looking at prices needs."""

    quotes: Quotes
    compute: ComputePool
    clock: Clock


async def of_user(session: AsyncSession, user_id: str) -> list[Watchlist]:
    """Return a user's lists in their order."""
    return await rows.of_user(session, user_id)


async def get(session: AsyncSession, user_id: str, watchlist_id: str) -> Watchlist:
    """Return one of a user's lists."""
    return await rows.get(session, user_id, watchlist_id)


async def find(session: AsyncSession, user_id: str, name: str) -> Watchlist:
    """Return a user's list by its id, or by its name in any letter case."""
    if read_id(name.strip()) is not None:
        return await rows.get(session, user_id, name.strip())
    key = letter_key(name.strip())
    for one in await rows.of_user(session, user_id):
        if letter_key(one.name) == key:
            return one
    what = "watchlist"
    raise NotFoundError(what, name)


async def create(
    session: AsyncSession, user_id: str, *, name: str, note: str | None = None
) -> Watchlist:
    """Make a list, the last in order; a name that the user has already is refused."""
    own = await rows.of_user(session, user_id)
    if len(own) >= WATCHLISTS_MAX:
        raise ConflictError(f"There are {WATCHLISTS_MAX} watchlists already; delete one first.")
    watchlist_id = new_id()
    place = max((one.position for one in own), default=-1) + 1
    named = _named(name, note)
    values = {"id": watchlist_id, "user_id": user_id, "position": place, **named}
    await rows.create(session, values)
    return await rows.get(session, user_id, watchlist_id)


async def change(
    session: AsyncSession,
    old: Watchlist,
    *,
    name: str,
    note: str | None,
    position: int | None = None,
) -> Watchlist:
    """Give a list another name, note or place; the others make room."""
    await rows.change(session, old, _named(name, note))
    if position is not None:
        ids = [one.id for one in await rows.of_user(session, old.user_id) if one.id != old.id]
        await rows.place(session, [*ids[:position], old.id, *ids[position:]])
    return await rows.get(session, old.user_id, old.id)


async def delete(session: AsyncSession, desk: Desk, watchlist_id: str) -> None:
    """Delete a list; what nobody else needs is no longer fetched."""
    old = await rows.get(session, desk.user_id, watchlist_id)
    ids = [one.asset_id for one in await rows.items(session, old)]
    await rows.delete_one(session, old)
    await tracking.settle(session, desk.sources, ids, clock=desk.clock)


async def items(session: AsyncSession, watchlist: Watchlist) -> list[tuple[WatchedAsset, Asset]]:
    """Return what is on a list, in its order."""
    found = await rows.items(session, watchlist)
    assets = await asset_store.get_many(session, [one.asset_id for one in found])
    return [(one, assets[one.asset_id]) for one in found]


async def put(
    session: AsyncSession,
    desk: Desk,
    watchlist: Watchlist,
    name: str,
    *,
    note: str | None,
    position: int | None = None,
) -> WatchedAsset:
    """Put an asset on a list, at a place or last; one that is there gets the note and place."""
    asset = await asset_store.get(session, desk.user_id, name)
    stored = await rows.items(session, watchlist)
    known = {one.asset_id: one for one in stored}
    if asset.id not in known and len(stored) >= ITEMS_MAX:
        raise ConflictError(f"A watchlist has at most {ITEMS_MAX} assets.")
    last = max((one.position for one in stored), default=-1) + 1
    at = known[asset.id].position if asset.id in known else last
    item = WatchedAsset(asset_id=asset.id, position=at, note=_checked(note))
    await rows.put_item(session, watchlist, item)
    if position is not None:
        others = [one.asset_id for one in stored if one.asset_id != asset.id]
        order = [*others[:position], asset.id, *others[position:]]
        await rows.place_items(session, watchlist, order)
        item = replace(item, position=order.index(asset.id))
    if asset.id not in known:
        await tracking.settle(session, desk.sources, [asset.id], clock=desk.clock)
    return item


async def remove(session: AsyncSession, desk: Desk, watchlist: Watchlist, asset_id: str) -> None:
    """Take an asset off a list."""
    key = read_id(asset_id)
    if key not in {one.asset_id for one in await rows.items(session, watchlist)}:
        what = "asset on this list:"
        raise NotFoundError(what, asset_id)
    assert key is not None, "what is on a list has an id"
    await rows.remove_item(session, watchlist, key)
    await tracking.settle(session, desk.sources, [key], clock=desk.clock)


async def reorder(session: AsyncSession, watchlist: Watchlist, asset_ids: Sequence[str]) -> None:
    """Give the assets of a list this order; each is named once."""
    wanted = [read_id(one) or one for one in asset_ids]
    stored = {one.asset_id for one in await rows.items(session, watchlist)}
    if len(wanted) != len(stored) or set(wanted) != stored:
        raise InputError("asset_ids names each asset of the list once, and no other.")
    await rows.place_items(session, watchlist, wanted)


async def watched(session: AsyncSession, watchlist: Watchlist, by: Looking) -> list[Watched]:
    """Return what is on a list with prices as its user sees them; nobody is asked for any."""
    on_it = await items(session, watchlist)
    assets = [asset for _, asset in on_it]
    market = await last_prices.market_of(session, assets, viewer=watchlist.user_id)
    version = await asset_metrics.read_version(session)
    keys = [asset.key for asset in assets]
    metrics = await asset_metrics.read(session, keys, version=version)
    live = await last_prices.quoted(by.quotes, assets)
    until = today(by.clock) + timedelta(days=1)  # far in the east it is tomorrow already

    def look() -> list[Watched]:
        found: list[Watched] = []
        for item, asset in on_it:
            last = last_prices.newer(asset.id, live, last_close(market, asset, until), until)
            gone = Change(reason=f"There is no price of {asset.symbol}.")
            changed = gone if last is None else change_over(market, asset, last, 1)
            found.append(Watched(item, asset, last, changed, metrics.get(asset.key)))
        return found

    return await by.compute.run(look)


def _named(name: str, note: str | None) -> dict[str, Any]:
    checked = check_name(name, of="watchlist")
    return {"name": checked, "name_key": letter_key(checked), "note": _checked(note)}


def _checked(note: str | None) -> str | None:
    if note is not None and (len(note) > NOTE_MAX or "\x00" in note):
        raise InputError(f"A note has at most {NOTE_MAX:,} characters, and no NUL among them.")
    return note or None
