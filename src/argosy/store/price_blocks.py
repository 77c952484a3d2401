"""Packed daily closes beside the price rows: written with the rows, never ahead of them.

A block holds an asset's shared closes before its day `until`, some days before the last one
known; newer rows are read as they are. So the daily append and a changing last price write no
block, and a block is built again only when a row before `until` changes or its tail grows long.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.block_codec import DailyCloses, Joiner, decode, encode
from argosy.store.database import dialect_of, driver_of, fetch_all
from argosy.store.price_rows import (
    Beliefs,
    in_keys,
    keys_value,
    read_closes,
    read_tails,
)

PACKED_INTERVAL = "1d"
_LIVE_DAYS = 10  # the newest days stay outside: they still change
_LONG_TAIL_DAYS = 90
_LEAST = 64  # fewer closes are read as fast from their rows
_DAY_S = 86_400
_EPOCH_DAY = 719_163


async def read_shared(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    interval: str,
    beliefs: Beliefs,
) -> dict[int, DailyCloses]:
    """Return the shared daily closes: from blocks with their tails, else from rows."""
    blocks = await _read_blocks(session, asset_keys, interval=interval, beliefs=beliefs)
    tails: dict[int, DailyCloses] = {}
    if blocks:
        tails = await read_tails(session, list(blocks), interval=interval, beliefs=beliefs)
    joiner = Joiner()
    found = {
        key: joiner.join(closes, tails[key]) if key in tails else closes
        for key, closes in blocks.items()
    }
    others = [key for key in asset_keys if key not in blocks]
    if others:
        found |= await read_closes(session, others, interval=interval, owner="", beliefs=beliefs)
    return found


async def _read_blocks(
    session: AsyncSession, asset_keys: Sequence[int], *, interval: str, beliefs: Beliefs
) -> dict[int, DailyCloses]:
    sql = (
        "SELECT asset_key, source_order, data FROM price_blocks"
        f" WHERE interval = ? AND asset_key {in_keys(session)}"
    )
    parameters = (interval, keys_value(session, asset_keys))
    if dialect_of(session) == "sqlite":
        rows = await fetch_all(session, sql, parameters)
    else:
        # In the text form bytes would come as hexadecimal digits, twice as many.
        driver = await driver_of(session)
        cursor = await driver.execute(sql.replace("?", "%s"), parameters, binary=True)
        rows = await cursor.fetchall()
    return {key: decode(data) for key, order, data in rows if order == _named(beliefs.order(key))}


async def refresh(
    session: AsyncSession,
    changed: Mapping[int, tuple[int, int]],
    *,
    beliefs: Beliefs,
) -> None:
    """Bring blocks up to date after shared rows changed between two days of each asset."""
    condition = f"interval = ? AND asset_key {in_keys(session)}"
    sql = f"SELECT asset_key, until FROM price_blocks WHERE {condition}"
    keys = keys_value(session, list(changed))
    until = dict(await fetch_all(session, sql, (PACKED_INTERVAL, keys)))
    wrong = {key for key, day in until.items() if changed[key][0] < day}
    await drop(session, wrong)
    stale = [
        key
        for key, (_, last) in changed.items()
        if key in wrong or last - until.get(key, 0) > _LONG_TAIL_DAYS
    ]
    await pack(session, stale, beliefs=beliefs)


async def pack(session: AsyncSession, asset_keys: Sequence[int], *, beliefs: Beliefs) -> None:
    """Write the blocks of assets from what is stored."""
    for start in range(0, len(asset_keys), 100):
        keys = asset_keys[start : start + 100]
        closes = await read_shared(session, keys, interval=PACKED_INTERVAL, beliefs=beliefs)
        await store(session, closes, beliefs=beliefs)


async def store(
    session: AsyncSession, closes: Mapping[int, DailyCloses], *, beliefs: Beliefs
) -> None:
    """Write blocks of closes that are known to be all of each asset's."""
    stamp = "?" if dialect_of(session) == "sqlite" else "to_timestamp(?)"
    sql = (
        "INSERT INTO price_blocks (asset_key, interval, until, tail_from, source_order, data)"
        f" VALUES (?, ?, ?, {stamp}, ?, ?) ON CONFLICT (asset_key, interval) DO UPDATE SET"
        " until = excluded.until, tail_from = excluded.tail_from,"
        " source_order = excluded.source_order, data = excluded.data"
    )
    for key, known in closes.items():
        if len(known) < _LEAST:
            continue
        until = int(known.days[-1]) - _LIVE_DAYS
        settled = known.take(known.days < until)
        tail_from = (until - _EPOCH_DAY - 1) * _DAY_S  # a day's bar may start a day before in UTC
        order = _named(beliefs.order(key))
        row = (key, PACKED_INTERVAL, until, tail_from, order, encode(settled))
        await fetch_all(session, sql, row)


async def drop(session: AsyncSession, asset_keys: Iterable[int]) -> None:
    """Forget blocks: their closes are read from the rows until they are packed again."""
    keys = list(asset_keys)
    if keys:
        sql = f"DELETE FROM price_blocks WHERE interval = ? AND asset_key {in_keys(session)}"
        await fetch_all(session, sql, (PACKED_INTERVAL, keys_value(session, keys)))


def _named(order: tuple[str, ...]) -> str:
    return ",".join(order)
