"""Assets brought up to date through the API, from simulated providers."""

import pytest

from argosy.wiring import Argosy
from tests.simulator.server import Simulator
from tests.support.api import app_client, make_settings
from tests.support.desk import BASE, Desk

pytest.importorskip("yfinance")


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
async def desk(tmp_path, database_url, clock, simulator):
    settings = make_settings(tmp_path, database_url).model_copy(
        update={
            "yahoo_url": simulator.url,
            "binance_url": f"{simulator.url}/binance",
            "coingecko_url": f"{simulator.url}/coingecko/api/v3",
        }
    )
    async with Argosy.opened(settings, clock=clock) as argosy, app_client(argosy) as client:
        yield await Desk.opened(client)


async def sync(desk, name, **query):
    return await desk.client.post(f"{BASE}/assets/{name}/sync", params=query)


async def test_a_symbol_that_only_a_source_knows_is_found_there_and_made(desk, simulator):
    simulator.listings["BTC-USD"].name = "BTC-USD"
    assert (await desk.get("/assets/search", q="btc-usd")).json() == []
    (hit,) = (await desk.get("/assets/search", q="btc-usd", source="true")).json()
    assert hit == {
        "in_database": False,
        "source": "yahoo",
        "symbol": "BTC-USD",
        "exchange": None,
        "name": "BTC-USD",
        "category": "CRYPTO",
    }
    done = await sync(desk, "btc-usd")
    assert done.status_code == 200, done.text
    body = done.json()
    assert (body["created"], body["failed"]) == (True, [])
    assert (body["asset"]["symbol"], body["asset"]["owned"]) == ("BTC-USD", False)
    assert body["prices"]["source"] == "yahoo"
    assert body["prices"]["bars"]["created"] > 100
    page = (await desk.get("/assets/BTC-USD/prices", limit=10_000)).json()
    assert len(page["items"]) == body["prices"]["bars"]["created"]
    (here,) = (await desk.get("/assets/search", q="btc-usd", source="true")).json()
    assert here["id"] == body["asset"]["id"]


async def test_a_second_sync_has_to_wait(desk):
    assert (await sync(desk, "TEA.L")).status_code == 200
    again = await sync(desk, "TEA.L")
    assert (again.status_code, again.json()["code"]) == (429, "too_soon")
    assert again.headers["Retry-After"] == "300"
    assert again.json()["retry_after"] == 300


async def test_shorter_bars_come_where_they_are_named(desk):
    refused = await sync(desk, "TEA.L", intervals="1m,2m")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    done = await sync(desk, "TEA.L", intervals="1h")
    assert list(done.json()["intervals"]) == ["1h"], done.text


async def test_what_nobody_knows_is_not_found(desk):
    assert (await sync(desk, "NOPE")).status_code == 404


@pytest.mark.parametrize("name", ["A%0AB", "A" * 51])
async def test_nobody_is_asked_for_what_can_be_no_symbol(desk, simulator, name):
    done = await sync(desk, name)
    assert done.status_code == 404, done.text
    assert simulator.requests == []
