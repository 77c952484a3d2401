"""Verdicts about shared bars: which are in doubt, and what people decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.history import DoubtedClose
from argosy.store.database import dialect_of, fetch_all
from argosy.store.paging import Page, read_cursor, write_cursor
from argosy.store.price_rows import Refused, in_keys, keys_value, seconds
from argosy.store.tables.price_verdict import PriceVerdictRow as Row
from argosy.store.types import read_instant
from argosy.store.upserts import insert_into


class Status(StrEnum):
    """What is thought of a bar; only an accepted one counts."""

    SUSPECT = "suspect"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is thought of one shared bar, and why; `close` is what it said then."""

    asset_key: int
    interval: str
    at: datetime
    source: int
    day: date
    close: Decimal
    status: Status
    kind: str | None = None
    reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def point(self) -> tuple[int, str, datetime, int]:
        """Which bar it is about."""
        return (self.asset_key, self.interval, self.at, self.source)


_COLUMNS = (
    "v.asset_key, v.interval, {stamp}, v.source, v.day, v.close, v.scale, v.status, v.kind,"
    " v.reason, CAST(v.decided_by AS VARCHAR(36)), {decided}"
)


async def read_refused(
    session: AsyncSession, asset_keys: Sequence[int], *, interval: str
) -> Refused:
    """Return the (timestamp, source) of the bars of each asset that are not to be used."""
    sql = (
        f"SELECT v.asset_key, {seconds(session, 'v.timestamp')}, v.source FROM price_verdicts v"
        f" WHERE v.status <> 'accepted' AND v.interval = ? AND v.asset_key {in_keys(session)}"
    )
    found: dict[int, set[tuple[int, int]]] = {}
    for key, stamp, source in await fetch_all(
        session, sql, (interval, keys_value(session, asset_keys))
    ):
        found.setdefault(key, set()).add((stamp, source))
    return {key: frozenset(rows) for key, rows in found.items()}


async def read(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    interval: str = "1d",
    start: date | None = None,
    end: date | None = None,
) -> list[Verdict]:
    """Return the verdicts about some assets, by asset and time; days are both inside."""
    where = f"v.interval = ? AND v.asset_key {in_keys(session)}"
    values: list[Any] = [interval, keys_value(session, asset_keys)]
    for bound, sign in ((start, ">="), (end, "<=")):
        if bound is not None:
            where += f" AND v.day {sign} ?"
            values.append(bound.toordinal())
    order = "ORDER BY v.asset_key, v.timestamp, v.source"
    return await _select(session, f"{where} {order}", values)


async def read_doubted(
    session: AsyncSession, asset_keys: Sequence[int]
) -> dict[int, tuple[DoubtedClose, ...]]:
    """Return the daily closes of each asset that are in doubt and undecided, by day."""
    sql = (
        "SELECT v.asset_key, v.day, s.name, v.close, v.scale, v.reason FROM price_verdicts v"
        " JOIN price_sources s ON s.id = v.source WHERE v.status = 'suspect'"
        f" AND v.interval = '1d' AND v.asset_key {in_keys(session)} ORDER BY v.asset_key, v.day"
    )
    found: dict[int, list[DoubtedClose]] = {}
    for key, day, source, close, scale, reason in await fetch_all(
        session, sql, (keys_value(session, asset_keys),)
    ):
        exact = Decimal(close).scaleb(-scale)
        one = DoubtedClose(date.fromordinal(day), source, exact, reason or "")
        found.setdefault(key, []).append(one)
    return {key: tuple(closes) for key, closes in found.items()}


