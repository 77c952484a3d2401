"""What parts of a portfolio shall weigh."""

from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Exact, Id


class PortfolioTargetRow(Stamped, Base):
    """The weight that a slice of a dimension shall have, and how far it may drift.

    `unit` is the slice's key; `band` a fraction of the portfolio, or of the target where it is
    `relative`; `place` its turn in the list.
    """

    __tablename__ = "portfolio_targets"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    dimension: Mapped[str] = mapped_column(String(50), primary_key=True)
    unit: Mapped[str] = mapped_column(String(200), primary_key=True)
    weight: Mapped[Decimal] = mapped_column(Exact)
    band: Mapped[Decimal] = mapped_column(Exact)
    relative: Mapped[bool]
    place: Mapped[int] = mapped_column(Integer)
