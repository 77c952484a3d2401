"""Watchlists: named lists of assets with their last prices."""

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN
from argosy.api.schemas.watchlist import (
    OrderIn,
    WatchedIn,
    WatchlistDetailOut,
    WatchlistIn,
    WatchlistOut,
    WatchlistPatch,
)
from argosy.services import watchlists
from argosy.services.watchlists import Desk, Looking, Watchlist
from argosy.wiring import Argosy

router = exact_router(prefix="/watchlists", tags=["watchlists"])


@router.get("", responses=SIGNED_IN)
async def list_watchlists(user: Viewer, session: Reading) -> list[WatchlistOut]:
    """Return one's own lists in their order."""
    return [WatchlistOut.of(one) for one in await watchlists.of_user(session, user.id)]


@router.post("", status_code=201, responses=CHANGING)
async def create_watchlist(body: WatchlistIn, user: CurrentUser, session: Writing) -> WatchlistOut:
    """Make a list, the last one in order."""
    made = await watchlists.create(session, user.id, name=body.name, note=body.note)
    return WatchlistOut.of(made)


@router.get("/{watchlist_id}", responses=OWNED)
async def read_watchlist(
    watchlist_id: str, user: Viewer, session: Reading, argosy: Program
) -> WatchlistDetailOut:
    """Return a list with each asset's last price, its change and its metrics.

    No source is asked: prices are kept quotes, or stored closes where those are newer.
    """
    one = await watchlists.get(session, user.id, watchlist_id)
    return await _shown(session, argosy, one)


@router.patch("/{watchlist_id}", responses=CHANGING)
async def change_watchlist(
    watchlist_id: str, body: WatchlistPatch, user: CurrentUser, session: Writing
) -> WatchlistOut:
    """Give a list another name, note or place."""
    old = await watchlists.get(session, user.id, watchlist_id)
    changed = await watchlists.change(
        session,
        old,
        name=body.name or old.name,
        note=body.note_onto(old),
        position=body.position,
    )
    return WatchlistOut.of(changed)


@router.delete("/{watchlist_id}", status_code=204, responses=OWNED)
async def delete_watchlist(
    watchlist_id: str, user: CurrentUser, session: Writing, argosy: Program
) -> None:
    """Delete a list."""
    await watchlists.delete(session, _desk(argosy, user.id), watchlist_id)


@router.post("/{watchlist_id}/items", status_code=201, responses=CHANGING)
async def put_watched(
    watchlist_id: str, body: WatchedIn, user: CurrentUser, session: Writing, argosy: Program
) -> WatchlistOut:
    """Put an asset on a list; its prices are fetched from now on."""
    one = await watchlists.get(session, user.id, watchlist_id)
    await watchlists.put(
        session,
        _desk(argosy, user.id),
        one,
        body.asset,
        note=body.note,
        position=body.position,
    )
    return WatchlistOut.of(await watchlists.get(session, user.id, watchlist_id))


@router.put("/{watchlist_id}/order", status_code=204, responses=OWNED)
async def order_watched(
    watchlist_id: str, body: OrderIn, user: CurrentUser, session: Writing
) -> None:
    """Give the assets of a list another order; the body names each of them once."""
    one = await watchlists.get(session, user.id, watchlist_id)
    await watchlists.reorder(session, one, body.asset_ids)


@router.delete("/{watchlist_id}/items/{asset_id}", status_code=204, responses=OWNED)
async def remove_watched(
    watchlist_id: str, asset_id: str, user: CurrentUser, session: Writing, argosy: Program
) -> None:
    """Take an asset off a list."""
    one = await watchlists.get(session, user.id, watchlist_id)
    await watchlists.remove(session, _desk(argosy, user.id), one, asset_id)


async def _shown(session: AsyncSession, argosy: Argosy, one: Watchlist) -> WatchlistDetailOut:
    looking = Looking(argosy.quotes, argosy.compute, argosy.clock)
    return WatchlistDetailOut.of_watched(one, await watchlists.watched(session, one, looking))


def _desk(argosy: Argosy, user_id: str) -> Desk:
    return Desk(user_id, argosy.sources, argosy.clock)
