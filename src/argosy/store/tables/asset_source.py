"""What sources call assets."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped


class AssetSourceRow(Stamped, Base):
    """How one source is asked for an asset; `symbol` null = by the asset's own symbol."""

    __tablename__ = "asset_sources"
    __table_args__ = (CheckConstraint("rank >= 1", name="rank"),)

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    source: Mapped[str] = mapped_column(String(50), primary_key=True)
    symbol: Mapped[str | None] = mapped_column(String(100))
    rank: Mapped[int | None] = mapped_column(SmallInteger)
