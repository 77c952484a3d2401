"""What the database tells of changed transactions, on both databases."""

import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import StorageError
from argosy.runtime.ids import new_id
from argosy.store import dirty, transactions
from argosy.store.database import Database
from argosy.store.listening import REFRESH, TRANSACTIONS, listen
from tests.store.people import open_books

Change = Callable[[AsyncSession], Awaitable[object]]


async def heard_while(database: Database, *changes: Change) -> list[dict]:
    """Return what was told of changes, each a transaction of its own."""
    found: list[dict] = []
    async with aclosing(listen(database, TRANSACTIONS, REFRESH)) as told:
        assert await anext(told) == ("", "")
        for change in changes:
            async with database.write() as session:
                await change(session)
        async with database.write() as session:
            await session.execute(text(f"NOTIFY {REFRESH}"))
        async for channel, payload in told:
            if channel == REFRESH:
                break
            found.append(json.loads(payload))
    return found


@pytest.fixture
async def postgres(postgres_url: str):
    database = Database(postgres_url)
    yield database
    await database.close()


@pytest.mark.postgres
async def test_each_kind_of_change_is_told_once_a_statement(postgres: Database):
    async with postgres.write() as session:
        books = await open_books(session)
    lines = [books.line(day=date(2024, 1, day)) for day in (5, 8, 7)]
    told = await heard_while(
        postgres,
        lambda session: transactions.insert_many(session, lines),
        lambda session: transactions.replace(session, lines[0]._replace(fee=Decimal(1))),
        lambda session: transactions.delete(session, [lines[1].id]),
    )
    assert [one["event"] for one in told] == ["insert", "update", "delete"]
    assert {one["portfolio_id"] for one in told} == {books.portfolio_id}
    assert {one["asset_id"] for one in told} == {books.asset.id}
    assert [one["day"] for one in told] == ["2024-01-08", "2024-01-05", "2024-01-08"]
    assert told[1]["transaction_id"] == lines[0].id


@pytest.mark.postgres
async def test_a_statement_that_touches_nothing_tells_nothing(postgres: Database):
    assert (
        await heard_while(postgres, lambda session: transactions.delete(session, [new_id()])) == []
    )


@pytest.mark.postgres
async def test_a_lost_connection_is_an_error_to_whoever_listens(postgres: Database):
    async with aclosing(listen(postgres, TRANSACTIONS)) as told:
        await anext(told)
        async with postgres.write() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            )
        with pytest.raises(StorageError):
            await anext(told)


async def test_a_stored_change_is_announced_in_the_process_and_a_rolled_back_one_is_not(
    database: Database,
):
    heard: list[list[tuple[str, bytes]]] = []
    database.on_commit = heard.append
    async with database.write() as session:
        portfolio = (await open_books(session)).portfolio_id
    assert heard == []
    with suppress(RuntimeError):
        async with database.write() as session:
            await dirty.mark(session, {portfolio: date(2024, 1, 5)})
            raise RuntimeError
    assert heard == []
    async with database.write() as session:
        await dirty.mark(session, {portfolio: date(2024, 1, 5)})
    assert heard == [[(dirty.LEDGER, b"")]]
