"""The newest prices and rates are kept beside the others, and always equal to what those say."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argosy.store import latest, prices, rates
from argosy.store.check import check
from argosy.store.database import Database, fetch_all
from argosy.store.price_pages import BarFilter, delete_bars
from tests.store.test_prices import FIRST, add_assets, bar, closes, put, walk
from tests.store.test_rates import DAY, rate
from tests.store.test_rates import put as put_rate


async def newest(database: Database, *keys: int) -> dict[int, latest.LatestPrice]:
    async with database.read() as session:
        return await latest.read_latest(session, keys or (1, 2, 3))


async def stale(database: Database) -> list[int]:
    async with database.read() as session:
        return await latest.stale(session)


async def test_the_newest_day_counts_whenever_it_is_stored(database: Database):
    await add_assets(database)
    await put(database, walk(20))
    await put(database, [bar(FIRST - timedelta(days=5), "1")])
    found = (await newest(database))[1]
    assert (found.close, found.day) == (Decimal("119.25"), FIRST + timedelta(days=19))
    assert (found.source, found.at.date()) == ("yahoo", found.day)
    await put(database, [bar(FIRST + timedelta(days=400), "0.000000000012")])
    assert (await newest(database))[1].close == Decimal("0.000000000012")


async def test_of_one_day_the_source_speaks_that_the_daily_series_believes(database: Database):
    await add_assets(database)
    await put(database, [bar(FIRST, "10")], source="finnhub")
    await put(database, [bar(FIRST, "11")], source="yahoo")
    await put(database, [bar(FIRST, "12")], source="demo")
    await put(database, [bar(FIRST, "13")], source="manual", owner="u1")
    await put(database, [bar(FIRST, "14")], source="manual", interval="1h")
    found = (await newest(database))[1]
    assert (found.close, found.source) == (Decimal(11), "yahoo")
    assert list((await closes(database)).values()) == [found.close]


async def test_where_the_newest_bars_go_an_older_one_is_the_newest(database: Database):
    await add_assets(database)
    await put(database, walk(3))
    await put(database, [bar(date(2024, 2, 2), "9")], source="manual")
    async with database.write() as session:
        await delete_bars(session, BarFilter(asset_key=1, start=date(2021, 1, 1)), owner="")
    assert (await newest(database))[1].close == Decimal("102.25")
    async with database.write() as session:
        await delete_bars(session, BarFilter(asset_key=1), owner="")
    assert await newest(database) == {}


async def test_an_asset_takes_its_latest_price_along(database: Database):
    await add_assets(database)
    await put(database, walk(3))
    async with database.write() as session:
        await fetch_all(session, "DELETE FROM assets WHERE key = 1")
        assert await fetch_all(session, "SELECT * FROM latest_prices") == []


async def test_the_check_finds_what_a_rebuild_mends(database: Database):
    await add_assets(database)
    await put(database, walk(3))
    await put(database, walk(3), asset="2")
    await put_rate(database, rate("EUR/USD", "1.25"))
    assert await check(database) == []
    async with database.write() as session:
        await fetch_all(session, "UPDATE latest_prices SET close = close + 1 WHERE asset_key = 2")
        await fetch_all(session, "DELETE FROM latest_rates")
    assert await check(database) == [
        "1 assets whose latest price is not their newest: 2.",
        "The latest rates are not the newest.",
    ]
    async with database.write() as session:
        await prices.repack(session)
        await rates.refresh_latest(session)
    assert await check(database) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["manual", "yahoo", "finnhub", "massive", "demo"]),
            st.integers(0, 6),
            st.integers(0, 26),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=8,
    )
)
async def test_the_latest_price_is_the_last_of_the_daily_series(sqlite_url, writes):
    """Bars at any hour, deletions too (the price 3): both tell the same close of the same day."""
    database = Database(sqlite_url)
    async with database.write() as session:
        await fetch_all(session, "DELETE FROM assets")
    await add_assets(database)
    for source, day, hour, price in writes:
        on = FIRST + timedelta(days=day)
        if price == 3:
            async with database.write() as session:
                await delete_bars(
                    session, BarFilter(asset_key=1, start=on, source=source), owner=""
                )
            continue
        one = bar(on, str(price))
        await put(database, [_at(one, hour)], source=source)
    series = await closes(database)
    found = await newest(database)
    assert [(one.day, one.close) for one in found.values()] == list(series.items())[-1:]
    assert await stale(database) == []
    await database.close()


def _at(one, hour):
    return dataclasses.replace(one, at=one.at + timedelta(hours=hour - 2))


async def test_a_cross_counts_where_nothing_newer_is_stated(database: Database):
    await put_rate(database, rate("EUR/USD", "1.25"), rate("EUR/GBP", "0.5"))
    assert await in_dollars(database) == {"EUR": (1.25, 0), "GBP": (2.5, 0)}
    await put_rate(database, rate("GBP/USD", "2.25", DAY + timedelta(days=1)), source="other")
    await put_rate(database, rate("EUR/USD", "1.5", DAY + timedelta(days=9)))
    assert await in_dollars(database) == {"EUR": (1.5, 9), "GBP": (2.25, 1)}


async def test_of_one_day_the_rate_counts_that_is_believed_first(database: Database):
    await put_rate(database, rate("USD/CHF", "0.5", hour=18), source="other")
    await put_rate(database, rate("USD/CHF", "0.8", hour=9))
    await put_rate(database, rate("USD/CHF", "0.1"), source="manual", owner="u1")
    assert await in_dollars(database) == {"CHF": (1.25, 0)}


async def in_dollars(database: Database) -> dict[str, tuple[float, int]]:
    async with database.read() as session:
        rows = await fetch_all(
            session, "SELECT currency_code, rate_to_usd, day FROM latest_exchange_rates"
        )
        assert not await rates.latest_is_stale(session)
    return {code: (float(value), day - DAY.toordinal()) for code, value, day in rows}
