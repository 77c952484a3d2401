"""Transactions as a whole: all or nothing, one after the other, errors that say what to do."""

import asyncio
import os
import signal
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from argosy.core.errors import DuplicateError, StorageError
from argosy.store import transactions, versions
from argosy.store.check import check
from argosy.store.database import Database, fetch_all
from tests.store.people import add_user, open_books
from tests.support.turns import turns_of_the_loop

ROOT = Path(__file__).parents[2]


async def test_an_exception_takes_everything_back(database):
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with database.write() as session:
            books = await open_books(session)
            await transactions.insert_many(session, [books.line()])
            raise ZeroDivisionError
    async with database.read() as session:
        assert await fetch_all(session, "SELECT 1 FROM users") == []
        assert await fetch_all(session, "SELECT 1 FROM transactions") == []


@pytest.mark.parametrize("kind", ["read", "write"])
async def test_whoever_is_cancelled_leaves_no_transaction_behind(database, kind):
    """At any moment: a connection that kept its snapshot would show an old state to the next."""

    async def work() -> None:
        async with getattr(database, kind)() as session:
            for _ in range(3):
                await versions.read(session, ["prices"])
                if kind == "write":
                    await versions.bump(session, ["rates"])

    for round_, turns in enumerate(range(0, 400, 10), 1):
        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        async with database.write() as session:
            await versions.bump(session, ["prices"])
        async with database.read() as session:
            seen = await versions.read(session, ["prices", "rates"])
        assert seen["prices"] == round_
        assert seen["rates"] % 3 == 0


async def test_a_name_is_unique_in_any_letter_case_whoever_comes_first(database):
    async with database.write() as session:
        await add_user(session, "Ada")
    with pytest.raises(DuplicateError):
        async with database.write() as session:
            await add_user(session, "aDA")


async def test_writers_wait_for_each_other_and_none_is_lost(database):
    async def write() -> None:
        async with database.write() as session:
            await versions.bump(session, ["prices"])

    await asyncio.gather(*(write() for _ in range(40)))
    async with database.read() as session:
        assert await versions.read(session, ["prices", "rates"]) == {"prices": 40, "rates": 0}


async def test_a_second_program_waits_for_the_first_one_s_transaction(sqlite_url):
    one, other = Database(sqlite_url), Database(sqlite_url)

    async def write(database: Database) -> None:
        for _ in range(10):
            async with database.write() as session:
                await versions.bump(session, ["prices"])
                await asyncio.sleep(0.001)

    await asyncio.gather(write(one), write(other))
    async with one.read() as session:
        assert await versions.read(session, ["prices"]) == {"prices": 20}
    await one.close()
    await other.close()


async def test_a_reader_sees_one_state_from_beginning_to_end(database):
    async with database.read() as reading:
        assert await versions.read(reading, ["prices"]) == {"prices": 0}
        async with database.write() as session:
            await versions.bump(session, ["prices"])
        assert await versions.read(reading, ["prices"]) == {"prices": 0}
    async with database.read() as session:
        assert await versions.read(session, ["prices"]) == {"prices": 1}


async def test_a_full_disk_is_named_and_nothing_is_stored(sqlite_url):
    database = Database(sqlite_url)
    async with database.write() as session:
        books = await open_books(session)
    with pytest.raises(StorageError, match="disk is full"):  # noqa: PT012
        async with database.write() as session:
            # A quota of pages is the full disk that a test can have.
            [(pages,)] = await fetch_all(session, "PRAGMA page_count")
            await fetch_all(session, f"PRAGMA max_page_count = {pages + 5}")
            await transactions.insert_many(session, [books.line() for _ in range(5000)])
    await database.close()
    database = Database(sqlite_url)
    async with database.write() as session:
        assert await transactions.read_ledger(session, [books.portfolio_id]) == []
        await transactions.insert_many(session, [books.line()])
    await database.close()


IMPORT = """
import asyncio, sys
from argosy.store import transactions
from argosy.store.database import Database
from tests.store.people import open_books

async def main():
    database = Database(sys.argv[1])
    async with database.write() as session:
        books = await open_books(session)
        for _ in range(1000):
            await transactions.insert_many(session, [books.line() for _ in range(500)])
            print(".", flush=True)

asyncio.run(main())
"""


async def test_a_process_killed_in_the_middle_of_an_import_leaves_nothing(database):
    url = database.engine.url.render_as_string(hide_password=False)
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", IMPORT, url, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    for _ in range(5):
        assert await process.stdout.readline() == b".\n"
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    async with database.write() as session:
        assert await fetch_all(session, "SELECT 1 FROM transactions") == []
        assert await fetch_all(session, "SELECT 1 FROM users") == []
        books = await open_books(session)
        await transactions.insert_many(session, [books.line()])
    assert await check(database) == []


async def test_a_long_ledger_is_stored_and_read_without_stopping_the_loop(database):
    async with database.write() as session:
        books = await open_books(session)
        lines = [books.line(price=Decimal(number) / 8) for number in range(20_000)]
        with turns_of_the_loop() as turns:
            await transactions.insert_many(session, lines)
            ledger = await transactions.read_ledger(session, [books.portfolio_id])
    assert len(ledger) == 20_000
    assert turns.longest_share < 0.2
