"""Being told of changed ledgers, on both databases."""

import asyncio
from contextlib import aclosing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from argosy.runtime.bus import PRICES_CHANGED
from argosy.services import hearing
from argosy.services.hearing import LEDGER, NEW_PRICES, PRICES
from argosy.store import dirty, transactions
from argosy.wiring import Argosy
from tests.store.people import Books, open_books
from tests.support.api import make_settings


async def enter(argosy: Argosy, books: Books) -> None:
    async with argosy.database.write() as session:
        await transactions.insert_many(session, [books.line()])
        await dirty.mark(session, {books.portfolio_id: date(2024, 1, 2)})


async def test_a_changed_ledger_is_heard(database_url: str, tmp_path: Path):
    async with Argosy.opened(make_settings(tmp_path, database_url)) as argosy:
        async with argosy.database.write() as session:
            books = await open_books(session)
        async with aclosing(hearing.changes(argosy.database, argosy.bus)) as heard:
            assert await anext(heard) == LEDGER  # to look around
            next_change = asyncio.create_task(anext(heard))
            await asyncio.sleep(0.3)  # it listens by now
            await enter(argosy, books)
            async with asyncio.timeout(10):
                assert await next_change == LEDGER


@pytest.mark.postgres
async def test_a_lost_connection_is_made_again_and_the_ledgers_looked_at(
    postgres_url: str, tmp_path: Path
):
    async with (
        Argosy.opened(make_settings(tmp_path, postgres_url)) as argosy,
        aclosing(hearing.changes(argosy.database, argosy.bus)) as heard,
    ):
        assert await anext(heard) == LEDGER
        assert await anext(heard) == LEDGER  # it listens now
        lost = asyncio.create_task(anext(heard))
        await asyncio.sleep(0.1)
        async with argosy.database.write() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            )
        async with asyncio.timeout(10):
            assert await lost == LEDGER
        refreshed = asyncio.create_task(anext(heard))
        async with argosy.database.write() as session:
            await session.execute(text("NOTIFY price_update_trigger"))
        async with asyncio.timeout(10):
            assert await refreshed == PRICES


async def test_new_prices_are_heard_from_whoever_stored_them(sqlite_url: str, tmp_path: Path):
    async with (
        Argosy.opened(make_settings(tmp_path, sqlite_url)) as argosy,
        aclosing(hearing.new_prices(argosy.bus)) as heard,
    ):
        told = asyncio.create_task(anext(heard))
        await asyncio.sleep(0.1)  # it listens by now
        await argosy.bus.publish(PRICES_CHANGED, b"{}")
        async with asyncio.timeout(10):
            assert await told == NEW_PRICES
