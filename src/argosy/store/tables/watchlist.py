"""Lists of assets that somebody keeps an eye on."""

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id


class WatchlistRow(Stamped, Base):
    """One list of a user's; `name_key` is its name in one letter case, `position` its place."""

    __tablename__ = "watchlists"
    __table_args__ = (UniqueConstraint("user_id", "name_key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    name_key: Mapped[str] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)


class WatchlistItemRow(Stamped, Base):
    """An asset on a list, and its place there."""

    __tablename__ = "watchlist_items"

    watchlist_id: Mapped[str] = mapped_column(
        Id, ForeignKey("watchlists.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(Text)
