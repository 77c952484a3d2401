"""Prices judged when they are stored: what is in doubt is not used until somebody says it is right.

Judged are the days that came, with as many before and after them as it takes; what people decided
stays decided.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import StorageError
from argosy.core.market.asset import Asset, Split
from argosy.core.market.doubts import Doubt, Evidence, Finding, Judged, Severity
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.judging import judge
from argosy.core.market.panel import Panel
from argosy.core.market.rates import Rates
from argosy.core.market.sessions import sessions_between
from argosy.core.market.spans import Span
from argosy.core.money import MINOR_UNITS, split_minor_unit
from argosy.core.returns.closes import trades_all_week
from argosy.store import assets as asset_store
from argosy.store import price_points, price_verdicts, prices, rates, splits
from argosy.store.beliefs import read_beliefs
from argosy.store.database import Database
from argosy.store.price_points import Points
from argosy.store.price_rows import Beliefs
from argosy.store.price_verdicts import Status, Verdict

_log = structlog.get_logger(__name__)

ALL_DAYS = Span(date.min, date.max)

_BEFORE, _AFTER = timedelta(days=120), timedelta(days=60)
"""So many days before say what is usual, and so many after what stayed."""
_AROUND = timedelta(days=14)
"""A new close may confirm or condemn closes of so many days before it, or after."""
_TOGETHER = 50
_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "CNY", "HKD", "SEK", "NOK", "INR")
_OFF = {Doubt.DISAGREES, Doubt.SPIKE, Doubt.UNCONFIRMED, Doubt.SPLIT, Doubt.UNIT}
"""Doubts that another currency may explain."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SharedCloses:
    """All that is known of an asset's shared daily closes, but for those a person rejected."""

    asset: Asset
    points: Points
    verdicts: Sequence[Verdict]
    splits: Sequence[Split]
    beliefs: Beliefs

    def suspect_places(self) -> list[tuple[int, int]]:
        """Return day and source of each point in doubt."""
        return self._having(Status.SUSPECT)

    def panel(self) -> Panel:
        """Lay the points out side by side, the source believed first in the first column."""
        points, known = self.points, np.unique(self.points.sources)
        ranks = self.beliefs.ranks(np.full(len(known), self.asset.key), known)
        order = np.lexsort((known, ranks))
        columns = np.argsort(order)[np.searchsorted(known, points.sources)]
        rows = np.stack([points.days, columns, points.closes, points.volumes], axis=1)
        return Panel.of_rows(rows, [self.beliefs.names[key] for key in known[order].tolist()])

    def sessions(self, first: date, last: date) -> IntArray | None:
        """Return the sessions from one day to another; None where each day is one."""
        if trades_all_week(self.asset):
            return None
        return sessions_between(self.asset.exchange, first, last)

    def judge(self, rates: Mapping[str, FloatArray], *, over: date | None = None) -> Judged:
        """Judge all points."""
        panel = self.panel()
        accepted = np.zeros(panel.closes.shape, np.bool_)
        for day, source in self._having(Status.ACCEPTED):
            column = panel.sources.index(self.beliefs.names[source])
            accepted[np.searchsorted(panel.days, day), column] = True
        evidence = Evidence(
            splits=self.splits,
            sessions=self._sessions_of(panel),
            over=over,
            accepted=accepted,
            rates=rates,
        )
        return judge(panel, evidence)

    def _having(self, status: Status) -> list[tuple[int, int]]:
        some = self.points.take(self.points.among(_places(self.verdicts, status)))
        return list(zip(some.days.tolist(), some.sources.tolist(), strict=True))

    def _sessions_of(self, panel: Panel) -> IntArray | None:
        """Return what only closes that repeat are judged by: calendars take long to load."""
        if not len(panel.days) or not self.points.repeat():
            return None
        first, last = (date.fromordinal(int(day)) for day in panel.days[[0, -1]])
        return self.sessions(first, last)

    def verdict(self, finding: Finding) -> Verdict:
        """Return a finding about one point as a verdict."""
        source = self.beliefs.names.index(finding.source)
        here = (self.points.days == finding.day.toordinal()) & (self.points.sources == source)
        at = int(np.flatnonzero(here)[0])
        mantissa, scale = int(self.points.mantissas[at]), int(self.points.scales[at])
        return Verdict(
            asset_key=self.asset.key,
            interval="1d",
            at=datetime.fromtimestamp(int(self.points.stamps[at]), UTC),
            source=source,
            day=finding.day,
            close=Decimal(mantissa).scaleb(-scale),
            status=Status.SUSPECT,
            kind=finding.kind.value,
            reason=finding.reason,
        )


async def read_shared_closes(
    session: AsyncSession, assets: Sequence[Asset], *, span: Span | None = None
) -> list[SharedCloses]:
    """Read what is known of assets, within some days; none of those without shared closes."""
    keys = [asset.key for asset in assets]
    start, end = (None, None) if span is None else span
    points = await price_points.read_points(session, keys, start=start, end=end)
    verdicts = await price_verdicts.read(session, keys, start=start, end=end)
    stated = await splits.read_splits(session, keys)
    beliefs = await read_beliefs(session, keys)
    found: list[SharedCloses] = []
    for asset in assets:
        if asset.key not in points:
            continue
        mine, known = [v for v in verdicts if v.asset_key == asset.key], points[asset.key]
        kept = known.take(~known.among(_places(mine, Status.REJECTED)))
        if not len(kept.days):
            continue
        own_splits = stated.get(asset.key, ())
        found.append(
            SharedCloses(
                asset=asset, points=kept, verdicts=mine, splits=own_splits, beliefs=beliefs
            )
        )
    return found


