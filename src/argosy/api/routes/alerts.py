"""Alerts: what somebody wants to be told of."""

from typing import Annotated

from fastapi import Query

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, Responses
from argosy.api.schemas.alert import AlertIn, AlertOut, AlertPage, AlertPatch, Kind
from argosy.api.schemas.fields import Problem
from argosy.services import alerts
from argosy.services.alerts import AlertFilter, Desk
from argosy.services.users import User
from argosy.wiring import Argosy

router = exact_router(prefix="/alerts", tags=["alerts"])

_ADMIN: Responses = {403: {"model": Problem, "description": "Jobs are for administrators."}}


@router.get("", responses=OWNED)
async def list_alerts(
    user: Viewer,
    session: Reading,
    kind: Kind | None = None,
    asset_id: Annotated[str | None, Query(max_length=100)] = None,
    portfolio_id: Annotated[str | None, Query(max_length=100)] = None,
    enabled: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> AlertPage:
    """Return one's own alerts, the newest first."""
    wanted = AlertFilter(kind=kind, asset_id=asset_id, portfolio_id=portfolio_id, enabled=enabled)
    page = await alerts.page(session, user.id, wanted, limit=limit, cursor=cursor)
    return AlertPage(items=[AlertOut.of(one) for one in page.items], next_cursor=page.next_cursor)


@router.post("", status_code=201, responses=CHANGING | _ADMIN)
async def create_alert(
    body: AlertIn, user: CurrentUser, session: Writing, argosy: Program
) -> AlertOut:
    """Make an alert; it is looked at within a minute, and told if what it waits for is so."""
    return AlertOut.of(await alerts.create(session, _desk(argosy, user), body.draft()))


@router.get("/{alert_id}", responses=OWNED)
async def read_alert(alert_id: str, user: Viewer, session: Reading) -> AlertOut:
    """Return an alert and what is known of it; `GET /notifications?alert_id=` has what it told."""
    return AlertOut.of(await alerts.get(session, user.id, alert_id))


@router.patch("/{alert_id}", responses=CHANGING | _ADMIN)
async def change_alert(
    alert_id: str, body: AlertPatch, user: CurrentUser, session: Writing, argosy: Program
) -> AlertOut:
    """Change some fields; what waits for something else from now on is told anew."""
    old = (await alerts.get(session, user.id, alert_id)).alert
    return AlertOut.of(await alerts.change(session, _desk(argosy, user), old, body.onto(old)))


@router.delete("/{alert_id}", status_code=204, responses=OWNED)
async def delete_alert(alert_id: str, user: CurrentUser, session: Writing, argosy: Program) -> None:
    """Delete an alert; what it has told stays."""
    await alerts.delete(session, _desk(argosy, user), alert_id)


def _desk(argosy: Argosy, user: User) -> Desk:
    return Desk(user, argosy.sources, argosy.clock)
