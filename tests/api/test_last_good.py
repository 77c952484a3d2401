"""While others' changes are computed, what was true a moment ago is given, for a second."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from argosy.api import last_good
from argosy.api.last_good import STALE_HEADER
from argosy.core.market.bars import Bar, pack_bars
from argosy.services import books
from argosy.store import assets, prices
from tests.support.desk import BASE, Desk

DAY = date(2024, 5, 31)


@pytest.fixture
async def desk(client, clock):
    desk = await Desk.opened(client)
    await desk.buy("10", "2024-05-01")
    clock.advance(timedelta(seconds=1))  # what was edited then is no news
    return desk


@pytest.fixture
def gate(monkeypatch):
    """Let every ledger that is asked for wait until the gate is open."""
    gate, load = asyncio.Event(), books.load

    async def load_later(*args, **options):
        await gate.wait()
        return await load(*args, **options)

    monkeypatch.setattr(books, "load", load_later)
    gate.set()
    return gate


async def look(desk):
    response = await desk.get(f"/portfolios/{desk.portfolio_id}")
    assert response.status_code == 200, response.text
    return response


async def price_from_a_source(argosy, desk, close):
    async with argosy.database.write() as session:
        (line,) = await desk.lines()
        asset = (await assets.get_many(session, [line["asset_id"]]))[line["asset_id"]]
        at = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
        bar = Bar(at=at, day=DAY, close=Decimal(close))
        packed = pack_bars([bar], asset_key=asset.key, latest=DAY)
        await prices.upsert_bars(session, packed.columns, source="elsewhere")


async def test_a_reader_does_not_wait_for_a_change_of_others(desk, argosy, clock, gate):
    assert (await look(desk)).json()["total_value"] == "1000"
    await price_from_a_source(argosy, desk, "120")
    gate.clear()
    clock.advance(timedelta(seconds=7))
    stale = await look(desk)
    assert stale.json()["total_value"] == "1000"
    assert (stale.headers[STALE_HEADER], stale.headers["age"]) == ("true", "7")
    gate.set()
    clock.advance(timedelta(seconds=1))
    fresh = await look(desk)
    assert fresh.json()["total_value"] == "1200"
    assert STALE_HEADER not in fresh.headers


async def test_after_a_second_everybody_waits_for_the_new_answer(desk, argosy, clock, gate):
    await look(desk)
    await price_from_a_source(argosy, desk, "120")
    gate.clear()
    assert (await look(desk)).headers[STALE_HEADER] == "true"
    clock.advance(timedelta(seconds=1))
    waiting = asyncio.create_task(look(desk))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    gate.set()
    assert (await waiting).json()["total_value"] == "1200"


async def test_a_quick_computation_is_waited_for(desk, argosy, monkeypatch):
    monkeypatch.setattr(last_good, "PATIENCE_S", 30.0)
    await look(desk)
    await price_from_a_source(argosy, desk, "120")
    assert (await look(desk)).json()["total_value"] == "1200"


async def test_whoever_has_changed_anything_sees_what_follows_from_it(desk, argosy, gate):
    await look(desk)
    await price_from_a_source(argosy, desk, "120")
    made = await desk.client.post(BASE + "/portfolios", json={"name": "Another"})
    assert made.status_code == 201
    gate.clear()
    waiting = asyncio.create_task(look(desk))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    gate.set()
    assert (await waiting).json()["total_value"] == "1200"


async def test_an_own_edit_is_never_answered_with_what_was_before(desk, argosy, gate):
    await look(desk)
    await desk.buy("5", "2024-05-02")
    gate.clear()
    waiting = asyncio.create_task(look(desk))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    gate.set()
    assert (await waiting).json()["total_value"] == "1500"
