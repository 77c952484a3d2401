"""Full-text search over the assets, and what the sources list."""

import sqlalchemy as sa
from alembic import op

from argosy.store.search_text import search_key
from argosy.store.types import Document, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assets", sa.Column("delisted_on", sa.Date()))
    op.add_column("assets", sa.Column("synced_at", Instant()))
    _listings()
    _fold(op.get_bind())
    op.create_index(
        "ix_assets_search_key",
        "assets",
        ["search_key"],
        postgresql_ops={"search_key": "text_pattern_ops"},  # for LIKE 'aap%' in any collation
    )
    op.create_index("ix_assets_name", "assets", ["name", "key"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_assets_words ON assets USING gin (to_tsvector('simple', search_key))"
        )
    else:
        for statement in _SQLITE:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_assets_words", "assets")
    else:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER asset_words_{event}")
        op.execute("DROP TABLE asset_words")
    op.drop_index("ix_assets_name", "assets")
    op.drop_index("ix_assets_search_key", "assets")
    op.drop_table("asset_listings")
    op.drop_column("assets", "synced_at")
    op.drop_column("assets", "delisted_on")


def _listings() -> None:
    op.create_table(
        "asset_listings",
        sa.Column("source", sa.String(50), nullable=False),
        sa.Column("symbol", sa.String(100), nullable=False),
        sa.Column("asset_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("delisted_on", sa.Date()),
        sa.Column("profile", Document),
        *(
            sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.PrimaryKeyConstraint("source", "symbol", name="pk_asset_listings"),
        sa.ForeignKeyConstraint(
            ["asset_key"],
            ["assets.key"],
            name="fk_asset_listings_asset_key_assets",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_asset_listings_asset_key", "asset_listings", ["asset_key"])


def _fold(connection: sa.Connection) -> None:
    """Let the words of assets that exist be found without accents and punctuation."""
    rows = connection.execute(sa.text("SELECT key, symbol, name FROM assets")).all()
    if rows:
        connection.execute(
            sa.text("UPDATE assets SET search_key = :words WHERE key = :key"),
            [{"key": key, "words": search_key(symbol, name)} for key, symbol, name in rows],
        )


# The words are indexed where they stand; the triggers keep the index in step in every transaction.
_FORGET = (
    "INSERT INTO asset_words (asset_words, rowid, search_key) "
    "VALUES ('delete', OLD.key, OLD.search_key);"
)
_LEARN = "INSERT INTO asset_words (rowid, search_key) VALUES (NEW.key, NEW.search_key);"
_INDEX = """
CREATE VIRTUAL TABLE asset_words USING fts5(
    search_key, content='assets', content_rowid='key', prefix='1 2 3 4',
    tokenize='unicode61 remove_diacritics 0')
"""
_UPDATE = f"""
CREATE TRIGGER asset_words_update AFTER UPDATE OF key, search_key ON assets
BEGIN {_FORGET} {_LEARN} END
"""
_SQLITE = (
    _INDEX,
    "INSERT INTO asset_words (asset_words) VALUES ('rebuild')",
    f"CREATE TRIGGER asset_words_insert AFTER INSERT ON assets BEGIN {_LEARN} END",
    f"CREATE TRIGGER asset_words_delete AFTER DELETE ON assets BEGIN {_FORGET} END",
    _UPDATE,
)
