"""Tickets for the live feed: hashed, each used once."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id, Instant


class LiveTicketRow(Stamped, Base):
    """One ticket; what it opens ends with the token that it was made with."""

    __tablename__ = "live_tickets"

    hashed_ticket: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    session_expires_at: Mapped[datetime] = mapped_column(Instant)
