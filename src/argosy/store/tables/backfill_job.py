"""Which histories are still to be fetched."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import BigKey, Id, Instant


class BackfillJobRow(Stamped, Base):
    """A stretch of history to be fetched; it survives restarts.

    `source` null = whichever answers. While a worker has it, it is the worker's until
    `leased_until`. `error_message` is what went wrong last, `reason` what a person can do about it.
    """

    __tablename__ = "backfill_queue"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'in_progress', 'rate_limited', 'completed', 'failed')",
            name="status",
        ),
        CheckConstraint("cause IN ('held', 'tracked', 'asked')", name="cause"),
        CheckConstraint("priority BETWEEN 1 AND 3", name="priority"),
        CheckConstraint("start_date <= end_date", name="days"),
        Index("ix_backfill_queue_status", "status", "retry_after"),
        Index("ix_backfill_queue_asset", "asset_id", "status"),
        Index("ix_backfill_queue_turn", "status", "priority", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    asset_id: Mapped[str] = mapped_column(Id, ForeignKey("assets.id", ondelete="CASCADE"))
    start_date: Mapped[date]
    end_date: Mapped[date]
    source: Mapped[str | None] = mapped_column(String(50))
    cause: Mapped[str] = mapped_column(String(20), server_default="asked")
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("2"))
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    paused: Mapped[bool] = mapped_column(server_default=false())
    retry_after: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    max_attempts: Mapped[int] = mapped_column(Integer, server_default=text("5"))
    worker: Mapped[str | None] = mapped_column(String(100))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    error_message: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
