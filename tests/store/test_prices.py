from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from argosy.core.errors import NotFoundError
from argosy.core.market.asset import AssetSource
from argosy.core.market.bars import Bar, BarColumns, UpsertCounts, pack_bars
from argosy.store import asset_sources, latest, prices, versions
from argosy.store.database import Database, fetch_all
from argosy.store.tables.asset import AssetRow

LATEST = date(2030, 1, 1)
FIRST = date(2020, 1, 1)


async def add_assets(database: Database, count: int = 3) -> None:
    """Assets with the keys 1 to `count`."""
    rows = [
        {
            "key": key,
            "id": f"00000000-0000-7000-8000-{key:012d}",
            "symbol": f"A{key}",
            "symbol_key": f"A{key}",
            "exchange_key": "",
            "owner_key": "",
            "name": f"Asset {key}",
            "category": "STOCK",
            "currency": "USD",
            "search_key": "",
        }
        for key in range(1, count + 1)
    ]
    async with database.write() as session:
        await session.execute(insert(AssetRow), rows)


def bar(day: date, close: str, **more: str) -> Bar:
    values = {name: Decimal(value) for name, value in more.items()}
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Bar(at=at, day=day, close=Decimal(close), **values)


def columns(bars: Sequence[Bar], *, asset: int = 1) -> BarColumns:
    packed = pack_bars(bars, asset_key=asset, latest=LATEST)
    assert packed.rejected == []
    return packed.columns


def walk(count: int, *, first: date = FIRST, start: int = 100) -> list[Bar]:
    return [bar(first + timedelta(days=i), f"{start + i}.25") for i in range(count)]


async def put(database: Database, bars: Sequence[Bar], **options: str) -> UpsertCounts:
    asset = int(options.pop("asset", "1"))
    async with database.write() as session:
        return await prices.upsert_bars(
            session, columns(bars, asset=asset), **{"source": "yahoo", **options}
        )


async def closes(database: Database, asset: int = 1, **options: object) -> dict[date, Decimal]:
    async with database.read() as session:
        histories = await prices.read_histories(session, [asset], **options)
    history = histories.get(asset)
    if history is None:
        return {}
    return {date.fromordinal(int(day)): history.close(i) for i, day in enumerate(history.days)}


async def rank(database: Database, *sources: str) -> None:
    """Let the first asset believe these sources in this order."""
    wanted = [AssetSource(source=name, rank=place) for place, name in enumerate(sources, 1)]
    async with database.write() as session:
        await asset_sources.put(session, 1, wanted)


async def version(database: Database) -> int:
    async with database.read() as session:
        return (await versions.read(session, ["prices"]))["prices"]


async def size(database: Database) -> int:
    async with database.read() as session:
        if database.is_sqlite:
            pages = await fetch_all(session, "PRAGMA page_count")
        else:
            pages = await fetch_all(
                session,
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                " WHERE relkind = 'r' AND relname LIKE 'asset_prices_%'",
            )
    return int(pages[0][0])


async def test_a_bar_comes_back_as_it_was_written(database: Database):
    await add_assets(database)
    assert await put(database, [bar(FIRST, "101.50")]) == UpsertCounts(created=1)
    assert await closes(database) == {FIRST: Decimal("101.5")}


async def test_counts_tell_created_updated_and_unchanged_apart(database: Database):
    await add_assets(database)
    await put(database, walk(5))
    second = [*walk(4), bar(FIRST + timedelta(days=4), "7"), bar(date(2021, 5, 5), "8")]
    assert await put(database, second) == UpsertCounts(created=1, updated=1, unchanged=4)
    assert await put(database, second) == UpsertCounts(unchanged=6)


async def test_counts_hold_for_large_sets_over_several_assets(database: Database):
    await add_assets(database)
    both = BarColumns.joined([columns(walk(2500)), columns(walk(2500), asset=2)])
    async with database.write() as session:
        assert await prices.upsert_bars(session, both, source="x") == UpsertCounts(created=5000)
    more = BarColumns.joined([columns(walk(2500, start=101)), columns(walk(2600), asset=2)])
    async with database.write() as session:
        counts = await prices.upsert_bars(session, more, source="x")
    assert counts == UpsertCounts(created=100, updated=2500, unchanged=2500)
    assert len(await closes(database, 2)) == 2600
    assert (await closes(database))[FIRST] == Decimal("101.25")


async def test_storing_the_same_again_writes_nothing(database: Database):
    await add_assets(database)
    await put(database, walk(3000))
    before = await size(database)
    async with database.read() as session:
        stamp = await fetch_all(session, "SELECT max(fetched_at) FROM asset_prices")
        version = await fetch_all(session, "SELECT version FROM versions WHERE scope = 'prices'")
    for _ in range(3):
        assert await put(database, walk(3000)) == UpsertCounts(unchanged=3000)
    assert await size(database) == before
    async with database.read() as session:
        assert await fetch_all(session, "SELECT max(fetched_at) FROM asset_prices") == stamp
        again = await fetch_all(session, "SELECT version FROM versions WHERE scope = 'prices'")
    assert again == version


