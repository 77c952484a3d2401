"""What portfolios were worth at the end of each day: kept from the day on that they exist.

A day before is computed when somebody asks for it. A stored day counts while no mark reaches it;
whoever rebuilds a portfolio forgets all from the mark on, and they are computed again when asked
for, or by the next night.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.book import OUTSIDE
from argosy.core.ledger.marks import mark_on
from argosy.core.money import UNIT, exact_context, known, plain
from argosy.core.valuation.marks import total_of, values_on
from argosy.runtime.clock import Clock, today
from argosy.runtime.compute import ComputePool
from argosy.services import books, newest
from argosy.services.books import Known, Ledger, LedgerCache
from argosy.store import dirty, portfolios, positions
from argosy.store import snapshots as rows
from argosy.store.database import Database
from argosy.store.paging import Page, read_cursor, write_cursor
from argosy.store.snapshots import Snapshot

__all__ = ["Page", "Snapshot"]

_DAY = timedelta(days=1)
_TOGETHER = 100
"""So many days are computed at one go: others want the compute thread too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which days are asked for, all of them over; None of a portfolio without any."""

    start: date | None = None
    end: date | None = None
    today: date
    limit: int
    cursor: str | None = None


@dataclass(slots=True)
class Found:
    """A page of snapshots; `computed` are those of them that were not stored."""

    page: Page[Snapshot]
    known: Known
    computed: list[Snapshot] = field(default_factory=list)


async def page(
    session: AsyncSession,
    known_: Known,
    wanted: Wanted,
    *,
    ledgers: LedgerCache,
    compute: ComputePool,
) -> Found:
    """Return a portfolio's snapshots, oldest first; what is not stored is computed."""
    ledger = await books.load(session, known_, cache=ledgers, compute=compute)
    span = _span(ledger, wanted)
    some, more = span[: wanted.limit], len(span) > wanted.limit
    cursor = write_cursor((some[-1].toordinal(),)) if more else None
    if not some:
        return Found(Page([], None), known_)
    portfolio_id = known_.portfolio.id
    marker = (await dirty.markers(session, [portfolio_id])).get(portfolio_id)
    stored = {
        one.day: one
        for one in await rows.read(session, portfolio_id, start=some[0], end=some[-1])
        if marker is None or one.day < marker.from_day
    }
    computed = await computed_on(
        session, ledger, [day for day in some if day not in stored], compute=compute
    )
    stored |= {one.day: one for one in computed}
    return Found(Page([stored[day] for day in some], cursor), known_, computed)


async def keep(database: Database, found: Known, computed: Sequence[Snapshot]) -> int:
    """Store what was computed for a portfolio, unless anything has changed meanwhile.

    Returns how many days were stored: none that a mark reaches.
    """
    portfolio = found.portfolio
    async with database.write() as session:
        await portfolios.take(session, [portfolio.id])
        if (await books.known(session, portfolio.user_id, portfolio.id)).key != found.key:
            return 0
        marker = (await dirty.markers(session, [portfolio.id])).get(portfolio.id)
        valid = [one for one in computed if marker is None or one.day < marker.from_day]
        await rows.write(session, portfolio.id, valid)
        return len(valid)


async def take_all(
    database: Database, *, ledgers: LedgerCache, compute: ComputePool, clock: Clock
) -> int:
    """Store what every portfolio lacks of the days since it exists; return how many days."""
    async with database.read() as session:
        owners = await positions.portfolio_owners(session)
    taken = 0
    for portfolio_id, user_id in owners:
        taken += await _take(
            database,
            user_id,
            portfolio_id,
            today=today(clock),
            ledgers=ledgers,
            compute=compute,
        )
    return taken


