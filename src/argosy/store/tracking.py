"""Which assets are tracked and why, counted from the facts; and which days of them are needed.

The counts are never added to: they are counted again from what is stored, while nobody else may.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Asset
from argosy.core.market.spans import Span
from argosy.store import asset_quality, stored_days
from argosy.store.database import dialect_of, fetch_all, marks
from argosy.store.queue import WAITING, Cause
from argosy.store.tables.alert import AlertRow
from argosy.store.tables.backfill_job import BackfillJobRow
from argosy.store.tables.portfolio import PortfolioRow
from argosy.store.tables.position import PortfolioPositionRow
from argosy.store.tables.tracked_asset import TrackedAssetRow as Row
from argosy.store.tables.transaction import TransactionRow
from argosy.store.tables.watchlist import WatchlistItemRow, WatchlistRow
from argosy.store.upserts import insert_into

_MANY = 10_000


class Reason(StrEnum):
    """Why an asset is tracked, beside being enabled: the name of the column that counts it."""

    HOLDERS = "tracking_users"
    WATCHERS = "watchers"
    BENCHMARKS = "benchmarks"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What is known of how an asset is fetched; an asset without a row has all the defaults."""

    asset_id: str
    tracking_users: int = 0
    watchers: int = 0
    benchmarks: int = 0
    alerts: int = 0
    enabled: bool = False
    priority: int = 2
    interval_minutes: int | None = None
    first_tracked_at: datetime | None = None
    last_tracked_at: datetime | None = None
    last_collected: datetime | None = None
    last_price_update: datetime | None = None
    history_from: date | None = None
    history_until: date | None = None

    @property
    def history(self) -> Span | None:
        """The days that its sources have been asked for already, without a hole; None if none."""
        if self.history_from is None or self.history_until is None:
            return None
        return Span(self.history_from, self.history_until)

    @property
    def is_tracked(self) -> bool:
        """Whether it is fetched by itself."""
        return self.enabled or any(getattr(self, reason) for reason in Reason)

    @property
    def is_only_held(self) -> bool:
        """Whether its transactions alone say which days are needed."""
        others = (self.watchers, self.benchmarks, self.alerts)
        return not (self.enabled or any(others))


_COLUMNS = [getattr(Row, field.name) for field in fields(Tracked)]
_IS_TRACKED = or_(Row.enabled, *(getattr(Row, reason) > 0 for reason in Reason))


async def hold(session: AsyncSession, asset_ids: Iterable[str]) -> None:
    """Let others who count or queue these assets wait from here to the commit.

    SQLite has one writer at a time anyway.
    """
    ids = sorted(set(asset_ids))
    if dialect_of(session) == "postgresql":
        for start in range(0, len(ids), _MANY):  # in one order: nobody waits in a circle
            some = ids[start : start + _MANY]
            among = f"WHERE id IN ({marks(some)}) ORDER BY id FOR NO KEY UPDATE"
            await fetch_all(session, f"SELECT 1 FROM assets {among}", some)


async def recount(session: AsyncSession, asset_ids: Iterable[str]) -> set[str]:
    """Count the reasons of assets again; return those whose counts were others.

    Whoever calls it holds the assets. A reason that has no facts of its own yet stays as it is.
    """
    changed: set[str] = set()
    ids = sorted(set(asset_ids))
    for start in range(0, len(ids), _MANY):
        some = ids[start : start + _MANY]
        stored = await read(session, some)
        for reason, facts in _FACTS.items():
            counted = dict((await session.execute(facts(some))).all())
            others = {
                asset_id: counted.get(asset_id, 0)
                for asset_id in some
                if counted.get(asset_id, 0)
                != getattr(stored.get(asset_id, Tracked(asset_id=asset_id)), reason)
            }
            await _put_counts(session, reason, others)
            changed |= others.keys()
    return changed


async def put(session: AsyncSession, asset_id: str, settings: Mapping[str, Any]) -> None:
    """Store how an asset is fetched: `enabled`, `priority`, `interval_minutes`."""
    stored = (await read(session, [asset_id])).get(asset_id, Tracked(asset_id=asset_id))
    await _put(session, stored, dict(settings))


async def read(session: AsyncSession, asset_ids: Iterable[str]) -> dict[str, Tracked]:
    """Return what is stored of assets; no entry where nothing is."""
    ids, found = sorted(set(asset_ids)), dict[str, Tracked]()
    for start in range(0, len(ids), _MANY):
        query = select(*_COLUMNS).where(Row.asset_id.in_(ids[start : start + _MANY]))
        for row in (await session.execute(query)).mappings():
            found[row["asset_id"]] = Tracked(**row)
    return found


