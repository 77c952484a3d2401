"""Which assets are fetched by themselves, and for which reasons."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, false, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id, Instant

_HELD = text("tracking_users > 0")


class TrackedAssetRow(Stamped, Base):
    """An asset that is or was tracked: while any count is above zero, or it is enabled.

    `tracking_users` counts people who hold it, not positions. `last_tracked_at` is when a reason
    came or went last. From `history_from` to `history_until` its sources have said all they have.
    """

    __tablename__ = "tracked_assets"
    __table_args__ = (
        CheckConstraint(
            "tracking_users >= 0 AND watchers >= 0 AND benchmarks >= 0 AND alerts >= 0",
            name="counts",
        ),
        CheckConstraint("priority BETWEEN 1 AND 3", name="priority"),
        CheckConstraint("interval_minutes >= 1", name="interval_minutes"),
        Index(
            "ix_tracked_assets_active",
            "last_tracked_at",
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
    )

    asset_id: Mapped[str] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True
    )
    first_tracked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_tracked_at: Mapped[datetime | None] = mapped_column(Instant)
    tracking_users: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    watchers: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    benchmarks: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    alerts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    enabled: Mapped[bool] = mapped_column(server_default=false())
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("2"))
    interval_minutes: Mapped[int | None] = mapped_column(Integer)
    last_collected: Mapped[datetime | None] = mapped_column(Instant)
    last_price_update: Mapped[datetime | None] = mapped_column(Instant)
    history_from: Mapped[date | None]
    history_until: Mapped[date | None]
