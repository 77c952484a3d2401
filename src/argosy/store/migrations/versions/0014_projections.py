"""The newest figures of portfolios in two currencies, and what marks all projections stale."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Exact, Id, Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_CACHE = "portfolio_performance_cache"
_MONEY = ("current_value", "total_invested", "day_change_value")
_FRACTIONS = ("total_return", "day_change", "week_change", "month_change", "year_change")


def upgrade() -> None:
    op.drop_table(_CACHE)  # nothing was ever written there
    _newest_figures(
        sa.Column("currency", sa.String(10)),
        sa.Column("as_of", sa.Date()),
        *(sa.Column(name + unit, Exact) for unit in ("", "_usd") for name in _MONEY),
        *(sa.Column(name + unit, sa.Double()) for unit in ("", "_usd") for name in _FRACTIONS),
        sa.Column("incomplete", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "dirty_markers",
        sa.Column("marks", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.create_table(
        "ledger_edits",
        sa.Column("portfolio_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        *_stamps(),
        _of_portfolio("ledger_edits"),
        sa.PrimaryKeyConstraint("portfolio_id", "version", name="pk_ledger_edits"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_MARK)
        for table, function in _FUNCTIONS.items():
            op.execute(function)
            for event, image in _IMAGES.items():
                op.execute(_TRIGGER.format(table=table, event=event, image=image))
        op.execute(_MARK_RULES)
        op.execute(_RULES_TRIGGER)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER portfolios_mark ON portfolios")
        op.execute("DROP FUNCTION mark_changed_rules")
        for table in _FUNCTIONS:
            for event in _IMAGES:
                op.execute(f"DROP TRIGGER {table}_mark_{event} ON {table}")
            op.execute(f"DROP FUNCTION mark_changed_{table}")
        op.execute("DROP FUNCTION mark_portfolios")
    op.drop_table("ledger_edits")
    op.drop_column("dirty_markers", "marks")
    op.drop_table(_CACHE)
    _newest_figures(
        *(sa.Column(name, Exact) for name in ("current_value_usd", "total_invested_usd")),
        *(sa.Column(name, sa.Double()) for name in _FRACTIONS),
    )


def _newest_figures(*columns: sa.Column[Any]) -> None:
    op.create_table(
        _CACHE,
        sa.Column("portfolio_id", Id, nullable=False),
        *columns,
        sa.Column("last_updated", Instant, server_default=sa.func.now(), nullable=False),
        *_stamps(),
        _of_portfolio(_CACHE),
        sa.PrimaryKeyConstraint("portfolio_id", name=f"pk_{_CACHE}"),
    )


def _of_portfolio(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["portfolio_id"],
        ["portfolios.id"],
        name=f"fk_{table}_portfolio_id_portfolios",
        ondelete="CASCADE",
    )


def _stamps() -> tuple[sa.Column[Any], ...]:
    return tuple(
        sa.Column(name, Instant, server_default=sa.func.now(), nullable=False)
        for name in ("created_at", "updated_at")
    )


_IMAGES = {
    "insert": "NEW TABLE AS changed",
    "update": "OLD TABLE AS before NEW TABLE AS changed",
    "delete": "OLD TABLE AS changed",
}

# The program marks by itself (argosy.store.dirty), and its connections say so. These are for
# whoever writes around it: somebody at a prompt, another service.
_TRIGGER = """
CREATE TRIGGER {table}_mark_{event} AFTER {event} ON {table}
REFERENCING {image} FOR EACH STATEMENT
WHEN (current_setting('argosy.marks', true) IS DISTINCT FROM 'program')
EXECUTE FUNCTION mark_changed_{table}()
"""

_MARK = """
CREATE FUNCTION mark_portfolios(ids uuid[], days date[]) RETURNS void LANGUAGE sql AS $$
    WITH RECURSIVE reached (id, day) AS (
        SELECT * FROM unnest(ids, days)
        UNION
        SELECT t.to_portfolio_id, r.day FROM reached r
        JOIN transactions t ON t.portfolio_id = r.id WHERE t.to_portfolio_id IS NOT NULL
    )
    INSERT INTO dirty_markers AS m (portfolio_id, from_day)
    SELECT r.id, min(r.day) FROM reached r JOIN portfolios p ON p.id = r.id
    GROUP BY r.id ORDER BY r.id
    ON CONFLICT (portfolio_id) DO UPDATE SET
        from_day = least(m.from_day, excluded.from_day), marks = m.marks + 1
