"""Shared prices that are in doubt, and what people decided about them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.seconds import Seconds
from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id, Instant


class PriceVerdictRow(Stamped, Base):
    """What is thought of one shared bar: it counts unless it is `suspect` or `rejected`.

    About the close that it had then: `close` / 10 ** `scale`. `kind` and `reason` are those of
    the doubt, null where a person decided about a bar that nobody had doubted.
    """

    __tablename__ = "price_verdicts"
    __table_args__ = (
        CheckConstraint("status IN ('suspect', 'accepted', 'rejected')", name="status"),
        Index("ix_price_verdicts_status", "status", "asset_key", "timestamp"),
    )

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    interval: Mapped[str] = mapped_column(String(8), primary_key=True)
    timestamp: Mapped[datetime] = mapped_column(Seconds, primary_key=True)
    source: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(Integer)
    close: Mapped[int] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
