"""The newest shared rate of each currency to the dollar: stated, turned round, or by a cross.

Both legs are kept as their source states them, so that nothing is rounded: a currency is worth
`dollars` / `units`.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store.database import dialect_of, fetch_all, marks
from argosy.store.price_rows import place, seconds
from argosy.store.price_sources import source_names

_COLUMNS = ("currency_code", "dollars", "units", "timestamp", "day", "source")
_USD = "USD"
_STATED, _TURNED, _CROSS = range(3)

Rows = list[tuple[Any, ...]]


async def refresh(
    session: AsyncSession, pairs: Iterable[tuple[str, str]], *, order: tuple[str, ...]
) -> None:
    """Choose the newest rates of all currencies anew; `pairs` are those that have rates."""
    rows = await newest(session, pairs, order=order)
    known = [row[0] for row in rows]
    kept = f" WHERE currency_code NOT IN ({marks(known)})" if known else ""
    await fetch_all(session, f"DELETE FROM latest_rates{kept}", known)
    if rows:
        await _write(session, rows)


async def newest(
    session: AsyncSession, pairs: Iterable[tuple[str, str]], *, order: tuple[str, ...]
) -> Rows:
    """Return each currency's newest rate as its rows say, in the order of the table's columns.

    Of one day's rates that of the source believed first counts, then the one fetched last.
    """
    roads = [road for pair in pairs for road in _roads(*pair)]
    if not roads:
        return []
    names = await source_names(session)

    def precedence(row: tuple[Any, ...]) -> tuple[int, ...]:
        stamp, day, source, fetched, turn = row[3:]
        return day, -place(names[source], order), fetched, stamp, -turn, -source

    found: dict[str, tuple[Any, ...]] = {}
    flat = [value for road in roads for value in road]
    for row in await fetch_all(session, _near_the_end(session, len(roads)), flat):
        if row[0] not in found or precedence(row) > precedence(found[row[0]]):
            found[row[0]] = row
    return [found[code][:6] for code in sorted(found)]


async def read(session: AsyncSession) -> Rows:
    """Return the table as it is stored, in the form of `newest`."""
    chosen = ", ".join(seconds(session, n) if n == "timestamp" else n for n in _COLUMNS)
    return await fetch_all(session, f"SELECT {chosen} FROM latest_rates ORDER BY currency_code")


def _roads(base: str, quote: str) -> Iterable[tuple[str, str, str, int]]:
    if quote == _USD:
        yield base, base, quote, _STATED
    elif base == _USD:
        yield quote, base, quote, _TURNED
    else:
        yield quote, base, quote, _CROSS


def _near_the_end(session: AsyncSession, count: int) -> str:
    """Return the statement that reads the rates of the last days of each of many roads."""
    sqlite = dialect_of(session) == "sqlite"
    one, days = ("'1a1'", "259200") if sqlite else ("1::numeric", "interval '3 days'")
    number = "?" if sqlite else "?::int"
    stamp, fetched = seconds(session, "r.timestamp"), seconds(session, "r.fetched_at")
    dollars = (
        "exchange_rates u WHERE u.base = {r}.base AND u.quote = 'USD'"
        " AND u.timestamp = {r}.timestamp AND u.source = {r}.source AND u.owner = ''"
    )
    on_it = "{r}.base = v.base AND {r}.quote = v.quote AND {r}.owner = ''"
    newest = (
        f"SELECT q.timestamp FROM exchange_rates q WHERE {on_it.format(r='q')}"
        f" AND (v.turn < {_CROSS} OR EXISTS (SELECT 1 FROM {dollars.format(r='q')}))"
        " ORDER BY q.timestamp DESC LIMIT 1"
    )
    leg = f"(SELECT u.rate FROM {dollars.format(r='r')})"
    values = ", ".join([f"(?, ?, ?, {number})"] * count)
    return (
        f"WITH v (code, base, quote, turn) AS (VALUES {values}), near AS (SELECT v.code,"
        f" CASE v.turn WHEN {_STATED} THEN r.rate WHEN {_TURNED} THEN {one} ELSE {leg} END"
        f" AS dollars, CASE v.turn WHEN {_STATED} THEN {one} ELSE r.rate END AS units,"
        f" {stamp} AS timestamp, r.day, r.source, {fetched} AS fetched_at, v.turn"
        f" FROM v CROSS JOIN exchange_rates r WHERE {on_it.format(r='r')}"
        f" AND r.timestamp >= ({newest}) - {days})"
        " SELECT * FROM near WHERE dollars IS NOT NULL"
    )


async def _write(session: AsyncSession, rows: Rows) -> None:
    stamp = "?" if dialect_of(session) == "sqlite" else "to_timestamp(?)"
    row = f"(?, ?, ?, {stamp}, ?, ?)"
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    sql = (
        f"INSERT INTO latest_rates ({', '.join(_COLUMNS)}) VALUES {', '.join([row] * len(rows))}"
        f" ON CONFLICT (currency_code) DO UPDATE SET {changed}"
    )
    await fetch_all(session, sql, [value for given in rows for value in given])
