"""What somebody wants to be told of."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from argosy.core.alerts.condition import AlertKind
from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Document, Exact, Id, Instant

_KINDS = ", ".join(f"'{kind}'" for kind in AlertKind)


class AlertRow(Stamped, Base):
    """One alert: its condition, how patient it is, and what is known of it.

    `revision` rises with every change. `holds` is what was known last, `since` when that began;
    `seen` is what was seen then, `reason` why nothing is known now.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("cool_down_minutes >= 0 AND back_off_minutes >= 1", name="patience"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(255))
    note: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    asset_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), index=True
    )
    portfolio_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[str | None] = mapped_column(String(20))
    job: Mapped[str | None] = mapped_column(String(50))
    side: Mapped[str | None] = mapped_column(String(10))
    threshold: Mapped[Decimal | None] = mapped_column(Exact)
    lower: Mapped[Decimal | None] = mapped_column(Exact)
    upper: Mapped[Decimal | None] = mapped_column(Exact)
    time_window: Mapped[str | None] = mapped_column(String(5))
    figure: Mapped[str | None] = mapped_column(String(20))
    days: Mapped[int | None] = mapped_column(Integer)
    enabled: Mapped[bool] = mapped_column(server_default=true())
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    cool_down_minutes: Mapped[int] = mapped_column(Integer, server_default=text("60"))
    back_off_minutes: Mapped[int | None] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    holds: Mapped[bool | None]
    told: Mapped[bool] = mapped_column(server_default=false())
    about: Mapped[str | None] = mapped_column(String(100))
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    since: Mapped[datetime | None] = mapped_column(Instant)
    seen: Mapped[dict[str, Any] | None] = mapped_column(Document)
    reason: Mapped[str | None] = mapped_column(Text)
