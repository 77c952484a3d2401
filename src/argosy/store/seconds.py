"""Instants to the second, in the smallest form that each database has for them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Integer, TypeDecorator, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeEngine
from typing_extensions import override


class Seconds(TypeDecorator[datetime]):
    """An aware instant: INTEGER seconds since 1970 on SQLite, timestamptz on PostgreSQL.

    A price row holds two of them; as ISO text they would be half of the row.
    """

    impl = Integer
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Integer())

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        if value is None or dialect.name == "postgresql":
            return value
        return int(value.timestamp())

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromtimestamp(value, UTC)


class second_now(FunctionElement[datetime]):  # noqa: N801 - a SQL function's name
    """The database's own clock in the form of `Seconds`."""

    type = Seconds()
    inherit_cache = True


@compiles(second_now)
def _now(_element: second_now, compiler: SQLCompiler, **_options: Any) -> str:
    if compiler.dialect.name == "sqlite":
        return "(CAST(strftime('%s', 'now') AS INTEGER))"
    return str(compiler.process(func.now()))
