"""Copies of the database that were read back before anybody relies on them."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from argosy.core.errors import StorageError
from argosy.store import postgres_dump, schema
from argosy.store.database import Database

_ROOM = 1.1  # a copy may need a little more than its original


def file_of(database: Database) -> Path:
    """Return the file of a SQLite database."""
    name = make_url(database.url).database
    assert database.is_sqlite
    assert name, "a database in memory has no file"
    return Path(name)


async def migrate(database: Database, *, at: datetime) -> Path | None:
    """Bring the database to the newest migration; return the backup made before, if any.

    A SQLite database that has anything in it is copied and the copy verified first. Without a
    good copy there is no migration.
    """
    lacking = await schema.pending(database)
    if not lacking:
        return None
    copy = None
    if database.is_sqlite and await schema.current(database) is not None:
        file = file_of(database)
        copy = file.with_name(f"{file.name}.before-{lacking[-1]}-{_stamp(at)}")
        await backup(database, copy)
    await schema.upgrade(database)
    return copy


async def backup(database: Database, target: Path) -> None:
    """Copy the database to a new file, and verify the copy; writers may go on meanwhile."""
    if database.is_sqlite:
        await asyncio.to_thread(_copy_verified, file_of(database), target)
    else:
        await postgres_dump.dump(database.url, target)


async def restore(source: Path, database_file: Path, *, at: datetime) -> Path | None:
    """Put a verified backup in the place of a SQLite database; return where the old one is kept.

    Nothing changes if the backup is not whole, or if a program has the database open.
    """
    return await asyncio.to_thread(_restore, source, database_file, _stamp(at))


def _restore(source: Path, database_file: Path, stamp: str) -> Path | None:
    _refuse_damaged(source)
    fresh = database_file.with_name(f"{database_file.name}.restoring-{stamp}")
    _copy_verified(source, fresh)
    kept = None
    try:
        if database_file.exists():
            _settle(database_file, stamp=stamp)
            kept = database_file.with_name(f"{database_file.name}.replaced-{stamp}")
            database_file.rename(kept)
        fresh.rename(database_file)
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def _settle(file: Path, *, stamp: str) -> None:
    """Fold the write-ahead log into a database that nobody else has open."""
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        message = f"{file} is in use ({error}); stop the server first. Nothing has changed."
        raise StorageError(message) from error
    except sqlite3.DatabaseError:
        # What is replaced is no database any more: it is kept as it is, and its log beside it.
        for log in file.parent.glob(f"{file.name}-*"):
            log.rename(log.with_name(f"{log.name}.replaced-{stamp}"))


def _copy_verified(source: Path, target: Path) -> None:
    if target.exists():
        message = f"{target} exists already; a backup never overwrites a file."
        raise StorageError(message)
    part = target.with_name(f"{target.name}.part")
    _refuse_without_room(source, part.parent)
    try:
        with _problems_named(source), closing(_open(source)) as original:
            original.execute("BEGIN")  # counts and copy see one state, whoever writes meanwhile
            counts = _row_counts(original)
            part.touch(mode=0o600)  # it holds passwords' hashes, wherever it goes
            with closing(sqlite3.connect(part)) as copy:
                original.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
        _verify(part, counts)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _verify(copy: Path, counts: dict[str, int]) -> None:
    _refuse_damaged(copy)
    with closing(_open(copy)) as connection:
        found = _row_counts(connection)
    if found != counts:
        message = f"The copy {copy} has other rows than the database: {found}, not {counts}."
        raise StorageError(message)


def _refuse_damaged(file: Path) -> None:
    if not _is_database(file):
        message = f"{file} is not a SQLite database."
        raise StorageError(message)
    with _problems_named(file), closing(_open(file)) as connection:
        tables = _row_counts(connection)
        answers = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    if answers != ["ok"] or orphans:
        message = f"{file} is damaged: {'; '.join(answers)} {orphans or ''}".rstrip()
        raise StorageError(message)
    if "alembic_version" not in tables:
        message = f"{file} is a SQLite database, but none of Argosy."
        raise StorageError(message)


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\0"
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}."
        raise StorageError(message) from error


def _refuse_without_room(source: Path, folder: Path) -> None:
    log = source.with_name(f"{source.name}-wal")
    needed = int((source.stat().st_size + (log.stat().st_size if log.exists() else 0)) * _ROOM)
    free = shutil.disk_usage(folder).free
    if free < needed:
        message = f"{folder} has {free} bytes free; the copy needs {needed}. Free some space."
        raise StorageError(message)


def _row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\'"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in names
    }


def _open(file: Path) -> sqlite3.Connection:
    # Not read-only: a log that is left from a crash must be folded in before the file is read.
    return sqlite3.connect(file, timeout=10, isolation_level=None)


@contextmanager
def _problems_named(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        message = f"{file}: {error}. Nothing has changed."
        raise StorageError(message) from error


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
