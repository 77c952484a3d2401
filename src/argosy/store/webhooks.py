"""Webhooks: each belongs to one user and exists for nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.store.tables.webhook import WebhookRow
from argosy.store.types import read_id

_MANY = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of some kinds, or of all where it names none."""

    id: str
    user_id: str
    name: str | None
    url: str
    kinds: tuple[str, ...]
    enabled: bool
    nonce: str
    key_print: str
    failures: int
    disabled_reason: str | None
    created_at: datetime

    def hears(self, kind: str) -> bool:
        """Whether it is told of a kind; `alert` stands for all kinds of alerts."""
        return not self.kinds or kind in self.kinds or kind.partition(".")[0] in self.kinds


_COLUMNS = [getattr(WebhookRow, name) for name in Webhook.__dataclass_fields__]


async def create(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Store a new webhook; `values` are its columns."""
    await session.execute(insert(WebhookRow).values(**values))


async def of_user(session: AsyncSession, user_id: str) -> list[Webhook]:
    """Return a user's webhooks, the oldest first."""
    mine = select(*_COLUMNS).where(WebhookRow.user_id == user_id).order_by(WebhookRow.id)
    return [_webhook(row) for row in await session.execute(mine)]


async def count(session: AsyncSession, user_id: str) -> int:
    """Return how many webhooks a user has."""
    return await session.scalar(select(func.count()).where(WebhookRow.user_id == user_id)) or 0


async def get(session: AsyncSession, user_id: str, webhook_id: str) -> Webhook:
    """Return a user's webhook; anybody else's does not exist."""
    key = read_id(webhook_id)
    mine = WebhookRow.id == key, WebhookRow.user_id == user_id
    row = None if key is None else (await session.execute(select(*_COLUMNS).where(*mine))).first()
    if row is None:
        raise NotFoundError("webhook", webhook_id)
    return _webhook(row)


async def get_many(session: AsyncSession, ids: Iterable[str]) -> dict[str, Webhook]:
    """Return webhooks by id, whoever they belong to: for deliveries to them."""
    rows = await session.execute(select(*_COLUMNS).where(WebhookRow.id.in_(sorted(set(ids)))))
    return {row.id: _webhook(row) for row in rows}


async def enabled_of(session: AsyncSession, user_ids: Iterable[str]) -> dict[str, list[Webhook]]:
    """Return the enabled webhooks of users; no entry where there are none."""
    ids, found = sorted(set(user_ids)), dict[str, list[Webhook]]()
    for start in range(0, len(ids), _MANY):
        some = WebhookRow.user_id.in_(ids[start : start + _MANY]), WebhookRow.enabled
        for row in await session.execute(select(*_COLUMNS).where(*some).order_by(WebhookRow.id)):
            found.setdefault(row.user_id, []).append(_webhook(row))
    return found


async def change(session: AsyncSession, webhook: Webhook, values: Mapping[str, Any]) -> None:
    """Store other columns of a webhook."""
    await session.execute(update(WebhookRow).where(WebhookRow.id == webhook.id).values(**values))


async def delete_one(session: AsyncSession, webhook: Webhook) -> None:
    """Delete a webhook with its deliveries."""
    await session.execute(delete(WebhookRow).where(WebhookRow.id == webhook.id))


async def count_failure(session: AsyncSession, webhook_id: str, *, most: int, reason: str) -> bool:
    """Count one more failure in a row; disable it at so many, and return whether that was now."""
    ends = WebhookRow.failures + 1 >= most
    counted = (
        update(WebhookRow)
        .where(WebhookRow.id == webhook_id, WebhookRow.enabled)
        .values(
            failures=WebhookRow.failures + 1,
            enabled=case((ends, False), else_=WebhookRow.enabled),
            disabled_reason=case((ends, reason), else_=WebhookRow.disabled_reason),
        )
        .returning(WebhookRow.enabled)
    )
    row = (await session.execute(counted)).first()
    return row is not None and not row.enabled


async def clear_failures(session: AsyncSession, webhook_id: str) -> None:
    """Say that a delivery arrived."""
    some = WebhookRow.id == webhook_id, WebhookRow.failures > 0
    await session.execute(update(WebhookRow).where(*some).values(failures=0))


def _webhook(row: Any) -> Webhook:
    return Webhook(**(row._asdict() | {"kinds": tuple(row.kinds)}))
