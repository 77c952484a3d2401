"""A backup is whole or it is none; what a restore replaces is kept."""

import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from argosy.core.errors import StorageError
from argosy.store import backup, schema, transactions
from argosy.store.check import check
from argosy.store.database import Database, fetch_all
from tests.store.people import open_books

AT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture
async def file(sqlite_url, tmp_path):
    """A database with one line in it, at its own place."""
    database = Database(sqlite_url)
    path = tmp_path / "argosy.db"
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, [books.line()])
    await database.close()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), path)
    return path


async def count(path: Path) -> int:
    database = Database(f"sqlite:///{path}")
    async with database.read() as session:
        rows = await fetch_all(session, "SELECT count(*) FROM transactions")
    await database.close()
    return rows[0][0]


async def test_a_backup_is_restored_and_the_replaced_database_kept(file, tmp_path):
    database = Database(f"sqlite:///{file}")
    await backup.backup(database, tmp_path / "copy.db")
    async with database.write() as session:
        await fetch_all(session, "DELETE FROM transactions")
    await database.close()
    kept = await backup.restore(tmp_path / "copy.db", file, at=AT)
    assert await count(file) == 1
    assert kept == tmp_path / "argosy.db.replaced-20240506T070809Z"
    assert await count(kept) == 0
    assert not list(tmp_path.glob("*.part"))


async def test_a_backup_has_what_is_still_in_the_write_ahead_log(file, tmp_path):
    database = Database(f"sqlite:///{file}")
    async with database.write() as session:
        await fetch_all(session, "DELETE FROM transactions")
    assert (tmp_path / "argosy.db-wal").stat().st_size > 0
    await backup.backup(database, tmp_path / "copy.db")
    assert await count(tmp_path / "copy.db") == 0
    await database.close()


async def test_a_backup_is_its_owners_alone(file, tmp_path):
    database = Database(f"sqlite:///{file}")
    await backup.backup(database, tmp_path / "copy.db")
    await database.close()
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


async def test_a_backup_overwrites_nothing(file, tmp_path):
    (tmp_path / "copy.db").write_text("mine")
    database = Database(f"sqlite:///{file}")
    with pytest.raises(StorageError, match="never overwrites"):
        await backup.backup(database, tmp_path / "copy.db")
    await database.close()
    assert (tmp_path / "copy.db").read_text() == "mine"


async def test_a_damaged_backup_is_refused_and_nothing_changes(file, tmp_path):
    bad = tmp_path / "bad.db"
    content = bytearray(file.read_bytes())
    content[8192:20000] = os.urandom(20000 - 8192)
    bad.write_bytes(content)
    for name, words in (("bad.db", "bad.db"), ("none.db", "cannot be read"), ("text", "not a SQL")):
        if name == "text":
            (tmp_path / name).write_text("hello")
        with pytest.raises(StorageError, match=words):
            await backup.restore(tmp_path / name, file, at=AT)
    assert await count(file) == 1


async def test_the_database_of_another_program_is_refused(file, tmp_path):
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    with pytest.raises(StorageError, match="none of Argosy"):
        await backup.restore(tmp_path / "other.db", file, at=AT)


async def test_a_database_in_use_is_not_replaced(file, tmp_path):
    database = Database(f"sqlite:///{file}")
    await backup.backup(database, tmp_path / "copy.db")
    async with database.read() as session:
        await fetch_all(session, "SELECT count(*) FROM transactions")
        with pytest.raises(StorageError, match="in use"):
            await backup.restore(tmp_path / "copy.db", file, at=AT)
    await database.close()
    assert await count(file) == 1
    assert not list(tmp_path.glob("*restoring*"))


async def test_a_broken_database_is_replaced_and_kept_as_it_was(file, tmp_path):
    database = Database(f"sqlite:///{file}")
    await backup.backup(database, tmp_path / "copy.db")
    await database.close()
    file.write_text("what a disk error left of it, longer than a header of a database file")
    kept = await backup.restore(tmp_path / "copy.db", file, at=AT)
    assert kept.read_text().startswith("what a disk error")
    assert await count(file) == 1


async def test_a_database_is_restored_where_none_was(file, tmp_path):
    assert await backup.restore(file, tmp_path / "new.db", at=AT) is None
    assert await count(tmp_path / "new.db") == 1


async def test_a_migration_of_a_database_with_content_makes_a_backup_first(file, tmp_path):
    database = Database(f"sqlite:///{file}")
    await schema.downgrade(database, "0001")
    copy = await backup.migrate(database, at=AT)
    assert copy is not None
    assert copy.name.startswith("argosy.db.before-")
    assert await count(copy) == 1
    assert await schema.pending(database) == []
    assert await backup.migrate(database, at=AT) is None
    await database.close()


async def test_a_new_database_is_migrated_without_a_backup(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    assert await backup.migrate(database, at=AT) is None
    assert await check(database) == []
    await database.close()


async def test_without_room_for_a_backup_there_is_no_migration(file, monkeypatch):
    # A full disk cannot be had without privileges: the question for free space is answered here.
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    database = Database(f"sqlite:///{file}")
    await schema.downgrade(database, "0001")
    with pytest.raises(StorageError, match="Free some space"):
        await backup.migrate(database, at=AT)
    assert await schema.current(database) == "0001"
    await database.close()


@pytest.mark.postgres
async def test_postgresql_is_dumped_by_its_own_tool_or_says_what_is_missing(
    postgres_url, postgres_databases, tmp_path, monkeypatch
):
    database = Database(postgres_url)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageError, match="pg_dump is not on the PATH"):
        await backup.backup(database, tmp_path / "copy.dump")
    tools = postgres_databases.tools
    if tools is not None:
        monkeypatch.setenv("PATH", str(tools))
        await backup.backup(database, tmp_path / "copy.dump")
        assert (tmp_path / "copy.dump").read_bytes().startswith(b"PGDMP")
        assert (tmp_path / "copy.dump").stat().st_mode & 0o777 == 0o600
    await database.close()
