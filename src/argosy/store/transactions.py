"""The ledger: lines in, lines out, always in its one order."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import DuplicateError, NotFoundError
from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.runtime.compute import collector_paused
from argosy.store import portfolios
from argosy.store.database import dialect_of, driver_of, fetch_all, is_duplicate, marks
from argosy.store.ledger_rows import STORED, decode, encode, select_list
from argosy.store.paging import Page, bad_cursor, read_cursor, write_cursor
from argosy.store.tables.transaction import TransactionRow
from argosy.store.types import read_id

_ORDER = "ORDER BY t.day, t.turn, t.entry"
_NEWEST_FIRST = "ORDER BY t.day DESC, t.turn DESC, t.entry DESC"
_MINE = "t.portfolio_id IN (SELECT id FROM portfolios WHERE user_id = ? AND deleted_at IS NULL)"
_MANY = 2_000  # rows that the event loop may work on without a pause
_DAYS = range(1, date.max.toordinal() + 1)
_FEW = 20  # assets whose lines are looked up one by one
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines a list shall have; None and empty mean all."""

    portfolio_id: str | None = None
    symbol: str | None = None
    exchange: str | None = None
    types: Collection[TransactionType] = field(default=())
    start: date | None = None
    end: date | None = None


async def insert_many(session: AsyncSession, transactions: Sequence[Transaction]) -> None:
    """Store new lines; the database counts their `entry` in the order given."""
    dialect = dialect_of(session)
    rows = await _apart(lambda lines: encode(lines, dialect), transactions)
    driver = await driver_of(session)
    try:
        if dialect == "sqlite":
            await _insert_sqlite(driver, rows)
        else:
            await _copy_postgresql(driver, rows)
    except session.get_bind().dialect.loaded_dbapi.IntegrityError as error:
        if is_duplicate(error):
            message = (
                "A line with this id, or this external_id in its portfolio, is stored already."
            )
            raise DuplicateError(message) from error
        raise


async def get(session: AsyncSession, user_id: str, transaction_id: str) -> Transaction:
    """Return a line of a user's own portfolios; anybody else's does not exist."""
    canonical = read_id(transaction_id)
    if canonical is not None:
        where = f"t.id = ? AND {_MINE}"
        found = await _select(session, where, [canonical, user_id])
        if found:
            return found[0]
    raise NotFoundError("transaction", transaction_id)


async def read_lines(session: AsyncSession, line_ids: Collection[str]) -> list[Transaction]:
    """Return some lines whose owner was checked, in ledger order."""
    if not line_ids:
        return []
    where = f"t.id IN ({marks(line_ids)}) {_ORDER}"
    return await _select(session, where, sorted(line_ids))


async def replace(session: AsyncSession, transaction: Transaction) -> None:
    """Store a line anew under its id; its `entry` stays."""
    changes = ", ".join(f"{column} = ?" for column in STORED)
    values = encode([transaction], dialect_of(session))[0]
    await fetch_all(
        session,
        f"UPDATE transactions SET {changes}, updated_at = CURRENT_TIMESTAMP WHERE id = ?",
        [*values, transaction.id],
    )


async def delete(session: AsyncSession, transaction_ids: Sequence[str]) -> None:
    """Delete lines by id."""
    sql = "DELETE FROM transactions WHERE id = ?"
    for transaction_id in transaction_ids:
        await fetch_all(session, sql, [transaction_id])


async def page(
    session: AsyncSession,
    user_id: str,
    wanted: Wanted,
    *,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Transaction]:
    """Return a user's lines that are wanted, newest first."""
    place = None if cursor is None else read_cursor(cursor, int, int, int)
    # The ids themselves rather than a subquery: so a single one lets the index give the order.
    ids = await _portfolio_ids(session, user_id, wanted)
    if not ids:
        return Page([], None)
    conditions, parameters = _conditions(session, ids, wanted)
    if place is not None:
        day, turn, entry = map(int, place)
        if day not in _DAYS:
            raise bad_cursor()
        conditions.append("(t.day, t.turn, t.entry) < (?, ?, ?)")
        parameters += [_day(session, date.fromordinal(day)), turn, entry]
    where = f"{' AND '.join(conditions)} {_NEWEST_FIRST} LIMIT ?"
    columns = f"{select_list(dialect_of(session))}, t.turn"
    rows = await fetch_all(
        session, f"SELECT {columns} FROM transactions t WHERE {where}", [*parameters, limit + 1]
    )
    lines = decode([row[:-1] for row in rows[:limit]], dialect_of(session))
    if len(rows) <= limit:
        return Page(lines, None)
    last = lines[-1]
    return Page(lines, write_cursor([last.day.toordinal(), rows[limit - 1][-1], last.entry]))


async def stamps(
    session: AsyncSession, transaction_ids: Sequence[str]
) -> dict[str, tuple[datetime, datetime]]:
    """Return when each line was made and last changed."""
    found: dict[str, tuple[datetime, datetime]] = {}
    for start in range(0, len(transaction_ids), _MANY):
        query = select(
            TransactionRow.id, TransactionRow.created_at, TransactionRow.updated_at
        ).where(TransactionRow.id.in_(transaction_ids[start : start + _MANY]))
        found |= {row[0]: (row[1], row[2]) for row in await session.execute(query)}
    return found


async def find_external(
    session: AsyncSession, portfolio_id: str, external_id: str
) -> Transaction | None:
    """Return the line that has an external id in a portfolio whose owner was checked."""
    found = await _select(
        session, "t.portfolio_id = ? AND t.external_id = ?", [portfolio_id, external_id]
    )
    return found[0] if found else None


