"""Finding, making and changing assets."""

from typing import Annotated

from fastapi import Depends, Path, Query

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN, Responses
from argosy.api.schemas.asset import (
    AssetDetailOut,
    AssetIn,
    AssetOut,
    AssetPage,
    AssetPatch,
    AssetSourceOut,
    AssetSourcesIn,
    Category,
    SourceHitOut,
    SyncOut,
)
from argosy.api.schemas.fields import Problem
from argosy.core.market.asset import Asset
from argosy.services import asset_sources, assets, syncing
from argosy.services.assets import AssetFilter, AssetSort

router = exact_router(prefix="/assets", tags=["assets"])

AssetName = Annotated[
    str, Path(max_length=200, description="An asset's id, `SYMBOL` or `SYMBOL:EXCHANGE`.")
]
Categories = Annotated[list[Category] | None, Query(description="May be repeated.")]


async def asset_filter(
    category: Categories = None,
    active: bool | None = None,
    currency: Annotated[str | None, Query(max_length=10)] = None,
    exchange: Annotated[str | None, Query(max_length=50, description="Empty: none.")] = None,
    tracked: Annotated[bool | None, Query(description="Held or followed by somebody.")] = None,
    q: Annotated[str | None, Query(max_length=100, description="Words of symbol or name.")] = None,
) -> AssetFilter:
    """Read which assets are wanted."""
    return AssetFilter(
        categories=category or (),
        active=active,
        currency=currency,
        exchange=exchange,
        tracked=tracked,
        text=q,
    )


Wanted = Annotated[AssetFilter, Depends(asset_filter)]
_READING: Responses = {**OWNED, 409: CHANGING[409]}
_SYNC: Responses = {
    **OWNED,
    409: {"model": Problem, "description": "It is being synced, or its symbol is ambiguous."},
    429: {"model": Problem, "description": "That was a moment ago; `Retry-After` says how long."},
    502: {"model": Problem, "description": "No source has anything of it."},
    503: {"model": Problem, "description": "No source can be asked now."},
}
_CHANGE: Responses = {
    **CHANGING,
    403: {"model": Problem, "description": "It is shared; only an administrator changes it."},
}


@router.get("", responses=SIGNED_IN)
async def list_assets(
    user: Viewer,
    session: Reading,
    wanted: Wanted,
    sort: Annotated[AssetSort, Query(description="A minus turns it round.")] = AssetSort.SYMBOL,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> AssetPage:
    """Return the shared assets and one's own, by symbol or as `sort` says."""
    page = await assets.page(session, user.id, wanted=wanted, sort=sort, limit=limit, cursor=cursor)
    return AssetPage(
        items=[AssetOut.of(asset) for asset in page.items], next_cursor=page.next_cursor
    )


@router.post("", status_code=201, responses=CHANGING)
async def create_asset(body: AssetIn, user: CurrentUser, session: Writing) -> AssetDetailOut:
    """Make a private asset; 409 names a shared or own one that exists already."""
    made = await assets.create(session, body.draft(), owner=user.id, by=user.id)
    return AssetDetailOut.of_described(made)


@router.get("/search", responses=SIGNED_IN)
async def search_assets(
    user: CurrentUser,
    argosy: Program,
    q: Annotated[str, Query(min_length=1, max_length=100, description="Part of symbol or name.")],
    category: Categories = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    source: Annotated[
        bool, Query(description="Ask the sources for this very symbol if nothing is found here.")
    ] = False,
) -> list[AssetOut | SourceHitOut]:
    """Return assets whose symbol or name has a text in it, the best match first."""
    found = await argosy.finder.find(
        user.id, q, categories=category or (), limit=limit, ask_sources=source
    )
    return [AssetOut.of(one) if isinstance(one, Asset) else SourceHitOut.of(one) for one in found]


@router.get("/{asset_id}", responses=_READING)
async def read_asset(asset_id: AssetName, user: Viewer, session: Reading) -> AssetDetailOut:
    """Return an asset by id or symbol; 409 with the candidates where several match."""
    return AssetDetailOut.of_described(await assets.get(session, user.id, asset_id))


@router.patch("/{asset_id}", responses=_CHANGE)
async def change_asset(
    asset_id: AssetName, body: AssetPatch, user: CurrentUser, session: Writing
) -> AssetDetailOut:
    """Change some fields of an own asset."""
    old = await assets.find_own(session, user.id, asset_id, is_admin=user.is_admin)
    changed = await assets.change(session, user.id, old, body.onto(old))
    return AssetDetailOut.of_described(changed)


@router.post("/{asset_id}/sync", responses=_SYNC)
async def sync_asset(
    asset_id: AssetName,
    user: CurrentUser,
    argosy: Program,
    intervals: Annotated[
        str,
        Query(
            description="Comma-separated: bars of seven days to fetch beside the days.",
            examples=["1m,1h"],
        ),
    ] = "",
) -> SyncOut:
    """Fetch what an asset is and its prices, and store both; an unknown symbol is made first."""
    synced = await argosy.syncs.sync(
        user.id, asset_id, is_admin=user.is_admin, intervals=syncing.intervals_of(intervals)
    )
    return SyncOut.of_synced(synced)


@router.get("/{asset_id}/sources", responses=_READING)
async def list_asset_sources(
    asset_id: AssetName, user: Viewer, session: Reading
) -> list[AssetSourceOut]:
    """Return what sources call an asset, those that are asked first at the top."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    return [AssetSourceOut.of(one) for one in await asset_sources.of_asset(session, asset)]


@router.put("/{asset_id}/sources", responses=_CHANGE)
async def put_asset_sources(
    asset_id: AssetName,
    body: AssetSourcesIn,
    user: CurrentUser,
    session: Writing,
    argosy: Program,
) -> list[AssetSourceOut]:
    """Say what sources call an own asset, and which of them are asked first."""
    asset = await assets.find_own(session, user.id, asset_id, is_admin=user.is_admin)
    stored = await asset_sources.put(
        session, asset, body.wanted(), registry=argosy.sources, by=user.id
    )
    return [AssetSourceOut.of(one) for one in stored]
