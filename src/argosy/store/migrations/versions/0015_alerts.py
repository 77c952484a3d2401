"""Watchlists, alerts, notifications and webhooks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Document, Exact, Id, Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES = (
    "deliveries",
    "webhooks",
    "notifications",
    "notification_settings",
    "alerts",
    "watchlist_items",
    "watchlists",
)


def upgrade() -> None:
    _watchlists()
    _alerts()
    _notifications()
    _webhooks()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _watchlists() -> None:
    op.create_table(
        "watchlists",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_watchlists"),
        sa.UniqueConstraint("user_id", "name_key", name="uq_watchlists_user_id_name_key"),
        _key("watchlists", "user_id", "users"),
    )
    op.create_table(
        "watchlist_items",
        sa.Column("watchlist_id", Id(), nullable=False),
        sa.Column("asset_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text()),
        *_stamps(),
        sa.PrimaryKeyConstraint("watchlist_id", "asset_id", name="pk_watchlist_items"),
        _key("watchlist_items", "watchlist_id", "watchlists"),
        _key("watchlist_items", "asset_id", "assets"),
    )
    op.create_index("ix_watchlist_items_asset_id", "watchlist_items", ["asset_id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("name", sa.String(255)),
        sa.Column("note", sa.Text()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("asset_id", Id()),
        sa.Column("portfolio_id", Id()),
        sa.Column("category", sa.String(20)),
        sa.Column("job", sa.String(50)),
        sa.Column("side", sa.String(10)),
        *(sa.Column(name, Exact()) for name in ("threshold", "lower", "upper")),
        sa.Column("time_window", sa.String(5)),
        sa.Column("figure", sa.String(20)),
        sa.Column("days", sa.Integer()),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("expires_at", Instant()),
        sa.Column("cool_down_minutes", sa.Integer(), server_default="60", nullable=False),
        sa.Column("back_off_minutes", sa.Integer()),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("holds", sa.Boolean()),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("about", sa.String(100)),
        sa.Column("told_at", Instant()),
        sa.Column("since", Instant()),
        sa.Column("seen", Document),
        sa.Column("reason", sa.Text()),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        _key("alerts", "user_id", "users"),
        _key("alerts", "asset_id", "assets"),
        _key("alerts", "portfolio_id", "portfolios"),
        sa.CheckConstraint(
            "kind IN ('price', 'change', 'drift', 'drawdown', 'level', 'stale', 'ex_date', 'job')",
            name="ck_alerts_kind",
        ),
        sa.CheckConstraint(
            "cool_down_minutes >= 0 AND back_off_minutes >= 1", name="ck_alerts_patience"
        ),
    )
    for column in ("user_id", "asset_id", "portfolio_id"):
        op.create_index(f"ix_alerts_{column}", "alerts", [column])


def _notifications() -> None:
    op.create_table(
        "notification_settings",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("time_zone", sa.String(64), server_default="UTC", nullable=False),
        sa.Column("quiet_from", sa.Integer()),
        sa.Column("quiet_until", sa.Integer()),
        sa.Column("email", sa.Boolean(), server_default=sa.false(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("user_id", name="pk_notification_settings"),
        _key("notification_settings", "user_id", "users"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("alert_id", Id()),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("details", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("deliver_at", Instant(), nullable=False),
        sa.Column("read_at", Instant()),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        _key("notifications", "user_id", "users"),
        _key("notifications", "alert_id", "alerts", ondelete="SET NULL"),
    )
    op.create_index("ix_notifications_user", "notifications", ["user_id", "id"])
    op.create_index("ix_notifications_alert_id", "notifications", ["alert_id"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("name", sa.String(255)),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("kinds", Document, nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("key_print", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("disabled_reason", sa.Text()),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        _key("webhooks", "user_id", "users"),
    )
    op.create_index("ix_webhooks_user_id", "webhooks", ["user_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", Id(), nullable=False),
        sa.Column("notification_id", Id()),
        sa.Column("webhook_id", Id()),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), server_default="pending", nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tries", Document, nullable=False),
        sa.Column("worker", sa.String(100)),
        sa.Column("leased_until", Instant()),
        sa.Column("delivered_at", Instant()),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        _key("deliveries", "notification_id", "notifications"),
        _key("deliveries", "webhook_id", "webhooks"),
        sa.CheckConstraint("channel IN ('app', 'email', 'webhook')", name="ck_deliveries_channel"),
        sa.CheckConstraint(
            "status IN ('pending', 'in_progress', 'delivered', 'failed')",
            name="ck_deliveries_status",
        ),
    )
    op.create_index("ix_deliveries_turn", "deliveries", ["status", "due_at"])
    op.create_index("ix_deliveries_webhook", "deliveries", ["webhook_id", "id"])
    op.create_index("ix_deliveries_notification_id", "deliveries", ["notification_id"])


def _key(table: str, column: str, other: str, *, ondelete: str = "CASCADE") -> Any:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _stamps() -> tuple[sa.Column[object], ...]:
    return tuple(
        sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    )
