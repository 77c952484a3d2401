"""Which assets are watched."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, func, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id, Instant

_WATCHED = text("tracking_users > 0")


class TrackedAssetRow(Stamped, Base):
    """An asset that someone holds; `tracking_users` counts people, not positions."""

    __tablename__ = "tracked_assets"
    __table_args__ = (
        Index(
            "ix_tracked_assets_active",
            "last_tracked_at",
            sqlite_where=_WATCHED,
            postgresql_where=_WATCHED,
        ),
    )

    asset_id: Mapped[str] = mapped_column(Id, ForeignKey("assets.id"), primary_key=True)
    first_tracked_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now())
    last_tracked_at: Mapped[datetime | None] = mapped_column(Instant)
    tracking_users: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    last_price_update: Mapped[datetime | None] = mapped_column(Instant)
