"""Which lines the last versions of a ledger changed, so that an earlier one can follow them."""

import json
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import fetch_all, marks

LINES_MAX = 200
"""An edit of more lines is not written down: the ledger is read again as fast."""

KEPT = 100
"""So many versions of a portfolio are kept."""


async def write(
    session: AsyncSession, portfolio_ids: Collection[str], lines: Mapping[str, date | None]
) -> None:
    """Note what the transaction that raised these portfolios' versions changes.

    `lines` are the ids with the day they were on before; None of new ones.
    """
    if not lines or len(lines) > LINES_MAX or not portfolio_ids:
        return
    days = {line: None if day is None else day.toordinal() for line, day in lines.items()}
    mine = sorted(portfolio_ids)
    among = f"id IN ({marks(mine)})"
    await fetch_all(
        session,
        "INSERT INTO ledger_edits (portfolio_id, version, lines)"
        f" SELECT id, version, ? FROM portfolios WHERE {among}"
        " ON CONFLICT (portfolio_id, version) DO NOTHING",
        [json.dumps(days), *mine],
    )
    await fetch_all(
        session,
        f"DELETE FROM ledger_edits WHERE portfolio_id IN ({marks(mine)}) AND version <="
        " (SELECT p.version FROM portfolios p WHERE p.id = ledger_edits.portfolio_id) - ?",
        [*mine, KEPT],
    )


async def read(
    session: AsyncSession, portfolio_id: str, *, since: int, until: int
) -> dict[str, int | None] | None:
    """Return the lines changed between two versions, with the ordinal of the day they were on.

    None of lines that were not there; None as a whole where the changes are not known.
    """
    rows = await fetch_all(
        session,
        "SELECT lines FROM ledger_edits WHERE portfolio_id = ? AND version > ? AND version <= ?"
        " ORDER BY version DESC",
        [portfolio_id, since, until],
    )
    if len(rows) != until - since:
        return None
    found: dict[str, int | None] = {}
    for (lines,) in rows:  # the oldest last: it says where a line was at first
        found |= json.loads(lines)
    return found
