"""Sending what is in the outbox: to the app, by e-mail and to webhooks, each at least once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.runtime.bus import Bus
from argosy.runtime.clock import Clock
from argosy.services import live, notifying
from argosy.services.notifying import Draft, Notification
from argosy.services.sending import Sender, Tried, instant, shown
from argosy.services.users import User
from argosy.store import deliveries, notifications, users, webhooks
from argosy.store.database import Database
from argosy.store.deliveries import Channel, Delivery, DeliveryStatus
from argosy.store.webhooks import Webhook

RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""How long to wait after each attempt that failed; after the last one it has failed for good."""

FAILURES_MAX = 5
"""After so many deliveries in a row that failed for good a webhook is disabled."""

_LEASE = timedelta(minutes=2)
_AT_ONCE = 8
_APP_AT_ONCE = 500
_ALERT = "alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How many deliveries arrived, wait to be tried again, and failed."""

    delivered: int = 0
    waiting: int = 0
    failed: int = 0

    def and_(self, other: "Sent") -> "Sent":
        """Return both together."""
        return Sent(
            delivered=self.delivered + other.delivered,
            waiting=self.waiting + other.waiting,
            failed=self.failed + other.failed,
        )


@dataclass(frozen=True, kw_only=True)
class Courier:
    """Sends what is due, under the name of one worker."""

    database: Database
    bus: Bus
    sender: Sender
    clock: Clock
    worker: str

    def lease(self) -> dict[str, Any]:
        """Return the columns of a delivery that is this worker's from now on."""
        return {
            "status": DeliveryStatus.IN_PROGRESS,
            "worker": self.worker,
            "leased_until": self.clock.now() + _LEASE,
        }

    async def deliver(self) -> Sent:
        """Send all that is due, until nothing is left that can be sent now."""
        async with self.database.read() as session:
            if not await deliveries.any_due(session, now=self.clock.now()):
                return Sent()
        apps = asyncio.create_task(self._tell_apps())
        try:  # a bus that is gone stops no letter, and a slow receiver no app
            done = await self._send_out()
        finally:
            told = await apps
        return done.and_(Sent(delivered=told))

    async def send(self, one: Delivery) -> Sent:
        """Send one delivery that is this worker's, and store what came of it."""
        told, hook, user = await self._read(one)
        began = monotonic()
        if one.channel is Channel.EMAIL:
            tried = await self.sender.write_to(user, one, told)
        else:
            tried = await self.sender.post_to(hook, one, told)
        return await self._finish(one, tried, hook, took_s=monotonic() - began)

    async def _claim(self, channels: Sequence[Channel], limit: int) -> list[Delivery]:
        now = self.clock.now()
        async with self.database.write() as session:
            return await deliveries.claim(
                session, channels, worker=self.worker, now=now, until=now + _LEASE, limit=limit
            )

    async def _send_out(self) -> Sent:
        """Send letters and to webhooks, some at a time."""
        done = Sent()
        while some := await self._claim((Channel.EMAIL, Channel.WEBHOOK), _AT_ONCE):
            for sent in await asyncio.gather(*map(self.send, some)):
                done = done.and_(sent)
        return done

    async def _tell_apps(self) -> int:
        """Tell the bus what is new, many at a time: whoever is not there finds it in the list."""
        count = 0
        while some := await self._claim((Channel.APP,), _APP_AT_ONCE):
            async with self.database.read() as session:
                ids = [one.notification_id for one in some if one.notification_id is not None]
                told = await notifications.get_many(session, ids)
            for one in some:
                notification = told.get(one.notification_id or "")
                if notification is not None:
                    user_id = notification.user_id
                    await live.tell(self.bus, user_id, _ALERT, shown(notification))
            async with self.database.write() as session:
                done = [one.id for one in some]
                await deliveries.finish_all(session, done, at=self.clock.now())
            count += len(some)
        return count

    async def _read(self, one: Delivery) -> tuple[Notification | None, Webhook | None, User | None]:
        told = hook = user = None
        async with self.database.read() as session:
            if one.notification_id is not None:
                found = await notifications.get_many(session, [one.notification_id])
                told = found.get(one.notification_id)
            if one.webhook_id is not None:
                hook = (await webhooks.get_many(session, [one.webhook_id])).get(one.webhook_id)
            if told is not None:
                user = await users.find(session, told.user_id)
        return told, hook, user

    async def _finish(
        self, one: Delivery, tried: Tried, hook: Webhook | None, *, took_s: float
    ) -> Sent:
        now = self.clock.now()
        status, due_at = _next(one, tried, now)
        arrived = status is DeliveryStatus.DELIVERED
        noted = {
            "at": instant(now),
            "status": tried.status,
            "error": tried.error,
            "answer": tried.answer,
            "took_ms": round(took_s * 1000),
        }
        values = {"status": status, "due_at": due_at, "delivered_at": now if arrived else None}
        async with self.database.write() as session:
            mine = await deliveries.finish(session, one, values, tried=noted)
            if mine and hook is not None and one.notification_id is not None:
                await self._judge(session, hook, tried, status)
        return Sent(
            delivered=int(arrived),
            waiting=int(status is DeliveryStatus.PENDING),
            failed=int(status is DeliveryStatus.FAILED),
        )

    async def _judge(
        self, session: AsyncSession, hook: Webhook, tried: Tried, status: DeliveryStatus
    ) -> None:
        """Count what failed for good; a webhook that fails too often in a row is disabled."""
        if status is DeliveryStatus.DELIVERED:
            await webhooks.clear_failures(session, hook.id)
        if status is not DeliveryStatus.FAILED:
            return
        reason = tried.error or ""
        most = 1 if tried.gone else FAILURES_MAX
        if not await webhooks.count_failure(session, hook.id, most=most, reason=reason):
            return
        await deliveries.drop(session, hook.id)
        draft = Draft(
            user_id=hook.user_id,
            kind=notifying.DISABLED,
            title=f"The webhook {(hook.name or hook.url)[:200]} is disabled",
            body=f"It failed too often. Last: {reason}\nMend it, and enable it again.",
            details={"webhook_id": hook.id, "reason": reason},
        )
        mail = self.sender.mail.is_set
        await notifying.add(session, [draft], at=self.clock.now(), mail=mail)


def _next(one: Delivery, tried: Tried, now: datetime) -> tuple[DeliveryStatus, datetime]:
    """Return what becomes of a delivery after an attempt, and when it is due; a test has one."""
    if tried.error is None:
        return DeliveryStatus.DELIVERED, one.due_at
    is_test = one.notification_id is None
    if tried.final or is_test or one.attempts >= len(RETRIES):
        return DeliveryStatus.FAILED, one.due_at
    return DeliveryStatus.PENDING, now + RETRIES[one.attempts]
