"""Where programs of users are told what happens, and the outbox of all that is to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text, true
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Document, Id, Instant


class WebhookRow(Stamped, Base):
    """An address that is told. Its key is made of the server's secret, the id and the `nonce`.

    `key_print` is the key's fingerprint: a process with another secret would sign with another
    key. `kinds` without any stands for all; `failures` counts those in a row.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(255))
    url: Mapped[str] = mapped_column(String(2000))
    kinds: Mapped[list[str]] = mapped_column(Document)
    enabled: Mapped[bool] = mapped_column(server_default=true())
    nonce: Mapped[str] = mapped_column(String(64))
    key_print: Mapped[str] = mapped_column(String(64))
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    disabled_reason: Mapped[str | None] = mapped_column(Text)


class DeliveryRow(Stamped, Base):
    """One thing to be sent over one channel; stored with what it tells, so none is lost.

    Without a notification it is a test of its webhook. While a worker has it, it is the worker's
    until `leased_until`. `tries` has what came of each attempt.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("channel IN ('app', 'email', 'webhook')", name="channel"),
        CheckConstraint(
            "status IN ('pending', 'in_progress', 'delivered', 'failed')", name="status"
        ),
        Index("ix_deliveries_turn", "status", "due_at"),
        Index("ix_deliveries_webhook", "webhook_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    notification_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("notifications.id", ondelete="CASCADE"), index=True
    )
    webhook_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("webhooks.id", ondelete="CASCADE")
    )
    channel: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    due_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    tries: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    worker: Mapped[str | None] = mapped_column(String(100))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
