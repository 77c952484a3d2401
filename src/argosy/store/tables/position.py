"""Projections: what each portfolio holds now; rebuilt from the ledger at any time."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Exact, Id, Instant


class PortfolioPositionRow(Stamped, Base):
    """What a portfolio holds of an asset now."""

    __tablename__ = "portfolio_positions"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(Id, ForeignKey("assets.id"), primary_key=True, index=True)
    quantity: Mapped[Decimal] = mapped_column(Exact)
    average_buy_price: Mapped[Decimal | None] = mapped_column(Exact)
    cost: Mapped[Decimal | None] = mapped_column(Exact)
    first_purchase_date: Mapped[date]
    last_updated: Mapped[datetime] = mapped_column(Instant, server_default=func.now())
