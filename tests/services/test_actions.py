"""Splits and dividends as facts beside prices: a new split spoils nothing that is stored."""

from datetime import timedelta
from decimal import Decimal

import pytest

from argosy.core.market.asset import Dividend
from argosy.runtime import metrics
from argosy.services import actions, refresh
from argosy.services.refresh import Wanted
from argosy.store.database import fetch_all
from tests.services.test_refresh import TODAY, load, make, simulator, sources

__all__ = ["simulator", "sources"]

ROWS = {
    "prices": "SELECT day, close, scale, open, high, low, volume, volume_scale FROM asset_prices",
    "splits": "SELECT day, new, old FROM asset_splits",
    "dividends": "SELECT day, amount, currency, pay_day FROM asset_dividends",
}


async def stored(database, what):
    async with database.read() as session:
        return {row[0]: tuple(row) for row in await fetch_all(session, ROWS[what])}


async def test_dividends_are_stored_per_share_as_then_traded(database, sources, simulator):
    pytest.importorskip("yfinance")
    acme = await make(database, "ACME")
    done = await load(database, sources, "ACME", source="yahoo")
    wanted = simulator.listings["ACME"].dividends
    assert done.dividends.created == len(wanted) > 0
    async with database.read() as session:
        found = await actions.of_asset(session, None, acme)
    assert [one.event for one in found.dividends] == [
        Dividend(day, amount, "USD") for day, amount in sorted(wanted.items())
    ]
    assert {one.sources for one in (*found.dividends, *found.splits)} == {("yahoo",)}


def rows_counted():
    name = 'argosy_price_rows_stored_total{source="yahoo"} '
    lines = metrics.exposition().decode().splitlines()
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


async def test_rows_that_are_stored_are_counted_and_those_of_a_dry_run_are_not(database, sources):
    pytest.importorskip("yfinance")
    await make(database, "ACME")
    before, wanted = rows_counted(), [Wanted(symbol="ACME", source="yahoo")]
    await refresh.load_prices(database, sources, wanted, today=TODAY, dry_run=True)
    assert rows_counted() == before
    done = await load(database, sources, "ACME", source="yahoo")
    assert rows_counted() == before + done.bars.created


async def test_pence_become_pounds_and_a_dividend_in_another_currency_keeps_it(
    database, sources, simulator
):
    pytest.importorskip("yfinance")
    tea = await make(database, "TEA.L", currency="GBp")
    listing = simulator.listings["TEA.L"]
    await load(database, sources, "TEA.L", source="yahoo")
    currency = listing.dividend_currency or "GBP"
    async with database.read() as session:
        found = (await actions.of_asset(session, None, tea)).dividends
    assert found
    assert {one.event.currency for one in found} == {currency}


@pytest.mark.parametrize("ratio", [(3, 1), (1, 7), (20, 1)])
async def test_a_split_that_appears_later_changes_no_stored_row(
    database, sources, simulator, ratio
):
    pytest.importorskip("yfinance")
    await make(database, "ACME")
    await load(database, sources, "ACME", source="yahoo")
    before = {what: await stored(database, what) for what in ROWS}
    listing = simulator.listings["ACME"]
    listing.splits[listing.bars[-1].day + timedelta(days=1)] = ratio
    again = await load(database, sources, "ACME", source="yahoo")
    assert (again.splits.created, again.dividends.changed) == (1, False)
    after = {what: await stored(database, what) for what in ROWS}
    assert after["dividends"] == before["dividends"]
    assert after["splits"].items() > before["splits"].items()
    assert after["prices"] == before["prices"]


async def test_each_source_has_its_say_and_a_doubt_is_told(database, sources, simulator):
    pytest.importorskip("yfinance")
    from argosy.sources.base import DividendEvent, History

    acme = await make(database, "ACME")
    await load(database, sources, "ACME", source="yahoo")
    first, second = sorted(simulator.listings["ACME"].dividends.items())[:2]
    other = History(
        source="massive",
        symbol="ACME",
        currency="USD",
        bars=(),
        dividends=(
            DividendEvent(first[0], first[1], pay_on=first[0] + timedelta(days=9)),
            DividendEvent(second[0], second[1] * 2),
        ),
    )
    async with database.write() as session:
        await refresh.store_prices(session, acme, other, today=second[0])
        found = (await actions.of_asset(session, None, acme)).dividends
    assert found[0].sources == ("yahoo", "massive")
    assert found[0].event.pay_on == first[0] + timedelta(days=9)
    assert found[1].event.amount == second[1]
    assert [(one.source, one.event.amount) for one in found[1].disputed] == [
        ("massive", second[1] * Decimal(2))
    ]
