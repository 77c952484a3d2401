"""Alerts: kept for their users, and read all at once by whoever looks at them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.alerts.condition import AlertKind, Condition, Figure, Side, Window
from argosy.core.alerts.state import AlertState, Patience
from argosy.core.errors import NotFoundError
from argosy.core.market.asset import AssetCategory
from argosy.core.money import CONTEXT
from argosy.store.database import fetch_all
from argosy.store.paging import Page, read_id_cursor, write_cursor
from argosy.store.tables.alert import AlertRow
from argosy.store.types import decode_exact, is_id, read_id, read_instant

_MANY = 10_000
_NAMES = tuple(column.name for column in AlertRow.__table__.columns)
_SELECTED = ", ".join(
    f"CAST(a.{name} AS VARCHAR(36))" if name.endswith("id") else f"a.{name}" for name in _NAMES
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an alert looks at: an asset, a portfolio, a holding or category of it, or a job."""

    asset_id: str | None = None
    portfolio_id: str | None = None
    category: AssetCategory | None = None
    job: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. `since` is when what is known began; `seen` is what was seen then.

    `reason` says why nothing is known now.
    """

    id: str
    user_id: str
    name: str | None
    note: str | None
    condition: Condition
    subject: Subject
    enabled: bool
    expires_at: datetime | None
    patience: Patience
    revision: int
    state: AlertState
    since: datetime | None
    seen: Mapping[str, Any] | None
    reason: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look changes of an alert."""

    alert: Alert
    state: AlertState
    since: datetime | None
    seen: Mapping[str, Any] | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts are listed; None = any."""

    kind: AlertKind | None = None
    asset_id: str | None = None
    portfolio_id: str | None = None
    enabled: bool | None = None


async def create(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Store a new alert; `values` are its columns."""
    await session.execute(insert(AlertRow).values(**values))


async def get(session: AsyncSession, user_id: str, alert_id: str) -> Alert:
    """Return a user's alert; anybody else's does not exist."""
    key = read_id(alert_id)
    mine = AlertRow.id == key, AlertRow.user_id == user_id
    row = None
    if key is not None:
        row = (await session.execute(select(AlertRow.__table__).where(*mine))).first()
    if row is None:
        raise NotFoundError("alert", alert_id)
    return _alert(row)


async def count(session: AsyncSession, user_id: str) -> int:
    """Return how many alerts a user has."""
    mine = select(func.count()).where(AlertRow.user_id == user_id)
    return await session.scalar(mine) or 0


async def page(
    session: AsyncSession,
    user_id: str,
    wanted: AlertFilter,
    *,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Alert]:
    """Return a user's alerts, the newest first."""
    where: list[ColumnElement[bool]] = [AlertRow.user_id == user_id]
    if wanted.kind is not None:
        where.append(AlertRow.kind == wanted.kind)
    if wanted.enabled is not None:
        where.append(AlertRow.enabled.is_(wanted.enabled))
    for column in (AlertRow.asset_id, AlertRow.portfolio_id):
        id_ = getattr(wanted, column.key)
        if id_ is not None:
            where.append(is_id(column, id_))
    if cursor is not None:
        where.append(AlertRow.id < read_id_cursor(cursor))
    query = select(AlertRow.__table__).where(*where).order_by(AlertRow.id.desc()).limit(limit + 1)
    found = [_alert(row) for row in await session.execute(query)]
    more = len(found) > limit
    return Page(found[:limit], write_cursor([found[limit - 1].id]) if more else None)


async def change(session: AsyncSession, alert: Alert, values: Mapping[str, Any]) -> None:
    """Store other columns of an alert; its revision rises."""
    values = {**values, "revision": AlertRow.revision + 1}
    await session.execute(update(AlertRow).where(AlertRow.id == alert.id).values(**values))


async def delete_one(session: AsyncSession, alert: Alert) -> None:
    """Delete an alert; what it has told stays."""
    await session.execute(delete(AlertRow).where(AlertRow.id == alert.id))


async def waiting(session: AsyncSession) -> list[tuple[Any, ...]]:
    """Return all enabled alerts of people who may sign in, as rows for `made_of`.

    Those of a portfolio that was put away rest.
    """
    return await fetch_all(
        session,
        f"SELECT {_SELECTED} FROM alerts a JOIN users u ON u.id = a.user_id"
        " LEFT JOIN portfolios p ON p.id = a.portfolio_id"
        " WHERE a.enabled AND u.is_active AND p.deleted_at IS NULL ORDER BY a.id",
    )


def made_of(found: Iterable[Sequence[Any]]) -> list[Alert]:
    """Make alerts of rows as the driver gives them: work for a thread, where they are many."""
    return [_alert(SimpleNamespace(**_read(row))) for row in found]


