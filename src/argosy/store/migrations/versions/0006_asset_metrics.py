"""Metrics of assets by timeframe, with the version they were computed at."""

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Document, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RATIOS = (
    "total_return",
    "annualized_return",
    "volatility",
    "downside_deviation",
    "sharpe_ratio",
    "sortino_ratio",
    "calmar_ratio",
    "max_drawdown",
    "current_drawdown",
)


def upgrade() -> None:
    op.create_table(
        "asset_metrics",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("timeframe", sa.String(8), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("start_on", sa.Date()),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("sessions_a_year", sa.Double()),
        sa.Column("sparse", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Double()) for name in _RATIOS),
        *(sa.Column(name, sa.Date()) for name in ("peak_on", "trough_on", "recovered_on")),
        sa.Column("reasons", Document, nullable=False),
        *(
            sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.PrimaryKeyConstraint("asset_key", "timeframe", name="pk_asset_metrics"),
        sa.ForeignKeyConstraint(
            ["asset_key"],
            ["assets.key"],
            name="fk_asset_metrics_asset_key_assets",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("asset_metrics")
