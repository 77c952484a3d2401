"""Finding assets among many: by part of a name, and page by page.

Words are looked up in an index: PostgreSQL's full-text search, SQLite's FTS5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Asset, AssetCategory
from argosy.store.assets import SEEN, key_of, select_assets
from argosy.store.database import dialect_of, marks
from argosy.store.paging import Page, bad_cursor, read_cursor, write_cursor
from argosy.store.search_text import folded, spellings

_TRACKED = (
    "EXISTS (SELECT 1 FROM tracked_assets t WHERE t.asset_id = a.id AND (t.enabled "
    "OR t.tracking_users > 0 OR t.watchers > 0 OR t.benchmarks > 0 OR t.alerts > 0))"
)
_LAST = f"CASE WHEN {_TRACKED} THEN 0 ELSE 1 END, a.symbol_key, a.exchange_key, a.key LIMIT ?"
"""What decides among equals: assets that somebody holds or follows come first."""


class AssetSort(StrEnum):
    """What a list of assets goes by; a minus turns it round."""

    SYMBOL = "symbol"
    NAME = "name"
    CATEGORY = "category"
    CREATED_AT = "created_at"
    SYMBOL_DOWN = "-symbol"
    NAME_DOWN = "-name"
    CATEGORY_DOWN = "-category"
    CREATED_AT_DOWN = "-created_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFilter:
    """Which assets are wanted; what is None or empty does not matter."""

    categories: Sequence[AssetCategory] = ()
    active: bool | None = None
    currency: str | None = None
    exchange: str | None = None
    tracked: bool | None = None
    text: str | None = None


class _Clause(NamedTuple):
    sql: str
    parameters: list[Any]


async def search(
    session: AsyncSession,
    user_id: str | None,
    text: str,
    *,
    categories: Sequence[AssetCategory] = (),
    limit: int = 20,
) -> list[Asset]:
    """Return assets whose symbol or name has a text in it, the best match first.

    First the symbol itself, also one that is not traded any more; then symbols and then names that
    begin with the text, names that have its words, and, where there is none of all these, what has
    the text inside a word.
    """
    scope = _all([_Clause(SEEN, [user_id or ""]), *_of_categories(categories)])
    words = folded(text)
    if not text.strip():
        return []
    found = await _symbols(session, scope, text, limit)
    if words and len(found) < limit:
        known = {asset.id for asset in found}
        named = await _names(session, scope, words, limit + len(found))
        found += [asset for asset in named if asset.id not in known]
    return found[:limit] or await _inside(session, scope, text, limit)


async def page(
    session: AsyncSession,
    user_id: str | None,
    *,
    wanted: AssetFilter | None = None,
    sort: AssetSort = AssetSort.SYMBOL,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Asset]:
    """Return the assets that a user sees; a cursor goes on in the order that it began in."""
    chosen = wanted or AssetFilter()
    clauses = [_Clause(SEEN, [user_id or ""]), *_filtered(session, chosen)]
    columns = _ORDERS[sort.removeprefix("-")]
    down = sort.startswith("-")
    if cursor is not None:
        clauses.append(_after(cursor, sort, columns))
    scope = _all(clauses)
    order = ", ".join(f"{column}{' DESC' if down else ''}" for column in columns)
    sql = f"{scope.sql} ORDER BY {order} LIMIT ?"
    rows = await select_assets(session, sql, [*scope.parameters, limit + 1])
    more = len(rows) > limit
    return Page(
        rows[:limit], write_cursor((sort, *_place(rows[limit - 1], sort))) if more else None
    )


async def _symbols(session: AsyncSession, scope: _Clause, text: str, limit: int) -> list[Asset]:
    """Return those with this symbol, and the active ones whose symbol begins with it."""
    spelled, words = spellings(text), folded(text)
    itself = f"a.symbol_key IN ({marks(spelled)})"
    begins = _begins(session, words) if words else _Clause("1 = 0", [])
    sql = (
        f"{scope.sql} AND ({itself} OR (a.active AND {begins.sql})) "
        f"ORDER BY CASE WHEN a.symbol_key = ? THEN 0 WHEN {itself} THEN 1 ELSE 2 END, {_LAST}"
    )
    parameters = [*spelled, *begins.parameters, spelled[0], *spelled, limit]
    return await select_assets(session, sql, [*scope.parameters, *parameters])


async def _names(session: AsyncSession, scope: _Clause, words: str, limit: int) -> list[Asset]:
    has = _has_words(session, words)
    sql = (
        f"{scope.sql} AND a.active AND {has.sql} "
        f"ORDER BY CASE WHEN a.search_key LIKE ? THEN 0 ELSE 1 END, {_LAST}"
    )
    parameters = [*scope.parameters, *has.parameters, f"% {words}%", limit]
    return await select_assets(session, sql, parameters)


async def _inside(session: AsyncSession, scope: _Clause, text: str, limit: int) -> list[Asset]:
    """Look into every asset: no index knows the inside of words."""
    words = folded(text)
    column, part = ("search_key", words) if words else ("symbol_key", key_of(text))
    literal = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    sql = f"{scope.sql} AND a.active AND a.{column} LIKE ? ESCAPE '\\' ORDER BY {_LAST}"
    return await select_assets(session, sql, [*scope.parameters, f"%{literal}%", limit])


def _begins(session: AsyncSession, words: str) -> _Clause:
    """Say how an index is asked for keys that begin with some words; those hold no signs."""
    if dialect_of(session) == "sqlite":
        return _Clause("a.search_key GLOB ?", [f"{words}*"])
    return _Clause("a.search_key LIKE ?", [f"{words}%"])


def _has_words(session: AsyncSession, words: str) -> _Clause:
    """Say how the index is asked for keys that have words beginning with each of these."""
    each = words.split()
    if dialect_of(session) == "sqlite":
        asked = " ".join(f'"{word}"*' for word in each)
        return _Clause(
            "a.key IN (SELECT rowid FROM asset_words WHERE asset_words MATCH ?)", [asked]
        )
    asked = " & ".join(f"'{word}':*" for word in each)
    return _Clause("to_tsvector('simple', a.search_key) @@ to_tsquery('simple', ?)", [asked])


def _filtered(session: AsyncSession, wanted: AssetFilter) -> list[_Clause]:
    clauses = _of_categories(wanted.categories)
    if wanted.active is not None:
        clauses.append(_Clause("a.active" if wanted.active else "NOT a.active", []))
    if wanted.currency is not None:
        clauses.append(_Clause("a.currency = ?", [wanted.currency]))
    if wanted.exchange is not None:
        clauses.append(_Clause("a.exchange_key = ?", [key_of(wanted.exchange)]))
    if wanted.tracked is not None:
        clauses.append(_Clause(_TRACKED if wanted.tracked else f"NOT {_TRACKED}", []))
    if wanted.text is not None:
        words = folded(wanted.text)
        clauses.append(_has_words(session, words) if words else _Clause("1 = 0", []))
    return clauses


def _of_categories(categories: Sequence[AssetCategory]) -> list[_Clause]:
    if not categories:
        return []
    return [_Clause(f"a.category IN ({marks(categories)})", [one.value for one in categories])]


def _all(clauses: Sequence[_Clause]) -> _Clause:
    parameters = [value for clause in clauses for value in clause.parameters]
    return _Clause(" AND ".join(clause.sql for clause in clauses), parameters)


_ORDERS = {
    "symbol": ("a.symbol_key", "a.exchange_key", "a.key"),
    "name": ("a.name", "a.key"),
    "category": ("a.category", "a.symbol_key", "a.key"),
    "created_at": ("a.key",),  # keys are given in the order in which assets are made
}


def _place(asset: Asset, sort: AssetSort) -> tuple[str | int, ...]:
    values: dict[str, str | int] = {
        "a.symbol_key": key_of(asset.symbol),
        "a.exchange_key": key_of(asset.exchange or ""),
        "a.name": asset.name,
        "a.category": asset.category.value,
        "a.key": asset.key,
    }
    return tuple(values[column] for column in _ORDERS[sort.removeprefix("-")])


def _after(cursor: str, sort: AssetSort, columns: Sequence[str]) -> _Clause:
    kinds = [int if column == "a.key" else str for column in columns]
    begun, *place = read_cursor(cursor, str, *kinds)
    if begun != sort:
        raise bad_cursor()
    sign = "<" if sort.startswith("-") else ">"
    return _Clause(f"({', '.join(columns)}) {sign} ({marks(columns)})", place)
