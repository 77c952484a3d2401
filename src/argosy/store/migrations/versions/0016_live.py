"""Tickets that open the live feed."""

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Id, Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_tickets",
        sa.Column("hashed_ticket", sa.String(64), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        *(
            sa.Column(name, Instant(), nullable=False)
            for name in ("expires_at", "session_expires_at")
        ),
        *(
            sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.PrimaryKeyConstraint("hashed_ticket", name="pk_live_tickets"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_live_tickets_user_id_users", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_live_tickets_user_id", "live_tickets", ["user_id"])


def downgrade() -> None:
    op.drop_table("live_tickets")
