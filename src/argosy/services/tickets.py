"""Tickets: what opens a live connection for a client that can only send an address.

An address is written into logs and histories, so no token may stand in it. A ticket is good for
half a minute and once, and what it opens ends when the token ends that it was made with.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import UnauthorizedError
from argosy.runtime.tokens import Claims
from argosy.store import live as rows

LIFETIME = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it travels."""

    text: str
    expires_at: datetime
    session_expires_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose ticket it was, and when what it opened ends."""

    user_id: str
    expires_at: datetime


async def issue(session: AsyncSession, claims: Claims, *, now: datetime) -> Ticket:
    """Make a ticket for whoever has an access token."""
    ticket = Ticket(secrets.token_urlsafe(32), now + LIFETIME, claims.expires_at)
    await rows.drop_tickets(session, until=now)
    await rows.keep_ticket(
        session,
        hashed=_fingerprint(ticket.text),
        user_id=claims.user_id,
        expires_at=ticket.expires_at,
        session_expires_at=ticket.session_expires_at,
    )
    return ticket


async def redeem(session: AsyncSession, text: str, *, now: datetime) -> Holder:
    """Take a ticket; it is worth nothing afterwards.

    Raises
    ------
    UnauthorizedError
        If it is none, was used before, or has expired.
    """
    found = await rows.take_ticket(session, _fingerprint(text), at=now)
    if found is None:
        raise UnauthorizedError("The ticket is not valid, or was used before. Ask for another.")
    return Holder(*found)


def _fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()
