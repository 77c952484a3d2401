"""What assets are made of: their weights by country, sector or currency."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Document


class AssetExposureRow(Stamped, Base):
    """An asset's weights in one dimension from `day` on, as all see them or as one user says.

    `weights` has each unit's fraction as a plain decimal; what they lack of 1 is unknown.
    """

    __tablename__ = "asset_exposures"
    __table_args__ = (
        CheckConstraint("dimension IN ('country', 'sector', 'currency')", name="dimension"),
    )

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    owner: Mapped[str] = mapped_column(String(36), primary_key=True, server_default=text("''"))
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(50))
    weights: Mapped[dict[str, str]] = mapped_column(Document)
