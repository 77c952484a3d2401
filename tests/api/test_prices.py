"""Prices and splits of assets over the API."""

import pytest

from argosy.services import assets
from argosy.services.assets import AssetDraft
from tests.support.api import app_client
from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


async def put(desk, bars, name="ACME", **more):
    body = {"source": "manual", "bars": bars, **more}
    return await desk.client.put(f"{BASE}/assets/{name}/prices", json=body)


async def items(desk, name="ACME", **query):
    answer = await desk.get(f"/assets/{name}/prices", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_bars_are_stored_once_and_come_back_exactly(each_desk):
    bars = [
        {"timestamp": "2024-01-05", "close": "181.180000000000001", "volume": 12},
        {"timestamp": "2024-01-08T21:00:00Z", "close": "0.00000000000123456789012345"},
        {"timestamp": "1929-10-24", "open": "1", "high": 2, "low": 0.5, "close": "1.50"},
    ]
    first = await put(each_desk, bars)
    assert first.status_code == 200, first.text
    assert first.json() == {"created": 3, "updated": 0, "unchanged": 0, "rejected": []}
    again = (await put(each_desk, [*bars[:2], {"timestamp": "1929-10-24", "close": "1.6"}])).json()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 2)
    assert matches_snapshot("prices.list", await items(each_desk))
    assert [bar["close"] for bar in await items(each_desk)] == [
        "1.6", "181.180000000000001", "0.00000000000123456789012345",
    ]  # fmt: skip


async def test_bars_that_cannot_be_true_are_rejected_one_by_one(each_desk):
    bars = [
        {"timestamp": "2024-01-02", "close": "1"},
        {"timestamp": "2024-01-03", "close": "-1"},
        {"timestamp": "2024-01-03", "close": "0"},
        {"timestamp": "2024-01-03"},
        {"timestamp": "2024-06-06", "close": "1"},
        {"timestamp": "never", "close": "1"},
        {"timestamp": "2024-01-03", "close": "NaN"},
        {"timestamp": "2024-01-03", "close": "1." + "1" * 40},
        {"timestamp": "2024-01-03", "close": "5", "low": "6"},
        {"timestamp": "2024-01-02", "close": "2"},
        "nothing",
        {"timestamp": "2024-01-03", "close": "1", "colour": "red"},
        {"timestamp": "2024-01-04", "close": "3"},
    ]
    answer = (await put(each_desk, bars)).json()
    assert answer["created"] == 2
    assert [one["row"] for one in answer["rejected"]] == list(range(1, 12))
    assert "An earlier row has the same time." in answer["rejected"][8]["reason"]
    assert [bar["close"] for bar in await items(each_desk)] == ["1", "3"]


async def test_sources_and_intervals_stand_side_by_side(desk):
    for source, interval, close in (
        ("Manual", "1D", "1"),
        ("broker", "1d", "2"),
        ("manual", "1h", "3"),
    ):
        body = [{"timestamp": "2024-01-05", "close": close}]
        assert (await put(desk, body, source=source, interval=interval)).json()["created"] == 1
    assert [(bar["source"], bar["close"]) for bar in await items(desk)] == [
        ("manual", "1"), ("broker", "2"),
    ]  # fmt: skip
    assert [bar["close"] for bar in await items(desk, source="BROKER")] == ["2"]
    assert [bar["close"] for bar in await items(desk, interval="1h")] == ["3"]
    assert (await desk.get("/assets/ACME/prices", interval="1y")).status_code == 422
    assert (await put(desk, [], source="")).status_code == 422


async def test_prices_can_be_asked_for_by_days_and_pages(each_desk):
    bars = [{"timestamp": f"2024-01-{day:02}", "close": str(day)} for day in range(1, 11)]
    await put(each_desk, bars)
    some = await items(each_desk, start="2024-01-03", end="2024-01-05")
    assert [bar["day"] for bar in some] == ["2024-01-03", "2024-01-04", "2024-01-05"]
    page = (await each_desk.get("/assets/ACME/prices", limit=6)).json()
    rest = await items(each_desk, cursor=page["next_cursor"])
    assert len(page["items"]) + len(rest) == 10


async def test_a_users_price_of_a_shared_asset_reaches_that_user_alone(each_argosy, each_client):
    async with each_argosy.database.write() as session:
        draft = AssetDraft(symbol="BP", exchange="LSE", currency="GBp")
        await assets.create(session, draft, owner=None, by=None)
    desk = await Desk.opened(each_client)
    await put(desk, [{"timestamp": "2024-01-05", "close": "480"}], name="BP")
    splits = {"splits": [{"date": "2024-01-03", "ratio": "2:1"}]}
    await desk.client.put(f"{BASE}/assets/BP/splits", json=splits)
    (mine,) = await items(desk, name="BP")
    assert mine["override"] is True
    async with app_client(each_argosy) as client:
        eve = await Desk.opened(client, "eve")
        assert await items(eve, name="BP") == []
        assert (await eve.get("/assets/BP/splits")).json() == []
        hidden = (await desk.get("/assets/ACME")).json()["id"]
        assert (await eve.get(f"/assets/{hidden}/prices")).status_code == 404
        assert (await put(eve, [], name=hidden)).status_code == 404
    assert (await desk.get("/assets/BP/splits")).json() == [{"date": "2024-01-03", "ratio": "2:1"}]


async def test_splits_are_replaced_as_a_whole(each_desk):
    url = f"{BASE}/assets/ACME/splits"
    both = [{"date": "2020-08-31", "ratio": "4:1"}, {"date": "2014-06-09", "ratio": "7:1"}]
    answer = await each_desk.client.put(url, json={"splits": both})
    assert answer.status_code == 200, answer.text
    assert answer.json() == both[::-1]
    one = [{"date": "2020-08-31", "ratio": "3:2"}]
    assert (await each_desk.client.put(url, json={"splits": one})).json() == one
    assert (await each_desk.get("/assets/ACME/splits")).json() == one
    assert (await each_desk.client.put(url, json={"splits": []})).json() == []


@pytest.mark.parametrize(
    "splits",
    [
        [{"date": "2020-08-31", "ratio": "0:1"}],
        [{"date": "2020-08-31", "ratio": "0"}],
        [{"date": "2020-08-31", "ratio": "-2:1"}],
        [{"date": "2020-08-31", "ratio": "two"}],
        [{"date": "2020-08-31"}],
        [{"date": "soon", "ratio": "2:1"}],
        [{"date": "2031-01-01", "ratio": "2:1"}],
        [{"date": "2020-08-31", "ratio": "2:1"}, {"date": "2020-08-31", "ratio": "3:1"}],
    ],
)
async def test_splits_that_cannot_be_are_refused(desk, splits):
    answer = await desk.client.put(f"{BASE}/assets/ACME/splits", json={"splits": splits})
    assert answer.status_code == 422, answer.text
    assert (await desk.get("/assets/ACME/splits")).json() == []


async def test_many_bars_at_once(desk):
    from datetime import date, timedelta

    days = [(date(1950, 1, 1) + timedelta(days=n)).isoformat() for n in range(20_000)]
    bars = [{"timestamp": day, "close": "1.25"} for day in days]
    assert (await put(desk, bars)).json()["created"] == 20_000
    assert (await put(desk, bars)).json()["unchanged"] == 20_000
