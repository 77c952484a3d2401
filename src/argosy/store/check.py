"""Is everything in the database what it should be? Questions that no constraint asks."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.store import latest, rates, schema
from argosy.store.database import Database, dialect_of, fetch_all
from argosy.store.ledger_rows import FIELDS, decode, encode, select_list, turn_of

_NAMED = 3  # examples in one finding
_ENTRY = FIELDS.index("entry")

_INVARIANTS = {
    "transactions of a portfolio that does not exist": (
        "SELECT t.id FROM transactions t LEFT JOIN portfolios p ON p.id = t.portfolio_id "
        "WHERE p.id IS NULL"
    ),
    "transactions of an asset that does not exist": (
        "SELECT t.id FROM transactions t LEFT JOIN assets a ON a.id = t.asset_id "
        "WHERE t.asset_id IS NOT NULL AND a.id IS NULL"
    ),
    "transactions into an asset that does not exist": (
        "SELECT t.id FROM transactions t LEFT JOIN assets a ON a.id = t.to_asset_id "
        "WHERE t.to_asset_id IS NOT NULL AND a.id IS NULL"
    ),
    "transactions of somebody else's private asset": (
        "SELECT t.id FROM transactions t JOIN portfolios p ON p.id = t.portfolio_id "
        "JOIN assets a ON a.id = t.asset_id OR a.id = t.to_asset_id "
        "WHERE a.owner_id IS NOT NULL AND a.owner_id <> p.user_id"
    ),
    "transfers to somebody else's portfolio": (
        "SELECT t.id FROM transactions t JOIN portfolios p ON p.id = t.portfolio_id "
        "JOIN portfolios o ON o.id = t.to_portfolio_id WHERE o.user_id <> p.user_id"
    ),
    "assets whose owner key is not their owner": (
        "SELECT a.id FROM assets a WHERE a.owner_key <> coalesce(CAST(a.owner_id AS TEXT), '')"
    ),
    "portfolios of a user who does not exist": (
        "SELECT p.id FROM portfolios p LEFT JOIN users u ON u.id = p.user_id WHERE u.id IS NULL"
    ),
    **{
        f"own {what} of users who do not exist": (
            f"SELECT DISTINCT owner FROM {table} WHERE owner <> '' "
            "AND owner NOT IN (SELECT CAST(id AS TEXT) FROM users)"
        )
        for what, table in (
            ("prices", "asset_prices"),
            ("splits", "asset_splits"),
            ("rates", "exchange_rates"),
        )
    },
}


async def check(database: Database) -> list[str]:
    """Return what is wrong with the database, in sentences; nothing if all is well."""
    findings = [f"Migration {one} is lacking." for one in await schema.pending(database)]
    if findings:
        return findings
    async with database.read() as session:
        if database.is_sqlite:
            findings += await _damages(session)
        for what, sql in _INVARIANTS.items():
            findings += _finding(what, [row[0] for row in await fetch_all(session, sql)])
        findings += await _wrong_keys(session)
        findings += await _wrong_lines(session)
        findings += await _wrong_latest(session)
    return findings


async def _damages(session: AsyncSession) -> list[str]:
    answers = [row[0] for row in await fetch_all(session, "PRAGMA integrity_check")]
    findings = [] if answers == ["ok"] else [f"The file is damaged: {one}." for one in answers]
    orphans = await fetch_all(session, "PRAGMA foreign_key_check")
    return findings + [
        f"{table}, row {row} refers to a row of {parent} that does not exist."
        for table, row, parent, _ in orphans
    ]


async def _wrong_keys(session: AsyncSession) -> list[str]:
    sql = "SELECT id, symbol, exchange, symbol_key, exchange_key FROM assets"
    wrong = [
        row[0]
        for row in await fetch_all(session, sql)
        if (row[1].strip().upper(), (row[2] or "").strip().upper()) != row[3:]
    ]
    return _finding("assets that cannot be found by their symbol", wrong)


async def _wrong_lines(session: AsyncSession) -> list[str]:
    """Every line must read back, and stand where its type and time say."""
    dialect = dialect_of(session)
    sql = f"SELECT {select_list(dialect)}, t.turn FROM transactions t"
    rows = await fetch_all(session, sql)
    wrong = [row[0] for row in rows if not _reads_back(row, dialect)]
    return _finding("transactions that are not stored as they should be", wrong)


async def _wrong_latest(session: AsyncSession) -> list[str]:
    """The newest prices and rates must be what their rows say; `argosy db rebuild` mends them."""
    findings = _finding(
        "assets whose latest price is not their newest", [*await latest.stale(session)]
    )
    if await rates.latest_is_stale(session):
        findings.append("The latest rates are not the newest.")
    return findings


def _reads_back(row: tuple[Any, ...], dialect: str) -> bool:
    *fields, turn = row
    try:
        line = decode([tuple(fields)], dialect)[0]
    except (ValueError, KeyError, ArithmeticError):
        return False
    if dialect != "sqlite":
        return turn_of(line) == int(turn)
    del fields[_ENTRY]
    written: tuple[Any, ...] = encode([line], dialect)[0]
    return bool(written == (turn, *fields))


def _finding(what: str, ids: list[object]) -> list[str]:
    if not ids:
        return []
    named = ", ".join(str(one) for one in ids[:_NAMED])
    return [f"{len(ids)} {what}: {named}{' …' if len(ids) > _NAMED else ''}."]
