"""Signatures of what webhooks send, by the convention of Standard Webhooks.

The header `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over
`{webhook-id}.{webhook-timestamp}.{body}`, its key the base64 behind `whsec_` of the secret. Source:
Standard Webhooks specification, https://github.com/standard-webhooks/standard-webhooks.
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from hashlib import sha256

_PREFIX = "whsec_"

TOLERANCE = timedelta(minutes=5)
"""A signature older than this, or from so far ahead, is worth nothing: it may be a repeated one."""


def derive_secret(server_secret: str, webhook_id: str, nonce: str) -> str:
    """Return a webhook's secret: made anew each time, so that it need not be kept."""
    key = hmac.digest(server_secret.encode(), f"webhook:{webhook_id}:{nonce}".encode(), sha256)
    return _PREFIX + b64encode(key).decode()


def key_print(secret: str) -> str:
    """Return a fingerprint that tells whether two secrets are the same, and not what they are."""
    return sha256(f"webhook-key:{secret}".encode()).hexdigest()[:32]


def sign(secret: str, *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers that let the receiver know who wrote a body, and when."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(secret, message_id, stamp, body)}",
    }


def is_signed(secret: str, headers: dict[str, str], body: bytes, *, now: datetime) -> bool:
    """Tell whether a body bears a signature of the secret's owner, made about now."""
    stamp = headers.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 12):
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    wanted = f"v1,{_signature(secret, headers.get('webhook-id', ''), stamp, body)}".encode()
    given = headers.get("webhook-signature", "").split()
    return any([hmac.compare_digest(wanted, one.encode()) for one in given])  # noqa: C419 - all are compared, whichever fits


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{stamp}.".encode() + body
    return b64encode(hmac.digest(key, signed, sha256)).decode()
