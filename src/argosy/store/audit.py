"""Who changed what: every change of what counts as money keeps its before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.tables.audit import AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; `before` is None for what was created, `after` for what was deleted.

    Both are JSON values; numbers in them are strings, so that none loses a digit.
    """

    user_id: str | None
    action: str
    kind: str
    subject_id: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change and when it was stored."""

    change: Change
    at: datetime


async def record(session: AsyncSession, *changes: Change) -> None:
    """Keep changes in the transaction that makes them."""
    if changes:
        await session.execute(insert(AuditRow), [_values(change) for change in changes])


async def of_subject(
    session: AsyncSession, kind: str, subject_id: str, *, limit: int = 100
) -> list[AuditEntry]:
    """Return the newest changes of one thing, newest first."""
    chosen = AuditRow.kind == kind, AuditRow.subject_id == subject_id
    query = select(AuditRow).where(*chosen).order_by(AuditRow.id.desc()).limit(limit)
    return [
        AuditEntry(
            Change(
                user_id=row.user_id,
                action=row.action,
                kind=row.kind,
                subject_id=row.subject_id,
                before=row.before,
                after=row.after,
            ),
            row.created_at,
        )
        for row in await session.scalars(query)
    ]


def _values(change: Change) -> dict[str, Any]:
    return {
        "user_id": change.user_id,
        "action": change.action,
        "kind": change.kind,
        "subject_id": change.subject_id,
        "before": change.before,
        "after": change.after,
    }
