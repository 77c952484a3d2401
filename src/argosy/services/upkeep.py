"""Care of the database: migrated, backed up, put back, looked over."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from argosy.core.errors import InputError, StorageError
from argosy.store import backup as copies
from argosy.store import check as findings
from argosy.store import price_writes, schema
from argosy.store.database import Database

BACKUPS = "backups"
"""The folder in the data directory that backups go to unless another place is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """Which migration the database had, which it has, and the backup made between the two."""

    before: str | None
    after: str | None
    backup: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A verified copy of the database."""

    path: Path
    bytes: int


async def upgrade(database: Database, *, at: datetime) -> Upgraded:
    """Bring the database to the newest migration, after a verified backup."""
    before = await schema.current(database)
    made = await copies.migrate(database, at=at)
    return Upgraded(before=before, after=await schema.current(database), backup=made)


async def backup(
    database: Database, target: Path | None, *, directory: Path, at: datetime
) -> Copied:
    """Copy the database to a new file and read the copy back; writers may go on meanwhile."""
    refuse_missing(database)
    ending = "db" if database.is_sqlite else "dump"
    path = target or directory / BACKUPS / f"argosy-{at:%Y%m%dT%H%M%SZ}.{ending}"
    await asyncio.to_thread(_make_folder, path.parent)
    await copies.backup(database, path)
    return Copied(path=path, bytes=(await asyncio.to_thread(path.stat)).st_size)


async def restore(database: Database, source: Path, *, at: datetime) -> Path | None:
    """Put a backup in the place of the database; return where the old one is kept."""
    if not database.is_sqlite:
        raise InputError(
            "A PostgreSQL database is restored with its own tool: pg_restore --clean --if-exists "
            f"--dbname=… {source}"
        )
    await database.close()  # nobody may have it open, this program included
    file = copies.file_of(database)
    await asyncio.to_thread(_make_folder, file.parent)
    return await copies.restore(source, file, at=at)


async def check(database: Database) -> list[str]:
    """Return what is wrong with the database, in sentences; nothing if all is well."""
    refuse_missing(database)
    return await findings.check(database)


async def add_years(database: Database, today: date) -> list[int]:
    """Make the prices' partitions of this year and the next two; return which were made.

    A bar of a year without one is stored all the same: the year is made with it, or, beyond 2100,
    the bar stays in the rest. SQLite has no partitions.
    """
    if database.is_sqlite:
        return []
    async with database.write() as session:
        return await price_writes.add_years(session, range(today.year, today.year + 3))


def refuse_missing(database: Database) -> None:
    """Refuse a database file that does not exist, rather than make an empty one."""
    if database.is_sqlite and not copies.file_of(database).exists():
        message = f"There is no database {copies.file_of(database)} yet."
        raise StorageError(message)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder {folder} cannot be made: {error.strerror}."
        raise StorageError(message) from error
