"""The demo's figures, worked out by hand from its facts."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from argosy.core.valuation.gains import realized_gains
from argosy.runtime.clock import FixedClock
from argosy.runtime.compute import ComputePool
from argosy.runtime.passwords import Passwords
from argosy.services import books, demo, figures
from argosy.services.books import LedgerCache
from argosy.sources.demo import LAST_DAY, DemoSource, portfolio_csv
from argosy.sources.ecb import EcbSource
from argosy.store import asset_search, positions, price_sources, rates
from argosy.store.database import Database

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
TODAY = NOON.date()
EURUSD = Decimal("1.1725")
"""The ECB's reference rate of 2021-03-31."""


@pytest.fixture
async def sqlite(sqlite_url):
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
async def made(sqlite, tmp_path):
    return await _set_up(sqlite, tmp_path)


async def _set_up(database, folder):
    return await demo.set_up(
        database,
        Passwords(memory_kib=64, rounds=1),
        clock=FixedClock(NOON),
        rates=EcbSource(),
        directory=folder,
    )


@pytest.fixture
async def ledger(made, sqlite):
    async with sqlite.read() as session:
        (pair,) = await positions.portfolio_owners(session)
        known = await books.known(session, pair[1], made.portfolio_id)
        pool = ComputePool()
        found = await books.load(session, known, cache=LedgerCache(), compute=pool)
        pool.close()
    return found


def holding(ledger, symbol, as_of=LAST_DAY):
    found = figures.figures_on(ledger, as_of, today=TODAY)
    (one,) = [x for x in found.holdings if ledger.assets[x.asset_id].symbol == symbol]
    return one


async def test_apple_has_four_times_the_shares_after_its_split(ledger):
    """Bought 12 + 8 + 4, sold 6: 18, times four, and ten more: 82."""
    assert holding(ledger, "AAPL", date(2020, 8, 28)).quantity == 18
    assert holding(ledger, "AAPL", date(2020, 8, 31)).quantity == 72
    assert holding(ledger, "AAPL").quantity == 82
    assert "split_unbooked" not in holding(ledger, "AAPL").flags


async def test_apple_keeps_its_value_through_the_split(ledger):
    """18 × 499.23 USD ÷ 1.1915 before, 72 × 129.04 USD ÷ 1.194 after (the ECB's rates)."""
    before = holding(ledger, "AAPL", date(2020, 8, 28)).value
    after = holding(ledger, "AAPL", date(2020, 8, 31)).value
    assert round(before, 2) == round(18 * Decimal("499.23") / Decimal("1.1915"), 2)
    assert round(after, 2) == round(72 * Decimal("129.04") / Decimal("1.194"), 2)


async def test_bitcoin_is_worth_quantity_times_close_by_the_days_rate(ledger):
    bitcoin = holding(ledger, "BTC")
    assert bitcoin.quantity == Decimal("0.75")
    assert round(bitcoin.value, 2) == round(Decimal("0.75") * Decimal("58918.832031") / EURUSD, 2)
    assert Decimal("0.5") < bitcoin.weight < Decimal("0.6")


async def test_the_sale_of_2017_relieves_the_oldest_bitcoin_first(ledger):
    """0.5 of 0.25 + 0.2 + 0.05 of the next 0.2, by first in first out, fees inside."""
    usd = [
        (Decimal("0.25") * Decimal("368.766998") + Decimal("0.46"), Decimal("1.092")),
        (Decimal("0.2") * Decimal("448.317993") + Decimal("0.45"), Decimal("1.1403")),
        ((Decimal("0.2") * Decimal("575.471985") + Decimal("0.58")) / 4, Decimal("1.1132")),
    ]
    cost = sum(paid / rate for paid, rate in usd)
    proceeds = (Decimal("0.5") * Decimal("14156.400391") - Decimal("35.39")) / Decimal("1.1993")
    (sale,) = realized_gains(ledger.book, date(2017, 12, 31), date(2017, 12, 31))
    assert round(sale.disposal.cost, 2) == round(cost, 2)
    assert round(sale.gain, 2) == round(proceeds - cost, 2)


async def test_its_last_day_is_the_default_and_nothing_on_it_is_stale(ledger, made):
    assert made.last_day == LAST_DAY
    by_default = figures.figures_on(ledger, None, today=TODAY)
    assert by_default.as_of == LAST_DAY
    on_the_day = figures.figures_on(ledger, LAST_DAY, today=TODAY)
    assert on_the_day.flags == ()
    assert on_the_day.reasons == {}
    assert "31 March 2021" in ledger.portfolio.description


async def test_a_second_run_changes_nothing(database, tmp_path):
    made = await _set_up(database, tmp_path)
    async with database.read() as session:
        before = await _counted(session)
    again = await _set_up(database, tmp_path)
    assert (again.password, again.portfolio_id) == (made.password, made.portfolio_id)
    assert (made.created, again.created) == (True, False)
    async with database.read() as session:
        assert await _counted(session) == before


async def _counted(session):
    names = await price_sources.source_names(session)
    listed = await asset_search.page(session, None)
    read = await rates.read_rates(session, {"EUR", "USD"})
    return names, [asset.id for asset in listed.items], len(read)


async def test_every_trade_is_at_the_close_of_its_day():
    closes = {}
    for draft in demo.ASSETS:
        history = await DemoSource().history(draft.symbol)
        closes |= {(draft.symbol, bar.day): bar.close for bar in history.bars}
        assert history.bars[-1].day == LAST_DAY
    trades = [row for row in _story() if row["price"]]
    assert len(trades) > 25
    for row in trades:
        day = date.fromisoformat(row["date"])
        assert Decimal(row["price"]) == closes[row["symbol"], day], row


async def test_every_dividend_is_paid_for_the_shares_held_before_it():
    for symbol in ("AAPL", "SPY", "EEM"):
        history = await DemoSource().history(symbol)
        story = [row for row in _story() if row["symbol"] == symbol]
        booked = {row["date"]: row for row in story if row["type"] == "DIVIDEND"}
        for paid in history.dividends:
            held = sum((_change(row, paid.day) for row in story), Decimal(0))
            row = booked.pop(paid.day.isoformat(), None)
            assert (row is None) == (held == 0), paid
            if row is not None:
                assert Decimal(row["amount"]) == round(held * paid.amount, 2)
                assert Decimal(row["tax"]) == round(Decimal(row["amount"]) * 15 / 100, 2)
        assert not booked


def _change(row, ex_day):
    """Shares that a row adds before a day, counted in the shares of that day."""
    on = date.fromisoformat(row["date"])
    if row["type"] not in {"BUY", "SELL"} or on >= ex_day:
        return Decimal(0)
    split = date(2020, 8, 31)
    factor = 4 if row["symbol"] == "AAPL" and on < split <= ex_day else 1
    return Decimal(row["quantity"]) * factor * (1 if row["type"] == "BUY" else -1)


def _story():
    return list(csv.DictReader(portfolio_csv().decode().splitlines()))