async def page(
    session: AsyncSession,
    *,
    status: Status | None = None,
    asset_key: int | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Verdict]:
    """Return verdicts by asset and time."""
    where, values = ["1 = 1"], list[Any]()
    if status is not None:
        where.append("v.status = ?")
        values.append(status.value)
    if asset_key is not None:
        where.append("v.asset_key = ?")
        values.append(asset_key)
    if cursor is not None:
        stamp = "?" if dialect_of(session) == "sqlite" else "to_timestamp(?)"
        where.append(f"(v.asset_key, v.timestamp, v.source, v.interval) > (?, {stamp}, ?, ?)")
        values += read_cursor(cursor, int, int, int, str)
    order = "ORDER BY v.asset_key, v.timestamp, v.source, v.interval LIMIT ?"
    found = await _select(session, f"{' AND '.join(where)} {order}", [*values, limit + 1])
    more = len(found) > limit
    return Page(found[:limit], write_cursor(_place(found[limit - 1])) if more else None)


async def put(session: AsyncSession, verdicts: Sequence[Verdict]) -> None:
    """Store verdicts; each takes the place of what was thought of its bar before."""
    if not verdicts:
        return
    insert = insert_into(session, Row)
    values = [_values(one) for one in verdicts]
    changed = values[0].keys() - {"asset_key", "interval", "timestamp", "source"}
    set_ = {name: insert.excluded[name] for name in changed}
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["asset_key", "interval", "timestamp", "source"],
            set_={**set_, "updated_at": func.now()},
        ),
        values,
    )


async def remove(session: AsyncSession, verdicts: Iterable[Verdict]) -> None:
    """Forget verdicts: nothing is thought of their bars any more."""
    for one in verdicts:
        key, interval, at, source = one.point
        same = Row.asset_key == key, Row.interval == interval, Row.source == source
        await session.execute(delete(Row).where(*same, Row.timestamp == at))


async def forget_changed(
    session: AsyncSession, asset_keys: Sequence[int], *, interval: str
) -> None:
    """Forget what was thought of bars that say something else by now; they are judged anew."""
    sql = (  # CROSS JOIN: SQLite would begin with the bars, of which there are thousands
        f"SELECT {_columns(session)}, p.close, p.scale FROM price_verdicts v"
        f" CROSS JOIN asset_prices p WHERE v.interval = ? AND v.asset_key {in_keys(session)}"
        " AND p.asset_key = v.asset_key AND p.interval = v.interval AND p.timestamp = v.timestamp"
        " AND p.source = v.source AND p.owner = '' AND (p.close <> v.close OR p.scale <> v.scale)"
    )
    rows = await fetch_all(session, sql, (interval, keys_value(session, asset_keys)))
    differing = ((_verdict(row[:-2]), Decimal(row[-2]).scaleb(-row[-1])) for row in rows)
    await remove(session, [one for one, close in differing if one.close != close])


async def _select(session: AsyncSession, where: str, values: Sequence[Any]) -> list[Verdict]:
    sql = f"SELECT {_columns(session)} FROM price_verdicts v WHERE {where}"
    return [_verdict(row) for row in await fetch_all(session, sql, values)]


def _columns(session: AsyncSession) -> str:
    return _COLUMNS.format(stamp=seconds(session, "v.timestamp"), decided="v.decided_at")


def _verdict(row: tuple[Any, ...]) -> Verdict:
    key, interval, stamp, source, day, close, scale, status, kind, reason, by, decided = row
    return Verdict(
        asset_key=key,
        interval=interval,
        at=datetime.fromtimestamp(stamp, UTC),
        source=source,
        day=date.fromordinal(day),
        close=Decimal(close).scaleb(-scale),
        status=Status(status),
        kind=kind,
        reason=reason,
        decided_by=by,
        decided_at=None if decided is None else read_instant(decided),
    )


def _values(one: Verdict) -> dict[str, Any]:
    exponent = one.close.as_tuple().exponent
    assert isinstance(exponent, int), "a stored close is a number"
    scale = max(-exponent, 0)
    return {
        "asset_key": one.asset_key,
        "interval": one.interval,
        "timestamp": one.at,
        "source": one.source,
        "day": one.day.toordinal(),
        "close": int(one.close.scaleb(scale)),
        "scale": scale,
        "status": one.status.value,
        "kind": one.kind,
        "reason": one.reason,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
    }


def _place(one: Verdict) -> tuple[str | int, ...]:
    return (one.asset_key, int(one.at.timestamp()), one.source, one.interval)
