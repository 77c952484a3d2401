"""The ledger in its tables: every field back as it went in, in ledger order, for its owner only."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argosy.core.errors import DuplicateError, InputError, NotFoundError
from argosy.core.ledger.transaction import LotPick, Transaction, TransactionType, ledger_order
from argosy.runtime.ids import new_id
from argosy.store import portfolios, transactions
from argosy.store.database import dialect_of, fetch_all
from argosy.store.ledger_rows import select_list
from argosy.store.transactions import Wanted
from tests.store.people import Books, add_asset, add_portfolio, open_books

D = Decimal


def full_line(books: Books, other_asset: str, other_portfolio: str) -> Transaction:
    return Transaction(
        id=new_id(),
        portfolio_id=books.portfolio_id,
        type=TransactionType.MERGER,
        day=date(2024, 5, 6),
        at=datetime(2024, 5, 6, 13, 30, 1, 123456, tzinfo=UTC),
        asset_id=books.asset.id,
        quantity=D("12345678901234567890.123456789012345678"),
        price=D("0.000000000000000001"),
        amount=D("-0.5"),
        fee=D("1.25"),
        tax=D("99999999999999999999.999999999999999999"),
        currency="GBp",
        fx_rate=D("0.0117"),
        fx_quote="EUR",
        ratio_new=D(3),
        ratio_old=D(2),
        to_asset_id=other_asset,
        cost_share=D("0.333333333333333333"),
        cost=D(1000),
        to_portfolio_id=other_portfolio,
        lots=(LotPick(new_id(), D("1.5")), LotPick(new_id(), D(2000))),
        note="Zürich — 100 %",
        external_id="x-1",
    )


async def test_every_field_comes_back_as_it_went_in(database):
    async with database.write() as session:
        books = await open_books(session)
        other = await add_portfolio(session, books.user_id, "Other")
        line = full_line(books, (await add_asset(session, "NEW")).id, other)
        bare = books.line(quantity=None, price=None, asset_id=None)
        await transactions.insert_many(session, [line, bare])
    async with database.read() as session:
        kept = await transactions.get(session, books.user_id, line.id)
        assert kept == line._replace(entry=kept.entry)
        assert [str(value) for value in kept[7:10]] == [str(value) for value in line[7:10]]
        bare_kept = await transactions.get(session, books.user_id, bare.id.upper())
        assert bare_kept == bare._replace(entry=kept.entry + 1)
        assert kept.at is not None
        assert kept.at.tzinfo is UTC


async def test_a_line_is_replaced_and_keeps_its_entry(database):
    async with database.write() as session:
        books = await open_books(session)
        line = books.line()
        await transactions.insert_many(session, [line])
        await transactions.replace(session, line._replace(quantity=D("2.5"), day=date(2023, 1, 1)))
    async with database.write() as session:
        kept = await transactions.get(session, books.user_id, line.id)
        assert (kept.quantity, kept.day, kept.entry) == (D("2.5"), date(2023, 1, 1), 1)
        await transactions.delete(session, [line.id])
        with pytest.raises(NotFoundError):
            await transactions.get(session, books.user_id, line.id)


def random_lines(books: Books, count: int, seed: int = 1) -> list[Transaction]:
    rng = random.Random(seed)
    kinds = [TransactionType.BUY, TransactionType.SELL, TransactionType.SPLIT]
    kinds.append(TransactionType.SPIN_OFF)
    start = datetime(1969, 12, 30, tzinfo=UTC)
    lines = []
    for _ in range(count):
        at = start + timedelta(seconds=rng.randrange(4 * 86400), microseconds=rng.randrange(3))
        day, at_or_none = at.date(), rng.choice([at, None])
        lines.append(books.line(rng.choice(kinds), day=day, at=at_or_none))
    return lines


async def test_the_database_delivers_the_ledger_in_ledger_order(database):
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, random_lines(books, 5000))
        ledger = await transactions.read_ledger(session, [books.portfolio_id])
    assert len(ledger) == 5000
    assert ledger == sorted(ledger, key=ledger_order)


async def test_linked_ledgers_come_as_one_in_order(database):
    async with database.write() as session:
        books = await open_books(session)
        second = Books(books.user_id, await add_portfolio(session, books.user_id), books.asset)
        await transactions.insert_many(session, random_lines(books, 50))
        await transactions.insert_many(session, random_lines(second, 50, seed=2))
        both = [books.portfolio_id, second.portfolio_id]
        ledger = await transactions.read_ledger(session, both)
    assert len(ledger) == 100
    assert ledger == sorted(ledger, key=ledger_order)


async def test_a_ledger_is_cut_by_day_and_by_asset(database):
    async with database.write() as session:
        books = await open_books(session)
        other = await add_asset(session, "OTHER")
        old = books.line()
        new = books.line(day=date(2024, 3, 1), asset_id=other.id)
        turned = books.line(
            TransactionType.SPIN_OFF, day=date(2024, 4, 1), to_asset_id=other.id, quantity=None
        )
        await transactions.insert_many(session, [new, old, turned])

        async def ids(**limits: object) -> list[str]:
            found = await transactions.read_ledger(session, [books.portfolio_id], **limits)
            return [line.id for line in found]

        assert await ids() == [old.id, new.id, turned.id]
        assert await ids(until=date(2024, 3, 1)) == [old.id, new.id]
        assert await ids(until=date(2024, 2, 29)) == [old.id]
        assert await ids(asset_ids=[other.id]) == [new.id, turned.id]


async def test_a_list_goes_page_by_page_without_gap_or_repetition(database):
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, random_lines(books, 100))
        wanted, cursor, seen = Wanted(portfolio_id=books.portfolio_id), None, []
        while True:
            found = await transactions.page(session, books.user_id, wanted, limit=7, cursor=cursor)
            seen += found.items
            cursor = found.next_cursor
            if cursor is None:
                break
            # What comes in meanwhile on a newer day disturbs nothing.
            await transactions.insert_many(session, [books.line()])
    assert len({line.id for line in seen}) == len(seen) == 100
    assert seen == sorted(seen, key=ledger_order, reverse=True)


async def test_a_list_has_what_is_wanted_and_nothing_else(database):
    async with database.write() as session:
        books = await open_books(session)
        other = await add_asset(session, "Zed", "XETRA")
        buy, sell = books.line(), books.line(TransactionType.SELL, day=date(2024, 2, 1))
        foreign = books.line(asset_id=other.id, day=date(2024, 3, 1))
        await transactions.insert_many(session, [buy, sell, foreign])

        async def ids(**wanted: object) -> list[str]:
            found = await transactions.page(session, books.user_id, Wanted(**wanted))
            return [line.id for line in found.items]

        assert await ids() == [foreign.id, sell.id, buy.id]
        assert await ids(symbol="zed") == [foreign.id]
        assert await ids(symbol="ZED", exchange="nyse") == []
        assert await ids(types=[TransactionType.SELL]) == [sell.id]
        assert await ids(start=date(2024, 2, 1), end=date(2024, 2, 28)) == [sell.id]


async def test_a_cursor_of_somebody_else_s_making_is_refused(database):
    async with database.read() as session:
        for cursor in ("", "x", "W10", "bnVsbA", "é"):
            with pytest.raises(InputError):
                await transactions.page(session, new_id(), Wanted(), cursor=cursor)


async def test_nobody_sees_anybody_else_s_lines(database):
    async with database.write() as session:
        ada, bob = await open_books(session, "ada"), await open_books(session, "bob")
        line = ada.line()
        await transactions.insert_many(session, [line])
        assert (await transactions.page(session, bob.user_id, Wanted())).items == []
        wanted = Wanted(portfolio_id=ada.portfolio_id)
        with pytest.raises(NotFoundError):
            await transactions.page(session, bob.user_id, wanted)
        for name in (line.id, "nonsense", new_id()):
            with pytest.raises(NotFoundError):
                await transactions.get(session, bob.user_id, name)


async def test_the_lines_of_a_deleted_portfolio_are_gone_from_sight(database):
    async with database.write() as session:
        books = await open_books(session)
        line = books.line()
        await transactions.insert_many(session, [line])
        at = datetime(2024, 1, 1, tzinfo=UTC)
        await portfolios.delete(session, books.user_id, books.portfolio_id, at=at)
        with pytest.raises(NotFoundError):
            await transactions.get(session, books.user_id, line.id)


async def test_an_external_id_is_unique_in_its_portfolio_alone(database):
    async with database.write() as session:
        books = await open_books(session)
        other = await add_portfolio(session, books.user_id)
        lines = [books.line(external_id="a"), books.line(portfolio_id=other, external_id="a")]
        await transactions.insert_many(session, [*lines, books.line(), books.line()])
        assert await transactions.external_ids(session, books.portfolio_id) == {"a"}
    with pytest.raises(DuplicateError, match="external_id"):  # noqa: PT012
        async with database.write() as session:
            new = [books.line(), books.line(external_id="a")]
            await transactions.insert_many(session, new)
    async with database.read() as session:
        assert len(await transactions.read_ledger(session, [books.portfolio_id])) == 3


async def test_portfolios_are_linked_by_transfers_in_both_directions(database):
    async with database.write() as session:
        books = await open_books(session)
        a = books.portfolio_id
        b, c, alone = [await add_portfolio(session, books.user_id) for _ in range(3)]
        out = TransactionType.TRANSFER_OUT
        await transactions.insert_many(
            session,
            [
                books.line(out, portfolio_id=a, to_portfolio_id=b),
                books.line(out, portfolio_id=c, to_portfolio_id=b),
                books.line(portfolio_id=alone),
            ],
        )
        for one in (a, b, c):
            assert await transactions.linked_portfolios(session, one) == {a, b, c}
        assert await transactions.linked_portfolios(session, alone) == {alone}


async def test_an_index_delivers_the_order_of_a_ledger(database):
    async with database.write() as session:
        books = await open_books(session)
        await transactions.insert_many(session, random_lines(books, 3000))
        dialect = dialect_of(session)
        explain = "EXPLAIN QUERY PLAN" if dialect == "sqlite" else "EXPLAIN"
        if dialect == "postgresql":
            await fetch_all(session, "SET LOCAL enable_seqscan = off")
            await fetch_all(session, "SET LOCAL enable_bitmapscan = off")
        plan = await fetch_all(
            session,
            f"{explain} SELECT {select_list(dialect)} FROM transactions t "
            "WHERE t.portfolio_id = ? ORDER BY t.day, t.turn, t.entry",
            [books.portfolio_id],
        )
    text = str(plan)
    assert "ix_transactions_ledger" in text
    assert "Sort" not in text
    assert "TEMP B-TREE" not in text


NUMBERS = st.decimals(
    min_value="-99999999999999999999", max_value="99999999999999999999", places=18
) | st.decimals(min_value="-1000", max_value="1000", places=2)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=40))
async def test_any_number_is_exact_and_sorts_as_a_number(database, numbers):
    async with database.write() as session:
        await fetch_all(session, "DELETE FROM users")
        await fetch_all(session, "DELETE FROM transactions")
        await fetch_all(session, "DELETE FROM assets")
        books = await open_books(session)
        lines = [books.line(quantity=number) for number in numbers]
        await transactions.insert_many(session, lines)
        ledger = await transactions.read_ledger(session, [books.portfolio_id])
        assert [line.quantity for line in ledger] == numbers
        by_quantity = await fetch_all(session, "SELECT entry FROM transactions ORDER BY quantity")
        of_entry = {line.entry: line.quantity for line in ledger}
        assert [of_entry[entry] for (entry,) in by_quantity] == sorted(numbers)


async def test_a_line_is_found_by_its_external_id_and_says_when_it_was_made(database):
    async with database.write() as session:
        books = await open_books(session)
        line = books.line(external_id="x")
        await transactions.insert_many(session, [line, books.line()])
        found = await transactions.find_external(session, books.portfolio_id, "x")
        assert found is not None
        assert found.id == line.id
        assert await transactions.find_external(session, books.portfolio_id, "y") is None
        [(made, changed)] = (await transactions.stamps(session, [line.id])).values()
        assert made.tzinfo is UTC
        assert changed >= made
