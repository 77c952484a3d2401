"""Dividends as facts: kept by source, and not spoiled by saying them again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from argosy.core.market.asset import Dividend
from argosy.core.market.bars import UpsertCounts
from argosy.store import dividends, versions
from argosy.store.database import Database
from tests.store.test_prices import add_assets

FIRST = Dividend(date(2014, 5, 8), Decimal("3.29"), "USD")
SECOND = Dividend(date(2020, 8, 7), Decimal("0.82"), "USD", date(2020, 8, 13))


async def put(database: Database, *given: Dividend, **options: str) -> UpsertCounts:
    async with database.write() as session:
        return await dividends.put_dividends(session, 1, given, **{"source": "yahoo", **options})


async def read(database: Database, **options: str) -> list[tuple[Dividend, str, bool]]:
    async with database.read() as session:
        found = await dividends.read_stated(session, [1, 2], **options)
    assert set(found) <= {1}
    return [(one.event, one.source, one.own) for one in found.get(1, ())]


async def version(database: Database) -> int:
    async with database.read() as session:
        return (await versions.read(session, ["dividends"]))["dividends"]


async def test_dividends_come_back_as_they_were_stored_and_only_once(database: Database):
    await add_assets(database)
    assert await put(database, SECOND, FIRST) == UpsertCounts(created=2)
    before = await version(database)
    assert await put(database, SECOND) == UpsertCounts(unchanged=1)
    assert await version(database) == before
    assert await read(database) == [(FIRST, "yahoo", False), (SECOND, "yahoo", False)]


async def test_a_change_is_counted_and_told_to_whoever_keeps_answers(database: Database):
    await add_assets(database)
    await put(database, FIRST)
    before = await version(database)
    changed = replace(FIRST, amount=Decimal("3.05"))
    assert await put(database, changed, SECOND) == UpsertCounts(created=1, updated=1)
    assert await version(database) == before + 1
    assert (await read(database))[0] == (changed, "yahoo", False)


async def test_an_amount_with_fewer_digits_does_not_replace_the_exact_one(database: Database):
    await add_assets(database)
    await put(database, SECOND)
    rounded = Dividend(SECOND.day, Decimal("0.820008"), "USD")
    assert await put(database, rounded) == UpsertCounts(unchanged=1)
    assert await read(database) == [(SECOND, "yahoo", False)]


async def test_a_pay_day_that_becomes_known_is_added(database: Database):
    await add_assets(database)
    await put(database, FIRST)
    known = replace(FIRST, pay_on=date(2014, 5, 15))
    assert await put(database, known) == UpsertCounts(updated=1)
    assert await read(database) == [(known, "yahoo", False)]


async def test_what_is_paid_on_one_day_adds_up_and_a_repeated_row_does_not(database: Database):
    await add_assets(database)
    special = replace(FIRST, amount=Decimal(10))
    assert await put(database, FIRST, special, FIRST) == UpsertCounts(created=1)
    assert (await read(database))[0][0].amount == Decimal("13.29")


async def test_what_is_no_amount_is_not_stored(database: Database):
    await add_assets(database)
    odd = [replace(FIRST, amount=Decimal(text)) for text in ("0", "-1", "1e20", "NaN", "Infinity")]
    assert await put(database, SECOND, *odd) == UpsertCounts(created=1)
    assert [one for one, _, _ in await read(database)] == [SECOND]


async def test_a_corrected_currency_takes_the_place_of_the_wrong_one(database: Database):
    await add_assets(database)
    await put(database, FIRST, SECOND)
    right = replace(FIRST, currency="EUR")
    await put(database, right)
    assert [one for one, _, _ in await read(database)] == [right, SECOND]


async def test_each_source_is_kept_and_the_believed_one_comes_first(database: Database):
    await add_assets(database)
    await put(database, FIRST, source="other")
    await put(database, FIRST, source="yahoo")
    await put(database, FIRST, source="manual", owner="u1")
    assert [one[1:] for one in await read(database)] == [("yahoo", False), ("other", False)]
    assert [one[1:] for one in await read(database, viewer="u1")] == [
        ("manual", True),
        ("yahoo", False),
        ("other", False),
    ]
