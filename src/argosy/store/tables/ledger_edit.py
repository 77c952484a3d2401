"""Which lines of a ledger its last versions changed: who has an earlier one reads these alone."""

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id


class LedgerEditRow(Stamped, Base):
    """The ids of the lines that one version entered, changed or took away, as JSON.

    A version without a row changed too many, or the rules.
    """

    __tablename__ = "ledger_edits"

    portfolio_id: Mapped[str] = mapped_column(
        Id, ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lines: Mapped[str] = mapped_column(Text)
