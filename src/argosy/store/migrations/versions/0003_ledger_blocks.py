"""Ledgers packed beside their rows, by version."""

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Id, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_blocks",
        sa.Column(
            "portfolio_id",
            Id(),
            sa.ForeignKey(
                "portfolios.id",
                ondelete="CASCADE",
                name="fk_ledger_blocks_portfolio_id_portfolios",
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", Instant(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("portfolio_id", name="pk_ledger_blocks"),
    )


def downgrade() -> None:
    op.drop_table("ledger_blocks")
