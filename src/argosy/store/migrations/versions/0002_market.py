"""The market: prices by year, their packed closes, exchange rates, splits, and three views."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from argosy.store.seconds import Seconds, second_now
from argosy.store.types import BigKey, Exact, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sources()
    _prices()
    _blocks()
    _rates()
    _splits()
    if op.get_bind().dialect.name == "postgresql":
        for statement in (_ADD_YEAR, _FORGET, _FORGET_TRIGGER, *_VIEWS_POSTGRES):
            op.execute(statement)
    else:
        for statement in _VIEWS_SQLITE:
            op.execute(statement)


def downgrade() -> None:
    for view in ("latest_exchange_rates", "rates_to_usd", "latest_asset_prices"):
        op.execute(f"DROP VIEW {view}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER assets_forget_prices ON assets")
        op.execute("DROP FUNCTION forget_prices")
        op.execute("DROP FUNCTION add_price_year")
    for table in (
        "asset_splits",
        "exchange_rates",
        "price_blocks",
        "asset_prices",
        "price_sources",
    ):
        op.drop_table(table)


def _sources() -> None:
    op.create_table(
        "price_sources",
        sa.Column("id", sa.SmallInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price_sources"),
        sa.UniqueConstraint("name", name="uq_price_sources_name"),
    )


def _asset(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["asset_key"], ["assets.key"], name=f"fk_{table}_asset_key_assets", ondelete="CASCADE"
    )


def _prices() -> None:
    # A foreign key is free on SQLite and takes a third of the speed on PostgreSQL. There the
    # import locks the assets it writes for, and a trigger takes the prices with their asset.
    postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "asset_prices",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interval", sa.String(8), nullable=False),
        sa.Column("timestamp", Seconds, nullable=False),
        sa.Column("source", sa.SmallInteger(), autoincrement=False, nullable=False),
        _owner(),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("open", sa.BigInteger()),
        sa.Column("high", sa.BigInteger()),
        sa.Column("low", sa.BigInteger()),
        sa.Column("close", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger()),
        sa.Column("volume_scale", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("adj_close", sa.BigInteger()),
        sa.Column("adj_scale", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("fetched_at", Seconds, server_default=second_now(), nullable=False),
        sa.PrimaryKeyConstraint(
            "asset_key", "interval", "timestamp", "source", "owner", name="pk_asset_prices"
        ),
        *(() if postgres else (_asset("asset_prices"),)),
        sqlite_with_rowid=False,
        postgresql_partition_by="RANGE (timestamp)",
    )
    if postgres:
        op.execute("CREATE TABLE asset_prices_rest PARTITION OF asset_prices DEFAULT")
    overrides = sa.text("owner <> ''")
    op.create_index(
        "ix_asset_prices_owner",
        "asset_prices",
        ["owner", "asset_key", "interval"],
        sqlite_where=overrides,
        postgresql_where=overrides,
    )


def _owner() -> sa.Column[Any]:
    return sa.Column("owner", sa.String(36), server_default=sa.text("''"), nullable=False)


def _blocks() -> None:
    op.create_table(
        "price_blocks",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interval", sa.String(8), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("tail_from", Seconds, nullable=False),
        sa.Column("source_order", sa.String(500), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("asset_key", "interval", name="pk_price_blocks"),
        _asset("price_blocks"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Packed integers hardly shrink, and the server would unpack them on every read.
        op.execute("ALTER TABLE price_blocks ALTER COLUMN data SET STORAGE EXTERNAL")


def _rates() -> None:
    op.create_table(
        "exchange_rates",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("base", sa.String(10), nullable=False),
        sa.Column("quote", sa.String(10), nullable=False),
        sa.Column("timestamp", Seconds, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("rate", Exact, nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        _owner(),
        sa.Column("fetched_at", Seconds, server_default=second_now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
        sa.UniqueConstraint(
            "base", "quote", "timestamp", "source", "owner", name="uq_exchange_rates_key"
        ),
    )
    overrides = sa.text("owner <> ''")
    op.create_index(
        "ix_exchange_rates_owner",
        "exchange_rates",
        ["owner"],
        sqlite_where=overrides,
        postgresql_where=overrides,
    )


def _splits() -> None:
    op.create_table(
        "asset_splits",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.SmallInteger(), autoincrement=False, nullable=False),
        _owner(),
        sa.Column("new", Exact, nullable=False),
        sa.Column("old", Exact, nullable=False),
        *(
            sa.Column(name, Instant, server_default=sa.func.now(), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.PrimaryKeyConstraint("asset_key", "day", "source", "owner", name="pk_asset_splits"),
        _asset("asset_splits"),
    )


# Rows of the year that have gone to the rest are moved; attaching locks less than creating would.
_ADD_YEAR = """
CREATE FUNCTION add_price_year(year integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    part text := 'asset_prices_' || lpad(year::text, 4, '0');
    first timestamptz := make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC');
    next timestamptz := make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC');
BEGIN
    IF to_regclass(part) IS NOT NULL THEN RETURN false; END IF;
    PERFORM pg_advisory_xact_lock(hashtext('argosy:price_year'));
    IF to_regclass(part) IS NOT NULL THEN RETURN false; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE asset_prices INCLUDING DEFAULTS)', part);
    EXECUTE format('WITH moved AS (DELETE FROM asset_prices_rest WHERE timestamp >= %L'
                   ' AND timestamp < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
                   first, next, part);
    EXECUTE format('ALTER TABLE asset_prices ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   part, first, next);
    RETURN true;
END $$
"""
_FORGET = """
CREATE FUNCTION forget_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM asset_prices WHERE asset_key = OLD.key;
    RETURN OLD;
END $$
"""
_FORGET_TRIGGER = """
CREATE TRIGGER assets_forget_prices AFTER DELETE ON assets
FOR EACH ROW EXECUTE FUNCTION forget_prices()
"""

# Views are for people and other programs: exact where the database can (PostgreSQL), a float
# where it cannot divide exactly (SQLite). Argosy itself computes from the rows.
_LATEST_PRICES = """
CREATE VIEW latest_asset_prices AS
SELECT a.id AS asset_id, a.symbol, a.exchange, a.currency, p.interval, p.timestamp, p.day,
       {price} AS close, s.name AS source, p.fetched_at
FROM assets a {join} JOIN price_sources s ON s.id = p.source
"""
_PRICE_TEXT = """
CASE WHEN p.scale = 0 THEN CAST(p.close AS TEXT)
ELSE substr(printf('%0*d', p.scale + 1, p.close), 1,
            length(printf('%0*d', p.scale + 1, p.close)) - p.scale)
     || '.' || substr(printf('%0*d', p.scale + 1, p.close), -p.scale) END
"""
_NEWEST = """
SELECT q.timestamp, q.source FROM asset_prices q
WHERE q.asset_key = a.key AND q.interval = '1d' AND q.owner = ''
ORDER BY q.timestamp DESC, q.source LIMIT 1
"""
_TO_USD = """
CREATE VIEW rates_to_usd AS
SELECT r.base AS currency_code, {rate} AS rate_to_usd, r.timestamp, r.day, s.name AS source
FROM exchange_rates r JOIN price_sources s ON s.id = r.source
WHERE r.quote = 'USD' AND r.owner = ''
UNION ALL
SELECT r.quote, 1 / {rate}, r.timestamp, r.day, s.name
FROM exchange_rates r JOIN price_sources s ON s.id = r.source
WHERE r.base = 'USD' AND r.owner = ''
UNION ALL
SELECT r.quote, {usd} / {rate}, r.timestamp, r.day, s.name
FROM exchange_rates r JOIN price_sources s ON s.id = r.source
JOIN exchange_rates u ON u.base = r.base AND u.quote = 'USD' AND u.timestamp = r.timestamp
     AND u.source = r.source AND u.owner = ''
WHERE r.quote <> 'USD' AND r.base <> 'USD' AND r.owner = ''
"""
_LATEST_RATES = """
CREATE VIEW latest_exchange_rates AS
SELECT currency_code, rate_to_usd, timestamp, day, source FROM (
    SELECT *, row_number() OVER (PARTITION BY currency_code ORDER BY timestamp DESC, source) AS n
    FROM rates_to_usd) ranked
WHERE n = 1
"""
_VIEWS_SQLITE = (
    _LATEST_PRICES.format(
        price=_PRICE_TEXT,
        join="CROSS JOIN asset_prices p"  # SQLite keeps this order: assets first
        " ON p.asset_key = a.key AND p.interval = '1d' AND p.owner = ''"
        f" AND (p.timestamp, p.source) = ({_NEWEST})",
    ),
    _TO_USD.format(rate="CAST(substr(r.rate, 3) AS REAL)", usd="CAST(substr(u.rate, 3) AS REAL)"),
    _LATEST_RATES,
)
_VIEWS_POSTGRES = (
    _LATEST_PRICES.format(
        price="p.close / 10::numeric ^ p.scale",
        join=f"CROSS JOIN LATERAL ({_NEWEST.replace('q.timestamp, q.source', 'q.*', 1)}) p",
    ),
    _TO_USD.format(rate="r.rate", usd="u.rate"),
    _LATEST_RATES,
)
