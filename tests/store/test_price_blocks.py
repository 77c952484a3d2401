"""Packed closes: what they hold is what the rows say, whatever was written in whatever order."""

from datetime import timedelta

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from argosy.store import prices
from argosy.store.block_codec import DailyCloses, decode, encode
from argosy.store.database import Database, fetch_all
from tests.store.test_prices import FIRST, add_assets, bar, closes, put, walk

COLUMNS = ("days", "mantissas", "scales", "sources", "stamps")
whole = st.integers(-(2**63), 2**63 - 1)


@given(
    st.integers(1, 3_000_000),
    st.lists(
        st.tuples(
            st.integers(1, 400),
            whole,
            st.integers(0, 30),
            st.integers(0, 300),
            st.integers(-50_000, 50_000),
        ),
        min_size=1,
        max_size=60,
    ),
)
def test_packed_closes_are_unpacked_as_they_were(first, rows):
    steps, mantissas, scales, sources, offsets = (
        np.array(c, np.int64) for c in zip(*rows, strict=True)
    )
    days = first + np.cumsum(steps)
    given_closes = DailyCloses(
        days, mantissas, scales, sources, ((days - 719_163) * 86_400 + offsets) * 1_000_000
    )
    back = decode(encode(given_closes))
    for name in COLUMNS:
        assert np.array_equal(getattr(back, name), getattr(given_closes, name))


async def history(database: Database, viewer: str | None = None):
    async with database.read() as session:
        found = await prices.read_histories(session, [1], viewer=viewer)
    assert 1 in found
    return found[1]


def equal(one, other) -> bool:
    names = ("days", "mantissas", "scales", "sources", "stamps", "overrides")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


async def packed(database: Database) -> list[tuple[int, int]]:
    async with database.read() as session:
        return await fetch_all(session, "SELECT asset_key, until FROM price_blocks ORDER BY 1")


async def test_a_daily_append_writes_no_block(database: Database):
    await add_assets(database)
    await put(database, walk(200))
    before = await packed(database)
    assert len(before) == 1
    for i in range(5):
        await put(database, walk(3, first=FIRST + timedelta(days=198 + i), start=7))
    assert await packed(database) == before
    assert len(await closes(database)) == 205


async def test_a_long_tail_is_packed(database: Database):
    await add_assets(database)
    await put(database, walk(200))
    ((_, before),) = await packed(database)
    await put(database, walk(150, first=FIRST + timedelta(days=200)))
    ((_, after),) = await packed(database)
    assert after == before + 150


async def test_a_change_in_the_past_reaches_the_packed_closes(database: Database):
    await add_assets(database)
    await put(database, walk(200))
    await put(database, [bar(FIRST, "3")])
    assert (await closes(database))[FIRST] == 3
    assert len(await packed(database)) == 1


async def test_closes_are_read_from_the_rows_where_no_block_is(database: Database):
    await add_assets(database)
    await put(database, walk(200))
    with_block = await history(database)
    async with database.write() as session:
        await session.execute(text("DELETE FROM price_blocks"))
    assert equal(await history(database), with_block)
    async with database.write() as session:
        assert await prices.repack(session) == [1]
    assert len(await packed(database)) == 1
    assert equal(await history(database), with_block)


writes = st.tuples(
    st.sampled_from(["yahoo", "manual", "other"]),
    st.sampled_from(["", "", "", "u1"]),
    st.integers(0, 400),
    st.integers(1, 150),
    st.integers(1, 10**9),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(writes, min_size=1, max_size=8))
async def test_blocks_always_equal_the_rows(database: Database, given_writes):
    async with database.write() as session:
        await session.execute(text("DELETE FROM assets"))
    await add_assets(database)
    for source, owner, offset, count, price in given_writes:
        first = FIRST + timedelta(days=offset)
        await put(database, walk(count, first=first, start=price), source=source, owner=owner)
    somebody = any(not owner for _, owner, *_ in given_writes)
    for viewer in (None, "u1") if somebody else ("u1",):
        read = await history(database, viewer)
        async with database.write() as session:
            await session.execute(text("DELETE FROM price_blocks"))
        assert equal(await history(database, viewer), read)
        async with database.write() as session:
            await prices.repack(session)
        assert equal(await history(database, viewer), read)
