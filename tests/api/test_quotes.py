"""Quotes over the API."""

import pytest

pytest.importorskip("yfinance")

from tests.simulator.faults import Fault
from tests.simulator.server import Simulator
from tests.support.api import app_client, make_settings, sign_up
from tests.support.desk import BASE, Desk


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def settings(tmp_path, sqlite_url, simulator):
    return make_settings(tmp_path, sqlite_url, yahoo_url=simulator.url)


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


async def batch(desk, *symbols):
    return await desk.client.post(f"{BASE}/quotes/batch", json={"symbols": list(symbols)})


async def test_a_quote_says_all_that_its_source_says(simulator, desk):
    answer = await desk.get("/quotes/ACME:NYSE")
    assert answer.status_code == 200, answer.text
    *_, before, last = simulator.listings["ACME"].bars
    found = answer.json()
    assert found["price"] == str(last.close).rstrip("0").rstrip(".")
    assert float(found["previous_close"]) == float(before.close)
    assert (found["kind"], found["source"], found["currency"]) == ("live", "yahoo", "USD")
    assert (found["at"], found["day"]) == ("2024-12-30T21:00:00Z", None)
    assert (found["fetched_at"], found["age_seconds"]) == ("2024-06-03T12:00:00Z", 0)
    assert found["change_fraction"] == pytest.approx(float(last.close / before.close - 1))
    assert float(found["change"]) == pytest.approx(float(last.close - before.close))
    assert (found["volume"], found["problems"]) == (str(last.volume), [])
    assert found["asset_id"] == (await desk.get("/assets/ACME")).json()["id"]


async def test_a_quote_without_sources_is_the_stored_close(simulator, desk):
    bars = [
        {"timestamp": "2024-05-31", "close": "12.5"},
        {"timestamp": "2024-05-30", "close": "12"},
    ]
    stored = await desk.client.put(
        f"{BASE}/assets/ACME/prices", json={"source": "manual", "interval": "1d", "bars": bars}
    )
    assert stored.status_code == 200, stored.text
    simulator.fail(Fault.WEB_PAGE)
    found = (await desk.get("/quotes/ACME")).json()
    assert (found["kind"], found["price"], found["day"]) == ("close", "12.5", "2024-05-31")
    assert (found["source"], found["at"], found["fetched_at"]) == ("manual", None, None)
    (problem,) = found["problems"]
    assert (problem["source"], problem["code"]) == ("yahoo", "source_changed")


async def test_a_batch_names_what_it_does_not_have(simulator, desk):
    await desk.asset("TEA.L", exchange="LSE", currency="GBp")
    answer = await batch(desk, "TEA.L", "GHOST", "ACME")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [quote["symbol"] for quote in found["quotes"]] == ["TEA.L", "ACME"]
    (missed,) = found["failed"]
    assert (missed["symbol"], missed["code"]) == ("GHOST", "not_found")
    assert len(simulator.paths("/v7/")) == 1


async def test_a_failure_is_an_error_with_its_code(simulator, desk):
    await desk.asset("NOBODY")
    unknown = await desk.get("/quotes/NOBODY")
    assert (unknown.status_code, unknown.json()["code"]) == (502, "not_at_source")
    await desk.asset("HOUSE", category="REAL_ESTATE")
    nobody = await desk.get("/quotes/HOUSE")
    assert (nobody.status_code, nobody.json()["code"]) == (409, "price_missing")
    assert (await desk.get("/quotes/GHOST")).status_code == 404
    await desk.asset("ACME", exchange="LSE")
    several = await desk.get("/quotes/ACME")
    assert (several.status_code, several.json()["code"]) == (409, "ambiguous_symbol")


async def test_a_private_asset_is_quoted_to_its_owner_alone(argosy, desk):
    async with app_client(argosy) as other:
        await sign_up(other, "bob")
        assert (await other.get(f"{BASE}/quotes/ACME")).status_code == 404
        answer = await other.post(f"{BASE}/quotes/batch", json={"symbols": ["ACME"]})
        assert [one["symbol"] for one in answer.json()["failed"]] == ["ACME"]


async def test_strangers_get_no_quotes(simulator, client):
    assert (await client.get(f"{BASE}/quotes/ACME")).status_code == 401
    answer = await client.post(f"{BASE}/quotes/batch", json={"symbols": ["ACME"]})
    assert answer.status_code == 401
    assert not simulator.requests


async def test_a_batch_has_some_symbols_and_not_too_many(simulator, desk):
    assert (await batch(desk)).status_code == 422
    assert (await batch(desk, *["ACME"] * 201)).status_code == 422
    assert (await batch(desk, "")).status_code == 422
    assert not simulator.requests
