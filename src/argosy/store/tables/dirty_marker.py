"""From which day on the projections of a portfolio are to be rebuilt."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id


class DirtyMarkerRow(Stamped, Base):
    """From which day on a portfolio's projections are out of date.

    `marks` counts how often it was said: whoever rebuilds takes away no mark that he did not see.
    """

    __tablename__ = "dirty_markers"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    from_day: Mapped[date]
    marks: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
