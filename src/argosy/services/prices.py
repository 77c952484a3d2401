"""Prices in and out: a user's own, or shared ones; every source's side by side."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ArgosyError, InputError, RowProblem
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.lines import Source
from argosy.core.importers.prices_csv import PriceBatch, read_prices
from argosy.core.market.asset import Asset
from argosy.core.market.bars import Bar, BarColumns, PackedBars, StoredBar, UpsertCounts, pack_bars
from argosy.core.market.spans import Span
from argosy.runtime.clock import Clock, today
from argosy.services import asset_metrics, judging
from argosy.services.drafts import read_day
from argosy.services.naming import Known, Mentioned, know
from argosy.store import prices
from argosy.store.database import Database
from argosy.store.paging import Page
from argosy.store.price_pages import BarFilter, read_bars

__all__ = ["BarFilter", "Page", "StoredBar"]

DAILY = "1d"
INTERVALS = ("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1wk", "1mo")
MANUAL = "manual"
SOURCE_MAX = 50


@dataclass(frozen=True, slots=True)
class BarDraft:
    """A bar as somebody says it; its day depends on the asset's exchange."""

    row: int
    timestamp: str
    close: Decimal
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    volume: Decimal | None = None
    adjusted_close: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who says so: a user's word on shared things reaches that user alone."""

    user_id: str | None
    shared: bool = False

    def owner_of(self, asset: Asset) -> str:
        """Return whose price it is: '' where it is the asset's own for all who see it."""
        if self.shared or asset.owner is not None:
            return ""
        assert self.user_id is not None, "whoever does not write for all is somebody"
        return self.user_id


