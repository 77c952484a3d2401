"""Price rows as columns, and the one close a day that is chosen from them."""

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.reconcile import MANUAL, choose_daily, is_broker
from argosy.store.block_codec import DailyCloses
from argosy.store.database import dialect_of, fetch_all

DEFAULT_ORDER = ("manual", "csvfile", "yahoo")
"""Who is believed first where an asset has no order of its own; others come after, all equal."""
LAST = "demo"
"""Whom everybody else is believed before, unless an order says otherwise."""

Orders = Mapping[int, tuple[str, ...]]
Refused = Mapping[int, frozenset[tuple[int, int]]]
_KEY = 1 << 32  # an asset's key stands above its days
_MICROSECOND = 1_000_000
_FETCH_ASSETS = 50  # so many assets' rows are Python objects at one time


def place(name: str, order: Sequence[str]) -> int:
    """Return how early a source is believed under an order: the lowest first.

    What a person typed comes before the broker, and both before the order; those not named in it
    come after, the last one last.
    """
    if name == MANUAL or is_broker(name):
        return -2 if name == MANUAL else -1
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


class Beliefs:
    """Whose word counts about some assets' shared prices, and which rows do not.

    Parameters
    ----------
    names : sequence of str
        The sources by number.
    orders : mapping
        The order of each asset that has one of its own.
    refused : mapping
        For each asset in doubt the (timestamp, source) of the rows that are not used.
    """

    def __init__(self, names: Sequence[str], orders: Orders, refused: Refused) -> None:
        self.names = names
        self.refused = refused
        self._orders = orders
        self._ranks = Ranks(names)

    def trusting(self) -> "Beliefs":
        """Return the same for a user's own prices, which nobody doubts."""
        return Beliefs(self.names, self._orders, {})

    def order(self, asset_key: int) -> tuple[str, ...]:
        """Return the order of an asset's sources."""
        return self._orders.get(asset_key, DEFAULT_ORDER)

    def ranks(self, keys: NDArray[np.int64], sources: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how early each row is believed, by its asset and source."""
        ranked = self._ranks.of(sources, DEFAULT_ORDER)
        for order in set(self._orders.values()):
            theirs = np.isin(keys, [key for key, own in self._orders.items() if own == order])
            ranked = np.where(theirs, self._ranks.of(sources, order), ranked)
        return ranked

    def usable(
        self, keys: NDArray[np.int64], stamps: NDArray[np.int64], sources: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return which rows are not in doubt."""
        usable = np.ones(len(keys), np.bool_)
        for key in self.refused.keys() & set(np.unique(keys).tolist()):
            theirs = np.flatnonzero(keys == key)
            rows = zip(stamps[theirs].tolist(), sources[theirs].tolist(), strict=True)
            usable[theirs] = [row not in self.refused[key] for row in rows]
        return usable


async def read_closes(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    interval: str,
    owner: str,
    beliefs: Beliefs,
) -> dict[int, DailyCloses]:
    """Return the chosen closes of each asset from its rows, for one owner ('' = shared)."""
    found: dict[int, DailyCloses] = {}
    if owner:
        beliefs = beliefs.trusting()
    condition = f"p.interval = ? AND p.owner = ? AND p.asset_key {in_keys(session)}"
    for start in range(0, len(asset_keys), _FETCH_ASSETS):
        keys = asset_keys[start : start + _FETCH_ASSETS]
        sql = f"SELECT {columns(session)} FROM asset_prices p WHERE {condition}"
        rows = await fetch_all(session, sql, (interval, owner, keys_value(session, keys)))
        found |= chosen(rows, beliefs)
    return found


async def read_tails(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    interval: str,
    beliefs: Beliefs,
) -> dict[int, DailyCloses]:
    """Return the chosen shared closes that each asset's packed block does not hold."""
    sql = (
        f"SELECT {columns(session)} FROM price_blocks b CROSS JOIN asset_prices p"
        f" WHERE b.interval = ? AND b.asset_key {in_keys(session)} AND p.asset_key = b.asset_key"
        " AND p.interval = b.interval AND p.timestamp >= b.tail_from AND p.day >= b.until"
        " AND p.owner = ''"
    )
    rows = await fetch_all(session, sql, (interval, keys_value(session, asset_keys)))
    return chosen(rows, beliefs)


def chosen(rows: Iterable[tuple[int, ...]], beliefs: Beliefs) -> dict[int, DailyCloses]:
    """Choose one close a day for each asset out of rows in the order of `columns`."""
    keys, days, mantissas, scales, sources, stamps, _ = choose(rows, beliefs).T
    closes = DailyCloses(
        days, mantissas, scales.astype(np.int8), sources.astype(np.int16), stamps * _MICROSECOND
    )
    return _by_asset(keys, closes)


def choose(rows: Iterable[tuple[int, ...]], beliefs: Beliefs) -> NDArray[np.int64]:
    """Return the row that speaks for each day of each asset, by asset and day, shape (n, 7)."""
    table = np.array(list(rows), np.int64).reshape(-1, 7)
    if beliefs.refused:
        table = table[beliefs.usable(table[:, 0], table[:, 5], table[:, 4])]
    # By source first, so that a tie is decided alike wherever the rows come from.
    table = table[np.argsort(table[:, 4])]
    keys, days, _, _, sources, stamps, fetched = table.T
    return table[choose_daily(keys * _KEY + days, beliefs.ranks(keys, sources), fetched, stamps)]


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
