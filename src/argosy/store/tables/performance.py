"""Projections: the newest figures of each portfolio."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, false, func
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Exact, Id, Instant


class PortfolioPerformanceRow(Stamped, Base):
    """A portfolio's newest figures in its own currency and in dollars; null where unknown.

    Money is exact, the rest are fractions; changes are the time-weighted returns of 1D, 1W, 1M and
    1Y. They count while the portfolio has no mark (`dirty_markers`).
    """

    __tablename__ = "portfolio_performance_cache"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    currency: Mapped[str | None] = mapped_column(String(10))
    as_of: Mapped[date | None]
    current_value: Mapped[Decimal | None] = mapped_column(Exact)
    total_invested: Mapped[Decimal | None] = mapped_column(Exact)
    day_change_value: Mapped[Decimal | None] = mapped_column(Exact)
    current_value_usd: Mapped[Decimal | None] = mapped_column(Exact)
    total_invested_usd: Mapped[Decimal | None] = mapped_column(Exact)
    day_change_value_usd: Mapped[Decimal | None] = mapped_column(Exact)
    total_return: Mapped[float | None]
    day_change: Mapped[float | None]
    week_change: Mapped[float | None]
    month_change: Mapped[float | None]
    year_change: Mapped[float | None]
    total_return_usd: Mapped[float | None]
    day_change_usd: Mapped[float | None]
    week_change_usd: Mapped[float | None]
    month_change_usd: Mapped[float | None]
    year_change_usd: Mapped[float | None]
    incomplete: Mapped[bool] = mapped_column(server_default=false())
    last_updated: Mapped[datetime] = mapped_column(Instant, server_default=func.now())
