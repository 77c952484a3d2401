"""Whether anything at all has changed: a mark that two readers share only if they see the same."""

import asyncio
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import make_url

from argosy.store.database import Database

if TYPE_CHECKING:  # PostgreSQL is an extra
    import psycopg

Moment = str | None
"""Equal only while nothing that is stored has changed; None where that cannot be told."""


class Moments:
    """Asks a database for its moment, much more cheaply than for anything it holds.

    SQLite counts the changes that others made to its file: a connection of its own, on which
    nothing is ever written, sees them all. It reads a few words of shared memory, so it is asked
    in the event loop's own turn. PostgreSQL says which transactions a reader would see. One
    question is asked for all who came while the one before it was under way.
    """

    def __init__(self, database: Database) -> None:
        self._url = make_url(database.url)
        self._is_sqlite = database.is_sqlite
        self._file: sqlite3.Connection | None = None
        self._server: psycopg.AsyncConnection | None = None
        self._asking: asyncio.Task[Moment] | None = None
        self._next: asyncio.Task[Moment] | None = None

    async def now(self) -> Moment:
        """Return the moment as of some time after the call; what is committed by now counts."""
        if self._is_sqlite:
            return self._of_file()
        if self._next is None:
            self._next = asyncio.create_task(self._ask(after=self._asking))
        return await asyncio.shield(self._next)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._file is not None:
            self._file.close()
        if self._server is not None:
            await self._server.close()

    def _of_file(self) -> Moment:
        try:
            if self._file is None:
                path = quote(str(self._url.database))
                self._file = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0)
            (version,) = self._file.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:  # busy with itself, or not there yet
            return None
        return str(version)

    async def _ask(self, *, after: "asyncio.Task[Moment] | None") -> Moment:
        if after is not None:  # it may not see what its later callers have to
            await asyncio.wait([after])
        self._asking, self._next = self._next, None
        import psycopg  # noqa: PLC0415 - an extra

        try:
            if self._server is None:
                address = self._url.set(drivername="postgresql")
                self._server = await psycopg.AsyncConnection.connect(
                    address.render_as_string(hide_password=False), autocommit=True
                )
            cursor = await self._server.execute("SELECT pg_current_snapshot()::text")
            row = await cursor.fetchone()
        except psycopg.Error:
            lost, self._server = self._server, None
            if lost is not None:
                await lost.close()
            return None
        return None if row is None else str(row[0])