async def renew(
    database: Database,
    user_id: str,
    portfolio_id: str,
    *,
    ledgers: LedgerCache,
    compute: ComputePool,
) -> int:
    """Compute the stored days of a portfolio again; return how many there are."""
    async with database.read() as session:
        stored = sorted(await rows.days(session, portfolio_id))
        found = await books.known(session, user_id, portfolio_id)
        ledger = await books.load(session, found, cache=ledgers, compute=compute)
        computed = await computed_on(session, ledger, stored, compute=compute)
    return await keep(database, found, computed)


async def _take(
    database: Database,
    user_id: str,
    portfolio_id: str,
    *,
    today: date,
    ledgers: LedgerCache,
    compute: ComputePool,
) -> int:
    async with database.read() as session:
        stored = await rows.days(session, portfolio_id)
        found = await books.known(session, user_id, portfolio_id)
        first = found.portfolio.created_at.astimezone(UTC).date()
        lacking = [day for day in _days(first, today - _DAY) if day not in stored]
        if not lacking:
            return 0
        ledger = await books.load(session, found, cache=ledgers, compute=compute)
        computed = await computed_on(session, ledger, lacking, compute=compute)
    return await keep(database, found, computed)


async def computed_on(
    session: AsyncSession, ledger: Ledger, days: list[date], *, compute: ComputePool
) -> list[Snapshot]:
    """Compute the snapshots of some days."""
    if not days:
        return []
    dollars = await newest.in_dollars(session, ledger, compute=compute)
    computed: list[Snapshot] = []
    for start in range(0, len(days), _TOGETHER):
        some = days[start : start + _TOGETHER]
        computed += await compute.run(snapshots_of, ledger, dollars, some)
    return computed


def snapshots_of(ledger: Ledger, dollars: Ledger | None, days: Iterable[date]) -> list[Snapshot]:
    """Value a ledger at the end of each day, in its own currency and in dollars."""
    with exact_context():
        return [_snapshot(ledger, dollars, day) for day in days]


def _snapshot(ledger: Ledger, dollars: Ledger | None, day: date) -> Snapshot:
    values = values_on(ledger.book, day)
    total = total_of(values)[0]
    usd = total
    if dollars is not ledger:
        usd = None if dollars is None else total_of(values_on(dollars.book, day))[0]
    held: list[dict[str, Any]] = []
    for key, position in ledger.book.positions.items():
        quantity = position.quantity_on(day)
        if key == OUTSIDE or not quantity:
            continue
        asset, mark = ledger.assets[key], mark_on(ledger.market, position, day)
        held.append(
            {
                "asset_id": key,
                "symbol": asset.symbol,
                "currency": asset.currency,
                "quantity": plain(quantity),
                "price": _text(None if mark is None else mark.price.quantize(UNIT)),
                "value": _text(values[key]),
            }
        )
    for currency, amount in ledger.book.cash_on(day).items():
        if amount:
            held.append(
                {
                    "asset_id": None,
                    "symbol": currency,
                    "currency": currency,
                    "quantity": plain(amount),
                    "price": "1",
                    "value": _text(values[currency]),
                }
            )
    held.sort(key=lambda one: (one["asset_id"] is None, one["symbol"], one["asset_id"] or ""))
    return Snapshot(day=day, total_value=total, total_value_usd=usd, positions=held)


def _text(value: Any) -> str | None:
    found = None if value is None else known(value)
    return None if found is None else plain(found)


def _span(ledger: Ledger, wanted: Wanted) -> list[date]:
    """Return the days asked for on which the portfolio was there already, and that are over."""
    first = ledger.book.first_day
    exists = ledger.portfolio.created_at.astimezone(UTC).date()
    begins = exists if first is None else min(first, exists)
    start, end = max(wanted.start or begins, begins), wanted.today - _DAY
    if wanted.end is not None:
        end = min(wanted.end, end)
    if wanted.cursor is not None:
        (after,) = read_cursor(wanted.cursor, int)
        start = max(start, date.fromordinal(min(int(after) + 1, date.max.toordinal())))
    return _days(start, end)


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
