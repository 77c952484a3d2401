"""Statements and their plans, for the developers' panel.

What goes through SQLAlchemy is heard by the engine's events, what runs on the driver itself by a
stand-in for the driver. Neither is there while nothing is recorded.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from argosy.runtime.statements import RECORDING, Statement, recorded, shapes_of

_STARTED = "argosy.started"
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%s")
_HAS_A_PLAN = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)


class RecordingDriver:
    """A driver's connection that keeps what it is asked."""

    def __init__(self, driver: Any, kept: list[Statement]) -> None:
        self._driver = driver
        self._kept = kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    async def execute_fetchall(self, sql: str, parameters: Any = ()) -> list[Any]:
        with recorded(self._kept, sql, parameters) as statement:
            rows = list(await self._driver.execute_fetchall(sql, parameters))
            statement.rows = len(rows)
        return rows

    async def execute(self, sql: str, parameters: Any = None, **options: Any) -> Any:
        with recorded(self._kept, sql, parameters) as statement:
            cursor = await self._driver.execute(sql, parameters, **options)
            statement.rows = _counted(cursor)
        return cursor

    async def executemany(self, sql: str, rows: Sequence[Any]) -> Any:
        with recorded(self._kept, sql, rows) as statement:
            cursor = await self._driver.executemany(sql, rows)
            statement.rows = _counted(cursor)
        return cursor

    @asynccontextmanager
    async def cursor(self) -> AsyncIterator["_RecordingCursor"]:
        async with self._driver.cursor() as cursor:
            yield _RecordingCursor(cursor, self._kept)


class _RecordingCursor:
    def __init__(self, cursor: Any, kept: list[Statement]) -> None:
        self._cursor = cursor
        self._kept = kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    @asynccontextmanager
    async def copy(self, sql: str) -> AsyncIterator[Any]:
        with recorded(self._kept, sql) as statement:
            async with self._cursor.copy(sql) as copy:
                yield copy
            statement.rows = _counted(self._cursor)


def record_engine(engine: AsyncEngine) -> None:
    """Keep what SQLAlchemy runs for a request that is recorded."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _start(connection: Any, *_: object) -> None:
        connection.info[_STARTED] = perf_counter()

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def _keep(connection: Any, cursor: Any, sql: str, parameters: Any, *_: object) -> None:
        kept = RECORDING.get()
        if kept is not None:
            seconds = perf_counter() - connection.info[_STARTED]
            kept.append(Statement(sql, shapes_of(parameters), seconds, _counted(cursor)))


def has_plan(sql: str) -> bool:
    """Tell whether a database can explain a statement."""
    return _HAS_A_PLAN.match(sql) is not None


def explained(sql: str, *, sqlite: bool) -> tuple[str, list[None]]:
    """Return the statement that asks for a plan whatever the parameters are, and its parameters."""
    if sqlite:
        return f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")
    numbers = iter(range(1, sql.count("%") + 1))
    numbered = _PLACEHOLDER.sub(lambda _: f"${next(numbers)}", sql).replace("%%", "%")
    return f"EXPLAIN (GENERIC_PLAN) {numbered}", []


def plan_lines(rows: Sequence[tuple[Any, ...]], *, sqlite: bool) -> list[str]:
    """Write a plan as lines, deeper steps further right."""
    if not sqlite:
        return [str(row[0]) for row in rows]
    depths = {0: -1}
    lines = []
    for step, parent, _, detail in rows:
        depths[step] = depths[parent] + 1
        lines.append("  " * depths[step] + detail)
    return lines


def _counted(cursor: Any) -> int | None:
    """Count rows, where that is known without fetching them."""
    if cursor.rowcount >= 0:
        return int(cursor.rowcount)
    # SQLAlchemy's cursor over SQLite has fetched all rows by now, and says it nowhere else.
    fetched = getattr(cursor, "_rows", None)
    return None if fetched is None else len(fetched)
