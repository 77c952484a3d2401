"""The check finds what no constraint forbids, and finds nothing in a sound database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar, pack_bars
from argosy.core.market.stated_rates import StatedRate
from argosy.runtime.ids import new_id
from argosy.store import prices, rates, splits, transactions
from argosy.store.check import check
from argosy.store.database import Database, fetch_all
from tests.store.people import add_asset, open_books


async def test_a_sound_database_has_no_findings(database):
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, [books.line(), books.line(note="x")])
    assert await check(database) == []


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE transactions SET turn = turn + 1", "2 transactions that are not stored as"),
        ("UPDATE assets SET symbol_key = 'OTHER'", "1 assets that cannot be found"),
        ("UPDATE transactions SET day = day", None),
    ],
)
async def test_a_damage_is_named(database, damage, finding):
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, [books.line(), books.line(day=date(2024, 1, 3))])
        await fetch_all(session, damage)
    findings = await check(database)
    assert len(findings) == (finding is not None)
    assert all(finding in one for one in findings)


async def test_somebody_else_s_private_asset_is_found(database):
    async with database.write() as session:
        ada, bob = await open_books(session, "ada"), await open_books(session, "bob")
        private = await add_asset(session, "HOUSE", None, bob.user_id)
        await transactions.insert_many(session, [ada.line(asset_id=private.id)])
    [finding] = await check(database)
    assert "somebody else's private asset" in finding


async def test_what_a_deleted_user_left_behind_is_found(database):
    at = datetime(2024, 1, 5, tzinfo=UTC)
    async with database.write() as session:
        books = await open_books(session)
        gone, key = new_id(), books.asset.key
        bars = pack_bars(
            [Bar(at=at, day=at.date(), close=Decimal(1))], asset_key=key, latest=at.date()
        )
        split = Split(at.date(), Decimal(2), Decimal(1))
        rate = StatedRate("EUR", "USD", at, at.date(), Decimal(1))
        for owner in ("", books.user_id, gone):
            await prices.upsert_bars(
                session, bars.columns, source="manual", interval="1d", owner=owner
            )
            await splits.put_splits(session, key, [split], source="manual", owner=owner)
            await rates.upsert_rates(session, [rate], source="manual", owner=owner)
    assert await check(database) == [
        f"1 {what} of users who do not exist: {gone}."
        for what in ("own prices", "own splits", "own rates")
    ]


async def test_a_number_that_would_sort_wrong_is_found(sqlite_url):
    database = Database(sqlite_url)
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, [books.line()])
        await fetch_all(session, "UPDATE transactions SET quantity = '10'")
    [finding] = await check(database)
    assert "not stored as they should be" in finding
    await database.close()


async def test_rows_without_what_they_refer_to_are_found(sqlite_url):
    database = Database(sqlite_url)
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, [books.line()])
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        await connection.exec_driver_sql("DELETE FROM assets")
        await connection.invalidate()
    findings = " ".join(await check(database))
    assert "transactions of an asset that does not exist" in findings
    assert "refers to a row of assets" in findings
    await database.close()