async def test_the_order_of_sources_decides_and_others_come_after(database: Database):
    await add_assets(database)
    await put(database, [bar(FIRST, "1")], source="other")
    await put(database, [bar(FIRST, "2")], source="third")
    await put(database, [bar(FIRST, "3")], source="yahoo")
    assert await closes(database) == {FIRST: Decimal(3)}
    await rank(database, "other", "yahoo")
    assert await closes(database) == {FIRST: Decimal(1)}
    await rank(database, "third")
    assert await closes(database) == {FIRST: Decimal(2)}


async def test_what_a_person_typed_comes_first_and_then_the_broker(database: Database):
    await add_assets(database)
    await rank(database, "yahoo")
    for close, source in (("1", "yahoo"), ("2", "broker:one"), ("3", "manual")):
        await put(database, [bar(FIRST, close)], source=source)
        assert await closes(database) == {FIRST: Decimal(close)}


async def test_other_ranks_change_a_packed_series_and_its_version_at_once(database: Database):
    await add_assets(database)
    await put(database, walk(200), source="yahoo")
    await put(database, walk(200, start=500), source="other")
    before = await version(database)
    await rank(database, "other", "yahoo")
    assert await version(database) > before
    async with database.read() as session:
        orders = await fetch_all(session, "SELECT source_order FROM price_blocks")
        newest = (await latest.read_latest(session, [1]))[1]
    assert orders[0][0].startswith("other,")
    assert (newest.source, newest.close) == ("other", Decimal("699.25"))
    assert (await closes(database))[FIRST] == Decimal("500.25")


async def test_the_demo_is_believed_last_however_late_it_comes(database: Database):
    await add_assets(database)
    later = FIRST + timedelta(days=1)
    await put(database, [bar(FIRST, "1")], source="aaa")
    await put(database, [bar(FIRST, "2"), bar(later, "2")], source="demo")
    assert await closes(database) == {FIRST: Decimal(1), later: Decimal(2)}
    await rank(database, "demo")
    assert (await closes(database))[FIRST] == Decimal(2)


async def test_a_users_own_price_wins_for_that_user_alone(database: Database):
    await add_assets(database)
    await put(database, walk(100))
    day = FIRST + timedelta(days=50)
    await put(database, [bar(day, "9"), bar(date(2021, 1, 1), "10")], source="manual", owner="u1")
    async with database.read() as session:
        mine = (await prices.read_histories(session, [1], viewer="u1"))[1]
        theirs = (await prices.read_histories(session, [1], viewer="u2"))[1]
    assert len(theirs.days) == 100
    assert not theirs.overrides.any()
    at = mine.index_at(day.toordinal())
    assert mine.close(at) == 9
    assert np.flatnonzero(mine.overrides).tolist() == [at, 100]
    assert mine.source_names[mine.sources[at]] == "manual"


async def test_a_range_has_both_ends_inside(database: Database):
    await add_assets(database)
    await put(database, walk(100))
    start, end = FIRST + timedelta(days=10), FIRST + timedelta(days=12)
    assert list(await closes(database, start=start, end=end)) == [
        start,
        start + timedelta(days=1),
        end,
    ]


async def test_prices_of_an_asset_that_does_not_exist_are_refused(database: Database):
    with pytest.raises(NotFoundError):
        await put(database, walk(2), asset="77")


async def test_prices_go_with_their_asset(database: Database):
    await add_assets(database)
    await put(database, walk(100))
    async with database.write() as session:
        await session.execute(text("DELETE FROM assets WHERE key = 1"))
    async with database.read() as session:
        assert await fetch_all(session, "SELECT count(*) FROM asset_prices") == [(0,)]
        assert await fetch_all(session, "SELECT count(*) FROM price_blocks") == [(0,)]


async def test_days_before_1970_and_far_years_are_kept(database: Database):
    await add_assets(database)
    days = [date(1602, 3, 20), date(1929, 10, 29), date(1969, 12, 31), date(1970, 1, 1)]
    await put(database, [bar(day, "5") for day in days])
    assert list(await closes(database)) == days


exact_prices = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(1, 10**15 - 1),
    st.integers(-26, -2),
).filter(lambda price: Decimal("1e-12") <= price <= Decimal("1e12"))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(exact_prices, min_size=1, max_size=40))
async def test_any_price_of_fifteen_digits_reads_back_equal(
    database: Database, values: list[Decimal]
):
    async with database.write() as session:
        await session.execute(text("DELETE FROM assets"))
    await add_assets(database)
    bars = [
        Bar(
            at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=i),
            day=FIRST + timedelta(days=i),
            close=value,
        )
        for i, value in enumerate(values)
    ]
    assert await put(database, bars) == UpsertCounts(created=len(bars))
    assert list((await closes(database)).values()) == values
    assert await put(database, bars) == UpsertCounts(unchanged=len(bars))
