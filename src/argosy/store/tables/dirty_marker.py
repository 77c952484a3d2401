"""From which day on the projections of a portfolio are to be rebuilt."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id


class DirtyMarkerRow(Stamped, Base):
    """From which day on a portfolio's projections are out of date."""

    __tablename__ = "dirty_markers"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    from_day: Mapped[date]
