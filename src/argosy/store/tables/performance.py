"""Projections: the newest figures of each portfolio."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Exact, Id, Instant


class PortfolioPerformanceRow(Stamped, Base):
    """A portfolio's newest figures; fractions, null where undefined."""

    __tablename__ = "portfolio_performance_cache"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    current_value_usd: Mapped[Decimal | None] = mapped_column(Exact)
    total_invested_usd: Mapped[Decimal | None] = mapped_column(Exact)
    total_return: Mapped[float | None]
    day_change: Mapped[float | None]
    week_change: Mapped[float | None]
    month_change: Mapped[float | None]
    year_change: Mapped[float | None]
    last_updated: Mapped[datetime] = mapped_column(Instant, server_default=func.now())
