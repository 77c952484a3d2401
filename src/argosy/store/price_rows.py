"""Price rows as columns, and the one close a day that is chosen from them."""

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.reconcile import choose_daily
from argosy.store.block_codec import DailyCloses
from argosy.store.database import dialect_of, fetch_all

DEFAULT_ORDER = ("manual", "csvfile", "yahoo")
"""Who is believed first where an asset has no order of its own; others come after, all equal."""
LAST = "demo"
"""Whom everybody else is believed before, unless an order says otherwise."""

Orders = Mapping[int, tuple[str, ...]]
_KEY = 1 << 32  # an asset's key stands above its days
_MICROSECOND = 1_000_000
_FETCH_ASSETS = 50  # so many assets' rows are Python objects at one time


def place(name: str, order: Sequence[str]) -> int:
    """Return a source's place under an order; those not named come after, the last one last."""
    return order.index(name) if name in order else len(order) + (name == LAST)


class Ranks:
    """The rank of each source under an order, by the source's number."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._known: dict[tuple[str, ...], NDArray[np.int64]] = {}

    def of(self, sources: NDArray[np.int64], order: tuple[str, ...]) -> NDArray[np.int64]:
        """Return the rank of each row's source."""
        if order not in self._known:
            self._known[order] = np.array([place(name, order) for name in self.names], np.int64)
        return self._known[order][sources]


async def read_closes(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    interval: str,
    owner: str,
    order_of: Mapping[int, tuple[str, ...]],
    ranks: Ranks,
) -> dict[int, DailyCloses]:
    """Return the chosen closes of each asset from its rows, for one owner ('' = shared)."""
    found: dict[int, DailyCloses] = {}
    condition = f"p.interval = ? AND p.owner = ? AND p.asset_key {in_keys(session)}"
    for start in range(0, len(asset_keys), _FETCH_ASSETS):
        keys = asset_keys[start : start + _FETCH_ASSETS]
        sql = f"SELECT {columns(session)} FROM asset_prices p WHERE {condition}"
        rows = await fetch_all(session, sql, (interval, owner, keys_value(session, keys)))
        found |= chosen(rows, order_of, ranks)
    return found


async def read_tails(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    interval: str,
    order_of: Mapping[int, tuple[str, ...]],
    ranks: Ranks,
) -> dict[int, DailyCloses]:
    """Return the chosen shared closes that each asset's packed block does not hold."""
    sql = (
        f"SELECT {columns(session)} FROM price_blocks b CROSS JOIN asset_prices p"
        f" WHERE b.interval = ? AND b.asset_key {in_keys(session)} AND p.asset_key = b.asset_key"
        " AND p.interval = b.interval AND p.timestamp >= b.tail_from AND p.day >= b.until"
        " AND p.owner = ''"
    )
    rows = await fetch_all(session, sql, (interval, keys_value(session, asset_keys)))
    return chosen(rows, order_of, ranks)


def chosen(
    rows: Iterable[tuple[int, ...]], order_of: Mapping[int, tuple[str, ...]], ranks: Ranks
) -> dict[int, DailyCloses]:
    """Choose one close a day for each asset out of rows in the order of `columns`."""
    keys, days, mantissas, scales, sources, stamps, _ = choose(rows, order_of, ranks).T
    closes = DailyCloses(
        days, mantissas, scales.astype(np.int8), sources.astype(np.int16), stamps * _MICROSECOND
    )
    return _by_asset(keys, closes)


def choose(
    rows: Iterable[tuple[int, ...]], order_of: Mapping[int, tuple[str, ...]], ranks: Ranks
) -> NDArray[np.int64]:
    """Return the row that speaks for each day of each asset, by asset and day, shape (n, 7)."""
    table = np.array(list(rows), np.int64).reshape(-1, 7)
    # By source first, so that a tie is decided alike wherever the rows come from.
    table = table[np.argsort(table[:, 4])]
    keys, days, _, _, sources, stamps, fetched = table.T
    ranked = ranks.of(sources, DEFAULT_ORDER)
    for order in set(order_of.values()) - {DEFAULT_ORDER}:
        theirs = np.isin(keys, [key for key, own in order_of.items() if own == order])
        ranked = np.where(theirs, ranks.of(sources, order), ranked)
    return table[choose_daily(keys * _KEY + days, ranked, fetched, stamps)]


def _by_asset(keys: NDArray[np.int64], closes: DailyCloses) -> dict[int, DailyCloses]:
    """Part closes that stand in order of their assets."""
    assets, starts = np.unique(keys, return_index=True)
    ends = [*starts[1:].tolist(), len(keys)][: len(assets)]
    parts = (slice(*span) for span in zip(starts.tolist(), ends, strict=True))
    return dict(zip(assets.tolist(), map(closes.take, parts), strict=True))


def in_keys(session: AsyncSession) -> str:
    """Return the condition that a column is one of many keys, given as one parameter."""
    if dialect_of(session) == "sqlite":
        return "IN (SELECT value FROM json_each(?))"
    return "= ANY (?::int[])"


def keys_value(session: AsyncSession, keys: Sequence[int]) -> str | list[int]:
    """Return the parameter for `in_keys`."""
    return json.dumps(list(keys)) if dialect_of(session) == "sqlite" else list(keys)


def seconds(session: AsyncSession, column: str) -> str:
    """Return the expression that reads a `Seconds` column as a number."""
    if dialect_of(session) == "sqlite":
        return column
    return f"extract(epoch FROM {column})::bigint"


def columns(session: AsyncSession) -> str:
    """Return what `choose` wants to know of each row p."""
    times = ", ".join(seconds(session, column) for column in ("p.timestamp", "p.fetched_at"))
    return f"p.asset_key, p.day, p.close, p.scale, p.source, {times}"
