"""Metrics of assets and comparisons over the API."""

from datetime import date, timedelta

import pytest

from argosy.services import assets
from argosy.services.assets import AssetDraft
from argosy.store import asset_metrics as rows
from tests.api.test_prices import put
from tests.support.api import app_client
from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot

DAYS = [day for n in range(60) if (day := date(2024, 5, 31) - timedelta(days=59 - n)).weekday() < 5]


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


def bars(closes):
    rows = zip(DAYS[-len(closes) :], closes, strict=True)
    return [{"timestamp": day.isoformat(), "close": str(close)} for day, close in rows]


def wave():
    return [100 + n % 9 for n in range(len(DAYS))]


async def answered(desk, path, **query):
    answer = await desk.get(path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_metrics_have_six_timeframes_with_reasons(each_desk):
    await put(each_desk, bars(wave()))
    found = await answered(each_desk, "/assets/ACME/metrics")
    assert [one["timeframe"] for one in found["timeframes"]] == [
        "1D",
        "7D",
        "30D",
        "90D",
        "1Y",
        "ALL",
    ]
    month, year = found["timeframes"][2], found["timeframes"][4]
    assert month["as_of"] == "2024-05-31"
    assert month["max_drawdown"] == pytest.approx(-8 / 108)
    assert year["total_return"] is None
    assert "no close on or before 2023-05-31" in year["reasons"]["total_return"]
    found["asset"]["id"] = "…"
    assert matches_snapshot("assets.metrics", found)


async def test_a_new_price_and_a_split_show_at_once(each_desk):
    await put(each_desk, bars([10, 11]))
    assert (await answered(each_desk, "/assets/ACME/metrics"))["timeframes"][-1][
        "total_return"
    ] == pytest.approx(0.1)
    await put(each_desk, bars([10, 5]))
    split = {"splits": [{"date": "2024-05-31", "ratio": "2:1"}]}
    await each_desk.client.put(f"{BASE}/assets/ACME/splits", json=split)
    assert (await answered(each_desk, "/assets/ACME/metrics"))["timeframes"][-1][
        "total_return"
    ] == pytest.approx(0)


async def test_stored_metrics_follow_prices_that_are_put(argosy, desk):
    await put(desk, bars(wave()))
    async with argosy.database.read() as session:
        version = await rows.read_version(session)
        (metrics,) = (await rows.read(session, range(100), version=version)).values()
    assert metrics[-1].as_of == date(2024, 5, 31)


async def test_an_asset_without_prices_has_no_timeframes(desk):
    assert (await answered(desk, "/assets/ACME/metrics"))["timeframes"] == []
    assert (await desk.get("/assets/NONE/metrics")).status_code == 404
    assert (await desk.get("/assets/ACME/metrics", risk_free="-1")).status_code == 422
    assert (await desk.get("/assets/ACME/metrics", risk_free="nan")).status_code == 422


async def test_a_private_asset_has_metrics_for_its_owner_alone(argosy, desk):
    await put(desk, bars([10, 11]))
    async with app_client(argosy) as other:
        stranger = await Desk.opened(other, "bob")
        asset = (await answered(desk, "/assets/ACME"))["id"]
        assert (await stranger.get(f"/assets/{asset}/metrics")).status_code == 404
        assert (await stranger.get("/assets/compare", assets=asset)).status_code == 404


async def test_assets_stand_side_by_side_in_one_currency(each_desk):
    await each_desk.asset("BOLT", currency="EUR")
    await put(each_desk, bars([10, 12, 11]))
    await put(each_desk, bars([50, 50, 60, 55]), "BOLT")
    rates = [
        {"currency": "EUR", "timestamp": "2024-05-01", "rate_to_usd": "1.1"},
        {"currency": "EUR", "timestamp": "2024-05-31", "rate_to_usd": "1.21"},
    ]
    await each_desk.client.put(f"{BASE}/exchange-rates", json={"source": "manual", "rates": rates})
    found = await answered(each_desk, "/assets/compare", assets="ACME,BOLT", currency="USD")
    assert found["date"] == ["2024-05-29", "2024-05-30", "2024-05-31"]
    acme, bolt = found["items"]
    assert acme["returns"] == pytest.approx([0, 0.2, 0.1])
    assert bolt["returns"] == pytest.approx([0, 0.2, 0.21])
    assert (bolt["currency"], bolt["first_on"]) == ("USD", "2024-05-28")
    for one in found["items"]:
        one["asset"]["id"] = "…"
    assert matches_snapshot("assets.compare", found)
    own = await answered(each_desk, "/assets/compare", assets="ACME,BOLT", start="2024-05-30")
    assert own["items"][1]["returns"] == pytest.approx([0, -5 / 60])
    assert own["currency"] is None


async def test_a_comparison_says_what_it_lacks(desk):
    await desk.asset("BOLT", currency="EUR")
    await put(desk, bars([10, 12]))
    await put(desk, bars([10, 12]), "BOLT")
    found = await answered(desk, "/assets/compare", assets="ACME,BOLT", currency="USD")
    assert [one["asset"]["symbol"] for one in found["items"]] == ["ACME"]
    assert found["missing"][0]["reason"] == "There is no rate EUR/USD for BOLT in this span."
    refused = await desk.get("/assets/compare", assets="ACME", start="2024-06-03")
    assert (refused.status_code, refused.json()["code"]) == (409, "price_missing")
    assert (await desk.get("/assets/compare", assets=",")).status_code == 422


async def test_a_comparison_is_kept_until_a_fact_changes(desk):
    await put(desk, bars([10, 12]))
    first = await desk.get("/assets/compare", assets="ACME")
    tag = {"If-None-Match": first.headers["ETag"]}
    url = f"{BASE}/assets/compare?assets=ACME"
    assert (await desk.client.get(url, headers=tag)).status_code == 304
    await put(desk, bars([10, 13]))
    again = await desk.client.get(url, headers=tag)
    assert again.json()["items"][0]["returns"] == pytest.approx([0, 0.3])


async def test_metrics_of_shared_assets_are_everybodys(argosy, desk):
    async with argosy.database.write() as session:
        await assets.create(session, AssetDraft(symbol="SPY"), owner=None, by=None)
    await put(desk, bars([10, 11]), "SPY")  # an override: the user's own
    assert (await answered(desk, "/assets/SPY/metrics"))["timeframes"][-1]["total_return"] > 0
    async with app_client(argosy) as other:
        stranger = await Desk.opened(other, "bob")
        assert (await answered(stranger, "/assets/SPY/metrics"))["timeframes"] == []
