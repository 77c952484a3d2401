"""Public identifiers: UUID version 7, which sort by the time they were made."""

import secrets
import time
import uuid


def new_id() -> str:
    """Return a fresh UUIDv7 as 36 characters (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