async def tracked(session: AsyncSession) -> list[Tracked]:
    """Return all assets that are fetched by themselves, the most urgent first."""
    query = select(*_COLUMNS).where(_IS_TRACKED).order_by(Row.priority, Row.asset_id)
    return [Tracked(**row) for row in (await session.execute(query)).mappings()]


async def count(session: AsyncSession) -> int:
    """Return how many assets are fetched by themselves."""
    found = await session.scalar(select(func.count()).select_from(Row).where(_IS_TRACKED))
    return found or 0


async def configured(session: AsyncSession) -> list[Tracked]:
    """Return all assets of which anything is stored."""
    query = select(*_COLUMNS).order_by(Row.priority, Row.asset_id)
    return [Tracked(**row) for row in (await session.execute(query)).mappings()]


async def counted_ids(session: AsyncSession) -> list[str]:
    """Return all assets that have counts or should have: those with a fact, and with a row."""
    columns = (PortfolioPositionRow.asset_id, WatchlistItemRow.asset_id, AlertRow.asset_id)
    found: set[str | None] = set(await session.scalars(select(Row.asset_id)))
    for column in columns:
        found |= set(await session.scalars(select(column).distinct()))
    return sorted(asset_id for asset_id in found if asset_id is not None)


async def collected(
    session: AsyncSession, asset: Asset, *, at: datetime, changed: bool, asked: Span | None = None
) -> None:
    """Note that an asset's sources answered; `asked` are the days of a finished job.

    Days far from those asked for before are not noted, unless all between them are stored: there
    would be a hole. What is missing of them among stored days is then noted as a gap that was
    asked for.
    """
    values: dict[str, Any] = {"last_collected": at}
    if changed:
        values["last_price_update"] = at
    if asked is not None:
        both = await _joined(session, asset, asked)
        if both is not None:
            values |= {"history_from": both.first, "history_until": both.last}
        else:
            await _note_gaps(session, asset, asked)
    row = insert_into(session, Row).values(asset_id=asset.id, **values)
    update_ = {**values, "updated_at": func.now()}
    await session.execute(row.on_conflict_do_update(index_elements=["asset_id"], set_=update_))


async def _joined(session: AsyncSession, asset: Asset, asked: Span) -> Span | None:
    """Return all days asked for with these; None if there is a hole between them."""
    tracked = (await read(session, [asset.id])).get(asset.id)
    before = tracked.history if tracked else None
    both = asked if before is None else before.joined(asked)
    if both is not None or before is None:
        return both
    stored = (await stored_days.first_and_last(session, [asset.key])).get(asset.key)
    if stored is None:
        return None
    left = (await stored_days.unasked_holes(session, [asset])).get(asset.key, ())
    for piece in stored.without(one for hole in left for one in hole.without([asked])):
        before = before.joined(piece) or before
    return before.joined(asked)


async def _note_gaps(session: AsyncSession, asset: Asset, asked: Span) -> None:
    left = (await stored_days.unasked_holes(session, [asset])).get(asset.key, ())
    gaps = [both for hole in left if (both := hole.common(asked)) is not None]
    if gaps:
        await asset_quality.add_gaps(session, asset.key, gaps)


async def asked(session: AsyncSession, asset_ids: Iterable[str], *, at: datetime) -> None:
    """Note that somebody answered for the last prices of assets."""
    ids = sorted(set(asset_ids))
    for start in range(0, len(ids), _MANY):
        some = Row.asset_id.in_(ids[start : start + _MANY])
        await session.execute(update(Row).where(some).values(last_collected=at))


async def assets_of(session: AsyncSession, portfolio_id: str) -> set[str]:
    """Return all assets that a portfolio's ledger names, its transfers in included."""
    lines = or_(
        TransactionRow.portfolio_id == portfolio_id,
        TransactionRow.to_portfolio_id == portfolio_id,
    )
    found = await session.execute(
        select(TransactionRow.asset_id, TransactionRow.to_asset_id).where(lines).distinct()
    )
    return {asset_id for row in found for asset_id in row if asset_id is not None}


