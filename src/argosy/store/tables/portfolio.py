"""Portfolios and their settings."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from argosy.store.tables.base import Base, Stamped
from argosy.store.types import Id, Instant


class PortfolioRow(Stamped, Base):
    """One portfolio. `version` rises with every change of its ledger or settings.

    `is_demo` marks the one that Argosy made up: it may be taken away without a second thought.
    """

    __tablename__ = "portfolios"
    __table_args__ = (
        CheckConstraint(
            "cost_basis_method IN ('average', 'fifo', 'lifo', 'hifo', 'specific', 'uk_pool')",
            name="cost_basis_method",
        ),
        CheckConstraint("dividend_policy IN ('income', 'reduces_cost')", name="dividend_policy"),
        Index("ix_portfolios_user_id", "user_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(10), server_default="USD")
    cost_basis_method: Mapped[str] = mapped_column(String(20), server_default="average")
    fees_in_cost: Mapped[bool] = mapped_column(server_default=true())
    dividend_policy: Mapped[str] = mapped_column(String(20), server_default="income")
    track_cash: Mapped[bool] = mapped_column(server_default=false())
    allow_short: Mapped[bool] = mapped_column(server_default=false())
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
