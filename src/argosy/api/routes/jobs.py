"""What runs by itself, for administrators."""

from typing import Annotated

from fastapi import Path

from argosy.api.body import exact_router
from argosy.api.dependencies import AdminUser, Program
from argosy.api.responses import OWNED, SIGNED_IN, Responses
from argosy.api.schemas.fields import Problem
from argosy.api.schemas.job import JobOut, JobPatch
from argosy.services import schedule

router = exact_router(prefix="/jobs", tags=["jobs"])

JobName = Annotated[str, Path(max_length=50, description="A job's name.")]
_ADMIN: Responses = {403: {"model": Problem, "description": "It needs an administrator."}}


@router.get("", responses=SIGNED_IN | _ADMIN)
async def list_jobs(_admin: AdminUser, argosy: Program) -> list[JobOut]:
    """Return all jobs of the schedule, when each ran and is due, and what came of it."""
    return [JobOut.of(one) for one in (await schedule.states(argosy.database)).values()]


@router.post("/{name}/run", status_code=202, responses=OWNED | _ADMIN)
async def run_job(name: JobName, _admin: AdminUser, argosy: Program) -> JobOut:
    """Let a job run as soon as a runner looks; one that runs already runs once more."""
    await schedule.make_due(argosy.database, name, clock=argosy.clock)
    return JobOut.of((await schedule.states(argosy.database))[name])


@router.patch("/{name}", responses=OWNED | _ADMIN)
async def change_job(name: JobName, body: JobPatch, _admin: AdminUser, argosy: Program) -> JobOut:
    """Let a job rest, or run again."""
    await schedule.pause(argosy.database, name, paused=body.paused)
    return JobOut.of((await schedule.states(argosy.database))[name])
