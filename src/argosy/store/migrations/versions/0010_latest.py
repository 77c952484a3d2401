"""The newest prices and rates in small tables, and the views over them."""

import importlib

import sqlalchemy as sa
from alembic import op

from argosy.store.seconds import Seconds
from argosy.store.types import Exact

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "latest_prices",
        sa.Column("asset_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("timestamp", Seconds, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("close", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.Column("fetched_at", Seconds, nullable=False),
        sa.PrimaryKeyConstraint("asset_key", name="pk_latest_prices"),
        sa.ForeignKeyConstraint(
            ["asset_key"],
            ["assets.key"],
            name="fk_latest_prices_asset_key_assets",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "latest_rates",
        sa.Column("currency_code", sa.String(10), nullable=False),
        sa.Column("dollars", Exact, nullable=False),
        sa.Column("units", Exact, nullable=False),
        sa.Column("timestamp", Seconds, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("source", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("currency_code", name="pk_latest_rates"),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(_FILL_PRICES.format(days="interval '3 days'" if postgres else "259200"))
    op.execute(_FILL_RATES.format(one="1" if postgres else "'1a1'"))
    _drop_views()
    for view in _VIEWS_POSTGRES if postgres else _VIEWS_SQLITE:
        op.execute(view)


def downgrade() -> None:
    _drop_views()
    market = importlib.import_module("argosy.store.migrations.versions.0002_market")
    postgres = op.get_bind().dialect.name == "postgresql"
    prices, _, rates = getattr(market, "_VIEWS_POSTGRES" if postgres else "_VIEWS_SQLITE")
    for view in (prices, rates):
        op.execute(view)
    op.drop_table("latest_rates")
    op.drop_table("latest_prices")


def _drop_views() -> None:
    for view in ("latest_asset_prices", "latest_exchange_rates"):
        op.execute(f"DROP VIEW {view}")


# The precedence of the daily series: the newest day, who is believed first, who asked last.
_FILL_PRICES = """
INSERT INTO latest_prices (asset_key, timestamp, day, close, scale, source, fetched_at)
SELECT asset_key, timestamp, day, close, scale, source, fetched_at FROM (
    SELECT p.*, row_number() OVER (PARTITION BY p.asset_key ORDER BY p.day DESC,
        CASE s.name WHEN 'manual' THEN 0 WHEN 'csvfile' THEN 1 WHEN 'yahoo' THEN 2
        WHEN 'demo' THEN 4 ELSE 3 END, p.fetched_at DESC, p.timestamp DESC, p.source) AS place
    FROM (SELECT asset_key, max(timestamp) AS timestamp FROM asset_prices
          WHERE interval = '1d' AND owner = '' GROUP BY asset_key) newest
    JOIN asset_prices p ON p.asset_key = newest.asset_key AND p.interval = '1d'
         AND p.timestamp >= newest.timestamp - {days} AND p.owner = ''
    JOIN price_sources s ON s.id = p.source) ranked
WHERE place = 1
"""
_FILL_RATES = """
INSERT INTO latest_rates (currency_code, dollars, units, timestamp, day, source)
SELECT currency_code, dollars, units, timestamp, day, source FROM (
    SELECT road.*, row_number() OVER (PARTITION BY currency_code ORDER BY day DESC,
        CASE s.name WHEN 'manual' THEN 0 WHEN 'ecb' THEN 1 WHEN 'demo' THEN 3 ELSE 2 END,
        fetched_at DESC, timestamp DESC, turn, source) AS place
    FROM (SELECT base AS currency_code, rate AS dollars, {one} AS units, timestamp, day, source,
                 fetched_at, 0 AS turn
          FROM exchange_rates WHERE quote = 'USD' AND owner = ''
          UNION ALL
          SELECT quote, {one}, rate, timestamp, day, source, fetched_at, 1
          FROM exchange_rates WHERE base = 'USD' AND owner = ''
          UNION ALL
          SELECT r.quote, u.rate, r.rate, r.timestamp, r.day, r.source, r.fetched_at, 2
          FROM exchange_rates r JOIN exchange_rates u ON u.base = r.base AND u.quote = 'USD'
               AND u.timestamp = r.timestamp AND u.source = r.source AND u.owner = ''
          WHERE r.base <> 'USD' AND r.quote <> 'USD' AND r.owner = '') road
    JOIN price_sources s ON s.id = road.source) ranked
WHERE place = 1
"""

# For people and other programs: exact on PostgreSQL; SQLite cannot divide exactly.
_LATEST_PRICES = """
CREATE VIEW latest_asset_prices AS
SELECT a.id AS asset_id, a.symbol, a.exchange, a.currency, '1d' AS interval, p.timestamp, p.day,
       {price} AS close, s.name AS source, p.fetched_at
FROM latest_prices p JOIN assets a ON a.key = p.asset_key JOIN price_sources s ON s.id = p.source
"""
_PRICE_TEXT = """
CASE WHEN p.scale = 0 THEN CAST(p.close AS TEXT)
ELSE substr(printf('%0*d', p.scale + 1, p.close), 1,
            length(printf('%0*d', p.scale + 1, p.close)) - p.scale)
     || '.' || substr(printf('%0*d', p.scale + 1, p.close), -p.scale) END
"""
_LATEST_RATES = """
CREATE VIEW latest_exchange_rates AS
SELECT r.currency_code, {rate} AS rate_to_usd, r.timestamp, r.day, s.name AS source
FROM latest_rates r JOIN price_sources s ON s.id = r.source
"""
_VIEWS_SQLITE = (
    _LATEST_PRICES.format(price=_PRICE_TEXT),
    _LATEST_RATES.format(
        rate="CAST(substr(r.dollars, 3) AS REAL) / CAST(substr(r.units, 3) AS REAL)"
    ),
)
_VIEWS_POSTGRES = (
    _LATEST_PRICES.format(price="p.close / 10::numeric ^ p.scale"),
    _LATEST_RATES.format(rate="r.dollars / r.units"),
)
