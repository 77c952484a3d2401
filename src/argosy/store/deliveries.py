"""The outbox: what is to be sent is stored with what it tells, and leased by whoever sends it.

A worker that is killed renews nothing, and another takes its deliveries over; one that comes back
late finds that they are no longer its own. So each is sent at least once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.store.paging import Page, read_id_cursor, write_cursor
from argosy.store.tables.webhook import DeliveryRow as Row
from argosy.store.types import read_id


class Channel(StrEnum):
    """How something is sent."""

    APP = "app"
    EMAIL = "email"
    WEBHOOK = "webhook"


class DeliveryStatus(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing to be sent over one channel; without a notification a test of its webhook."""

    id: str
    notification_id: str | None
    webhook_id: str | None
    channel: Channel
    kind: str
    status: DeliveryStatus
    due_at: datetime
    attempts: int
    tries: tuple[Mapping[str, Any], ...]
    worker: str | None
    delivered_at: datetime | None
    created_at: datetime


_COLUMNS = [getattr(Row, name) for name in Delivery.__dataclass_fields__]
_FREE: dict[str, Any] = {"worker": None, "leased_until": None}


async def add(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put deliveries into the outbox; each row has its columns."""
    if rows:
        await session.execute(insert(Row), [{"tries": [], **row} for row in rows])


async def any_due(session: AsyncSession, *, now: datetime) -> bool:
    """Tell whether anything is to be sent now: most looks find nothing, and need not write."""
    return bool(await session.scalar(select(exists().where(_is_free(now)))))


async def claim(
    session: AsyncSession,
    channels: Sequence[Channel],
    *,
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
) -> list[Delivery]:
    """Take the next deliveries for a worker, until an instant; those never tried come first."""
    free = (
        select(Row.id)
        .where(_is_free(now), Row.channel.in_(channels))
        .order_by(Row.attempts, Row.due_at, Row.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = {"status": DeliveryStatus.IN_PROGRESS, "worker": worker, "leased_until": until}
    claimed = update(Row).where(Row.id.in_(free.scalar_subquery())).values(**taken)
    return [_delivery(row) for row in await session.execute(claimed.returning(*_COLUMNS))]


async def finish(
    session: AsyncSession, one: Delivery, values: Mapping[str, Any], *, tried: Mapping[str, Any]
) -> bool:
    """Store what came of an attempt; False if the delivery is another worker's by now."""
    done = {**values, **_FREE, "attempts": one.attempts + 1, "tries": [*one.tries, dict(tried)]}
    mine = Row.id == one.id, Row.worker == one.worker, Row.status == DeliveryStatus.IN_PROGRESS
    changed = await session.execute(update(Row).where(*mine).values(**done).returning(Row.id))
    return changed.first() is not None


async def finish_all(session: AsyncSession, ids: Sequence[str], *, at: datetime) -> None:
    """Say that deliveries were made, all at one instant."""
    made = {"status": DeliveryStatus.DELIVERED, "delivered_at": at, "attempts": Row.attempts + 1}
    await session.execute(update(Row).where(Row.id.in_(ids)).values(**made, **_FREE))


async def drop(session: AsyncSession, webhook_id: str) -> None:
    """Let all that waits for a webhook be sent no more."""
    waiting = Row.webhook_id == webhook_id, Row.status == DeliveryStatus.PENDING
    await session.execute(update(Row).where(*waiting).values(status=DeliveryStatus.FAILED))


async def get(session: AsyncSession, webhook_id: str, delivery_id: str) -> Delivery:
    """Return a webhook's delivery; another's does not exist."""
    key = read_id(delivery_id)
    one = Row.id == key, Row.webhook_id == webhook_id
    row = None if key is None else (await session.execute(select(*_COLUMNS).where(*one))).first()
    if row is None:
        raise NotFoundError("delivery", delivery_id)
    return _delivery(row)


async def replay(session: AsyncSession, one: Delivery, *, at: datetime) -> bool:
    """Let a delivery be sent once more, with all its attempts; False if it is being sent now."""
    again = {"status": DeliveryStatus.PENDING, "due_at": at, "attempts": 0, "delivered_at": None}
    rests = Row.id == one.id, Row.status != DeliveryStatus.IN_PROGRESS
    done = await session.execute(update(Row).where(*rests).values(**again).returning(Row.id))
    return done.first() is not None


async def page(
    session: AsyncSession, webhook_id: str, *, limit: int = 100, cursor: str | None = None
) -> Page[Delivery]:
    """Return a webhook's deliveries, the newest first."""
    where = [Row.webhook_id == webhook_id]
    if cursor is not None:
        where.append(Row.id < read_id_cursor(cursor))
    query = select(*_COLUMNS).where(*where).order_by(Row.id.desc()).limit(limit + 1)
    found = [_delivery(row) for row in await session.execute(query)]
    more = len(found) > limit
    return Page(found[:limit], write_cursor([found[limit - 1].id]) if more else None)


async def last_test(session: AsyncSession, webhook_id: str) -> datetime | None:
    """Return when a webhook was tested last."""
    tests = Row.webhook_id == webhook_id, Row.notification_id.is_(None)
    query = select(Row.due_at).where(*tests).order_by(Row.id.desc()).limit(1)
    return await session.scalar(query)


def _is_free(now: datetime) -> ColumnElement[bool]:
    waits = and_(Row.status == DeliveryStatus.PENDING, Row.due_at <= now)
    abandoned = and_(Row.status == DeliveryStatus.IN_PROGRESS, Row.leased_until <= now)
    return or_(waits, abandoned)


def _delivery(row: Any) -> Delivery:
    fields = {
        "tries": tuple(row.tries),
        "status": DeliveryStatus(row.status),
        "channel": Channel(row.channel),
    }
    return Delivery(**(row._asdict() | fields))
