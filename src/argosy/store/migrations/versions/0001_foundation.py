"""The foundation: people, assets, ledgers, their projections, and the program's own books."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from argosy.store.types import BigKey, Document, Exact, Id, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _assets()
    _portfolios()
    _projections()
    _fetching()
    _bookkeeping()


def downgrade() -> None:
    for table in (
        "versions",
        "audit_log",
        "idempotency_keys",
        "backfill_queue",
        "tracked_assets",
        "dirty_markers",
        "portfolio_performance_cache",
        "portfolio_snapshots",
        "portfolio_positions",
        "transactions",
        "portfolios",
        "assets",
        "refresh_tokens",
        "users",
    ):
        op.drop_table(table)


def _stamps() -> tuple[sa.Column[Any], ...]:
    return tuple(
        sa.Column(name, Instant, server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    )


def _one_of(column: str, values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return f"{column} IN ({listed})"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("id", Id, nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(640), nullable=False),
        sa.Column("username", sa.String(50), nullable=False),
        sa.Column("username_key", sa.String(150), nullable=False),
        sa.Column("hashed_password", sa.String(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("email_verified", sa.Boolean(), server_default=sa.false(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
        sa.UniqueConstraint("username_key", name="uq_users_username_key"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("family", Id, nullable=False),
        sa.Column("hashed_token", sa.String(128), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_refresh_tokens_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_tokens"),
        sa.UniqueConstraint("hashed_token", name="uq_refresh_tokens_hashed_token"),
    )
    op.create_index("ix_refresh_tokens_family", "refresh_tokens", ["family"])
    op.create_index("ix_refresh_tokens_user_id", "refresh_tokens", ["user_id"])


def _assets() -> None:
    op.create_table(
        "assets",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("symbol", sa.String(50), nullable=False),
        sa.Column("exchange", sa.String(50)),
        sa.Column("owner_id", Id),
        sa.Column("symbol_key", sa.String(150), nullable=False),
        sa.Column("exchange_key", sa.String(150), nullable=False),
        sa.Column("owner_key", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(10), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("metadata", Document),
        sa.Column("search_key", sa.Text(), nullable=False),
        *_stamps(),
        sa.CheckConstraint(
            _one_of(
                "category",
                "STOCK ETF FUND INDEX BOND CRYPTO COMMODITY CURRENCY FUTURE "
                "OPTION REAL_ESTATE CASH OTHER",
            ),
            name="ck_assets_category",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_assets_owner_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_assets"),
        sa.UniqueConstraint("id", name="uq_assets_id"),
        sa.UniqueConstraint("symbol_key", "exchange_key", "owner_key", name="uq_assets_identity"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assets_category", "assets", ["category"])
    op.create_index("ix_assets_owner_id", "assets", ["owner_id"])


def _portfolios() -> None:
    op.create_table(
        "portfolios",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("currency", sa.String(10), server_default="USD", nullable=False),
        sa.Column("cost_basis_method", sa.String(20), server_default="average", nullable=False),
        sa.Column("fees_in_cost", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("dividend_policy", sa.String(20), server_default="income", nullable=False),
        sa.Column("track_cash", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("allow_short", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("deleted_at", Instant),
        *_stamps(),
        sa.CheckConstraint(
            _one_of("cost_basis_method", "average fifo lifo hifo specific uk_pool"),
            name="ck_portfolios_cost_basis_method",
        ),
        sa.CheckConstraint(
            _one_of("dividend_policy", "income reduces_cost"), name="ck_portfolios_dividend_policy"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_portfolios_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_portfolios"),
    )
    op.create_index("ix_portfolios_user_id", "portfolios", ["user_id"])
    op.create_table(
        "transactions",
        sa.Column("entry", BigKey, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("portfolio_id", Id, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", Instant),
        sa.Column("asset_id", Id),
        sa.Column("quantity", Exact),
        sa.Column("price", Exact),
        sa.Column("amount", Exact),
        sa.Column("fee", Exact, nullable=False),
        sa.Column("tax", Exact, nullable=False),
        sa.Column("currency", sa.String(10), nullable=False),
        sa.Column("fx_rate", Exact),
        sa.Column("fx_quote", sa.String(10)),
        sa.Column("ratio_new", Exact),
        sa.Column("ratio_old", Exact),
        sa.Column("to_asset_id", Id),
        sa.Column("cost_share", Exact),
        sa.Column("cost", Exact),
        sa.Column("to_portfolio_id", Id),
        sa.Column("lots", Document),
        sa.Column("note", sa.Text()),
        sa.Column("external_id", sa.String(255)),
        *_stamps(),
        sa.CheckConstraint(
            _one_of(
                "type",
                "BUY SELL DIVIDEND INTEREST REWARD FEE TAX SPLIT SPIN_OFF MERGER SYMBOL_CHANGE "
                "RETURN_OF_CAPITAL TRANSFER_IN TRANSFER_OUT DEPOSIT WITHDRAWAL OPENING",
            ),
            name="ck_transactions_type",
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name="fk_transactions_asset_id_assets"
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolios.id"],
            name="fk_transactions_portfolio_id_portfolios",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_asset_id"], ["assets.id"], name="fk_transactions_to_asset_id_assets"
        ),
        sa.ForeignKeyConstraint(
            ["to_portfolio_id"],
            ["portfolios.id"],
            name="fk_transactions_to_portfolio_id_portfolios",
        ),
        sa.PrimaryKeyConstraint("entry", name="pk_transactions"),
        sa.UniqueConstraint("id", name="uq_transactions_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transactions_asset", "transactions", ["asset_id", "portfolio_id"])
    op.create_index(
        "ix_transactions_from_link",
        "transactions",
        ["portfolio_id", "to_portfolio_id"],
        **_where("to_portfolio_id IS NOT NULL"),
    )
    op.create_index(
        "ix_transactions_ledger", "transactions", ["portfolio_id", "day", "turn", "entry"]
    )
    op.create_index(
        "ix_transactions_to_asset",
        "transactions",
        ["to_asset_id"],
        **_where("to_asset_id IS NOT NULL"),
    )
    op.create_index(
        "ix_transactions_to_link",
        "transactions",
        ["to_portfolio_id", "portfolio_id"],
        **_where("to_portfolio_id IS NOT NULL"),
    )
    op.create_index(
        "uq_transactions_external",
        "transactions",
        ["portfolio_id", "external_id"],
        unique=True,
        **_where("external_id IS NOT NULL"),
    )


def _projections() -> None:
    op.create_table(
        "portfolio_positions",
        sa.Column("portfolio_id", Id, nullable=False),
        sa.Column("asset_id", Id, nullable=False),
        sa.Column("quantity", Exact, nullable=False),
        sa.Column("average_buy_price", Exact),
        sa.Column("cost", Exact),
        sa.Column("first_purchase_date", sa.Date(), nullable=False),
        sa.Column("last_updated", Instant, server_default=sa.func.now(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name="fk_portfolio_positions_asset_id_assets"
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolios.id"],
            name="fk_portfolio_positions_portfolio_id_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "asset_id", name="pk_portfolio_positions"),
    )
    op.create_index("ix_portfolio_positions_asset_id", "portfolio_positions", ["asset_id"])
    op.create_table(
        "portfolio_snapshots",
        sa.Column("portfolio_id", Id, nullable=False),
        sa.Column("snapshot_date", sa.Date(), nullable=False),
        sa.Column("total_value", Exact),
        sa.Column("total_value_usd", Exact),
        sa.Column("positions_snapshot", Document, nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolios.id"],
            name="fk_portfolio_snapshots_portfolio_id_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("portfolio_id", "snapshot_date", name="pk_portfolio_snapshots"),
    )
    op.create_table(
        "portfolio_performance_cache",
        sa.Column("portfolio_id", Id, nullable=False),
        sa.Column("current_value_usd", Exact),
        sa.Column("total_invested_usd", Exact),
        sa.Column("total_return", sa.Double()),
        sa.Column("day_change", sa.Double()),
        sa.Column("week_change", sa.Double()),
        sa.Column("month_change", sa.Double()),
        sa.Column("year_change", sa.Double()),
        sa.Column("last_updated", Instant, server_default=sa.func.now(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolios.id"],
            name="fk_portfolio_performance_cache_portfolio_id_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("portfolio_id", name="pk_portfolio_performance_cache"),
    )
    op.create_table(
        "dirty_markers",
        sa.Column("portfolio_id", Id, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolios.id"],
            name="fk_dirty_markers_portfolio_id_portfolios",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("portfolio_id", name="pk_dirty_markers"),
    )


def _fetching() -> None:
    op.create_table(
        "tracked_assets",
        sa.Column("asset_id", Id, nullable=False),
        sa.Column("first_tracked_at", Instant, server_default=sa.func.now(), nullable=False),
        sa.Column("last_tracked_at", Instant),
        sa.Column("tracking_users", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("last_price_update", Instant),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name="fk_tracked_assets_asset_id_assets"
        ),
        sa.PrimaryKeyConstraint("asset_id", name="pk_tracked_assets"),
    )
    op.create_index(
        "ix_tracked_assets_active",
        "tracked_assets",
        ["last_tracked_at"],
        **_where("tracking_users > 0"),
    )
    op.create_table(
        "backfill_queue",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("asset_id", Id, nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(20), server_default="pending", nullable=False),
        sa.Column("retry_after", Instant),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_attempts", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("completed_at", Instant),
        *_stamps(),
        sa.CheckConstraint(
            _one_of("status", "pending in_progress rate_limited completed failed"),
            name="ck_backfill_queue_status",
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name="fk_backfill_queue_asset_id_assets"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_backfill_queue"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_backfill_queue_asset", "backfill_queue", ["asset_id", "status"])
    op.create_index("ix_backfill_queue_status", "backfill_queue", ["status", "retry_after"])


def _bookkeeping() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("route", sa.String(200), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("answer", sa.LargeBinary()),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_idempotency_keys_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "route", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "audit_log",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("user_id", Id),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("subject_id", sa.String(100), nullable=False),
        sa.Column("before", Document),
        sa.Column("after", Document),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_subject", "audit_log", ["kind", "subject_id", "id"])
    op.create_index("ix_audit_log_user_id", "audit_log", ["user_id", "id"])
    op.create_table(
        "versions",
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("scope", name="pk_versions"),
    )
