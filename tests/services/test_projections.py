"""Projections follow from the facts alone, however they came about."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import TransactionType
from argosy.runtime.clock import FixedClock
from argosy.runtime.compute import ComputePool
from argosy.runtime.passwords import Passwords
from argosy.services import demo, portfolios, projections, tracking, transactions
from argosy.services.transactions import Actor
from argosy.sources.ecb import EcbSource
from argosy.sources.registry import Registry
from argosy.store import dirty, positions
from argosy.store.database import fetch_all

CLOCK = FixedClock(datetime(2024, 5, 6, 12, tzinfo=UTC))


@pytest.fixture
def compute():
    pool = ComputePool()
    yield pool
    pool.close()


@pytest.fixture
async def made(database, tmp_path):
    return await demo.set_up(
        database,
        Passwords(memory_kib=64, rounds=1),
        clock=CLOCK,
        rates=EcbSource(),
        directory=tmp_path,
    )


async def caught_up(database, compute):
    done = await tracking.catch_up(database, Registry([]), compute=compute, clock=CLOCK)
    return done.portfolios


async def stored(database):
    """Everything that is projected, without the times at which it was written."""
    async with database.read() as session:
        blocks = await fetch_all(
            session,
            "SELECT asset_key, interval, until, tail_from, source_order, data FROM price_blocks "
            "ORDER BY asset_key, interval",
        )
        held = {
            portfolio_id: await positions.read(session, portfolio_id)
            for portfolio_id, _ in await positions.portfolio_owners(session)
        }
    return [tuple(map(_plain, row)) for row in blocks], held


def _plain(value):
    return bytes(value) if isinstance(value, bytes | memoryview) else value


async def test_a_rebuild_is_identical_to_what_was_there(database, made, compute):
    await caught_up(database, compute)
    before = await stored(database)
    assert before[0], "there are packed prices"
    assert len(before[1][made.portfolio_id]) == 5
    rebuilt = await projections.rebuild(database, compute=compute)
    assert await stored(database) == before
    assert (rebuilt.price_blocks, rebuilt.portfolios) == (5, 1)


async def test_a_rebuild_mends_what_is_wrong_and_drops_what_is_too_much(database, made, compute):
    await projections.rebuild(database, compute=compute)
    right = await stored(database)
    async with database.write() as session:
        await fetch_all(session, "DELETE FROM price_blocks")
        held = await positions.read(session, made.portfolio_id)
        await session.execute(
            text("DELETE FROM portfolio_positions WHERE asset_id = :id"), {"id": held[0].asset_id}
        )
        wrong = [*held[2:], _doubled(held[1])]
        await positions.replace(session, made.portfolio_id, wrong)
    assert await stored(database) != right
    await projections.rebuild(database, compute=compute)
    assert await stored(database) == right


def _doubled(one):
    return positions.Position(
        asset_id=one.asset_id,
        quantity=one.quantity * 2,
        average_buy_price=None,
        cost=one.cost,
        first_purchase_date=one.first_purchase_date,
    )


async def test_what_changed_alone_is_projected_as_a_full_rebuild_would(database, made, compute):
    await caught_up(database, compute)
    async with database.write() as session:
        (pair,) = await positions.portfolio_owners(session)
        actor = Actor(pair[1], CLOCK)
        await transactions.add(session, actor, _sale(made.portfolio_id))
    async with database.read() as session:
        assert await dirty.read(session) == {made.portfolio_id: date(2021, 3, 30)}
    assert await caught_up(database, compute) == 1
    after = await stored(database)
    async with database.read() as session:
        assert await dirty.read(session) == {}
    await projections.rebuild(database, compute=compute)
    assert await stored(database) == after
    assert len(after[1][made.portfolio_id]) == 4, "gold is sold"


def _sale(portfolio_id):
    return TransactionDraft(
        type=TransactionType.SELL,
        timestamp="2021-03-30",
        portfolio_id=portfolio_id,
        symbol="XAU",
        quantity=Decimal(2),
        price=Decimal(1700),
    )


async def test_a_portfolio_that_was_put_away_has_no_projection(database, made, compute):
    await projections.rebuild(database, compute=compute)
    async with database.write() as session:
        (pair,) = await positions.portfolio_owners(session)
        await portfolios.delete(session, pair[1], made.portfolio_id, CLOCK)
    await projections.rebuild(database, compute=compute)
    async with database.read() as session:
        assert await positions.read(session, made.portfolio_id) == []


async def test_nothing_is_written_again_where_nothing_changed(database, made, compute):
    await projections.rebuild(database, compute=compute)
    async with database.write() as session:
        held = await positions.read(session, made.portfolio_id)
        assert await positions.replace(session, made.portfolio_id, held) == 0
    assert await caught_up(database, compute) == 0
