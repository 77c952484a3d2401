"""Prices that are in doubt, and what was decided about them."""

import sqlalchemy as sa
from alembic import op

from argosy.store.seconds import Seconds
from argosy.store.types import Id, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_verdicts",
        _asset_key(),
        sa.Column("interval", sa.String(8), nullable=False),
        sa.Column("timestamp", Seconds, nullable=False),
        sa.Column("source", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("close", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20)),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_by", Id),
        sa.Column("decided_at", Instant()),
        *_stamps(),
        sa.PrimaryKeyConstraint(
            "asset_key", "interval", "timestamp", "source", name="pk_price_verdicts"
        ),
        _of_an_asset("price_verdicts"),
        sa.CheckConstraint(
            "status IN ('suspect', 'accepted', 'rejected')",
            name=op.f("ck_price_verdicts_status"),
        ),
    )
    op.create_index(
        "ix_price_verdicts_status", "price_verdicts", ["status", "asset_key", "timestamp"]
    )
    op.create_table(
        "asset_quality",
        _asset_key(),
        *(
            sa.Column(name, sa.Double(), nullable=name == "agreement")
            for name in ("score", "completeness", "agreement", "freshness", "trust")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("missing", "open_gaps", "suspects")
        ),
        *_stamps(),
        sa.PrimaryKeyConstraint("asset_key", name="pk_asset_quality"),
        _of_an_asset("asset_quality"),
    )
    op.create_index("ix_asset_quality_score", "asset_quality", ["score", "asset_key"])
    op.create_table(
        "price_gaps",
        _asset_key(),
        sa.Column("first_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("asset_key", "first_day", name="pk_price_gaps"),
        _of_an_asset("price_gaps"),
    )


def downgrade() -> None:
    for table in ("price_gaps", "asset_quality", "price_verdicts"):
        op.drop_table(table)


def _asset_key() -> sa.Column[int]:
    return sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False)


def _of_an_asset(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_asset_key_assets"
    return sa.ForeignKeyConstraint(["asset_key"], ["assets.key"], name=name, ondelete="CASCADE")


def _stamps() -> list[sa.Column[object]]:
    return [
        sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    ]
