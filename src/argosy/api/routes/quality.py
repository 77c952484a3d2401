"""How good the stored prices are, and what people decide about those in doubt."""

from typing import Annotated

from fastapi import Path, Query

from argosy.api.body import exact_router
from argosy.api.dependencies import AdminUser, CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN, Responses
from argosy.api.routes.assets import AssetName
from argosy.api.schemas.fields import Problem
from argosy.api.schemas.quality import (
    DecisionIn,
    PointOut,
    PointPage,
    QualityOut,
    RatedOut,
    RatedPage,
)
from argosy.services import assets, quality, verdicts
from argosy.services.prices import Writer
from argosy.services.verdicts import Decision, Status

router = exact_router(tags=["quality"])

_READING: Responses = {**OWNED, 409: CHANGING[409]}
_FORBIDDEN: Responses = {403: {"model": Problem, "description": "Only an administrator may."}}
_Limit = Annotated[int, Query(ge=1, le=1000)]
_Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("/quality", responses={**SIGNED_IN, **_FORBIDDEN})
async def list_quality(
    _admin: AdminUser, session: Reading, limit: _Limit = 100, cursor: _Cursor = None
) -> RatedPage:
    """Return the assets with prices as they were at the last look, the worst first."""
    page = await quality.worst(session, limit=limit, cursor=cursor)
    return RatedPage(items=[RatedOut.of(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/assets/{asset_id}/quality", responses=_READING)
async def read_quality(
    asset_id: AssetName, user: Viewer, session: Reading, argosy: Program
) -> QualityOut:
    """Return coverage, gaps, doubts and the comparison of sources of an asset's daily prices."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    return QualityOut.of(await quality.report(session, asset, now=argosy.clock.now()))


@router.get("/assets/{asset_id}/quality/points", responses=_READING)
async def list_points(
    asset_id: AssetName,
    user: Viewer,
    session: Reading,
    status: Status | None = None,
    limit: _Limit = 100,
    cursor: _Cursor = None,
) -> PointPage:
    """Return the prices that are or were in doubt, oldest first."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    page = await verdicts.points(session, asset, status=status, limit=limit, cursor=cursor)
    return PointPage(items=[PointOut.of(one) for one in page.items], next_cursor=page.next_cursor)


@router.put(
    "/assets/{asset_id}/quality/points/{source}/{timestamp}", responses={**CHANGING, **_FORBIDDEN}
)
async def decide_point(
    asset_id: AssetName,
    source: Annotated[str, Path(max_length=50)],
    timestamp: Annotated[
        str, Path(max_length=40, description="The price's day, or its time as it is listed.")
    ],
    body: DecisionIn,
    user: CurrentUser,
    session: Writing,
    argosy: Program,
) -> PointOut:
    """Accept or reject a price for all who see it; that sticks for as long as it says the same."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    writer = Writer(user_id=user.id, shared=user.is_admin)
    decision = Decision(source=source, timestamp=timestamp, status=body.chosen())
    decided = await verdicts.decide(session, writer, asset, decision, at=argosy.clock.now())
    return PointOut.of(decided)
