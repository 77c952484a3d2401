"""When each job ran, and what transactions tell those who listen."""

import sqlalchemy as sa
from alembic import op

from argosy.store.types import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_IMAGES = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def upgrade() -> None:
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("due_at", Instant()),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("worker", sa.String(100)),
        *(sa.Column(name, Instant()) for name in ("leased_until", "started_at", "finished_at")),
        sa.Column("outcome", sa.Text()),
        sa.Column("error", sa.Text()),
        *(
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in ("runs", "failures")
        ),
        *(
            sa.Column(name, Instant(), server_default=sa.func.now(), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        sa.CheckConstraint("runs >= 0 AND failures >= 0", name="ck_job_runs_counts"),
        sa.PrimaryKeyConstraint("name", name="pk_job_runs"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_NOTIFY)
        for event, image in _IMAGES.items():
            op.execute(_TRIGGER.format(event=event, image=image))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for event in _IMAGES:
            op.execute(f"DROP TRIGGER transactions_notify_{event} ON transactions")
        op.execute("DROP FUNCTION notify_transaction_changed")
    op.drop_table("job_runs")


# Once for each portfolio and asset of a statement, not for each row: a file of 100,000 lines would
# queue as many messages, and one says as much as all.
_NOTIFY = """
CREATE FUNCTION notify_transaction_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('transaction_changed', json_build_object(
        'event', lower(TG_OP), 'portfolio_id', newest.portfolio_id, 'asset_id', newest.asset_id,
        'transaction_id', newest.id, 'day', newest.day)::text)
    FROM (SELECT DISTINCT ON (portfolio_id, asset_id) portfolio_id, asset_id, id, day
          FROM changed ORDER BY portfolio_id, asset_id, day DESC, entry DESC LIMIT 1000) newest;
    RETURN NULL;
END $$
"""
# After an update the rows as they are now: an asset that a line named before is among the markers
# that are stored with the change, which the listener reads in any case.
_TRIGGER = """
CREATE TRIGGER transactions_notify_{event} AFTER {event} ON transactions
REFERENCING {image} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION notify_transaction_changed()
"""
