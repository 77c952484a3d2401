"""A portfolio's ledger packed beside its rows: a projection that can be dropped and built again."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id


class LedgerBlockRow(Stamped, Base):
    """All lines of a portfolio as they were at `version` of it; of another version, worthless."""

    __tablename__ = "ledger_blocks"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[bytes] = mapped_column(LargeBinary)
