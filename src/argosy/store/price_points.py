"""Shared daily closes of all sources, side by side: what is judged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.reconcile import choose_daily, is_own
from argosy.store.database import dialect_of, fetch_all
from argosy.store.price_rows import in_keys, keys_value, seconds
from argosy.store.price_sources import source_names

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY_S = 86_400
_SOURCES = 1 << 16  # a day stands above its sources


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Closes of one asset, one for each day and source, by day; columns of shape (n,).

    `close` = `mantissas` / 10 ** `scales`; `volumes` are NaN where unknown.
    """

    days: IntArray
    sources: IntArray
    mantissas: IntArray
    scales: IntArray
    stamps: IntArray
    volumes: FloatArray

    def take(self, part: NDArray[np.bool_]) -> "Points":
        """Return some of them."""
        return Points(*(getattr(self, name)[part] for name in Points.__slots__))

    @property
    def closes(self) -> FloatArray:
        """The closes as float64."""
        closes: FloatArray = self.mantissas / 10.0**self.scales
        return closes

    def among(self, places: Collection[tuple[int, int]]) -> NDArray[np.bool_]:
        """Return which of them have their (timestamp, source) among some."""
        if not places:
            return np.zeros(len(self.days), np.bool_)
        own = zip(self.stamps.tolist(), self.sources.tolist(), strict=True)
        return np.array([place in places for place in own], np.bool_)

    def of_source(self, source: int) -> list[tuple[date, int, Decimal]]:
        """Return the day, the timestamp and the exact close of each point of one source."""
        one = self.take(self.sources == source)
        columns = (one.days, one.stamps, one.mantissas, one.scales)
        return [
            (date.fromordinal(day), stamp, Decimal(mantissa).scaleb(-scale))
            for day, stamp, mantissa, scale in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ]

    def repeat(self) -> bool:
        """Tell whether a source says the same twice in a row."""
        order = np.lexsort((self.days, self.sources))
        sources, closes = self.sources[order], self.closes[order]
        return bool(((sources[1:] == sources[:-1]) & (closes[1:] == closes[:-1])).any())


async def read_points(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    start: date | None = None,
    end: date | None = None,
) -> dict[int, Points]:
    """Return the closes of assets from one day to another; no entry where there is none."""
    stamp = "?" if dialect_of(session) == "sqlite" else "to_timestamp(?)"
    where = f"p.asset_key {in_keys(session)} AND p.interval = '1d' AND p.owner = ''"
    values: list[object] = [keys_value(session, asset_keys)]
    for bound, sign, away in ((start, ">=", -1), (end, "<", 2)):
        if bound is not None:  # a day's bar starts at most a day away in UTC
            where += f" AND p.timestamp {sign} {stamp}"
            values.append((bound.toordinal() + away - _EPOCH_DAY) * _DAY_S)
    times = ", ".join(seconds(session, column) for column in ("p.timestamp", "p.fetched_at"))
    sql = (
        "SELECT p.asset_key, p.day, p.source, p.close, p.scale,"
        f" coalesce(p.volume, -1), p.volume_scale, {times} FROM asset_prices p WHERE {where}"
    )
    table = np.array(await fetch_all(session, sql, values), np.int64).reshape(-1, 9)
    if start is not None:
        table = table[table[:, 1] >= start.toordinal()]
    if end is not None:
        table = table[table[:, 1] <= end.toordinal()]
    return {key: _points(table[table[:, 0] == key]) for key in np.unique(table[:, 0]).tolist()}


async def doubtable(session: AsyncSession, asset_keys: Sequence[int]) -> list[int]:
    """Return the assets that have a daily close which is nobody's own word."""
    own = [key for key, name in enumerate(await source_names(session)) if is_own(name)]
    others = f"AND p.source NOT IN ({', '.join(map(str, own))})" if own else ""
    sql = (
        f"SELECT a.key FROM assets a WHERE a.key {in_keys(session)} AND EXISTS (SELECT 1"
        " FROM asset_prices p WHERE p.asset_key = a.key AND p.interval = '1d'"
        f" AND p.owner = '' {others}) ORDER BY a.key"
    )
    return [key for (key,) in await fetch_all(session, sql, (keys_value(session, asset_keys),))]


def _points(table: NDArray[np.int64]) -> Points:
    _, days, sources, _, _, _, _, stamps, fetched = table.T
    one = choose_daily(days * _SOURCES + sources, np.zeros(len(days), np.int64), fetched, stamps)
    _, days, sources, mantissas, scales, volumes, volume_scales, stamps, _ = table[one].T
    traded = np.where(volumes < 0, np.nan, volumes / 10.0**volume_scales)
    return Points(days, sources, mantissas, scales, stamps, traded)
