"""Stock splits as facts about assets."""

from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Exact


class AssetSplitRow(Stamped, Base):
    """On `day` each old share became new / old shares, as one source or one user says."""

    __tablename__ = "asset_splits"

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(String(36), primary_key=True, server_default=text("''"))
    new: Mapped[Decimal] = mapped_column(Exact)
    old: Mapped[Decimal] = mapped_column(Exact)
