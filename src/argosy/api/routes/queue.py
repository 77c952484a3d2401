"""The queue of histories, for administrators; and why an asset is fetched by itself."""

from typing import Annotated

from fastapi import Path, Query
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.api.body import exact_router
from argosy.api.dependencies import AdminUser, CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, Responses
from argosy.api.routes.assets import AssetName
from argosy.api.schemas.fields import Problem
from argosy.api.schemas.queue import QueueJobOut, QueuePage, TrackingOut, TrackingPatch
from argosy.core.market.asset import Asset
from argosy.services import assets, queue, tracking
from argosy.services.queue import JobStatus
from argosy.services.users import User
from argosy.wiring import Argosy

router = exact_router(tags=["queue"])

JobId = Annotated[int, Path(ge=1, le=2**63 - 1, description="A job's number.")]
_SHARED: Responses = {
    403: {"model": Problem, "description": "It is shared; only an administrator changes it."}
}
_ADMIN: Responses = {403: {"model": Problem, "description": "It needs an administrator."}}


@router.get("/queue", responses=OWNED | _ADMIN | {409: CHANGING[409]})
async def list_queue(
    admin: AdminUser,
    session: Reading,
    argosy: Program,
    status: Annotated[list[JobStatus] | None, Query(description="May be repeated.")] = None,
    asset: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> QueuePage:
    """Return jobs, the newest first, when the queue is likely to be empty, and sources' budgets."""
    of = None if asset is None else (await assets.get(session, admin.id, asset)).asset
    page = await queue.page(session, statuses=status or (), asset=of, limit=limit, cursor=cursor)
    outlook = await queue.outlook(session, argosy.sources, argosy.budgets, clock=argosy.clock)
    return QueuePage.of(page.items, page.next_cursor, outlook)


@router.post("/queue/pause", status_code=204, responses=OWNED | _ADMIN)
async def pause_queue(_admin: AdminUser, session: Writing) -> None:
    """Hold the whole queue back; work that has begun is finished."""
    await queue.pause(session)


@router.post("/queue/resume", status_code=204, responses=OWNED | _ADMIN)
async def resume_queue(_admin: AdminUser, session: Writing) -> None:
    """Let the queue go on."""
    await queue.pause(session, paused=False)


@router.post("/queue/{job_id}/retry", responses=CHANGING | _ADMIN)
async def retry_job(job_id: JobId, _admin: AdminUser, session: Writing) -> QueueJobOut:
    """Let a job that failed or waits for a source be tried at once, with all its attempts."""
    return QueueJobOut.of_listed(await queue.retry(session, job_id))


@router.post("/queue/{job_id}/pause", responses=CHANGING | _ADMIN)
async def pause_job(job_id: JobId, _admin: AdminUser, session: Writing) -> QueueJobOut:
    """Hold one job back."""
    return QueueJobOut.of_listed(await queue.pause_job(session, job_id, paused=True))


@router.post("/queue/{job_id}/resume", responses=CHANGING | _ADMIN)
async def resume_job(job_id: JobId, _admin: AdminUser, session: Writing) -> QueueJobOut:
    """Let one job go on."""
    return QueueJobOut.of_listed(await queue.pause_job(session, job_id, paused=False))


@router.get("/assets/{asset_id}/tracking", responses=OWNED | {409: CHANGING[409]})
async def read_tracking(
    asset_id: AssetName, user: Viewer, session: Reading, argosy: Program
) -> TrackingOut:
    """Say whether, why and how an asset is fetched by itself, and which jobs it has."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    return await _tracking(session, argosy, user, asset)


@router.patch("/assets/{asset_id}/tracking", responses=CHANGING | _SHARED)
async def change_tracking(
    asset_id: AssetName, body: TrackingPatch, user: CurrentUser, session: Writing, argosy: Program
) -> TrackingOut:
    """Let an own asset be fetched by itself or not; a shared one only by an administrator."""
    asset = await assets.find_own(session, user.id, asset_id, is_admin=user.is_admin)
    await tracking.configure(
        session, argosy.sources, asset, body.wanted(), clock=argosy.clock, by=user.id
    )
    return await _tracking(session, argosy, user, asset)


async def _tracking(session: AsyncSession, argosy: Argosy, user: User, asset: Asset) -> TrackingOut:
    return TrackingOut.of(
        asset,
        await tracking.of_asset(session, asset),
        await queue.of_asset(session, asset),
        default_minutes=argosy.settings.fetch_interval_minutes,
        counts=user.is_admin or asset.owner is not None,
    )
