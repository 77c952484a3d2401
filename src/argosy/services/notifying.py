"""Telling people what happened: stored with what is to be sent, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.alerts.quiet import QuietHours, read_zone, tell_at
from argosy.core.errors import InputError
from argosy.runtime.clock import Clock
from argosy.runtime.ids import new_id
from argosy.store import deliveries, webhooks
from argosy.store import notifications as rows
from argosy.store.deliveries import Channel
from argosy.store.notifications import Notification, StoredSettings
from argosy.store.paging import Page
from argosy.store.webhooks import Webhook

__all__ = ["Notification", "Page"]

DISABLED = "webhook.disabled"
TEST = "test"
_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody is to be told; `details` is what JSON can hold, its numbers as texts."""

    user_id: str
    kind: str
    title: str
    body: str
    details: Mapping[str, Any]
    alert_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSettings:
    """How a user is told; without quiet hours at any time."""

    time_zone: str = "UTC"
    quiet_from: time | None = None
    quiet_until: time | None = None
    email: bool = False

    @property
    def quiet(self) -> QuietHours | None:
        """The hours in which nothing is sent."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until, read_zone(self.time_zone))


async def add(session: AsyncSession, drafts: Sequence[Draft], *, at: datetime, mail: bool) -> None:
    """Store what people are to be told, and what is to be sent of it once quiet hours are over.

    `mail` tells whether letters go anywhere: without a server none waits for one.
    """
    users = {draft.user_id for draft in drafts}
    stored = await rows.read_settings(session, users)
    wanted = {user_id: _settings(one) for user_id, one in stored.items()}
    hooks = await webhooks.enabled_of(session, users)
    told: list[Notification] = []
    sent: list[dict[str, Any]] = []
    for draft in drafts:
        settings = wanted[draft.user_id]
        one = _notification(draft, at, tell_at(at, settings.quiet))
        told.append(one)
        sent += _deliveries(one, hooks.get(draft.user_id, ()), mail=mail and settings.email)
    await rows.add(session, told)
    await deliveries.add(session, sent)


async def page(
    session: AsyncSession,
    user_id: str,
    *,
    unread: bool = False,
    alert_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> tuple[Page[Notification], int]:
    """Return what a user was told, the newest first, and how much of all is unread."""
    found = await rows.page(
        session, user_id, unread=unread, alert_id=alert_id, limit=limit, cursor=cursor
    )
    return found, await rows.count_unread(session, user_id)


async def count_unread(session: AsyncSession, user_id: str) -> int:
    """Return how many notifications a user has not read."""
    return await rows.count_unread(session, user_id)


async def mark(
    session: AsyncSession,
    user_id: str,
    ids: Collection[str] | None,
    *,
    read: bool,
    clock: Clock,
) -> int:
    """Say that notifications were read, or not; None means all; return how many that changed."""
    return await rows.mark_read(session, user_id, ids=ids, at=clock.now() if read else None)


async def settings_of(session: AsyncSession, user_id: str) -> NotificationSettings:
    """Return how a user wants to be told."""
    return _settings((await rows.read_settings(session, [user_id]))[user_id])


async def change_settings(
    session: AsyncSession, user_id: str, wanted: NotificationSettings
) -> NotificationSettings:
    """Store how a user wants to be told."""
    zone = read_zone(wanted.time_zone)
    start, end = wanted.quiet_from, wanted.quiet_until
    if (start is None) != (end is None):
        raise InputError("Quiet hours need both quiet_from and quiet_until.")
    if start is not None and start == end:
        raise InputError("Quiet hours begin and end at different times.")
    stored = StoredSettings(
        time_zone=zone.key, quiet_from=_minute(start), quiet_until=_minute(end), email=wanted.email
    )
    await rows.put_settings(session, user_id, stored)
    return _settings(stored)


async def clean(session: AsyncSession, *, before: datetime) -> int:
    """Forget what was told before an instant; return how many notifications."""
    return await rows.clean(session, before=before)


def _settings(stored: StoredSettings) -> NotificationSettings:
    return NotificationSettings(
        time_zone=stored.time_zone,
        quiet_from=_clock_time(stored.quiet_from),
        quiet_until=_clock_time(stored.quiet_until),
        email=stored.email,
    )


def _clock_time(minute: int | None) -> time | None:
    return None if minute is None else time(minute // _HOUR, minute % _HOUR)


def _minute(at: time | None) -> int | None:
    return None if at is None else at.hour * _HOUR + at.minute


def _notification(draft: Draft, at: datetime, deliver_at: datetime) -> Notification:
    return Notification(
        id=new_id(),
        user_id=draft.user_id,
        kind=draft.kind,
        alert_id=draft.alert_id,
        title=draft.title,
        body=draft.body,
        details=dict(draft.details),
        at=at,
        deliver_at=deliver_at,
    )


def _deliveries(one: Notification, hooks: Sequence[Webhook], *, mail: bool) -> list[dict[str, Any]]:
    ways: list[tuple[Channel, str | None]] = [(Channel.APP, None)]
    if mail:
        ways.append((Channel.EMAIL, None))
    ways += [(Channel.WEBHOOK, hook.id) for hook in hooks if hook.hears(one.kind)]
    return [
        {
            "id": new_id(),
            "notification_id": one.id,
            "webhook_id": webhook_id,
            "channel": channel,
            "kind": one.kind,
            "due_at": one.deliver_at,
        }
        for channel, webhook_id in ways
    ]
