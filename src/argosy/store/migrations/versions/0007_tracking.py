"""Which assets are fetched by themselves and why, and the queue of histories to be fetched.

Nothing has written to the two tables of the foundation: they are made anew.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from argosy.store.types import BigKey, Id, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATUSES = "'pending', 'in_progress', 'rate_limited', 'completed', 'failed'"
_HELD = sa.text("tracking_users > 0")


def upgrade() -> None:
    _drop()
    op.create_table(
        "tracked_assets",
        sa.Column("asset_id", Id, nullable=False),
        *(sa.Column(name, Instant) for name in ("first_tracked_at", "last_tracked_at")),
        *(
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in ("tracking_users", "watchers", "benchmarks", "alerts")
        ),
        sa.Column("enabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("2"), nullable=False),
        sa.Column("interval_minutes", sa.Integer()),
        *(sa.Column(name, Instant) for name in ("last_collected", "last_price_update")),
        *(sa.Column(name, sa.Date()) for name in ("history_from", "history_until")),
        *_stamps(),
        sa.CheckConstraint(
            "tracking_users >= 0 AND watchers >= 0 AND benchmarks >= 0 AND alerts >= 0",
            name="ck_tracked_assets_counts",
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name="ck_tracked_assets_priority"),
        sa.CheckConstraint("interval_minutes >= 1", name="ck_tracked_assets_interval_minutes"),
        _of_asset("tracked_assets", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("asset_id", name="pk_tracked_assets"),
    )
    _index_of_the_tracked()
    op.create_table(
        "backfill_queue",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("asset_id", Id, nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("start_date", "end_date")),
        sa.Column("source", sa.String(50)),
        sa.Column("cause", sa.String(20), server_default="asked", nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default=sa.text("2"), nullable=False),
        sa.Column("status", sa.String(20), server_default="pending", nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("retry_after", Instant),
        *_attempts(),
        sa.Column("worker", sa.String(100)),
        sa.Column("leased_until", Instant),
        *(sa.Column(name, sa.Text()) for name in ("error_message", "reason")),
        *(sa.Column(name, Instant) for name in ("started_at", "completed_at")),
        *_stamps(),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name="ck_backfill_queue_status"),
        sa.CheckConstraint("cause IN ('held', 'tracked', 'asked')", name="ck_backfill_queue_cause"),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name="ck_backfill_queue_priority"),
        sa.CheckConstraint("start_date <= end_date", name="ck_backfill_queue_days"),
        _of_asset("backfill_queue", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_backfill_queue"),
        sqlite_autoincrement=True,
    )
    _indexes_of_the_queue()
    op.create_index("ix_backfill_queue_turn", "backfill_queue", ["status", "priority", "id"])
    op.create_table(
        "switches",
        sa.Column("name", sa.String(50), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
    )


def downgrade() -> None:
    _drop()
    op.drop_table("switches")
    op.create_table(
        "tracked_assets",
        sa.Column("asset_id", Id, nullable=False),
        sa.Column("first_tracked_at", Instant, server_default=sa.func.now(), nullable=False),
        sa.Column("last_tracked_at", Instant),
        sa.Column("tracking_users", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("last_price_update", Instant),
        *_stamps(),
        _of_asset("tracked_assets"),
        sa.PrimaryKeyConstraint("asset_id", name="pk_tracked_assets"),
    )
    _index_of_the_tracked()
    op.create_table(
        "backfill_queue",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("asset_id", Id, nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("start_date", "end_date")),
        sa.Column("status", sa.String(20), server_default="pending", nullable=False),
        sa.Column("retry_after", Instant),
        *_attempts(),
        sa.Column("error_message", sa.Text()),
        sa.Column("completed_at", Instant),
        *_stamps(),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name="ck_backfill_queue_status"),
        _of_asset("backfill_queue"),
        sa.PrimaryKeyConstraint("id", name="pk_backfill_queue"),
        sqlite_autoincrement=True,
    )
    _indexes_of_the_queue()


def _drop() -> None:
    op.drop_table("backfill_queue")
    op.drop_table("tracked_assets")


def _index_of_the_tracked() -> None:
    op.create_index(
        "ix_tracked_assets_active",
        "tracked_assets",
        ["last_tracked_at"],
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )


def _indexes_of_the_queue() -> None:
    op.create_index("ix_backfill_queue_asset", "backfill_queue", ["asset_id", "status"])
    op.create_index("ix_backfill_queue_status", "backfill_queue", ["status", "retry_after"])


def _attempts() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_attempts", sa.Integer(), server_default=sa.text("5"), nullable=False),
    )


def _of_asset(table: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_asset_id_assets"
    return sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=name, ondelete=ondelete)


def _stamps() -> tuple[sa.Column[Any], ...]:
    return tuple(
        sa.Column(name, Instant, server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    )
