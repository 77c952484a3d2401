"""`INSERT … ON CONFLICT` in the words of the session's database."""

from typing import TypeAlias

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import dialect_of
from argosy.store.tables import Base

Insert: TypeAlias = sqlite.Insert | postgresql.Insert


def insert_into(session: AsyncSession, table: type[Base]) -> Insert:
    """Begin an insert that can say what to do with a row that exists already."""
    if dialect_of(session) == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
