"""Migrations: up and down on both databases, and in agreement with the tables in code."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url, text

from argosy.core.errors import StorageError
from argosy.store import schema
from argosy.store.database import Database
from argosy.store.tables import Base
from argosy.store.tables.price import in_both_databases


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def empty(request, tmp_path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'new.db'}")
        yield database
        await database.close()
        return
    with request.getfixturevalue("postgres_databases").empty() as url:
        database = Database(url)
        yield database
        await database.close()


async def test_a_migrated_database_equals_the_tables_in_code(database):
    def differences(connection: Connection) -> list[object]:
        options = {"include_object": in_both_databases}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, Base.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_empty_database_is_brought_up_and_taken_down_again(empty):
    def tables(connection: Connection) -> set[str]:
        return set(inspect(connection).get_table_names())

    assert await schema.current(empty) is None
    assert (await schema.pending(empty))[0] == "0001"
    await schema.upgrade(empty)
    assert await schema.pending(empty) == []
    async with empty.engine.connect() as connection:
        assert set(Base.metadata.tables) <= await connection.run_sync(tables)
    await schema.downgrade(empty, "base")
    assert await schema.current(empty) is None
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}
    await schema.upgrade(empty)
    assert await schema.pending(empty) == []


async def test_upgrading_twice_changes_nothing(empty):
    await schema.upgrade(empty)
    first = await schema.current(empty)
    await schema.upgrade(empty)
    assert await schema.current(empty) == first


async def test_a_database_of_a_newer_argosy_is_refused(database):
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer Argosy"):
        await schema.pending(database)


async def test_foreign_keys_are_on_after_a_migration(sqlite_url):
    database = Database(sqlite_url)
    await schema.upgrade(database)
    async with database.engine.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1
    await database.close()


@pytest.mark.postgres
async def test_a_server_that_comes_up_late_is_waited_for(postgres_url, tmp_path):
    url = make_url(postgres_url)
    if "host" not in url.query:
        pytest.skip("a server that is reached over TCP cannot be hidden")
    later = tmp_path / "later"
    database = Database(
        url.update_query_dict({"host": str(later)}).render_as_string(hide_password=False)
    )
    try:
        with pytest.raises(StorageError, match="cannot be opened"):
            await schema.reach(database, patience_s=0)
        waiting = asyncio.create_task(schema.reach(database, patience_s=60))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        later.symlink_to(str(url.query["host"]))
        await waiting
    finally:
        await database.close()


async def test_a_file_that_is_no_database_is_not_waited_for(tmp_path):
    (tmp_path / "argosy.db").write_text("no database at all, " * 100)
    database = Database(f"sqlite:///{tmp_path / 'argosy.db'}")
    waiting = asyncio.create_task(schema.reach(database, patience_s=3600))
    try:
        with pytest.raises(StorageError, match="cannot be opened"):
            await waiting
    finally:
        await database.close()
