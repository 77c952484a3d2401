"""Migrated databases for tests: one migration a run, then cheap copies of it."""

import asyncio
import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL

from argosy.store import schema
from argosy.store.database import Database
from tests.support.servers import postgres_tools

_COUNT = itertools.count(1)


class SqliteDatabases:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        asyncio.run(_migrate(f"sqlite:///{self.template}"))
        with sqlite3.connect(self.template) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Give the URL of a fresh migrated database."""
        path = self.folder / f"{next(_COUNT)}.db"
        shutil.copyfile(self.template, path)
        yield f"sqlite:///{path}"
        for file in self.folder.glob(f"{path.name}*"):
            file.unlink()


class PostgresDatabases:
    """Copies of one migrated database of a server."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        # Workers share a server that is given by URL; the process id keeps their names apart.
        self.prefix = f"argosy_test_{os.getpid()}"
        self.admin = create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.tools = postgres_tools()
        self.template = f"{self.prefix}_template"
        self._run(f"CREATE DATABASE {self.template}")
        asyncio.run(_migrate(self._of(self.template)))

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Give the URL of a fresh database without tables."""
        yield from self._fresh("template1")

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Give the URL of a fresh migrated database."""
        yield from self._fresh(self.template)

    def close(self) -> None:
        """Drop the template."""
        self._run(f"DROP DATABASE {self.template} WITH (FORCE)")
        self.admin.dispose()

    def _fresh(self, template: str) -> Iterator[str]:
        name = f"{self.prefix}_{next(_COUNT)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self._of(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def _of(self, name: str) -> str:
        url: URL = self.url.set(database=name)
        return url.render_as_string(hide_password=False)


async def _migrate(url: str) -> None:
    database = Database(url)
    await schema.upgrade(database)
    await database.close()