async def hold(session: AsyncSession, alert_ids: Iterable[str]) -> dict[str, int]:
    """Let nobody else change alerts from here to the commit; return their revisions."""
    ids, found = sorted(set(alert_ids)), dict[str, int]()
    for start in range(0, len(ids), _MANY):  # in one order: nobody waits in a circle
        some = AlertRow.id.in_(ids[start : start + _MANY])
        query = select(AlertRow.id, AlertRow.revision).where(some, AlertRow.enabled)
        rows = await session.execute(query.order_by(AlertRow.id).with_for_update())
        found |= dict(rows.all())
    return found


async def put_looks(session: AsyncSession, looks: Sequence[Looked]) -> None:
    """Store what looks have found; whoever calls it holds the alerts."""
    if not looks:
        return
    names = ("holds", "told", "about", "told_at", "since", "seen", "reason")
    table = AlertRow.__table__
    change_ = (
        update(AlertRow)
        .where(AlertRow.id == bindparam("alert_id"))
        .values(
            revision=AlertRow.revision + 1,
            **{name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names},
        )
    )
    rows = [
        {
            "alert_id": one.alert.id,
            "new_holds": one.state.holds,
            "new_told": one.state.told,
            "new_about": one.state.about,
            "new_told_at": one.state.told_at,
            "new_since": one.since,
            "new_seen": None if one.seen is None else dict(one.seen),
            "new_reason": one.reason,
        }
        for one in looks
    ]
    # Not through the ORM: it would want each row's primary key under its own name.
    await (await session.connection()).execute(change_, rows)


async def end(session: AsyncSession, alert_ids: Sequence[str], *, at: datetime) -> set[str]:
    """Disable alerts that have expired by an instant; return the assets that they looked at."""
    over = AlertRow.id.in_(alert_ids), AlertRow.enabled, AlertRow.expires_at <= at
    ended = update(AlertRow).where(*over).values(enabled=False, revision=AlertRow.revision + 1)
    rows = await session.execute(ended.returning(AlertRow.asset_id))
    return {asset_id for (asset_id,) in rows if asset_id is not None}


def columns_of(condition: Condition, subject: Subject, patience: Patience) -> dict[str, Any]:
    """Return a condition, what it looks at and its patience by the names of their columns."""
    return {
        "kind": condition.kind.value,
        "side": condition.side,
        "threshold": condition.threshold,
        "lower": condition.lower,
        "upper": condition.upper,
        "time_window": condition.window,
        "figure": condition.figure,
        "days": condition.days,
        "asset_id": subject.asset_id,
        "portfolio_id": subject.portfolio_id,
        "category": subject.category,
        "job": subject.job,
        "cool_down_minutes": _minutes(patience.cool_down),
        "back_off_minutes": None if patience.back_off is None else _minutes(patience.back_off),
    }


NOTHING_KNOWN: dict[str, Any] = {
    "holds": None,
    "told": False,
    "about": None,
    "told_at": None,
    "since": None,
    "seen": None,
    "reason": None,
}
"""The columns of an alert that nobody has looked at yet."""


def _read(row: Sequence[Any]) -> dict[str, Any]:
    found = dict(zip(_NAMES, row, strict=True))
    for name, read in _READERS.items():
        if found[name] is not None:
            found[name] = read(found[name])
    return found


def _decimal(stored: Any) -> Decimal:
    exact: Decimal = decode_exact(stored) if isinstance(stored, str) else stored.normalize(CONTEXT)
    return exact


def _document(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("threshold", "lower", "upper"), _decimal),
    **dict.fromkeys(("expires_at", "told_at", "since", "created_at"), read_instant),
    **dict.fromkeys(("enabled", "holds", "told"), bool),
    "seen": _document,
}


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _alert(row: Any) -> Alert:
    back_off = row.back_off_minutes
    return Alert(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        note=row.note,
        condition=Condition(
            kind=AlertKind(row.kind),
            side=None if row.side is None else Side(row.side),
            threshold=row.threshold,
            lower=row.lower,
            upper=row.upper,
            window=None if row.time_window is None else Window(row.time_window),
            figure=None if row.figure is None else Figure(row.figure),
            days=row.days,
        ),
        subject=Subject(
            asset_id=row.asset_id,
            portfolio_id=row.portfolio_id,
            category=None if row.category is None else AssetCategory(row.category),
            job=row.job,
        ),
        enabled=row.enabled,
        expires_at=row.expires_at,
        patience=Patience(
            cool_down=timedelta(minutes=row.cool_down_minutes),
            back_off=None if back_off is None else timedelta(minutes=back_off),
        ),
        revision=row.revision,
        state=AlertState(holds=row.holds, told=row.told, about=row.about, told_at=row.told_at),
        since=row.since,
        seen=row.seen,
        reason=row.reason,
        created_at=row.created_at,
    )
