"""Portfolios say whether they are the demo."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "portfolios",
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute(
        "UPDATE portfolios SET is_demo = true WHERE name = 'Demo' AND user_id IN"
        " (SELECT id FROM users WHERE email = 'demo@argosy.example')"
    )


def downgrade() -> None:
    op.drop_column("portfolios", "is_demo")
