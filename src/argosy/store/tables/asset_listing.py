"""What sources list."""

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, true
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Document


class AssetListingRow(Stamped, Base):
    """What one source said last of a symbol, so that nobody's own words are overwritten.

    A field of an asset that no source ever said is somebody's, and stays. `profile` is what else
    the source says of it.
    """

    __tablename__ = "asset_listings"
    __table_args__ = (Index("ix_asset_listings_asset_key", "asset_key"),)

    source: Mapped[str] = mapped_column(String(50), primary_key=True)
    symbol: Mapped[str] = mapped_column(String(100), primary_key=True)
    asset_key: Mapped[int] = mapped_column(Integer, ForeignKey("assets.key", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    category: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(server_default=true())
    delisted_on: Mapped[date | None] = mapped_column(Date)
    profile: Mapped[dict[str, Any] | None] = mapped_column(Document)
