"""Users' own words for parts of what they hold."""

from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Exact, Id


class TagRow(Stamped, Base):
    """One tag of a user's, in one taxonomy; `name_key` is its name in one letter case."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("user_id", "taxonomy", "name_key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    taxonomy: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(300))


class TagAssetRow(Stamped, Base):
    """The part of an asset that belongs to a tag, as a fraction above 0 and up to 1."""

    __tablename__ = "tag_assets"

    tag_id: Mapped[str] = mapped_column(
        Id, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(
        Id, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    weight: Mapped[Decimal] = mapped_column(Exact)