async def external_ids(session: AsyncSession, portfolio_id: str) -> set[str]:
    """Return the external ids that a portfolio has already."""
    sql = "SELECT external_id FROM transactions WHERE portfolio_id = ? AND external_id IS NOT NULL"
    return {row[0] for row in await fetch_all(session, sql, [portfolio_id])}


async def read_ledger(
    session: AsyncSession,
    portfolio_ids: Sequence[str],
    *,
    asset_ids: Sequence[str] | None = None,
    until: date | None = None,
) -> list[Transaction]:
    """Return ledgers whose owner was checked, in ledger order (`core.ledger.ledger_order`).

    `asset_ids` takes only the lines of these assets, also those that turn another asset into
    one of them; `until` cuts the ledger after a day.
    """
    ids = list(dict.fromkeys(portfolio_ids))
    conditions, parameters = [_is_among("t.portfolio_id", ids)], list[Any](ids)
    if asset_ids is not None:
        among = marks(asset_ids)
        if len(asset_ids) <= _FEW:  # their indexes find the few lines; the ledger's reads it all
            conditions.append(
                "t.entry IN (SELECT entry FROM transactions WHERE "
                f"asset_id IN ({among}) AND {_is_among('portfolio_id', ids)} UNION "
                f"SELECT entry FROM transactions WHERE to_asset_id IN ({among}))"
            )
            parameters += [*asset_ids, *ids, *asset_ids]
        else:
            conditions.append(f"(t.asset_id IN ({among}) OR t.to_asset_id IN ({among}))")
            parameters += [*asset_ids, *asset_ids]
    if until is not None:
        conditions.append("t.day <= ?")
        parameters.append(_day(session, until))
    with collector_paused():
        return await _select(session, f"{' AND '.join(conditions)} {_ORDER}", parameters)


async def linked_portfolios(session: AsyncSession, portfolio_id: str) -> set[str]:
    """Return the portfolio and all that transfers connect with it, deleted ones too.

    What a portfolio holds can depend on the ledgers that lots came from.
    """
    linked, newest = {portfolio_id}, [portfolio_id]
    while newest:
        among = marks(newest)
        rows = await fetch_all(
            session,
            "SELECT CAST(to_portfolio_id AS VARCHAR(36)) FROM transactions "
            f"WHERE portfolio_id IN ({among}) AND to_portfolio_id IS NOT NULL UNION "
            "SELECT CAST(portfolio_id AS VARCHAR(36)) FROM transactions "
            f"WHERE to_portfolio_id IN ({among}) AND to_portfolio_id IS NOT NULL",
            [*newest, *newest],
        )
        newest = [row[0] for row in rows if row[0] not in linked]
        linked.update(newest)
    return linked


async def _select(
    session: AsyncSession, where: str, parameters: Sequence[Any]
) -> list[Transaction]:
    dialect = dialect_of(session)
    sql = f"SELECT {select_list(dialect)} FROM transactions t WHERE {where}"
    rows = await fetch_all(session, sql, parameters)
    return await _apart(lambda found: decode(found, dialect), rows)


async def _apart(function: Callable[[Sequence[_Given]], _Made], many: Sequence[_Given]) -> _Made:
    """Work on many rows in a thread: the event loop goes on answering."""
    if len(many) < _MANY:
        return function(many)
    return await asyncio.to_thread(function, many)


async def _insert_sqlite(driver: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    sql = f"INSERT INTO transactions ({', '.join(STORED)}) VALUES ({marks(STORED)})"
    await (await driver.executemany(sql, rows)).close()


async def _copy_postgresql(driver: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    sql = f"COPY transactions ({', '.join(STORED)}) FROM STDIN"
    async with driver.cursor() as cursor, cursor.copy(sql) as copy:
        for number, row in enumerate(rows):
            await copy.write_row(row)
            if number % _MANY == 0:
                await asyncio.sleep(0)


async def _portfolio_ids(session: AsyncSession, user_id: str, wanted: Wanted) -> list[str]:
    if wanted.portfolio_id is not None:  # another user's is not found
        return [(await portfolios.get(session, user_id, wanted.portfolio_id)).id]
    return [one.id for one in await portfolios.of_user(session, user_id)]


def _conditions(
    session: AsyncSession, portfolio_ids: Sequence[str], wanted: Wanted
) -> tuple[list[str], list[Any]]:
    conditions, parameters = [_is_among("t.portfolio_id", portfolio_ids)], list[Any](portfolio_ids)

    def add(condition: str, *values: object) -> None:
        conditions.append(condition)
        parameters.extend(values)

    if wanted.symbol is not None:
        exchange = "" if wanted.exchange is None else " AND exchange_key = ?"
        add(
            f"t.asset_id IN (SELECT id FROM assets WHERE symbol_key = ?{exchange})",
            wanted.symbol.strip().upper(),
            *([] if wanted.exchange is None else [wanted.exchange.strip().upper()]),
        )
    if wanted.types:
        add(f"t.type IN ({marks(wanted.types)})", *(kind.value for kind in wanted.types))
    if wanted.start is not None:
        add("t.day >= ?", _day(session, wanted.start))
    if wanted.end is not None:
        add("t.day <= ?", _day(session, wanted.end))
    return conditions, parameters


def _is_among(column: str, values: Sequence[str]) -> str:
    # A single value as an equation lets the index deliver the order.
    return f"{column} = ?" if len(values) == 1 else f"{column} IN ({marks(values)})"


def _day(session: AsyncSession, day: date) -> str | date:
    return day.isoformat() if dialect_of(session) == "sqlite" else day
