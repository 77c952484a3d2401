"""What users were told, and how they want to be told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.paging import Page, read_id_cursor, write_cursor
from argosy.store.tables.notification import NotificationRow as Row
from argosy.store.tables.notification import NotificationSettingsRow
from argosy.store.types import is_id, read_id
from argosy.store.upserts import insert_into

_MANY = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing that happened `at` an instant, told from `deliver_at` on."""

    id: str
    user_id: str
    kind: str
    alert_id: str | None
    title: str
    body: str
    details: Mapping[str, Any]
    at: datetime
    deliver_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSettings:
    """How a user is told; quiet hours are minutes of the day on the clock of `time_zone`."""

    time_zone: str = "UTC"
    quiet_from: int | None = None
    quiet_until: int | None = None
    email: bool = False


_COLUMNS = [getattr(Row, name) for name in Notification.__dataclass_fields__]
_SETTINGS = [getattr(NotificationSettingsRow, name) for name in StoredSettings.__dataclass_fields__]


async def add(session: AsyncSession, told: Sequence[Notification]) -> None:
    """Store new notifications."""
    if told:
        names = Notification.__dataclass_fields__
        rows = [{name: getattr(one, name) for name in names} for one in told]
        await session.execute(insert(Row), rows)


async def get_many(session: AsyncSession, ids: Collection[str]) -> dict[str, Notification]:
    """Return notifications by id, whoever they are for."""
    rows = await session.execute(select(*_COLUMNS).where(Row.id.in_(ids)))
    return {row.id: Notification(**row._asdict()) for row in rows}


async def page(
    session: AsyncSession,
    user_id: str,
    *,
    unread: bool = False,
    alert_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Notification]:
    """Return what a user was told, the newest first."""
    where: list[ColumnElement[bool]] = [Row.user_id == user_id]
    if unread:
        where.append(Row.read_at.is_(None))
    if alert_id is not None:
        where.append(is_id(Row.alert_id, alert_id))
    if cursor is not None:
        where.append(Row.id < read_id_cursor(cursor))
    query = select(*_COLUMNS).where(*where).order_by(Row.id.desc()).limit(limit + 1)
    found = [Notification(**row._asdict()) for row in await session.execute(query)]
    more = len(found) > limit
    return Page(found[:limit], write_cursor([found[limit - 1].id]) if more else None)


async def count_unread(session: AsyncSession, user_id: str) -> int:
    """Return how many notifications a user has not read."""
    mine = Row.user_id == user_id, Row.read_at.is_(None)
    return await session.scalar(select(func.count()).where(*mine)) or 0


async def mark_read(
    session: AsyncSession, user_id: str, *, ids: Collection[str] | None, at: datetime | None
) -> int:
    """Say that a user has read notifications, or not (`at` None); `ids` None means all of them."""
    mine = [Row.user_id == user_id]
    mine.append(Row.read_at.is_not(None) if at is None else Row.read_at.is_(None))
    if ids is not None:
        mine.append(Row.id.in_([key for one in ids if (key := read_id(one))]))
    done = await session.execute(update(Row).where(*mine).values(read_at=at).returning(Row.id))
    return len(done.all())


async def clean(session: AsyncSession, *, before: datetime) -> int:
    """Forget what was told before an instant, with its deliveries; return how many."""
    done = await session.execute(delete(Row).where(Row.at < before).returning(Row.id))
    return len(done.all())


async def read_settings(
    session: AsyncSession, user_ids: Iterable[str]
) -> dict[str, StoredSettings]:
    """Return how users want to be told; the defaults where they never said."""
    ids = sorted(set(user_ids))
    found = {user_id: StoredSettings() for user_id in ids}
    for start in range(0, len(ids), _MANY):
        some = NotificationSettingsRow.user_id.in_(ids[start : start + _MANY])
        query = select(NotificationSettingsRow.user_id, *_SETTINGS).where(some)
        for user_id, *values in await session.execute(query):
            names = StoredSettings.__dataclass_fields__
            found[user_id] = StoredSettings(**dict(zip(names, values, strict=True)))
    return found


async def put_settings(session: AsyncSession, user_id: str, wanted: StoredSettings) -> None:
    """Store how a user wants to be told."""
    values = {name: getattr(wanted, name) for name in StoredSettings.__dataclass_fields__}
    row = insert_into(session, NotificationSettingsRow).values(user_id=user_id, **values)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["user_id"], set_={**values, "updated_at": func.now()}
        )
    )
