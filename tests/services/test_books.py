"""Ledgers are kept by version, and read again when anything they depend on has changed."""

import asyncio
from dataclasses import dataclass

from argosy.runtime.compute import ComputePool
from argosy.services import books
from argosy.services.books import LedgerCache
from argosy.store import transactions
from argosy.store.database import Database
from tests.store.people import open_books


@dataclass
class Kept:
    """Stands for a ledger of so many lines."""

    transactions: list[int]


def kept(lines: int) -> Kept:
    return Kept([0] * lines)


def test_the_newest_version_of_a_portfolio_takes_the_place_of_older_ones():
    cache = LedgerCache(lines=10)
    old, new = kept(3), kept(4)
    cache.keep(("a", 1), old)
    cache.keep(("a", 2), new)
    assert cache.lookup(("a", 1)) is None
    assert cache.lookup(("a", 2)) is new


def test_what_was_used_longest_ago_goes_when_there_are_too_many_lines():
    cache = LedgerCache(lines=10)
    first, second, third = kept(4), kept(4), kept(4)
    cache.keep(("a", 1), first)
    cache.keep(("b", 1), second)
    assert cache.lookup(("a", 1)) is first
    cache.keep(("c", 1), third)
    assert cache.lookup(("b", 1)) is None
    assert cache.lookup(("a", 1)) is first


def test_a_ledger_longer_than_the_cache_is_kept_alone():
    cache = LedgerCache(lines=10)
    long = kept(100)
    cache.keep(("a", 1), long)
    assert cache.lookup(("a", 1)) is long


async def test_a_ledger_is_read_once_a_version(database: Database):
    cache, compute = LedgerCache(), ComputePool()
    async with database.write() as session:
        mine = await open_books(session)
        await transactions.insert_many(session, [mine.line()])

    async def load() -> books.Ledger:
        async with database.read() as session:
            wanted = await books.known(session, mine.user_id, mine.portfolio_id)
            return await books.load(session, wanted, cache=cache, compute=compute)

    first = await load()
    assert await load() is first
    assert first.latest == mine.day
    assert first.book_on(mine.day) is first.book
    before = first.book_on(mine.day.replace(day=1))
    assert before.positions == {}
    assert first.book_on(mine.day.replace(day=1)) is before


async def test_those_who_ask_at_once_read_a_ledger_once(database: Database):
    cache, compute = LedgerCache(), ComputePool()
    async with database.write() as session:
        mine = await open_books(session)
        await transactions.insert_many(session, [mine.line()])

    async def load() -> books.Ledger:
        async with database.read() as session:
            wanted = await books.known(session, mine.user_id, mine.portfolio_id)
            return await books.load(session, wanted, cache=cache, compute=compute)

    first, *others = await asyncio.gather(*(load() for _ in range(4)))
    assert all(one is first for one in others)
