"""Webhooks as their users make, change, test and replay them."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.alerts.condition import AlertKind
from argosy.core.errors import ConflictError, InputError, TooSoonError
from argosy.runtime.clock import Clock
from argosy.runtime.ids import new_id
from argosy.runtime.outgoing import Outgoing
from argosy.runtime.signatures import derive_secret, key_print
from argosy.services import notifying
from argosy.services.delivering import Courier
from argosy.store import deliveries
from argosy.store import webhooks as rows
from argosy.store.deliveries import Channel, Delivery
from argosy.store.paging import Page
from argosy.store.webhooks import Webhook

__all__ = ["Delivery", "Page", "Webhook"]

WEBHOOKS_MAX = 20
NAME_MAX = 100
KINDS = ("alert", *(f"alert.{kind}" for kind in AlertKind), notifying.DISABLED)
"""What a webhook may be told of; `alert` stands for all kinds of alerts."""

_PAUSE = timedelta(seconds=5)
"""A webhook is tested no more often: a test button is no way to knock on doors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDraft:
    """What somebody says of a webhook; no kinds stand for all."""

    url: str
    name: str | None = None
    kinds: tuple[str, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Keys:
    """What secrets are made of, and what URLs are judged by."""

    server_secret: str
    outgoing: Outgoing


async def create(
    session: AsyncSession, user_id: str, draft: WebhookDraft, keys: Keys
) -> tuple[Webhook, str]:
    """Make a webhook; return it with its secret, which is shown this once."""
    if await rows.count(session, user_id) >= WEBHOOKS_MAX:
        raise ConflictError(f"There are {WEBHOOKS_MAX} webhooks already; delete one first.")
    webhook_id = new_id()
    key, secret = _new_key(webhook_id, keys)
    values = {"id": webhook_id, "user_id": user_id, **_columns(draft, keys), **key}
    await rows.create(session, values)
    return await rows.get(session, user_id, webhook_id), secret


async def of_user(session: AsyncSession, user_id: str) -> list[Webhook]:
    """Return a user's webhooks, the oldest first."""
    return await rows.of_user(session, user_id)


async def get(session: AsyncSession, user_id: str, webhook_id: str) -> Webhook:
    """Return one of a user's webhooks."""
    return await rows.get(session, user_id, webhook_id)


async def change(session: AsyncSession, old: Webhook, draft: WebhookDraft, keys: Keys) -> Webhook:
    """Give a webhook other fields; enabled anew it has all its patience again."""
    fresh = {"failures": 0, "disabled_reason": None} if draft.enabled else {}
    await rows.change(session, old, {**_columns(draft, keys), **fresh})
    return await rows.get(session, old.user_id, old.id)


async def renew_secret(
    session: AsyncSession, user_id: str, webhook_id: str, keys: Keys
) -> tuple[Webhook, str]:
    """Give a webhook another secret, which is shown this once; the old one signs nothing more."""
    old = await rows.get(session, user_id, webhook_id)
    key, secret = _new_key(old.id, keys)
    await rows.change(session, old, key)
    return await rows.get(session, user_id, old.id), secret


async def delete(session: AsyncSession, user_id: str, webhook_id: str) -> None:
    """Delete a webhook with its log."""
    await rows.delete_one(session, await rows.get(session, user_id, webhook_id))


async def log(
    session: AsyncSession,
    user_id: str,
    webhook_id: str,
    *,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Delivery]:
    """Return what was sent to a webhook, the newest first."""
    webhook = await rows.get(session, user_id, webhook_id)
    return await deliveries.page(session, webhook.id, limit=limit, cursor=cursor)


async def replay(
    session: AsyncSession, user_id: str, webhook_id: str, delivery_id: str, *, clock: Clock
) -> Delivery:
    """Let a delivery be sent once more, under the id that it had."""
    webhook = await rows.get(session, user_id, webhook_id)
    if not webhook.enabled:
        raise ConflictError("The webhook is disabled; enable it first.")
    one = await deliveries.get(session, webhook.id, delivery_id)
    if not await deliveries.replay(session, one, at=clock.now()):
        raise ConflictError("It is being sent right now.")
    return await deliveries.get(session, webhook.id, one.id)


async def test(by: Courier, user_id: str, webhook_id: str) -> Delivery:
    """Send a test at once, and return what came of it; it is not tried again."""
    now = by.clock.now()
    async with by.database.write() as session:
        webhook = await rows.get(session, user_id, webhook_id)
        last = await deliveries.last_test(session, webhook.id)
        if last is not None and now - last < _PAUSE:
            wait_s = (last + _PAUSE - now).total_seconds()
            raise TooSoonError("It was tested a moment ago.", retry_after_s=wait_s)
        delivery_id = new_id()
        row = {
            "id": delivery_id,
            "webhook_id": webhook.id,
            "channel": Channel.WEBHOOK,
            "kind": notifying.TEST,
            "due_at": now,
            **by.lease(),
        }
        await deliveries.add(session, [row])
        one = await deliveries.get(session, webhook.id, delivery_id)
    await by.send(one)
    async with by.database.read() as session:
        return await deliveries.get(session, webhook.id, delivery_id)


def _columns(draft: WebhookDraft, keys: Keys) -> dict[str, Any]:
    unknown = [kind for kind in draft.kinds if kind not in KINDS]
    if unknown:
        raise InputError(f"{unknown[0][:40]!r} is not one of {', '.join(KINDS)}.")
    if draft.name is not None and (len(draft.name) > NAME_MAX or "\x00" in draft.name):
        raise InputError(f"name has at most {NAME_MAX} characters, and no NUL among them.")
    keys.outgoing.check(draft.url)
    return {
        "url": draft.url,
        "name": draft.name or None,
        "kinds": list(dict.fromkeys(draft.kinds)),
        "enabled": draft.enabled,
    }


def _new_key(webhook_id: str, keys: Keys) -> tuple[dict[str, str], str]:
    nonce = secrets.token_urlsafe(24)
    secret = derive_secret(keys.server_secret, webhook_id, nonce)
    return {"nonce": nonce, "key_print": key_print(secret)}, secret
