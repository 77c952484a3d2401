"""The quality of stored prices over the API: reports, doubts, and who decides about them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from argosy.core.market.asset import AssetCategory
from argosy.services import assets, quality
from argosy.services.assets import AssetDraft
from argosy.store import audit
from tests.api.test_prices import items, put
from tests.support.api import app_client
from tests.support.desk import BASE, Desk

LAST = date(2024, 5, 31)
DAYS = [day for n in range(90, -1, -1) if (day := LAST - timedelta(days=n)).weekday() < 5]
HOLIDAYS = {date(2024, 3, 29), date(2024, 5, 27)}
SESSIONS = [day for day in DAYS if day not in HOLIDAYS]
BAD = SESSIONS[30]


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


def bars(changed=None, *, without=()):
    closes = {day: 100 + number % 7 for number, day in enumerate(SESSIONS)} | (changed or {})
    rows = closes.items()
    return [{"timestamp": d.isoformat(), "close": str(c)} for d, c in rows if d not in without]


async def report(desk, name="ACME"):
    answer = await desk.get(f"/assets/{name}/quality")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def decide(desk, status, name="ACME", source="feed", day=BAD):
    path = f"{BASE}/assets/{name}/quality/points/{source}/{day}"
    return await desk.client.put(path, json={"status": status})


async def become_admin(argosy):
    async with argosy.database.write() as session:
        await session.execute(text("UPDATE users SET is_admin = true"))


async def test_a_report_tells_coverage_gaps_doubts_and_scores(each_desk):
    await put(each_desk, bars({BAD: 9999}, without=SESSIONS[10:12]), source="feed")
    await put(each_desk, bars({SESSIONS[40]: 110}, without=SESSIONS[10:13]), source="other")
    found = await report(each_desk)
    assert (found["first_on"], found["last_on"]) == (DAYS[0].isoformat(), "2024-05-31")
    assert (found["expected"], found["missing"], found["doubted"]) == (len(SESSIONS), 2, 0)
    assert found["present"] == len(SESSIONS) - 2
    assert found["gaps"] == [
        {
            "start": SESSIONS[10].isoformat(),
            "end": SESSIONS[11].isoformat(),
            "sessions": 2,
            "status": "open",
        }
    ]
    assert [one["source"] for one in found["sources"]] == ["feed", "other"]
    assert [one["suspects"] for one in found["sources"]] == [1, 0]
    spike, note = found["findings"]
    assert (spike["day"], spike["kind"], spike["status"]) == (BAD.isoformat(), "unit", "suspect")
    assert (note["severity"], note["kind"], note["status"]) == ("note", "disagrees", None)
    [pair] = found["comparisons"]
    assert (pair["days"], pair["beyond"]) == (len(SESSIONS) - 3, 2)
    assert pair["max_on"] == BAD.isoformat()
    scores = found["scores"]
    assert scores["completeness"] == pytest.approx(1 - 2 / len(SESSIONS))
    assert scores["agreement"] == pytest.approx(1 - 2 / (len(SESSIONS) - 3))
    assert scores["freshness"] == 1.0
    assert scores["score"] == pytest.approx(
        0.4 * scores["completeness"]
        + 0.2 * (scores["agreement"] + scores["freshness"] + scores["trust"])
    )


async def test_an_asset_without_prices_has_no_score(desk):
    found = await report(desk)
    assert found["scores"]["score"] is None
    assert (found["sources"], found["gaps"], found["findings"]) == ([], [], [])


async def test_the_owner_of_a_private_asset_decides_and_it_is_kept_who_did(each_argosy, each_desk):
    await put(each_desk, bars({BAD: 9999}), source="feed")
    doubted = {bar["day"]: bar["status"] for bar in await items(each_desk) if bar["status"]}
    assert doubted == {BAD.isoformat(): "suspect"}
    accepted = await decide(each_desk, "accepted")
    assert accepted.status_code == 200, accepted.text
    assert (accepted.json()["status"], accepted.json()["close"]) == ("accepted", "9999")
    reconciled = await items(each_desk, series="reconciled")
    assert {bar["day"]: bar["close"] for bar in reconciled}[BAD.isoformat()] == "9999"
    assert (await decide(each_desk, "rejected")).json()["status"] == "rejected"
    reconciled = await items(each_desk, series="reconciled")
    assert BAD.isoformat() not in {bar["day"] for bar in reconciled}
    mine = (await each_desk.get("/assets/ACME")).json()["id"]
    subject = f"{mine}/feed/{BAD}T00:00:00+00:00"
    async with each_argosy.database.read() as session:
        kept = await audit.of_subject(session, "price", subject)
    assert [one.change.action for one in kept] == ["reject", "accept"]
    assert kept[1].change.before["status"] == "suspect"


async def test_a_price_that_nobody_doubts_can_be_rejected_too(desk):
    await put(desk, bars(), source="feed")
    assert (await decide(desk, "rejected")).status_code == 200
    reconciled = await items(desk, series="reconciled")
    assert len(reconciled) == len(SESSIONS) - 1
    points = (await desk.get("/assets/ACME/quality/points", status="rejected")).json()["items"]
    assert [(one["day"], one["kind"]) for one in points] == [(BAD.isoformat(), None)]


@pytest.mark.parametrize("status", ["suspect", None])
async def test_a_price_is_decided_by_its_time_as_it_is_listed(desk, status):
    await desk.client.patch(f"{BASE}/assets/ACME", json={"exchange": "NYSE"})
    await put(desk, bars({BAD: 9999} if status else {}), source="feed")
    bar = (await items(desk, start=BAD, end=BAD))[0]
    assert (bar["day"], bar["status"]) == (BAD.isoformat(), status)
    decided = await decide(desk, "rejected", day=bar["timestamp"])
    assert decided.status_code == 200, decided.text
    assert (decided.json()["day"], decided.json()["timestamp"]) == (bar["day"], bar["timestamp"])
    assert (await items(desk, start=BAD, end=BAD))[0]["status"] == "rejected"


async def test_a_split_that_is_stated_explains_the_prices_at_once(desk):
    fresh = SESSIONS[-3:]
    await put(desk, bars(dict.fromkeys(fresh, 25)), source="feed")
    assert [bar["status"] for bar in (await items(desk))[-3:]] == ["suspect"] * 3
    body = {"splits": [{"date": fresh[0].isoformat(), "ratio": "4:1"}]}
    assert (await desk.client.put(f"{BASE}/assets/ACME/splits", json=body)).status_code == 200
    assert [bar["status"] for bar in (await items(desk))[-3:]] == [None] * 3


async def test_points_come_in_pages_and_by_status(desk):
    await put(desk, bars({BAD: 9999, SESSIONS[50]: 9999}), source="feed")
    await decide(desk, "accepted")
    first = (await desk.get("/assets/ACME/quality/points", limit=1)).json()
    second = (
        await desk.get("/assets/ACME/quality/points", limit=1, cursor=first["next_cursor"])
    ).json()
    assert [page["items"][0]["status"] for page in (first, second)] == ["accepted", "suspect"]
    assert second["next_cursor"] is None
    suspects = (await desk.get("/assets/ACME/quality/points", status="suspect")).json()
    assert suspects["items"] == second["items"]


@pytest.mark.parametrize(
    ("source", "day", "status"),
    [
        ("feed", "2024-01-06", 404),
        ("nobody", BAD, 404),
        ("feed", f"{BAD}T00:00:01Z", 404),
        ("feed", "never", 422),
        ("feed", "0001-01-01T00:00:00+14:00", 422),
        ("feed", "9999-12-31T23:59:59-14:00", 422),
    ],
)
async def test_a_price_that_is_not_there_cannot_be_decided(desk, source, day, status):
    await put(desk, bars(), source="feed")
    assert (await decide(desk, "accepted", source=source, day=day)).status_code == status


async def test_a_shared_price_is_decided_by_administrators_alone(argosy, desk):
    draft = AssetDraft(symbol="BOTH", exchange="NYSE", category=AssetCategory.STOCK)
    async with argosy.database.write() as session:
        await assets.create(session, draft, owner=None, by=None)
    await put(desk, bars({BAD: 9999}), name="BOTH", source="feed")
    assert (await report(desk, "BOTH"))["sources"] == [], "one's own word is no shared price"
    await become_admin(argosy)
    await put(desk, bars({BAD: 9999}), name="BOTH", source="feed")
    async with app_client(argosy) as client:
        eve = await Desk.opened(client, "eve")
        refused = await decide(eve, "accepted", name="BOTH")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert len((await report(eve, "BOTH"))["findings"]) == 1
        assert (await eve.get("/quality")).status_code == 403
    assert (await decide(desk, "accepted", name="BOTH")).status_code == 200


async def test_nobody_sees_the_quality_of_anothers_private_asset(argosy, desk):
    mine = (await desk.get("/assets/ACME")).json()["id"]
    async with app_client(argosy) as client:
        eve = await Desk.opened(client, "eve")
        for path in (f"/assets/{mine}/quality", f"/assets/{mine}/quality/points"):
            assert (await eve.get(path)).status_code == 404
        assert (await decide(eve, "accepted", name=mine)).status_code == 404


async def test_administrators_see_the_worst_assets_first(each_argosy, each_desk):
    await become_admin(each_argosy)
    for name, without in (("GOOD", ()), ("HOLED", SESSIONS[5:40]), ("WORST", SESSIONS[3:60])):
        await each_desk.asset(name)
        await put(each_desk, bars(without=without), name=name, source="feed")
    assert (await each_desk.get("/quality")).json()["items"] == []
    assert await quality.look_over(each_argosy.database, clock=each_argosy.clock) == 3
    first = (await each_desk.get("/quality", limit=2)).json()
    rest = (await each_desk.get("/quality", limit=2, cursor=first["next_cursor"])).json()
    listed = [one["asset"]["symbol"] for one in first["items"] + rest["items"]]
    assert listed == ["WORST", "HOLED", "GOOD"]
    assert rest["next_cursor"] is None
    assert [one["open_gaps"] for one in first["items"]] == [1, 1]


async def test_looking_again_rates_only_what_changed(argosy, desk):
    await put(desk, bars(), source="feed")
    later = datetime.now(UTC) + timedelta(seconds=2)
    await quality.look_over(argosy.database, clock=argosy.clock)
    async with argosy.database.write() as session:
        await session.execute(
            text("UPDATE asset_quality SET updated_at = :at"), {"at": f"{later:%Y-%m-%d %H:%M:%S}"}
        )
    assert await quality.look_over(argosy.database, clock=argosy.clock) == 0
