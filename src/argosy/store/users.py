"""Accounts and their refresh tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import fetch_all
from argosy.store.tables.refresh_token import RefreshTokenRow
from argosy.store.tables.user import UserRow
from argosy.store.types import read_instant


@dataclass(frozen=True, slots=True)
class User:
    """An account, without its password."""

    id: str
    email: str
    username: str
    is_active: bool
    is_admin: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with its password's hash."""

    user: User
    hashed_password: str


@dataclass(frozen=True, slots=True)
class KeptToken:
    """What is stored of a refresh token."""

    id: str
    family: str
    revoked_at: datetime | None


_USER = (
    UserRow.id,
    UserRow.email,
    UserRow.username,
    UserRow.is_active,
    UserRow.is_admin,
    UserRow.created_at,
)


async def find(session: AsyncSession, user_id: str) -> User | None:
    """Return an account by its id: the question that every request asks first."""
    columns = "CAST(id AS VARCHAR(36)), email, username, is_active, is_admin, created_at"
    rows = await fetch_all(session, f"SELECT {columns} FROM users WHERE id = ?", (user_id,))
    for id_, email, username, is_active, is_admin, created_at in rows:
        return User(id_, email, username, bool(is_active), bool(is_admin), read_instant(created_at))
    return None


async def find_by_email(session: AsyncSession, email_key: str) -> User | None:
    """Return an account by its e-mail address in one letter case."""
    return await _one(session, select(*_USER).where(UserRow.email_key == email_key))


async def find_by_username(session: AsyncSession, username_key: str) -> User | None:
    """Return an account by its username in one letter case."""
    return await _one(session, select(*_USER).where(UserRow.username_key == username_key))


async def first(session: AsyncSession, *, limit: int) -> list[User]:
    """Return the oldest accounts."""
    rows = await session.execute(select(*_USER).order_by(UserRow.id).limit(limit))
    return [User(*row) for row in rows]


async def find_credentials(session: AsyncSession, email_key: str) -> Credentials | None:
    """Return an account and its password's hash by its e-mail address in one letter case."""
    query = select(*_USER, UserRow.hashed_password).where(UserRow.email_key == email_key)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else Credentials(User(*row[:-1]), row.hashed_password)


async def insert(session: AsyncSession, **values: Any) -> User:
    """Store a new account and return it."""
    row = (await session.execute(insert_into(UserRow).values(**values).returning(*_USER))).one()
    return User(*row)


async def set_password(session: AsyncSession, user_id: str, hashed_password: str) -> None:
    """Store the hash of another password."""
    change = update(UserRow).where(UserRow.id == user_id)
    await session.execute(change.values(hashed_password=hashed_password))


async def insert_refresh_token(session: AsyncSession, **values: Any) -> None:
    """Store a new refresh token's fingerprint."""
    await session.execute(insert_into(RefreshTokenRow).values(**values))


async def lock_refresh_token(session: AsyncSession, hashed_token: str) -> KeptToken | None:
    """Return a refresh token by its fingerprint; nobody else may use it until the commit."""
    query = (
        select(RefreshTokenRow.id, RefreshTokenRow.family, RefreshTokenRow.revoked_at)
        .where(RefreshTokenRow.hashed_token == hashed_token)
        .with_for_update()
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else KeptToken(*row)


async def revoke_refresh_token(session: AsyncSession, token_id: str, *, at: datetime) -> None:
    """End one refresh token."""
    change = update(RefreshTokenRow).where(RefreshTokenRow.id == token_id).values(revoked_at=at)
    await session.execute(change)


async def revoke_family(session: AsyncSession, family: str, *, at: datetime) -> None:
    """End all refresh tokens that descend from one sign-in."""
    living = RefreshTokenRow.family == family, RefreshTokenRow.revoked_at.is_(None)
    await session.execute(update(RefreshTokenRow).where(*living).values(revoked_at=at))


async def _one(session: AsyncSession, query: Executable) -> User | None:
    row = (await session.execute(query)).one_or_none()
    return None if row is None else User(*row)
