"""Exchange rates: kept as their source states them, read for a set of currencies at once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain, groupby, pairwise
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.bars import UpsertCounts
from argosy.core.market.history import RateRow
from argosy.core.market.reconcile import choose_daily
from argosy.core.market.spans import Span
from argosy.core.market.stated_rates import StatedRate
from argosy.store import dirty, latest_rates, versions
from argosy.store.database import dialect_of, fetch_all
from argosy.store.price_rows import Ranks, seconds
from argosy.store.price_sources import source_key, source_names
from argosy.store.types import encode_exact

DEFAULT_RATE_ORDER = ("manual", "ecb")
"""Who is believed first; of the others, whoever was fetched last."""

_LOCK = 7_302
_ROWS = 2_000
_STRETCH_S = 512 * 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

Pair = tuple[str, str]
_Key = tuple[str, str, int]


async def upsert_rates(
    session: AsyncSession, rates: Iterable[StatedRate], *, source: str, owner: str = ""
) -> UpsertCounts:
    """Store rates; equal ones are not written again. `owner` '' = shared, else that user's own.

    Of two rates with one pair and time the last given stays.
    """
    given = list(rates)
    if dialect_of(session) == "postgresql":
        await fetch_all(session, "SELECT pg_advisory_xact_lock(?)", (_LOCK,))
    latest: dict[_Key, StatedRate] = {
        (rate.base, rate.quote, (rate.at - _EPOCH) // _SECOND): rate for rate in given
    }
    rows = sorted(latest.items(), key=lambda item: item[0])
    number = await source_key(session, source)
    before = await _count(session, rows, source=number, owner=owner)
    written = 0
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        written += await _write(session, part, source=number, owner=owner)
    if not written:
        return UpsertCounts(unchanged=len(given))
    created = await _count(session, rows, source=number, owner=owner) - before
    if not owner:
        await refresh_latest(session)
    await dirty.mark_converted(session, min(rate.day for rate in given), owner=owner)
    await versions.bump(session, ["rates"])
    return UpsertCounts(created, written - created, len(given) - written)


async def refresh_latest(session: AsyncSession) -> None:
    """Choose each currency's newest shared rate to the dollar anew."""
    await latest_rates.refresh(session, await _pairs(session), order=DEFAULT_RATE_ORDER)


async def latest_is_stale(session: AsyncSession) -> bool:
    """Tell whether the newest rates are not what the rates say."""
    pairs = await _pairs(session)
    true = await latest_rates.newest(session, pairs, order=DEFAULT_RATE_ORDER)
    return await latest_rates.read(session) != true


async def known_days(session: AsyncSession) -> dict[tuple[str, Pair], Span]:
    """Return the first and the last day of each pair's shared rates, by source."""
    names = await source_names(session)
    sql = (
        "SELECT source, base, quote, min(day), max(day) FROM exchange_rates WHERE owner = ''"
        " GROUP BY source, base, quote"
    )
    return {
        (names[source], (base, quote)): Span(date.fromordinal(first), date.fromordinal(last))
        for source, base, quote, first, last in await fetch_all(session, sql)
    }


async def currencies_in_use(session: AsyncSession) -> set[str]:
    """Return the units in which anything is held, measured or entered; GBp too."""
    sql = (
        "SELECT currency FROM portfolios WHERE deleted_at IS NULL"
        " UNION SELECT currency FROM transactions"
        " UNION SELECT a.currency FROM assets a"
        " JOIN portfolio_positions p ON p.asset_id = a.id"
    )
    return {currency for (currency,) in await fetch_all(session, sql)}


async def read_rates(
    session: AsyncSession,
    currencies: Collection[str],
    *,
    viewer: str | None = None,
    order: Sequence[str] = DEFAULT_RATE_ORDER,
) -> tuple[RateRow, ...]:
    """Return the rates that connect currencies, directly or through one common currency.

    One row for each pair and day: the viewer's own, else that of the source believed first.
    Rows come by pair, and by day within a pair.
    """
    pairs = _connecting(await _pairs(session), set(currencies))
    if not pairs:
        return ()
    names, believed = await source_names(session), tuple(order)
    parts: dict[Pair, list[tuple[RateRow, ...]]] = {pair: [] for pair in pairs}
    for base, quote, text in await _stretches(session, pairs):
        parts[base, quote].append(_decode((base, quote), text, names, believed))
    if viewer:
        for base, quote, text in await _overrides(session, viewer):
            if (base, quote) in parts:
                found = _decode((base, quote), text, names, believed)
                parts[base, quote].append(tuple(row._replace(override=True) for row in found))
    return tuple(chain.from_iterable(_one_a_day(rows, believed) for rows in parts.values()))


