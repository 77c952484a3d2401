from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import text

from argosy.core.market.bars import UpsertCounts
from argosy.core.market.stated_rates import StatedRate
from argosy.store import rates
from argosy.store.database import Database, fetch_all

DAY = date(2024, 3, 1)


def rate(pair: str, value: str, day: date = DAY, hour: int = 0) -> StatedRate:
    base, quote = pair.split("/")
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return StatedRate(base, quote, at, day, Decimal(value))


async def put(database: Database, *given: StatedRate, **options: str) -> UpsertCounts:
    async with database.write() as session:
        return await rates.upsert_rates(session, given, **{"source": "ecb", **options})


async def read(database: Database, *currencies: str, **options: object):
    async with database.read() as session:
        return await rates.read_rates(session, set(currencies), **options)


def short(rows) -> list[tuple[str, str]]:
    return [(f"{row.base}/{row.quote}", str(row.rate)) for row in rows]


async def test_rates_come_back_as_their_source_states_them(database: Database):
    value = "0.000000000123456789"
    assert await put(database, rate("EUR/USD", value)) == UpsertCounts(created=1)
    (row,) = await read(database, "USD", "EUR")
    assert (row.base, row.quote, row.rate, row.source) == ("EUR", "USD", Decimal(value), "ecb")
    assert row.day == DAY
    assert not row.override


async def test_counts_tell_created_updated_and_unchanged_apart(database: Database):
    days = [DAY + timedelta(days=i) for i in range(5000)]
    given = [rate("EUR/USD", f"1.{i:04d}1", day) for i, day in enumerate(days)]
    assert await put(database, *given) == UpsertCounts(created=5000)
    assert await put(database, *given) == UpsertCounts(unchanged=5000)
    more = [*given[:-1], rate("EUR/USD", "9", days[-1]), rate("EUR/GBP", "0.9")]
    assert await put(database, *more) == UpsertCounts(1, 1, 4999)
    async with database.read() as session:
        version = await fetch_all(session, "SELECT version FROM versions WHERE scope = 'rates'")
    assert version == [(2,)]


async def test_only_rates_that_connect_the_currencies_are_read(database: Database):
    await put(
        database,
        rate("EUR/USD", "1.1"),
        rate("EUR/GBP", "0.8"),
        rate("EUR/JPY", "160"),
        rate("BTC/USD", "60000"),
        rate("CHF/SEK", "11"),
    )
    assert short(await read(database, "USD", "GBP")) == [("EUR/GBP", "0.8"), ("EUR/USD", "1.1")]
    assert short(await read(database, "USD", "EUR")) == [("EUR/USD", "1.1")]
    assert short(await read(database, "BTC", "EUR")) == [("BTC/USD", "60000"), ("EUR/USD", "1.1")]
    assert await read(database, "SEK", "USD") == ()
    assert await read(database, "USD") == ()


async def test_the_users_own_rate_wins_then_manual_then_the_ecb(database: Database):
    await put(database, rate("EUR/USD", "1.3"), source="other")
    await put(database, rate("EUR/USD", "1.1"))
    assert short(await read(database, "EUR", "USD")) == [("EUR/USD", "1.1")]
    await put(database, rate("EUR/USD", "1.2"), source="manual")
    assert short(await read(database, "EUR", "USD")) == [("EUR/USD", "1.2")]
    await put(database, rate("EUR/USD", "1.4"), source="other", owner="u1")
    (mine,) = await read(database, "EUR", "USD", viewer="u1")
    assert (mine.rate, mine.override) == (Decimal("1.4"), True)
    assert short(await read(database, "EUR", "USD", viewer="u2")) == [("EUR/USD", "1.2")]


async def test_of_several_rates_on_one_day_the_latest_counts(database: Database):
    await put(database, rate("EUR/USD", "1.2", hour=18), rate("EUR/USD", "1.1", hour=9))
    assert short(await read(database, "EUR", "USD")) == [("EUR/USD", "1.2")]


async def test_the_view_states_every_currency_in_dollars(database: Database):
    next_day = DAY + timedelta(days=1)
    await put(
        database,
        rate("EUR/USD", "1.25"),
        rate("EUR/GBP", "0.5"),
        rate("USD/JPY", "160"),
        rate("EUR/USD", "1.5", next_day),
    )
    async with database.read() as session:
        latest = await session.execute(
            text("SELECT currency_code, rate_to_usd, day FROM latest_exchange_rates ORDER BY 1")
        )
        rows = [(code, float(value), day) for code, value, day in latest]
    today = DAY.toordinal()
    assert rows == [("EUR", 1.5, today + 1), ("GBP", 2.5, today), ("JPY", 1 / 160, today)]
