"""Exchange rates as their source states them."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.seconds import Seconds, second_now
from argosy.store.tables.base import Base
from argosy.store.types import BigKey, Exact


class ExchangeRateRow(Base):
    """`rate` units of `quote` for one `base`; `owner` '' = shared, else the user who overrides."""

    __tablename__ = "exchange_rates"
    __table_args__ = (
        UniqueConstraint(
            "base", "quote", "timestamp", "source", "owner", name="uq_exchange_rates_key"
        ),
        Index(
            "ix_exchange_rates_owner",
            "owner",
            sqlite_where=text("owner <> ''"),
            postgresql_where=text("owner <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    base: Mapped[str] = mapped_column(String(10))
    quote: Mapped[str] = mapped_column(String(10))
    timestamp: Mapped[datetime] = mapped_column(Seconds)
    day: Mapped[int] = mapped_column(Integer)
    rate: Mapped[Decimal] = mapped_column(Exact)
    source: Mapped[int] = mapped_column(SmallInteger)
    owner: Mapped[str] = mapped_column(String(36), server_default=text("''"))
    fetched_at: Mapped[datetime] = mapped_column(Seconds, server_default=second_now())
