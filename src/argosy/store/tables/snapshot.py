"""Projections: what each portfolio was worth at the end of each day."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Document, Exact, Id


class PortfolioSnapshotRow(Stamped, Base):
    """A portfolio's value at the end of a day (UTC); null where a price or rate is missing."""

    __tablename__ = "portfolio_snapshots"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    snapshot_date: Mapped[date] = mapped_column(primary_key=True)
    total_value: Mapped[Decimal | None] = mapped_column(Exact)
    total_value_usd: Mapped[Decimal | None] = mapped_column(Exact)
    positions_snapshot: Mapped[list[dict[str, Any]]] = mapped_column(Document)
