"""Projections: what each asset did over the usual timeframes."""

from datetime import date

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Document


class AssetMetricsRow(Stamped, Base):
    """An asset's figures over one timeframe, from shared prices and splits.

    Fractions, null where undefined, `reasons` says why. `version` is how often the facts they
    depend on had changed: the figures hold while it is the same.
    """

    __tablename__ = "asset_metrics"

    asset_key: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("assets.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    timeframe: Mapped[str] = mapped_column(String(8), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    start_on: Mapped[date | None] = mapped_column(Date)
    as_of: Mapped[date] = mapped_column(Date)
    returns: Mapped[int] = mapped_column(Integer)
    sessions_a_year: Mapped[float | None]
    sparse: Mapped[bool] = mapped_column(Boolean)
    total_return: Mapped[float | None]
    annualized_return: Mapped[float | None]
    volatility: Mapped[float | None]
    downside_deviation: Mapped[float | None]
    sharpe_ratio: Mapped[float | None]
    sortino_ratio: Mapped[float | None]
    calmar_ratio: Mapped[float | None]
    max_drawdown: Mapped[float | None]
    current_drawdown: Mapped[float | None]
    peak_on: Mapped[date | None] = mapped_column(Date)
    trough_on: Mapped[date | None] = mapped_column(Date)
    recovered_on: Mapped[date | None] = mapped_column(Date)
    reasons: Mapped[dict[str, str]] = mapped_column(Document)
