"""Targets, tags and look-through weights of portfolios and assets."""

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Document, Exact, Id, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset_exposures",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(36), server_default=sa.text("''"), nullable=False),
        sa.Column("dimension", sa.String(10), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(50), nullable=False),
        sa.Column("weights", Document, nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint(
            "asset_key", "owner", "dimension", "day", name="pk_asset_exposures"
        ),
        _key("asset_exposures", "asset_key", "assets.key"),
        sa.CheckConstraint(
            "dimension IN ('country', 'sector', 'currency')", name="ck_asset_exposures_dimension"
        ),
    )
    op.create_table(
        "tags",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("taxonomy", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint(
            "user_id", "taxonomy", "name_key", name="uq_tags_user_id_taxonomy_name_key"
        ),
        _key("tags", "user_id", "users.id"),
    )
    op.create_table(
        "tag_assets",
        sa.Column("tag_id", Id(), nullable=False),
        sa.Column("asset_id", Id(), nullable=False),
        sa.Column("weight", Exact(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("tag_id", "asset_id", name="pk_tag_assets"),
        _key("tag_assets", "tag_id", "tags.id"),
        _key("tag_assets", "asset_id", "assets.id"),
    )
    op.create_index("ix_tag_assets_asset_id", "tag_assets", ["asset_id"])
    op.create_table(
        "portfolio_targets",
        sa.Column("portfolio_id", Id(), nullable=False),
        sa.Column("dimension", sa.String(50), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("weight", Exact(), nullable=False),
        sa.Column("band", Exact(), nullable=False),
        sa.Column("relative", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("portfolio_id", "dimension", "unit", name="pk_portfolio_targets"),
        _key("portfolio_targets", "portfolio_id", "portfolios.id"),
    )


def downgrade() -> None:
    for table in ("portfolio_targets", "tag_assets", "tags", "asset_exposures"):
        op.drop_table(table)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [other], name=name, ondelete="CASCADE")


def _stamps() -> tuple[sa.Column[object], ...]:
    return tuple(
        sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    )