$$
"""

_MARK_RULES = """
CREATE FUNCTION mark_changed_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := greatest(NEW.version, OLD.version + 1);
    PERFORM mark_portfolios(ARRAY[NEW.id], ARRAY[date '0001-01-01']);
    RETURN NEW;
END $$
"""
_RULES = [
    "currency",
    "cost_basis_method",
    "fees_in_cost",
    "dividend_policy",
    "track_cash",
    "allow_short",
]
_RULES_TRIGGER = f"""
CREATE TRIGGER portfolios_mark BEFORE UPDATE OF {", ".join(_RULES)} ON portfolios FOR EACH ROW
WHEN (({", ".join(f"OLD.{name}" for name in _RULES)}) IS DISTINCT FROM
      ({", ".join(f"NEW.{name}" for name in _RULES)})
      AND current_setting('argosy.marks', true) IS DISTINCT FROM 'program')
EXECUTE FUNCTION mark_changed_rules()
"""

_BUMP = """
    INSERT INTO versions AS v (scope, version) VALUES ('{scope}', 1)
    ON CONFLICT (scope) DO UPDATE SET version = v.version + 1, updated_at = now();
"""

_FUNCTIONS = {
    "transactions": """
CREATE FUNCTION mark_changed_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids uuid[]; days date[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(id), array_agg(day) INTO ids, days FROM (
            SELECT portfolio_id AS id, min(day) AS day FROM
            (SELECT * FROM changed UNION ALL SELECT * FROM before) both_images
            GROUP BY portfolio_id) found;
    ELSE
        SELECT array_agg(id), array_agg(day) INTO ids, days FROM (
            SELECT portfolio_id AS id, min(day) AS day FROM changed GROUP BY portfolio_id) found;
    END IF;
    -- A booked split can move the day of one that a source states, at most two weeks before it.
    SELECT array_agg(greatest(day, date '0001-01-15') - 14) INTO days FROM unnest(days) AS day;
    UPDATE portfolios SET version = version + 1 WHERE id = ANY(ids);
    PERFORM mark_portfolios(ids, days);
    RETURN NULL;
END $$
""",
    "asset_prices": f"""
CREATE FUNCTION mark_changed_asset_prices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids uuid[]; days date[];
BEGIN
    DELETE FROM price_blocks b USING changed c WHERE b.asset_key = c.asset_key;
    SELECT array_agg(portfolio_id), array_agg(day) INTO ids, days FROM (
        SELECT t.portfolio_id, min(c.day) AS day
        FROM (SELECT asset_key, date '0001-01-01' + (min(day) - 1)::int AS day
              FROM changed WHERE interval = '1d' GROUP BY asset_key) c
        JOIN assets a ON a.key = c.asset_key
        JOIN transactions t ON t.asset_id = a.id OR t.to_asset_id = a.id
        GROUP BY t.portfolio_id) found;
    PERFORM mark_portfolios(ids, days);
    {_BUMP.format(scope="prices")}
    RETURN NULL;
END $$
""",
    "asset_splits": f"""
CREATE FUNCTION mark_changed_asset_splits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids uuid[];
BEGIN
    SELECT array_agg(DISTINCT t.portfolio_id) INTO ids FROM changed c
    JOIN assets a ON a.key = c.asset_key
    JOIN transactions t ON t.asset_id = a.id OR t.to_asset_id = a.id;
    PERFORM mark_portfolios(ids, array_fill(date '0001-01-01', ARRAY[cardinality(ids)]));
    {_BUMP.format(scope="splits")}
    RETURN NULL;
END $$
""",
    "exchange_rates": f"""
CREATE FUNCTION mark_changed_exchange_rates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids uuid[]; first date;
BEGIN
    SELECT date '0001-01-01' + (min(day) - 1)::int INTO first FROM changed;
    IF first IS NOT NULL THEN
        SELECT array_agg(id) INTO ids FROM portfolios;
        PERFORM mark_portfolios(ids, array_fill(first, ARRAY[cardinality(ids)]));
        {_BUMP.format(scope="rates")}
    END IF;
    RETURN NULL;
END $$
""",
}
