"""Requests that may be sent again: the first answer is kept and given again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ConflictError
from argosy.store.tables.idempotency_key import IdempotencyKeyRow
from argosy.store.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What makes two requests the same: who, where, under which key; and what they say."""

    user_id: str
    route: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent."""

    status: int
    body: bytes


async def begin(session: AsyncSession, request: Request) -> Answer | None:
    """Take the key in this transaction, or return the first answer to it.

    A request with the same key that is still under way is waited for. The same key with
    another body is refused with `ConflictError`.
    """
    row = insert_into(session, IdempotencyKeyRow).values(
        user_id=request.user_id,
        route=request.route,
        key=request.key,
        body_hash=request.body_hash,
    )
    taken = row.on_conflict_do_nothing().returning(IdempotencyKeyRow.key)
    if (await session.execute(taken)).first() is not None:
        return None
    first = (await session.scalars(select(IdempotencyKeyRow).where(_same(request)))).one()
    if first.body_hash != request.body_hash:
        message = f"The Idempotency-Key {request.key} was used for another body. Take a new one."
        raise ConflictError(message)
    assert first.status is not None, "key and answer are stored by one transaction"
    return Answer(first.status, first.answer or b"")


async def finish(session: AsyncSession, request: Request, answer: Answer) -> None:
    """Keep the answer, in the transaction that took the key."""
    change = update(IdempotencyKeyRow).where(_same(request))
    await session.execute(change.values(status=answer.status, answer=answer.body))


async def forget(session: AsyncSession, *, before: datetime) -> None:
    """Delete the answers that are older than an instant."""
    await session.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.created_at < before))


def _same(request: Request) -> ColumnElement[bool]:
    row = IdempotencyKeyRow
    return and_(row.user_id == request.user_id, row.route == request.route, row.key == request.key)
