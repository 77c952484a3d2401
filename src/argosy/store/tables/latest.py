"""The newest shared price of each asset and rate of each currency, kept beside all the others."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.seconds import Seconds
from argosy.store.tables.base import Base
from argosy.store.types import Exact


class LatestPriceRow(Base):
    """The close of an asset's newest day, as the daily series has it; a projection of the bars."""

    __tablename__ = "latest_prices"

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    timestamp: Mapped[datetime] = mapped_column(Seconds)
    day: Mapped[int] = mapped_column(Integer)
    close: Mapped[int] = mapped_column(BigInteger)
    scale: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[int] = mapped_column(SmallInteger)
    fetched_at: Mapped[datetime] = mapped_column(Seconds)


class LatestRateRow(Base):
    """A currency's newest rate to USD = `dollars` / `units`, as stated: a cross has both legs."""

    __tablename__ = "latest_rates"

    currency_code: Mapped[str] = mapped_column(String(10), primary_key=True)
    dollars: Mapped[Decimal] = mapped_column(Exact)
    units: Mapped[Decimal] = mapped_column(Exact)
    timestamp: Mapped[datetime] = mapped_column(Seconds)
    day: Mapped[int] = mapped_column(Integer)
    source: Mapped[int] = mapped_column(SmallInteger)