@dataclass(frozen=True, slots=True)
class Put:
    """What storing rows did, and which of them cannot be true."""

    counts: UpsertCounts
    rejected: list[RowProblem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Where bars come from, and how long each is."""

    source: str = MANUAL
    interval: str = DAILY


def check_source(text: str) -> str:
    """Return a source's name in one form, or refuse it."""
    name = text.strip().lower()
    if not 1 <= len(name) <= SOURCE_MAX or not name.isprintable():
        raise InputError(f"source has 1 to {SOURCE_MAX} printable characters.")
    return name


def check_interval(interval: str) -> str:
    """Return an interval in one form, or refuse it."""
    length = interval.strip().lower()
    if length not in INTERVALS:
        raise InputError(f"interval: {interval[:20]!r} is none of {', '.join(INTERVALS)}.")
    return length


def check_upload(source: str, interval: str) -> Upload:
    """Return source and interval in one form, or refuse them."""
    return Upload(source=check_source(source), interval=check_interval(interval))


async def put(
    session: AsyncSession, writer: Writer, asset: Asset, *, packed: PackedBars, upload: Upload
) -> Put:
    """Store bars of one asset that were checked before, and judge what all see of them."""
    owner = writer.owner_of(asset)
    counts = await prices.upsert_bars(
        session,
        packed.columns,
        source=upload.source,
        interval=upload.interval,
        owner=owner,
    )
    if counts.changed and upload.interval == DAILY and not owner:
        await judging.judge_days(session, [asset], _span(packed.columns))
    return Put(counts, packed.rejected)


def _span(bars: BarColumns) -> Span:
    first, last = int(bars.days.min()), int(bars.days.max())
    return Span(date.fromordinal(first), date.fromordinal(last))


def pack(drafts: Sequence[BarDraft], asset: Asset, clock: Clock) -> PackedBars:
    """Check bars of one asset and put the good ones into columns; problems name their rows."""
    bars: list[Bar] = []
    rows: list[int] = []
    rejected: list[RowProblem] = []
    for draft in drafts:
        try:
            bars.append(_bar(draft, asset, today(clock)))
            rows.append(draft.row)
        except InputError as error:
            rejected.append(RowProblem(draft.row, str(error)))
    packed = pack_bars(bars, asset_key=asset.key, latest=today(clock) + timedelta(days=1))
    rejected += [RowProblem(rows[one.row], one.reason, one.code) for one in packed.rejected]
    return PackedBars(packed.columns, sorted(rejected, key=lambda problem: problem.row))


def _bar(draft: BarDraft, asset: Asset, day: date) -> Bar:
    on, at = read_day(draft.timestamp, asset, day)
    return Bar(
        at=at or datetime.combine(on, time(), UTC),
        day=on,
        close=draft.close,
        open=draft.open,
        high=draft.high,
        low=draft.low,
        volume=draft.volume,
        adjusted_close=draft.adjusted_close,
    )


async def page(
    session: AsyncSession,
    user_id: str,
    wanted: BarFilter,
    *,
    limit: int,
    cursor: str | None,
) -> Page[StoredBar]:
    """Return the bars of an asset that a user sees, oldest first."""
    return await read_bars(session, wanted, viewer=user_id, limit=limit, cursor=cursor)


# Files


Progress = Callable[[int], None]
"""Told after each batch how many rows were read."""


async def import_file(
    database: Database,
    source: Source,
    *,
    symbol: str | None,
    upload: Upload,
    clock: Clock,
    progress: Progress,
) -> Put:
    """Store a file's prices as shared ones: read first, then stored by one transaction."""
    reader = _FileReader(symbol, clock)
    for batch in read_prices(source):
        async with database.read() as session:
            known = await know(session, "", reader.mentions(batch))
        await asyncio.to_thread(reader.take, batch, known)
        progress(reader.rows)
    columns = reader.columns()
    rejected = sorted(reader.problems, key=lambda problem: problem.row)
    if columns is None:
        return Put(UpsertCounts(), rejected)
    async with database.write() as session:
        counts = await prices.upsert_bars(
            session, columns, source=upload.source, interval=upload.interval
        )
    if counts.changed and upload.interval == DAILY:
        keys = np.unique(columns.asset_keys).tolist()
        await judging.judge_stored(database, keys, _span(columns))
        await asset_metrics.renew(database, keys)
    return Put(counts, rejected)


class _FileReader:
    """Gathers the columns of all assets of a file."""

    def __init__(self, symbol: str | None, clock: Clock) -> None:
        self._symbol = symbol
        self._clock = clock
        self._parts: list[BarColumns] = []
        self.problems: list[RowProblem] = []
        self.rows = 0

    def mentions(self, batch: PriceBatch) -> set[Mentioned]:
        """Return which assets a batch names."""
        return {self._mentioned(batch, place) for place in range(len(batch.rows))}

    def take(self, batch: PriceBatch, known: Known) -> None:
        """Check the bars of a batch, asset by asset."""
        self.rows += len(batch.rows) + len(batch.problems) + batch.skipped
        self.problems += batch.problems
        places: dict[Mentioned, list[int]] = {}
        for place in range(len(batch.rows)):
            places.setdefault(self._mentioned(batch, place), []).append(place)
        for mentioned, some in places.items():
            self._take(batch, mentioned, some, known)

    def columns(self) -> BarColumns | None:
        """Return all that can be stored."""
        return BarColumns.joined(self._parts) if self._parts else None

    def _take(
        self, batch: PriceBatch, mentioned: Mentioned, places: list[int], known: Known
    ) -> None:
        lines = {batch.rows[place]: batch.lines[place] for place in places}
        try:
            asset = known.find(mentioned)
        except ArgosyError as error:
            self._add(RowProblem(batch.rows[places[0]], str(error), error.code), lines)
            return
        if asset is None:
            reason = "no symbol: give the file a column symbol, or name one with --symbol."
            self._add(RowProblem(batch.rows[places[0]], reason), lines)
            return
        packed = pack([_draft(batch, place) for place in places], asset, self._clock)
        self._parts.append(packed.columns)
        for problem in packed.rejected:
            self._add(problem, lines)

    def _add(self, problem: RowProblem, lines: dict[int, int]) -> None:
        line = lines[problem.row]
        self.problems.append(ImportProblem(problem.row, problem.reason, problem.code, line=line))

    def _mentioned(self, batch: PriceBatch, place: int) -> Mentioned:
        symbol = batch.symbols[place] or self._symbol
        return Mentioned(None, symbol, batch.exchanges[place])


def _draft(batch: PriceBatch, place: int) -> BarDraft:
    return BarDraft(
        batch.rows[place],
        batch.timestamps[place],
        batch.close[place],
        batch.open[place],
        batch.high[place],
        batch.low[place],
        batch.volume[place],
        batch.adj_close[place],
    )
