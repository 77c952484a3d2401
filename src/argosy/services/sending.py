"""One attempt to send something: as an e-mail, or signed to a webhook."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from argosy.core.errors import ArgosyError, InputError, SourceRefusedError
from argosy.runtime.clock import Clock
from argosy.runtime.mail import Letter, Mail
from argosy.runtime.outgoing import Outgoing
from argosy.runtime.signatures import derive_secret, key_print, sign
from argosy.services.users import User
from argosy.store.deliveries import Delivery
from argosy.store.notifications import Notification
from argosy.store.webhooks import Webhook

_SHOWN = 1_000
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one attempt; `final` says that another would bring the same.

    `gone` is the receiver's word that nobody will be there any more.
    """

    error: str | None = None
    status: int | None = None
    answer: str | None = None
    final: bool = False
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What sending needs; webhooks are signed with keys made of the server's secret."""

    mail: Mail
    outgoing: Outgoing
    server_secret: str
    clock: Clock

    async def write_to(self, user: User | None, one: Delivery, told: Notification | None) -> Tried:
        """Send a notification by e-mail."""
        if user is None or told is None or not user.is_active:
            return Tried(error="The account is not active.", final=True)
        if not self.mail.is_set:  # whoever noted it had a server
            return Tried(error="No mail server is set here: ARGOSY_SMTP_HOST.")
        letter = Letter(key=one.id, to=user.email, subject=told.title, text=told.body)
        try:
            await self.mail.send(letter)
        except SourceRefusedError as refused:
            return Tried(error=str(refused), final=True)
        except ArgosyError as failed:
            return Tried(error=str(failed))
        return Tried()

    async def post_to(
        self, hook: Webhook | None, one: Delivery, told: Notification | None
    ) -> Tried:
        """Send a notification to a webhook; without one a test, to a disabled one too."""
        if hook is None or not (hook.enabled or told is None):
            return Tried(error="The webhook is disabled.", final=True)
        secret = derive_secret(self.server_secret, hook.id, hook.nonce)
        if key_print(secret) != hook.key_print:
            lost = "ARGOSY_SECRET is another than when this secret was made; renew the secret."
            return Tried(error=lost)
        body = body_of(one, told)
        signed = sign(secret, message_id=one.id, at=self.clock.now(), body=body)
        headers = {"Content-Type": "application/json", "User-Agent": "Argosy", **signed}
        try:
            reply = await self.outgoing.send("POST", hook.url, headers=headers, content=body)
        except InputError as refused:
            return Tried(error=str(refused), final=True)
        except ArgosyError as failed:
            return Tried(error=str(failed))
        answer = reply.body[:_SHOWN].decode("utf-8", "replace").replace("\x00", "\ufffd")
        if 200 <= reply.status < 300:
            return Tried(status=reply.status, answer=answer)
        gone = reply.status == _GONE
        told_us = f"It answered {reply.status}."
        return Tried(error=told_us, status=reply.status, answer=answer, final=gone, gone=gone)


def body_of(one: Delivery, told: Notification | None) -> bytes:
    """Return what a webhook is sent: the same bytes each time that it is tried."""
    at = one.created_at if told is None else told.at
    data = {"message": "This is a test."} if told is None else shown(told)
    return orjson.dumps({"type": one.kind, "timestamp": instant(at), "data": data})


def shown(told: Notification) -> dict[str, Any]:
    """Return a notification as JSON has it."""
    return {
        "id": told.id,
        "kind": told.kind,
        "alert_id": told.alert_id,
        "title": told.title,
        "body": told.body,
        "details": dict(told.details),
        "at": instant(told.at),
    }


def instant(at: datetime) -> str:
    """Write an instant in UTC, ending in Z."""
    return at.isoformat().replace("+00:00", "Z")
