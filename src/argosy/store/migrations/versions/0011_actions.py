"""Dividends as facts, and proposals that somebody put away."""

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Exact, Id, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset_dividends",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(36), server_default=sa.text("''"), nullable=False),
        sa.Column("currency", sa.String(10), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("pay_day", sa.Integer()),
        *_stamps(),
        sa.PrimaryKeyConstraint(
            "asset_key", "day", "source", "owner", "currency", name="pk_asset_dividends"
        ),
        sa.ForeignKeyConstraint(
            ["asset_key"],
            ["assets.key"],
            name="fk_asset_dividends_asset_key_assets",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "dismissed_proposals",
        sa.Column("portfolio_id", Id(), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("portfolio_id", "key", name="pk_dismissed_proposals"),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolios.id"],
            name="fk_dismissed_proposals_portfolio_id_portfolios",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("dismissed_proposals")
    op.drop_table("asset_dividends")


def _stamps() -> tuple[sa.Column[object], ...]:
    return tuple(
        sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    )