async def read_pair(
    session: AsyncSession, base: str, quote: str, *, viewer: str | None = None
) -> tuple[RateRow, ...]:
    """Return the rates that lead from one currency to another, as `read_rates` does."""
    return await read_rates(session, {base, quote}, viewer=viewer)


def _one_a_day(parts: list[tuple[RateRow, ...]], order: tuple[str, ...]) -> Iterable[RateRow]:
    """Join stretches of a pair; where two know a day the more believed one speaks for it."""
    if all(one[-1].day < other[0].day for one, other in pairwise(parts)):
        return chain.from_iterable(parts)
    places = {name: -place for place, name in enumerate(order)}
    days: dict[date, RateRow] = {}
    for row in sorted(
        chain.from_iterable(parts),
        key=lambda row: (row.override, places.get(row.source, -len(order))),
    ):
        days[row.day] = row
    return [days[day] for day in sorted(days)]


def _connecting(pairs: set[Pair], wanted: set[str]) -> list[Pair]:
    """Return the pairs within the wanted currencies, and those to what two of them share."""
    partners: dict[str, set[str]] = {}
    for base, quote in pairs:
        for one, other in ((base, quote), (quote, base)):
            if one in wanted and other not in wanted:
                partners.setdefault(other, set()).add(one)
    common = {currency for currency, linked in partners.items() if len(linked) > 1}
    reachable = wanted | common
    return sorted(
        (base, quote)
        for base, quote in pairs
        if base in reachable and quote in reachable and (base in wanted or quote in wanted)
    )


async def _pairs(session: AsyncSession) -> set[Pair]:
    """Return all pairs, stepping through the index from each to the next."""
    sql = (
        "WITH RECURSIVE bases (base) AS (SELECT min(base) FROM exchange_rates UNION ALL"
        " SELECT (SELECT min(r.base) FROM exchange_rates r WHERE r.base > b.base)"
        " FROM bases b WHERE b.base IS NOT NULL),"
        " pairs (base, quote) AS (SELECT b.base,"
        " (SELECT min(r.quote) FROM exchange_rates r WHERE r.base = b.base)"
        " FROM bases b WHERE b.base IS NOT NULL UNION ALL SELECT p.base,"
        " (SELECT min(r.quote) FROM exchange_rates r WHERE r.base = p.base AND r.quote > p.quote)"
        " FROM pairs p WHERE p.quote IS NOT NULL)"
        " SELECT base, quote FROM pairs WHERE quote IS NOT NULL"
    )
    return {(base, quote) for base, quote in await fetch_all(session, sql)}


