"""What one was told, and how one wants to be told."""

from typing import Annotated

from fastapi import Query

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import OWNED, SIGNED_IN
from argosy.api.schemas.notification import (
    NotificationOut,
    NotificationPage,
    NotificationSettingsIn,
    NotificationSettingsOut,
    ReadIn,
    ReadOut,
)
from argosy.services import notifying

router = exact_router(prefix="/notifications", tags=["notifications"])


@router.get("", responses=OWNED)
async def list_notifications(
    user: Viewer,
    session: Reading,
    unread: Annotated[bool, Query(description="Only those that were not read.")] = False,
    alert_id: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> NotificationPage:
    """Return what one was told, the newest first; also what waits for quiet hours to end."""
    page, count = await notifying.page(
        session, user.id, unread=unread, alert_id=alert_id, limit=limit, cursor=cursor
    )
    return NotificationPage(
        items=[NotificationOut.of(one) for one in page.items],
        next_cursor=page.next_cursor,
        unread=count,
    )


@router.post("/read", responses=SIGNED_IN)
async def mark_notifications(
    body: ReadIn, user: CurrentUser, session: Writing, argosy: Program
) -> ReadOut:
    """Say that some notifications were read, or all; ids that are not one's own change nothing."""
    changed = await notifying.mark(session, user.id, body.ids, read=body.read, clock=argosy.clock)
    return ReadOut(changed=changed, unread=await notifying.count_unread(session, user.id))


@router.get("/settings", responses=SIGNED_IN)
async def read_notification_settings(
    user: Viewer, session: Reading, argosy: Program
) -> NotificationSettingsOut:
    """Return one's quiet hours, and whether one is told by e-mail."""
    found = await notifying.settings_of(session, user.id)
    return NotificationSettingsOut.of(found, can_mail=argosy.mail.is_set)


@router.put("/settings", responses=SIGNED_IN)
async def put_notification_settings(
    body: NotificationSettingsIn, user: CurrentUser, session: Writing, argosy: Program
) -> NotificationSettingsOut:
    """Store all of it; what is left out has its default."""
    stored = await notifying.change_settings(session, user.id, body.wanted())
    return NotificationSettingsOut.of(stored, can_mail=argosy.mail.is_set)
