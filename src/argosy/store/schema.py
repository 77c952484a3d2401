"""The shape of the database: which migration it has, and bringing it to the newest."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from argosy.core.errors import StorageError
from argosy.store.database import Database

_log = structlog.get_logger(__name__)
_SCRIPTS = Path(__file__).parent / "migrations"
_AGAIN_S = 1.0
_STARTING = {None, "57P01", "57P03"}
"""What a server says that goes down or comes up; None where there is none that speaks."""
_LOCK = 4_723_091_155  # any number: whoever migrates this PostgreSQL database holds it


async def current(database: Database) -> str | None:
    """Return the migration that the database has; None if it is empty."""
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(_revision)
    except DBAPIError as error:  # every use begins here, so it is told once
        raise StorageError(f"The database cannot be opened: {error.orig}") from error


async def reach(database: Database, *, patience_s: float) -> None:
    """Wait for a database server that is not there yet, or starts again.

    One that refuses (a wrong password, no such database) is not waited for.

    Raises
    ------
    StorageError
        If it does not answer within the time.
    """
    deadline = monotonic() + patience_s
    while True:
        try:
            await current(database)
        except StorageError as error:
            refused = getattr(getattr(error.__cause__, "orig", None), "sqlstate", None)
            if database.is_sqlite or refused not in _STARTING or monotonic() > deadline:
                raise
            _log.warning("database.awaited", reason=str(error), again_s=_AGAIN_S)
        else:
            return
        await asyncio.sleep(_AGAIN_S)


async def pending(database: Database) -> list[str]:
    """Return the migrations that the database lacks, oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    have = await current(database)
    known = {script.revision for script in scripts.walk_revisions()}
    if have is not None and have not in known:
        message = f"This database was written by a newer Argosy (migration {have}). Update Argosy."
        raise StorageError(message)
    lacking = scripts.iterate_revisions("head", have or "base")
    return [script.revision for script in lacking][::-1]


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a migration: all of the way, or it stays as it was."""
    await _migrate(database, lambda config: command.upgrade(config, revision))


async def downgrade(database: Database, revision: str) -> None:
    """Take the database back to an older migration: all of the way, or it stays as it was."""
    await _migrate(database, lambda config: command.downgrade(config, revision))


async def _migrate(database: Database, run: Callable[[Config], None]) -> None:
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            # Rebuilding a table drops it: with foreign keys on, its children would go with it.
            # They are checked as a whole before the commit.
            await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await connection.run_sync(_run, run)
        if database.is_sqlite:
            _refuse_orphans((await connection.exec_driver_sql("PRAGMA foreign_key_check")).all())
        await connection.commit()
        await connection.invalidate()  # the next user gets a connection with foreign keys on


def _run(connection: Connection, run: Callable[[Config], None]) -> None:
    config = _config()
    config.attributes["connection"] = connection
    run(config)


def _refuse_orphans(orphans: object) -> None:
    if orphans:
        message = f"The migration would leave rows without what they refer to: {orphans}."
        raise StorageError(message)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
