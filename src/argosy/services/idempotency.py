"""Requests that may be repeated: the second one gets the first one's answer and changes nothing."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store import idempotency as rows
from argosy.store.idempotency import Answer, Request

__all__ = ["Answer", "Request", "first_answer", "keep_answer"]


async def first_answer(
    session: AsyncSession, request: Request, *, oldest: datetime
) -> Answer | None:
    """Return what this request was answered before; None if it is the first with its key."""
    await rows.forget(session, before=oldest)
    return await rows.begin(session, request)


async def keep_answer(session: AsyncSession, request: Request, answer: Answer) -> None:
    """Keep an answer for those who repeat the request."""
    await rows.finish(session, request, answer)
