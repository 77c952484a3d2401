"""Webhooks: programs that are told what happens, with a signature."""

from typing import Annotated

from fastapi import Query

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN, Responses
from argosy.api.schemas.fields import Problem
from argosy.api.schemas.webhook import (
    DeliveryOut,
    DeliveryPage,
    WebhookIn,
    WebhookMadeOut,
    WebhookOut,
    WebhookPatch,
)
from argosy.services import webhooks
from argosy.services.webhooks import Keys
from argosy.wiring import Argosy

router = exact_router(prefix="/webhooks", tags=["webhooks"])

_TOO_SOON: Responses = {429: {"model": Problem, "description": "It was tested a moment ago."}}


@router.get("", responses=SIGNED_IN)
async def list_webhooks(user: Viewer, session: Reading) -> list[WebhookOut]:
    """Return one's own webhooks, the oldest first."""
    return [WebhookOut.of(one) for one in await webhooks.of_user(session, user.id)]


@router.post("", status_code=201, responses=CHANGING)
async def create_webhook(
    body: WebhookIn, user: CurrentUser, session: Writing, argosy: Program
) -> WebhookMadeOut:
    """Make a webhook; its secret is in this answer and in no other."""
    made, secret = await webhooks.create(session, user.id, body.draft(), _keys(argosy))
    return WebhookMadeOut.of_made(made, secret)


@router.get("/{webhook_id}", responses=OWNED)
async def read_webhook(webhook_id: str, user: Viewer, session: Reading) -> WebhookOut:
    """Return a webhook."""
    return WebhookOut.of(await webhooks.get(session, user.id, webhook_id))


@router.patch("/{webhook_id}", responses=OWNED)
async def change_webhook(
    webhook_id: str, body: WebhookPatch, user: CurrentUser, session: Writing, argosy: Program
) -> WebhookOut:
    """Change some fields; enabled anew it has all its patience again."""
    old = await webhooks.get(session, user.id, webhook_id)
    changed = await webhooks.change(session, old, body.onto(old), _keys(argosy))
    return WebhookOut.of(changed)


@router.delete("/{webhook_id}", status_code=204, responses=OWNED)
async def delete_webhook(webhook_id: str, user: CurrentUser, session: Writing) -> None:
    """Delete a webhook with its log."""
    await webhooks.delete(session, user.id, webhook_id)


@router.post("/{webhook_id}/secret", responses=OWNED)
async def renew_webhook_secret(
    webhook_id: str, user: CurrentUser, session: Writing, argosy: Program
) -> WebhookMadeOut:
    """Give a webhook another secret, shown this once; the old one signs nothing more."""
    made, secret = await webhooks.renew_secret(session, user.id, webhook_id, _keys(argosy))
    return WebhookMadeOut.of_made(made, secret)


@router.post("/{webhook_id}/test", responses=OWNED | _TOO_SOON)
async def test_webhook(webhook_id: str, user: CurrentUser, argosy: Program) -> DeliveryOut:
    """Send a test at once and say what came of it; a disabled webhook may be tested too."""
    return DeliveryOut.of(await webhooks.test(argosy.courier(), user.id, webhook_id))


@router.get("/{webhook_id}/deliveries", responses=OWNED)
async def list_deliveries(
    webhook_id: str,
    user: Viewer,
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> DeliveryPage:
    """Return what was sent to a webhook, the newest first, with what came of each attempt."""
    page = await webhooks.log(session, user.id, webhook_id, limit=limit, cursor=cursor)
    items = [DeliveryOut.of(one) for one in page.items]
    return DeliveryPage(items=items, next_cursor=page.next_cursor)


@router.post("/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202, responses=CHANGING)
async def replay_delivery(
    webhook_id: str, delivery_id: str, user: CurrentUser, session: Writing, argosy: Program
) -> DeliveryOut:
    """Send a delivery once more, within seconds, under the id that it had."""
    one = await webhooks.replay(session, user.id, webhook_id, delivery_id, clock=argosy.clock)
    return DeliveryOut.of(one)


def _keys(argosy: Argosy) -> Keys:
    return Keys(argosy.secret, argosy.outgoing)
