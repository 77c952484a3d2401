"""Dividends as facts about assets."""

from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Exact


class AssetDividendRow(Stamped, Base):
    """Cash per share as traded on `day`, when it went ex, as one source or one user says.

    `currency` is a whole one (GBP, never GBp); `pay_day` null where the source does not say.
    """

    __tablename__ = "asset_dividends"

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(String(36), primary_key=True, server_default=text("''"))
    currency: Mapped[str] = mapped_column(String(10), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Exact)
    pay_day: Mapped[int | None] = mapped_column(Integer)
