"""Prices and splits of an asset as somebody states them, and the splits that count."""

from typing import Annotated

from fastapi import BackgroundTasks, Depends

from argosy.api.body import Rows, exact_router, large_rows
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, Responses
from argosy.api.routes.assets import AssetName
from argosy.api.schemas.price import (
    PricesIn,
    PutOut,
    SplitOut,
    SplitsIn,
    read_bars,
)
from argosy.services import asset_metrics, assets, batches, prices, splits
from argosy.services.prices import DAILY, BarDraft, Writer

router = exact_router(prefix="/assets/{asset_id}", tags=["prices"])
_READING: Responses = {**OWNED, 409: CHANGING[409]}


async def writer(user: CurrentUser) -> Writer:
    """Return whose word it is: an administrator speaks for all."""
    return Writer(user_id=user.id, shared=user.is_admin)


Writes = Annotated[Writer, Depends(writer)]


@router.put("/prices", responses=CHANGING)
async def put_prices(
    asset_id: AssetName,
    user: CurrentUser,
    speaker: Writes,
    rows: Annotated[Rows[PricesIn, BarDraft], Depends(large_rows(PricesIn, read_bars))],
    session: Writing,
    argosy: Program,
    background: BackgroundTasks,
) -> PutOut:
    """Store bars. On a shared asset they are one's own overrides, and reach nobody else."""
    upload = prices.check_upload(rows.body.source, rows.body.interval)
    asset = (await assets.get(session, user.id, asset_id)).asset
    packed = await batches.undisturbed(prices.pack, rows.drafts, asset, argosy.clock)
    put = await prices.put(session, speaker, asset, packed=packed, upload=upload)
    rejected = sorted([*rows.problems, *put.rejected], key=lambda problem: problem.row)
    if put.counts.changed and upload.interval == DAILY and not speaker.owner_of(asset):
        background.add_task(asset_metrics.renew, argosy.database, [asset.key])
    return PutOut.of(put.counts, rejected)


@router.put("/splits", responses=CHANGING)
async def put_splits(
    asset_id: AssetName,
    body: SplitsIn,
    user: CurrentUser,
    speaker: Writes,
    session: Writing,
    argosy: Program,
    background: BackgroundTasks,
) -> list[SplitOut]:
    """Let these be all the splits that one states; return those that count now.

    They are facts about the asset: quantities change by a SPLIT transaction alone.
    """
    asset = (await assets.get(session, user.id, asset_id)).asset
    seen = await splits.put(session, speaker, asset, body.drafts(), clock=argosy.clock)
    if not speaker.owner_of(asset):
        background.add_task(asset_metrics.renew, argosy.database, [asset.key])
    return [SplitOut.of(split) for split in seen]


@router.get("/splits", responses=_READING)
async def list_splits(asset_id: AssetName, user: Viewer, session: Reading) -> list[SplitOut]:
    """Return the splits of an asset, oldest first."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    return [SplitOut.of(split) for split in await splits.of_asset(session, user.id, asset)]
