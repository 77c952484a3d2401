"""Which histories are still to be fetched."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import BigKey, Id, Instant

_WATCHED = text("tracking_users > 0")


class BackfillJobRow(Stamped, Base):
    """A stretch of history to be fetched; it survives restarts."""

    __tablename__ = "backfill_queue"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'in_progress', 'rate_limited', 'completed', 'failed')",
            name="status",
        ),
        Index("ix_backfill_queue_status", "status", "retry_after"),
        Index("ix_backfill_queue_asset", "asset_id", "status"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    asset_id: Mapped[str] = mapped_column(Id, ForeignKey("assets.id"))
    start_date: Mapped[date]
    end_date: Mapped[date]
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    retry_after: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    max_attempts: Mapped[int] = mapped_column(Integer, server_default=text("5"))
    error_message: Mapped[str | None] = mapped_column(Text)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
