"""Packed ledgers: written after a long ledger was read from its rows, read while they are true."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.transaction import Transaction
from argosy.runtime.compute import collector_paused
from argosy.store.database import fetch_all
from argosy.store.ledger_codec import decode, encode

PACKED_FROM = 1_000
"""Ledgers of fewer lines are read from their rows as fast."""


async def read(session: AsyncSession, versions: Mapping[str, int]) -> list[Transaction] | None:
    """Return the lines of one portfolio at its version, if a block of it is there.

    Linked portfolios are read from their rows: their lines would have to be merged.
    """
    if len(versions) != 1:
        return None
    [(portfolio_id, version)] = versions.items()
    sql = "SELECT data FROM ledger_blocks WHERE portfolio_id = ? AND version = ?"
    rows = await fetch_all(session, sql, [portfolio_id, version])
    return await asyncio.to_thread(_decode, bytes(rows[0][0])) if rows else None


async def write(
    session: AsyncSession, portfolio_id: str, version: int, lines: Sequence[Transaction]
) -> bool:
    """Keep a ledger packed, if the portfolio still has the version it was read at."""
    sql = "SELECT 1 FROM portfolios WHERE id = ? AND version = ?"
    if not await fetch_all(session, sql, [portfolio_id, version]):
        return False
    data = await asyncio.to_thread(encode, lines)
    await fetch_all(
        session,
        "INSERT INTO ledger_blocks (portfolio_id, version, data) VALUES (?, ?, ?) "
        "ON CONFLICT (portfolio_id) DO UPDATE SET version = excluded.version, "
        "data = excluded.data, updated_at = CURRENT_TIMESTAMP",
        [portfolio_id, version, data],
    )
    return True


def _decode(data: bytes) -> list[Transaction] | None:
    with collector_paused():
        return decode(data)
