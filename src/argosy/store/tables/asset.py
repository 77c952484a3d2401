"""The asset master."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from argosy.core.market.asset import AssetCategory
from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Document, Id, Instant

_CATEGORIES = ", ".join(f"'{category}'" for category in AssetCategory)


class AssetRow(Stamped, Base):
    """One thing that can be held and priced; `owner_id` null = shared.

    The three keys repeat symbol, exchange and owner in capital letters with '' for null: so the
    three are unique together in any letter case with nulls equal, on both databases alike.
    `search_key` holds the words by which an asset is found; PostgreSQL has them in a GIN index,
    SQLite in the table `asset_words`, which triggers keep in step.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("symbol_key", "exchange_key", "owner_key", name="uq_assets_identity"),
        UniqueConstraint("id", name="uq_assets_id"),
        CheckConstraint(f"category IN ({_CATEGORIES})", name="category"),
        Index("ix_assets_owner_id", "owner_id"),
        Index("ix_assets_category", "category"),
        Index("ix_assets_name", "name", "key"),
        Index(
            "ix_assets_search_key",
            "search_key",
            postgresql_ops={"search_key": "text_pattern_ops"},
        ),
        {"sqlite_autoincrement": True},
    )

    key: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[str] = mapped_column(Id)
    symbol: Mapped[str] = mapped_column(String(50))
    exchange: Mapped[str | None] = mapped_column(String(50))
    owner_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    symbol_key: Mapped[str] = mapped_column(String(150))
    exchange_key: Mapped[str] = mapped_column(String(150))
    owner_key: Mapped[str] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(255))
    category: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(10))
    description: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(server_default=true())
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata", Document)
    search_key: Mapped[str] = mapped_column(Text)
    delisted_on: Mapped[date | None] = mapped_column(Date)
    synced_at: Mapped[datetime | None] = mapped_column(Instant)
