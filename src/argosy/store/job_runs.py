"""When jobs ran and are due: one row each, claimed by one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.store.tables.job_run import JobRunRow as Row
from argosy.store.upserts import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """A job's last run and its next; `worker` is who runs it now, `error` why the last failed."""

    name: str
    due_at: datetime | None
    paused: bool
    worker: str | None
    leased_until: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str | None
    error: str | None
    runs: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a run ended and when the next is due; `error` says why it failed, None if it did not."""

    at: datetime
    due_at: datetime
    outcome: str | None = None
    error: str | None = None


_FIELDS = tuple(JobRun.__dataclass_fields__)


async def read(session: AsyncSession) -> dict[str, JobRun]:
    """Return all jobs that were ever registered, by name."""
    columns = [getattr(Row, name) for name in _FIELDS]
    rows = await session.execute(select(*columns).order_by(Row.name))
    return {row.name: JobRun(**row._asdict()) for row in rows}


async def register(session: AsyncSession, names: Iterable[str], *, due_at: datetime) -> None:
    """Make the rows of jobs that have none; they are due at once."""
    row = insert_into(session, Row).on_conflict_do_nothing()
    await session.execute(row, [{"name": name, "due_at": due_at} for name in names])


async def claim(
    session: AsyncSession,
    name: str,
    *,
    worker: str,
    now: datetime,
    until: datetime,
    due: bool = True,
) -> bool:
    """Take a job's lease if it is free (and the job due); return whether it was taken."""
    free = or_(Row.leased_until.is_(None), Row.leased_until <= now)
    conditions = [Row.name == name, free]
    if due:
        conditions += [Row.paused.is_(False), Row.due_at <= now]
    taken = (
        update(Row)
        .where(*conditions)
        .values(worker=worker, leased_until=until, started_at=now)
        .returning(Row.name)
    )
    return (await session.execute(taken)).first() is not None


async def renew(session: AsyncSession, name: str, *, worker: str, until: datetime) -> bool:
    """Hold a lease longer; return whether it is still one's own."""
    mine = update(Row).where(Row.name == name, Row.worker == worker)
    held = mine.values(leased_until=until).returning(Row.name)
    return (await session.execute(held)).first() is not None


async def finish(session: AsyncSession, name: str, *, worker: str, result: Result) -> None:
    """Give the lease back and write down what came of it, unless somebody else has it by now."""
    mine = update(Row).where(Row.name == name, Row.worker == worker)
    await session.execute(
        mine.values(
            worker=None,
            leased_until=None,
            finished_at=result.at,
            # Made due again while it ran: it runs once more.
            due_at=case((Row.due_at > Row.started_at, Row.due_at), else_=result.due_at),
            outcome=result.outcome,
            error=result.error,
            runs=Row.runs + 1,
            failures=Row.failures + int(result.error is not None),
        )
    )


async def give_back(session: AsyncSession, name: str, *, worker: str) -> None:
    """Give a lease back without having run; the job stays due."""
    mine = update(Row).where(Row.name == name, Row.worker == worker)
    await session.execute(mine.values(worker=None, leased_until=None))


async def set_due(session: AsyncSession, name: str, at: datetime) -> None:
    """Let a job be due at an instant."""
    changed = update(Row).where(Row.name == name).values(due_at=at).returning(Row.name)
    if (await session.execute(changed)).first() is None:
        raise NotFoundError("job", name)


async def set_paused(session: AsyncSession, name: str, *, paused: bool) -> None:
    """Let a job rest, or run again."""
    changed = update(Row).where(Row.name == name).values(paused=paused).returning(Row.name)
    if (await session.execute(changed)).first() is None:
        raise NotFoundError("job", name)