async def judge_days(
    session: AsyncSession, assets: Sequence[Asset], days: Span, *, over: date | None = None
) -> int:
    """Judge the shared daily closes of some days; return how many are newly in doubt.

    `over` is the last day that can be over. Series, blocks and latest prices follow.
    """
    wide = Span(_shifted(days.first, -_BEFORE), _shifted(days.last, _AFTER))
    near = Span(_shifted(days.first, -_AROUND), _shifted(days.last, _AROUND))
    found, changed = 0, set[int]()
    keys = sorted(asset.key for asset in assets)
    await prices.hold(session, keys)  # nobody else judges or stores them meanwhile
    doubtable = set(await price_points.doubtable(session, keys))
    assets = [asset for asset in assets if asset.key in doubtable]
    for start in range(0, len(assets), _TOGETHER):
        for shared in await read_shared_closes(
            session, assets[start : start + _TOGETHER], span=wide
        ):
            new, gone = await _weighed(session, shared, near, over)
            if new or gone:
                await price_verdicts.remove(session, gone)
                await price_verdicts.put(session, new)
                changed.add(shared.asset.key)
                found += len(new)
    await prices.choose_anew(session, changed)
    return found


async def decide(
    session: AsyncSession,
    asset: Asset,
    verdict: Verdict,
    status: Status,
    *,
    by: str | None,
    at: datetime,
) -> Verdict:
    """Let a person say that a price counts, or that it does not; that sticks while it says this."""
    await prices.hold(session, [asset.key])
    decided = replace(verdict, status=status, decided_by=by, decided_at=at)
    await price_verdicts.put(session, [decided])
    await prices.choose_anew(session, [asset.key])
    return decided


async def judge_stored(
    database: Database, asset_keys: Iterable[int], days: Span, *, over: date | None = None
) -> None:
    """Judge what was stored a moment ago, each hundred assets in a transaction of their own.

    Prices are stored by then: a database that refuses this takes nothing from whoever stored them.
    """
    keys = sorted(set(asset_keys))
    try:
        for start in range(0, len(keys), 2 * _TOGETHER):
            async with database.write() as session:
                some = await asset_store.by_keys(session, keys[start : start + 2 * _TOGETHER])
                await judge_days(session, some, days, over=over)
    except StorageError as error:
        _log.warning("prices_not_judged", reason=str(error))


async def judge_shared(
    session: AsyncSession, shared: SharedCloses, *, over: date | None = None
) -> Judged:
    """Judge an asset; exchange rates are read only where one may explain a doubt."""
    judged = await asyncio.to_thread(shared.judge, {}, over=over)  # may load a calendar
    if not any(one.kind in _OFF for one in judged.findings):
        return judged
    known = await _rates(session, shared.asset.currency, np.unique(shared.points.days))
    return await asyncio.to_thread(shared.judge, known, over=over)


async def _weighed(
    session: AsyncSession, shared: SharedCloses, near: Span, over: date | None
) -> tuple[list[Verdict], list[Verdict]]:
    """Return the new suspects of some days, and the old ones that are none any more."""
    judged = await judge_shared(session, shared, over=over)
    suspects = [
        shared.verdict(one)
        for one in judged.findings
        if one.severity is Severity.SUSPECT and near.first <= one.day <= near.last
    ]
    wanted = {one.point: one for one in suspects}
    stored = {one.point: one for one in shared.verdicts}
    new = [
        one
        for point, one in wanted.items()
        if point not in stored
        or (stored[point].kind, stored[point].reason) != (one.kind, one.reason)
    ]
    gone = [
        one
        for point, one in stored.items()
        if one.status is Status.SUSPECT
        and point not in wanted
        and near.first <= one.day <= near.last
    ]
    return new, gone


async def _rates(session: AsyncSession, currency: str, days: IntArray) -> dict[str, FloatArray]:
    """Return units of other currencies for one of a currency on each day, NaN where unknown."""
    whole, parts = split_minor_unit(currency)
    rows = await rates.read_rates(session, {whole, *_CURRENCIES})
    known = Rates(rows)
    first, last = (date.fromordinal(int(day)) for day in (days[0], days[-1]))
    found: dict[str, FloatArray] = {}
    for other in _CURRENCIES:
        steps = known.steps(currency, other, first, last) if other != whole else []
        if steps:
            on = np.array([day.toordinal() for day, _ in steps])
            values = np.array([np.nan, *(float(rate) for _, rate in steps)])
            found[other] = values[np.searchsorted(on, days, side="right")]
    if parts != 1:
        found[whole] = np.full(len(days), 1 / parts)
    else:
        units = (unit for unit, (of, _) in MINOR_UNITS.items() if of == whole and unit != "USX")
        for unit in list(units)[:1]:
            found[unit] = np.full(len(days), float(MINOR_UNITS[unit][1]))
    return found


def _places(verdicts: Iterable[Verdict], status: Status) -> set[tuple[int, int]]:
    chosen = (one for one in verdicts if one.status is status)
    return {(int(one.at.timestamp()), one.source) for one in chosen}


def _shifted(day: date, by: timedelta) -> date:
    """Return a day some days off, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + by.days, 1), date.max.toordinal()))
