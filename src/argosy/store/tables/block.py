"""Packed closes beside the price rows: a projection that can be dropped and built again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.seconds import Seconds
from argosy.store.tables.base import Base


class PriceBlockRow(Base):
    """The shared daily closes of an asset before the day `until`, one a day, in columns.

    Rows from `until` on (their timestamps are at or after `tail_from`) are read as they are, so
    the newest day can change without a block being written. `source_order` is the order that
    chose among sources; a reader with another order reads the rows.
    """

    __tablename__ = "price_blocks"

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    interval: Mapped[str] = mapped_column(String(8), primary_key=True)
    until: Mapped[int] = mapped_column(Integer)
    tail_from: Mapped[datetime] = mapped_column(Seconds)
    source_order: Mapped[str] = mapped_column(String(500))
    data: Mapped[bytes] = mapped_column(LargeBinary)
