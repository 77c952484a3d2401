"""The ledger: the only truth of a portfolio."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from argosy.core.ledger.transaction import TransactionType
from argosy.store.tables.base import Base, Stamped
from argosy.store.types import BigKey, Document, Exact, Id, Instant

_TYPES = ", ".join(f"'{kind}'" for kind in TransactionType)


def _present(column: str) -> dict[str, Any]:
    condition = text(f"{column} IS NOT NULL")
    return {"sqlite_where": condition, "postgresql_where": condition}


_LINKED = _present("to_portfolio_id")


class TransactionRow(Stamped, Base):
    """One line of the ledger; `entry` is the order in which lines came in.

    `turn` is the line's place within its day (see `argosy.store.ledger_rows.turn_of`), so that
    an index alone delivers the ledger in order.
    """

    __tablename__ = "transactions"
    __table_args__ = (
        UniqueConstraint("id", name="uq_transactions_id"),
        CheckConstraint(f"type IN ({_TYPES})", name="type"),
        Index("ix_transactions_ledger", "portfolio_id", "day", "turn", "entry"),
        Index("ix_transactions_asset", "asset_id", "portfolio_id"),
        Index("ix_transactions_to_asset", "to_asset_id", **_present("to_asset_id")),
        Index("ix_transactions_from_link", "portfolio_id", "to_portfolio_id", **_LINKED),
        Index("ix_transactions_to_link", "to_portfolio_id", "portfolio_id", **_LINKED),
        Index(
            "uq_transactions_external",
            "portfolio_id",
            "external_id",
            unique=True,
            **_present("external_id"),
        ),
        {"sqlite_autoincrement": True},
    )

    entry: Mapped[int] = mapped_column(BigKey, primary_key=True)
    id: Mapped[str] = mapped_column(Id)
    portfolio_id: Mapped[str] = mapped_column(Id, ForeignKey("portfolios.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    turn: Mapped[int] = mapped_column(BigInteger)
    timestamp: Mapped[datetime | None] = mapped_column(Instant)
    asset_id: Mapped[str | None] = mapped_column(Id, ForeignKey("assets.id"))
    quantity: Mapped[Decimal | None] = mapped_column(Exact)
    price: Mapped[Decimal | None] = mapped_column(Exact)
    amount: Mapped[Decimal | None] = mapped_column(Exact)
    fee: Mapped[Decimal] = mapped_column(Exact)
    tax: Mapped[Decimal] = mapped_column(Exact)
    currency: Mapped[str] = mapped_column(String(10))
    fx_rate: Mapped[Decimal | None] = mapped_column(Exact)
    fx_quote: Mapped[str | None] = mapped_column(String(10))
    ratio_new: Mapped[Decimal | None] = mapped_column(Exact)
    ratio_old: Mapped[Decimal | None] = mapped_column(Exact)
    to_asset_id: Mapped[str | None] = mapped_column(Id, ForeignKey("assets.id"))
    cost_share: Mapped[Decimal | None] = mapped_column(Exact)
    cost: Mapped[Decimal | None] = mapped_column(Exact)
    to_portfolio_id: Mapped[str | None] = mapped_column(Id, ForeignKey("portfolios.id"))
    lots: Mapped[list[list[str]] | None] = mapped_column(Document)
    note: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(String(255))
