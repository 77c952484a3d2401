"""Assets know what each source calls them, and which source is asked first."""

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset_sources",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(50), nullable=False),
        sa.Column("symbol", sa.String(100)),
        sa.Column("rank", sa.SmallInteger()),
        *(
            sa.Column(name, Instant, server_default=sa.func.now(), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.CheckConstraint("rank >= 1", name="ck_asset_sources_rank"),
        sa.PrimaryKeyConstraint("asset_key", "source", name="pk_asset_sources"),
        sa.ForeignKeyConstraint(
            ["asset_key"],
            ["assets.key"],
            name="fk_asset_sources_asset_key_assets",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("asset_sources")
