"""The engine and its sessions: one writer at a time on SQLite, a pool on PostgreSQL.

One request or job is one transaction: `Database.write()` commits at its end, or rolls all of it
back. Repositories take the session and never commit.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence, Sized
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from argosy.core.errors import DuplicateError, InputError, StorageError
from argosy.runtime.statements import RECORDING
from argosy.store.recording import RecordingDriver, explained, has_plan, plan_lines

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)
_ROWS_A_TURN = 4_000
_ANNOUNCED = "announced"


class Database:
    """An engine with its two kinds of sessions.

    Parameters
    ----------
    url : str
        `sqlite:///path` or `postgresql://…`; the driver is chosen here.
    pool_size, pool_overflow : int
        Connections kept and allowed beyond (PostgreSQL).
    """

    def __init__(self, url: str, *, pool_size: int = 10, pool_overflow: int = 20) -> None:
        self.url = driver_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url)
        else:
            self.engine = _postgresql_engine(
                self.url, pool_size=pool_size, max_overflow=pool_overflow
            )
        driver: Any = self.engine.dialect.loaded_dbapi
        self._driver_error: type[Exception] = driver.Error
        self._refusals = (OperationalError, driver.OperationalError)
        self._contradictions = (IntegrityError, driver.IntegrityError)
        self._data_errors = (DataError, getattr(driver, "DataError", DataError))
        self._writer: asyncio.Lock | None = asyncio.Lock() if self.is_sqlite else None
        self.on_commit: Callable[[list[tuple[str, bytes]]], None] | None = None
        """Told, after a transaction of this process is stored, what it `announced`, once each."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a session for reading: one snapshot for all its queries, nothing is kept."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                await fetch_all(session, "BEGIN")
            else:
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            with self._texts_checked():
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction: committed at the end of the block, rolled back by any exception."""
        try:
            async with (
                self._writer or nullcontext(),
                AsyncSession(self.engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                if self.is_sqlite:
                    await fetch_all(session, "BEGIN IMMEDIATE")
                with self._texts_checked():
                    yield session
            self._tell(session)
        except self._refusals as error:
            raise StorageError(_reason(error)) from error
        except self._contradictions as error:
            if is_duplicate(error):
                raise DuplicateError("Something with this name or key exists already.") from error
            raise

    def _tell(self, session: AsyncSession) -> None:
        told = announced(session)
        if told and self.on_commit is not None:
            self.on_commit(told)

    @asynccontextmanager
    async def trial(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that is taken back: what a write would do, without its being done."""
        async with self.write() as session:
            yield session
            await session.rollback()
            session.info.clear()  # nothing was done, so there is nothing to announce
            announce_only(session, [])

    @contextmanager
    def _texts_checked(self) -> Iterator[None]:
        """Word PostgreSQL's refusal of a NUL in a text, stored or sought, as wrong input."""
        try:
            yield
        except self._data_errors as error:
            if "NUL" not in str(error):
                raise
            raise InputError("A text holds a NUL character; leave it out.") from error

    async def plan_of(self, sql: str) -> list[str]:
        """Ask how a statement would be run; it is not run."""
        if not has_plan(sql):
            return []
        question, parameters = explained(sql, sqlite=self.is_sqlite)
        async with self.read() as session:
            try:
                rows = await fetch_all(session, question, parameters)
            except self._driver_error as error:
                return [f"No plan: {error}"]
        return plan_lines(rows, sqlite=self.is_sqlite)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def announce(session: AsyncSession, what: str, said: bytes = b"") -> None:
    """Let `Database.on_commit` be told of something once the transaction is stored."""
    session.info.setdefault(_ANNOUNCED, {})[what, said] = None


def announced(session: AsyncSession) -> list[tuple[str, bytes]]:
    """Return what is announced so far."""
    return list(session.info.get(_ANNOUNCED, ()))


def announce_only(session: AsyncSession, what: list[tuple[str, bytes]]) -> None:
    """Announce nothing else: what was done since is taken back."""
    session.info[_ANNOUNCED] = dict.fromkeys(what)


async def fetch_all(
    session: AsyncSession, sql: str, parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """Run one statement on the driver itself and fetch all rows as tuples.

    The road for hot reads and bulk writes: one thread hop, no row objects. Placeholders are `?`
    in the text on both databases.
    """
    driver = await driver_of(session)
    if dialect_of(session) == "sqlite":
        return list(await driver.execute_fetchall(sql, parameters))
    cursor = await driver.execute(sql.replace("?", "%s"), parameters or None)
    if not cursor.description:
        return []
    rows = list(await cursor.fetchmany(_ROWS_A_TURN))
    while len(rows) < cursor.rowcount:  # psycopg reads the values on the event loop
        await asyncio.sleep(0)
        rows += await cursor.fetchmany(_ROWS_A_TURN)
    return rows


async def driver_of(session: AsyncSession) -> Any:
    """Return the driver's own connection, for what has no form in SQL that both know."""
    raw = await (await session.connection()).get_raw_connection()
    kept = RECORDING.get()
    driver = raw.driver_connection
    return driver if kept is None else RecordingDriver(driver, kept)


def dialect_of(session: AsyncSession) -> str:
    """Return `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def marks(values: Sized) -> str:
    """Return a placeholder for each value: `?, ?, ?`."""
    return ", ".join("?" * len(values))


def driver_url(url: str) -> str:
    """Name the driver in a plain database URL; a `ValueError` if there is none for it."""
    scheme, _, rest = url.partition("://")
    if scheme in {"sqlite", "sqlite+aiosqlite"}:
        return f"sqlite+aiosqlite://{rest}"
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    raise ValueError("A database is at sqlite://… or postgresql://….")


def _sqlite_engine(url: str) -> AsyncEngine:
    # A session ends its transaction itself; the pool would go to the thread for it once more.
    engine = create_async_engine(url, pool_reset_on_return=None)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself: a read would then hold a snapshot,
        # and a write would start as a reader and fail to upgrade under load.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    return engine


def _postgresql_engine(url: str, *, pool_size: int, max_overflow: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_recycle=3600,
        pool_pre_ping=True,  # the first request after a restart of the server must not fail
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SET argosy.marks TO 'program'")  # the triggers need not (migration 0014)
        cursor.close()
        connection.commit()

    return engine


def is_duplicate(error: Exception) -> bool:
    """Whether a database's error says that a unique value exists already."""
    error = getattr(error, "orig", None) or error
    unique_sqlite = getattr(error, "sqlite_errorname", "") in {
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
    }
    return unique_sqlite or getattr(error, "sqlstate", None) == "23505"


def _reason(error: Exception) -> str:
    origin = error.orig if isinstance(error, DBAPIError) else error
    if "full" in str(origin) or "No space" in str(origin):
        return "The disk is full. Nothing of this request is stored; free some space, repeat it."
    if "connection" in str(origin):  # such a text names hosts and users
        return "The database does not answer. Nothing of this request is stored."
    return f"The database refused: {origin}. Nothing of this request is stored."
