"""Price bars: one row for each asset, interval, time, source and owner, raw as traded."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.seconds import Seconds, second_now
from argosy.store.tables.base import Base


class PriceSourceRow(Base):
    """The name of a source, so that a million rows carry one byte for it."""

    __tablename__ = "price_sources"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(
        SmallInteger().with_variant(Integer, "sqlite"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(50))


class AssetPriceRow(Base):
    """One bar. Price = mantissa / 10 ** scale; `owner` '' = shared, else the user who overrides.

    The key has no null, so nulls need not be equal. PostgreSQL keeps one partition a year.
    """

    __tablename__ = "asset_prices"
    __table_args__ = (
        # Free on SQLite; on PostgreSQL it takes a third of the speed, a trigger does its work.
        ForeignKeyConstraint(["asset_key"], ["assets.key"], ondelete="CASCADE").ddl_if("sqlite"),
        Index(
            "ix_asset_prices_owner",
            "owner",
            "asset_key",
            "interval",
            sqlite_where=text("owner <> ''"),
            postgresql_where=text("owner <> ''"),
        ),
        {"sqlite_with_rowid": False, "postgresql_partition_by": "RANGE (timestamp)"},
    )

    asset_key: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    interval: Mapped[str] = mapped_column(String(8), primary_key=True)
    timestamp: Mapped[datetime] = mapped_column(Seconds, primary_key=True)
    source: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(String(36), primary_key=True, server_default=text("''"))
    day: Mapped[int] = mapped_column(Integer)
    open: Mapped[int | None] = mapped_column(BigInteger)
    high: Mapped[int | None] = mapped_column(BigInteger)
    low: Mapped[int | None] = mapped_column(BigInteger)
    close: Mapped[int] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
    volume: Mapped[int | None] = mapped_column(BigInteger)
    volume_scale: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    adj_close: Mapped[int | None] = mapped_column(BigInteger)
    adj_scale: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    fetched_at: Mapped[datetime] = mapped_column(Seconds, server_default=second_now())


def in_both_databases(item: Any, name: str | None, kind: str, *_more: object) -> bool:
    """Tell Alembic what to compare: not what one database alone has of prices and of the search."""
    if kind == "foreign_key_constraint":
        return bool(item.table.name != "asset_prices")
    if kind == "index":
        return name != "ix_assets_words"
    return kind != "table" or not (name or "").startswith(("asset_prices_", "asset_words"))
