"""Events of which a portfolio's owner wants to hear no more."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id


class DismissedProposalRow(Stamped, Base):
    """A split or dividend that is not to be proposed to a portfolio again."""

    __tablename__ = "dismissed_proposals"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
