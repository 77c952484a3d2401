"""How good the stored prices of assets are, and the gaps that were asked for again."""

from sqlalchemy import Double, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped


class AssetQualityRow(Stamped, Base):
    """The quality of an asset's shared daily prices when they were last looked at."""

    __tablename__ = "asset_quality"
    __table_args__ = (Index("ix_asset_quality_score", "score", "asset_key"),)

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    score: Mapped[float] = mapped_column(Double)
    completeness: Mapped[float] = mapped_column(Double)
    agreement: Mapped[float | None] = mapped_column(Double)
    freshness: Mapped[float] = mapped_column(Double)
    trust: Mapped[float] = mapped_column(Double)
    missing: Mapped[int] = mapped_column(Integer)
    open_gaps: Mapped[int] = mapped_column(Integer)
    suspects: Mapped[int] = mapped_column(Integer)


class PriceGapRow(Stamped, Base):
    """A stretch of days without prices that was asked for again, which is done once."""

    __tablename__ = "price_gaps"

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    first_day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last_day: Mapped[int] = mapped_column(Integer)
