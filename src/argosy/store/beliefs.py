"""Whom to believe about the shared prices of assets: their orders of sources, and the doubts."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store import price_verdicts
from argosy.store.database import fetch_all
from argosy.store.price_rows import DEFAULT_ORDER, Beliefs, Orders, in_keys, keys_value
from argosy.store.price_sources import source_names


async def read_beliefs(
    session: AsyncSession, asset_keys: Sequence[int], *, interval: str = "1d"
) -> Beliefs:
    """Return whom to believe about some assets, as the database has it now."""
    return Beliefs(
        await source_names(session),
        await read_orders(session, asset_keys),
        await price_verdicts.read_refused(session, asset_keys, interval=interval),
    )


async def read_orders(session: AsyncSession, asset_keys: Sequence[int]) -> Orders:
    """Return the order of sources of each asset that ranks some; the ranked ones come first."""
    sql = (
        "SELECT asset_key, source FROM asset_sources WHERE rank IS NOT NULL"
        f" AND asset_key {in_keys(session)} ORDER BY asset_key, rank, source"
    )
    ranked: dict[int, list[str]] = {}
    for key, source in await fetch_all(session, sql, (keys_value(session, asset_keys),)):
        ranked.setdefault(key, []).append(source)
    return {key: tuple(dict.fromkeys([*some, *DEFAULT_ORDER])) for key, some in ranked.items()}