async def named_days(session: AsyncSession, asset_ids: Iterable[str]) -> dict[str, Span]:
    """Return the first and the last day on which a portfolio that counts names each asset."""
    ids, found = sorted(set(asset_ids)), dict[str, Span]()
    days = func.min(TransactionRow.day).label("first"), func.max(TransactionRow.day).label("last")
    ends = TransactionRow.portfolio_id, TransactionRow.to_portfolio_id
    for start in range(0, len(ids), _MANY):
        some = ids[start : start + _MANY]
        named = union_all(
            *(
                select(column.label("asset_id"), *ends, *days)
                .where(column.in_(some))
                .group_by(column, *ends)
                for column in (TransactionRow.asset_id, TransactionRow.to_asset_id)
            )
        ).subquery()
        counts = _is_in_a_portfolio_that_counts(named.c.portfolio_id, named.c.to_portfolio_id)
        least, most = func.min(named.c.first), func.max(named.c.last)
        query = select(named.c.asset_id, least, most).where(counts).group_by(named.c.asset_id)
        rows = await session.execute(query)
        found |= {asset_id: Span(first, last) for asset_id, first, last in rows}
    return found


async def no_longer_needed(session: AsyncSession) -> set[str]:
    """Return assets with jobs that wait for a reason which is gone altogether."""
    waiting = BackfillJobRow.status.in_(WAITING), BackfillJobRow.cause != Cause.ASKED
    asset_id = BackfillJobRow.asset_id
    names = or_(TransactionRow.asset_id == asset_id, TransactionRow.to_asset_id == asset_id)
    found = await session.scalars(
        select(asset_id)
        .where(
            *waiting,
            ~exists().where(Row.asset_id == asset_id, _IS_TRACKED),
            ~exists().where(
                names,
                _is_in_a_portfolio_that_counts(
                    TransactionRow.portfolio_id, TransactionRow.to_portfolio_id
                ),
            ),
        )
        .distinct()
    )
    return set(found)


async def _put(session: AsyncSession, old: Tracked, values: dict[str, Any]) -> None:
    """Store some columns; when the asset was tracked first and last follows from them."""
    new = replace(old, **values)
    reasons = [tuple(getattr(one, name) for name in (*Reason, "enabled")) for one in (old, new)]
    if new.is_tracked and old.first_tracked_at is None:
        values["first_tracked_at"] = func.now()
    if reasons[0] != reasons[1]:
        values["last_tracked_at"] = func.now()
    row = insert_into(session, Row).values(asset_id=old.asset_id, **values)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["asset_id"], set_={**values, "updated_at": func.now()}
        )
    )


async def _put_counts(session: AsyncSession, reason: Reason, counts: Mapping[str, int]) -> None:
    """Store counts that have changed: so these assets were, or are, tracked for the reason."""
    if not counts:
        return
    new = insert_into(session, Row).values(first_tracked_at=func.now(), last_tracked_at=func.now())
    upsert = new.on_conflict_do_update(
        index_elements=["asset_id"],
        set_={
            reason: new.excluded[reason],
            "first_tracked_at": func.coalesce(Row.first_tracked_at, func.now()),
            "last_tracked_at": func.now(),
            "updated_at": func.now(),
        },
    )
    rows = [{"asset_id": asset_id, reason.value: count} for asset_id, count in counts.items()]
    await session.execute(upsert, rows)


def _counts() -> tuple[ColumnElement[bool], ...]:
    return PortfolioRow.deleted_at.is_(None), PortfolioRow.is_demo.is_(False)


def _is_in_a_portfolio_that_counts(*ids: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return exists().where(PortfolioRow.id.in_(ids), *_counts())


def _holders(asset_ids: Collection[str]) -> Select[str, int]:
    position = PortfolioPositionRow
    return (
        select(position.asset_id, func.count(PortfolioRow.user_id.distinct()))
        .join(PortfolioRow, PortfolioRow.id == position.portfolio_id)
        .where(position.asset_id.in_(asset_ids), position.quantity != Decimal(0), *_counts())
        .group_by(position.asset_id)
    )


def _watchers(asset_ids: Collection[str]) -> Select[str, int]:
    item = WatchlistItemRow
    return (
        select(item.asset_id, func.count(WatchlistRow.user_id.distinct()))
        .join(WatchlistRow, WatchlistRow.id == item.watchlist_id)
        .where(item.asset_id.in_(asset_ids))
        .group_by(item.asset_id)
    )


def _alerted(asset_ids: Collection[str]) -> Select[str | None, int]:
    some = AlertRow.asset_id.in_(asset_ids), AlertRow.enabled
    counted = select(AlertRow.asset_id, func.count(AlertRow.user_id.distinct())).where(*some)
    return counted.group_by(AlertRow.asset_id)


_FACTS: dict[Reason, Callable[[Collection[str]], Select[Any, int]]] = {
    Reason.HOLDERS: _holders,
    Reason.WATCHERS: _watchers,
    Reason.ALERTS: _alerted,
}
"""Where each reason is counted from, all of them as people; benchmarks come to stand here."""