async def _stretches(session: AsyncSession, pairs: list[Pair]) -> list[tuple[str, str, str]]:
    """Return the shared rates of pairs, those of each stretch of time as one text.

    Thousands of rows come as a few texts, and a text that was decoded once is not decoded again:
    of a long history only the last stretch changes.
    """
    low, high = seconds(session, "min(timestamp)"), seconds(session, "max(timestamp)")
    ends = f"SELECT {low}, {high} FROM exchange_rates WHERE base = ? AND quote = ?"
    spans: list[str | int] = []
    for pair in pairs:
        first, last = (await fetch_all(session, ends, pair))[0]
        for number in range(first // _STRETCH_S, last // _STRETCH_S + 1):
            spans += [*pair, number * _STRETCH_S, (number + 1) * _STRETCH_S]
    span = f"(?, ?, {_stamp(session)}, {_stamp(session)})"
    sql = (
        "WITH spans (base, quote, low, high) AS"
        f" (VALUES {', '.join([span] * (len(spans) // 4))})"
        f" SELECT s.base, s.quote, (SELECT {_text(session)} FROM exchange_rates r"
        " WHERE r.base = s.base AND r.quote = s.quote AND r.timestamp >= s.low"
        " AND r.timestamp < s.high AND r.owner = '') FROM spans s"
    )
    return [row for row in await fetch_all(session, sql, spans) if row[2] is not None]


async def _overrides(session: AsyncSession, owner: str) -> list[tuple[str, str, str]]:
    sql = (
        f"SELECT base, quote, {_text(session)} FROM exchange_rates r"
        " WHERE owner = ? AND owner <> '' GROUP BY base, quote"
    )
    return await fetch_all(session, sql, (owner,))


def _text(session: AsyncSession) -> str:
    """Return the expression that gathers rows as `id day source fetched_at time rate,…`."""
    times = [seconds(session, f"r.{column}") for column in ("fetched_at", "timestamp")]
    columns = ", ".join(["r.id", "r.day", "r.source", *times])
    if dialect_of(session) == "sqlite":
        return f"group_concat(printf('%d %d %d %d %d %s', {columns}, substr(r.rate, 3)))"
    return f"string_agg(concat_ws(' ', {columns}, r.rate), ',')"


@lru_cache(maxsize=4096)
def _decode(
    pair: Pair, text: str, names: tuple[str, ...], order: tuple[str, ...]
) -> tuple[RateRow, ...]:
    """Return one rate a day out of the text of rows, by day."""
    entries = [entry.split(" ") for entry in text.split(",")]
    numbers = np.array([entry[1:5] for entry in entries]).astype(np.int64)
    days, sources, fetched, stamps = numbers.T
    one = choose_daily(days, Ranks(names).of(sources, order), fetched, stamps)
    rows = [entries[position] for position in one.tolist()]
    return tuple(
        RateRow(int(key), *pair, date.fromordinal(int(day)), _plain(rate), names[int(source)])
        for key, day, source, _, _, rate in rows
    )


def _plain(rate: str) -> Decimal:
    return Decimal(rate.rstrip("0") if "." in rate else rate)


async def _count(
    session: AsyncSession, rows: list[tuple[_Key, StatedRate]], *, source: int, owner: str
) -> int:
    """Return how many rows are stored in the spans of time that the rates cover."""
    stamp = _stamp(session)
    sql = (
        "SELECT count(*) FROM exchange_rates WHERE base = ? AND quote = ?"
        f" AND timestamp BETWEEN {stamp} AND {stamp} AND source = ? AND owner = ?"
    )
    total = 0
    for pair, members in groupby((key for key, _ in rows), key=lambda key: key[:2]):
        stamps = [key[2] for key in members]
        span = (*pair, stamps[0], stamps[-1], source, owner)
        total += (await fetch_all(session, sql, span))[0][0]
    return total


async def _write(
    session: AsyncSession, rows: list[tuple[_Key, StatedRate]], *, source: int, owner: str
) -> int:
    sqlite = dialect_of(session) == "sqlite"
    given = [
        (*key, rate.day.toordinal(), encode_exact(rate.rate) if sqlite else rate.rate)
        for key, rate in rows
    ]
    parameters: list[Any]
    if sqlite:
        values = f"VALUES {', '.join([f'(?, ?, ?, ?, ?, {source}, ?)'] * len(rows))}"
        parameters = [value for row in given for value in (*row, owner)]
    else:
        values = (
            f"SELECT base, quote, to_timestamp(at), day, rate, {source}, ? FROM unnest("
            "?::text[], ?::text[], ?::bigint[], ?::int[], ?::numeric[])"
            " AS given (base, quote, at, day, rate)"
        )
        parameters = [owner, *map(list, zip(*given, strict=True))]
    sql = (
        "INSERT INTO exchange_rates AS r (base, quote, timestamp, day, rate, source, owner)"
        f" {values} ON CONFLICT (base, quote, timestamp, source, owner) DO UPDATE SET"
        " day = excluded.day, rate = excluded.rate, fetched_at = excluded.fetched_at"
        f" WHERE (r.day, r.rate) {'IS NOT' if sqlite else 'IS DISTINCT FROM'}"
        " (excluded.day, excluded.rate) RETURNING 1"
    )
    return len(await fetch_all(session, sql, parameters))


def _stamp(session: AsyncSession) -> str:
    return "?" if dialect_of(session) == "sqlite" else "to_timestamp(?)"
