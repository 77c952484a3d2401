"""Keeps what is tracked fresh: last prices while exchanges trade, and each day once it is over.

Quotes are asked here, many assets in one request; whole days go to the queue of histories, the one
road on which they are fetched, with its leases, back-off and limits.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from argosy.core.errors import plain
from argosy.core.market.asset import Asset
from argosy.core.market.hours import is_trading, last_session
from argosy.core.returns.closes import trades_all_week
from argosy.runtime.bus import Bus
from argosy.runtime.clock import Clock
from argosy.services import backfill
from argosy.services.quotes import Quoted, QuoteKind, Quotes
from argosy.sources.registry import Registry
from argosy.store import assets as asset_store
from argosy.store import stored_days, tracking
from argosy.store.database import Database
from argosy.store.tracking import Tracked

QUOTES = "quotes"
"""The bus's channel of last prices: JSON with asset, price, change, time and source."""

_TOGETHER = 200
_SETTLED = timedelta(hours=1)
"""So long after its close a session's bar is asked for: sources need a while themselves."""

_SLACK = timedelta(seconds=30)
"""A cycle that begins a little early still counts as the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often tracked assets are asked for, and whether only while their exchanges trade."""

    interval: timedelta
    trading_hours_only: bool = True

    def is_due(self, one: Tracked, asset: Asset, at: datetime) -> bool:
        """Tell whether a quote of an asset is wanted now."""
        interval = self.interval
        if one.interval_minutes is not None:
            interval = timedelta(minutes=one.interval_minutes)
        rested = one.last_collected is None or at - one.last_collected >= interval - _SLACK
        open_ = is_trading(asset.exchange, at, all_week=trades_all_week(asset))
        return rested and (open_ or not self.trading_hours_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one cycle did: assets tracked, quotes asked and had, histories queued."""

    tracked: int
    asked: int
    quoted: int
    queued: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """What collecting needs."""

    database: Database
    sources: Registry
    quotes: Quotes
    bus: Bus
    clock: Clock


async def collect(by: Collector, *, pace: Pace) -> Collected:
    """Ask for the last prices of what trades now, and queue the days that are over."""
    async with by.database.read() as session:
        rows = await tracking.tracked(session)
        known = await asset_store.get_many(session, [one.asset_id for one in rows])
    now = by.clock.now()
    live = {one.asset_id: one for one in rows if known[one.asset_id].active}
    due = [known[id_] for id_, one in live.items() if pace.is_due(one, known[id_], now)]
    had = 0
    for start in range(0, len(due), _TOGETHER):
        had += await _quote(by, due[start : start + _TOGETHER])
    queued = await _queue_days(by, [known[id_] for id_ in live], now - _SETTLED)
    return Collected(tracked=len(rows), asked=len(due), quoted=had, queued=queued)


async def _quote(by: Collector, wanted: Sequence[Asset]) -> int:
    """Ask for quotes, and tell the bus each one that is new; return how many there are."""
    answers = (await by.quotes.of_assets(wanted)).values()
    live = [one for one in answers if isinstance(one, Quoted) and one.kind is QuoteKind.LIVE]
    async with by.database.write() as session:
        ids = [one.asset.id for one in live]
        await tracking.asked(session, ids, at=by.clock.now())
    for one in live:
        await by.bus.publish(QUOTES, json.dumps(told(one)).encode())
    return len(live)


async def _queue_days(by: Collector, wanted: Sequence[Asset], at: datetime) -> int:
    """Queue what is over and not stored yet; what nothing is stored of is queued by its ledger."""
    async with by.database.read() as session:
        stored = await stored_days.first_and_last(session, [asset.key for asset in wanted])
    behind: dict[date, list[str]] = {}
    for asset in wanted:
        over = last_session(asset.exchange, at, all_week=trades_all_week(asset))
        known = stored.get(asset.key)
        if known is None or known.last < over:
            behind.setdefault(over, []).append(asset.id)
    queued = 0
    for over, ids in behind.items():
        async with by.database.write() as session:
            await tracking.hold(session, ids)
            done = await backfill.plan(session, by.sources, ids, today=over + timedelta(days=1))
        queued += done.enqueued
    return queued


def told(one: Quoted) -> dict[str, str | float | None]:
    """Return what is told of a price."""
    quote = one.quote
    return {
        "asset_id": one.asset.id,
        "symbol": one.asset.symbol,
        "kind": one.kind.value,
        "price": plain(quote.price),
        "currency": one.currency,
        "change": None if quote.change is None else plain(quote.change),
        "change_fraction": _fraction(quote.change_fraction),
        "at": quote.at.isoformat().replace("+00:00", "Z"),
        "source": quote.source,
    }


def _fraction(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
