"""The queue of histories over the API, and why an asset is fetched by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import text

pytest.importorskip("yfinance")

from argosy.core.market.asset import AssetCategory
from argosy.services import assets, backfill, tracking
from argosy.services.assets import AssetDraft
from argosy.store import queue
from tests.api.conftest import NOW
from tests.simulator.server import Simulator
from tests.simulator.yahoo import raw_closes
from tests.support.api import app_client, make_settings
from tests.support.desk import Desk

HEALTH = "/health/queue"


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def settings(tmp_path, database_url, simulator):
    return make_settings(tmp_path, database_url, yahoo_url=simulator.url)


@pytest.fixture
async def desk(client):
    desk = await Desk.opened(client)
    await desk.buy("2", "2024-05-06")
    return desk


async def promote(argosy):
    async with argosy.database.write() as session:
        await session.execute(text("UPDATE users SET is_admin = TRUE"))


async def follow(argosy):
    return await tracking.catch_up(
        argosy.database, argosy.sources, compute=argosy.compute, clock=argosy.clock
    )


async def work(argosy):
    return await backfill.work_one(
        argosy.database, argosy.sources, clock=argosy.clock, worker="test"
    )


async def get(client, path):
    answer = await client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_purchase_leads_to_prices_from_a_year_before(argosy, desk, simulator):
    await follow(argosy)
    why = await get(desk.client, "/assets/ACME/tracking")
    assert (why["tracked"], why["enabled"]) == (True, False)
    assert why["reasons"] == {"holders": 1, "watchers": 0, "benchmarks": 0, "alerts": 0}
    (job,) = why["jobs"]
    assert (job["start"], job["end"], job["status"]) == ("2023-05-06", "2024-06-02", "pending")
    assert (await work(argosy)).changed
    prices = await get(desk.client, "/assets/ACME/prices?limit=1000")
    found = {row["timestamp"][:10]: row["close"] for row in prices["items"]}
    expected = raw_closes(simulator.listings["ACME"])
    assert set(found) == {str(day) for day in expected if str(day) <= "2024-06-02"}
    why = await get(desk.client, "/assets/ACME/tracking")
    assert why["last_collected"] == "2024-06-03T12:00:00Z"
    assert why["next_collection_at"] == "2024-06-03T12:15:00Z"
    assert (why["history_from"], why["history_until"]) == ("2023-05-06", "2024-06-02")


async def test_the_queue_is_told_to_administrators_alone(argosy, desk):
    for method, path in [
        ("GET", ""), ("POST", "/pause"), ("POST", "/resume"), ("POST", "/1/retry"),
    ]:  # fmt: skip
        answer = await desk.client.request(method, f"/api/v1/queue{path}")
        assert answer.status_code == 403, path


async def test_the_queue_says_what_waits_and_what_sources_may_still_be_asked(argosy, desk):
    await promote(argosy)
    await follow(argosy)
    found = await get(desk.client, "/queue")
    (job,) = found["items"]
    assert (job["symbol"], job["cause"], job["priority"]) == ("ACME", "held", 2)
    assert found["by_status"] == {
        "pending": 1, "in_progress": 0, "rate_limited": 0, "completed": 0, "failed": 0,
    }  # fmt: skip
    assert (found["paused"], found["done_at"], found["next_cursor"]) == (False, None, None)
    budgets = {one["name"]: one["limits"] for one in found["sources"]}
    assert budgets["yahoo"] == [{"requests": 60, "per_s": 60.0, "left": 60}]
    assert (await get(desk.client, "/queue?status=failed"))["items"] == []
    assert len((await get(desk.client, "/queue?asset=ACME"))["items"]) == 1


async def test_the_queue_is_likely_to_be_empty_at_the_pace_of_late(argosy, desk, clock):
    await promote(argosy)
    await follow(argosy)
    for step in range(3):
        asset = await desk.asset(f"NEW{step}")
        await desk.buy("1", "2024-05-06", symbol=asset["symbol"])
    await follow(argosy)
    for _ in range(2):
        clock.advance(timedelta(seconds=30))
        async with argosy.database.write() as session:
            job = await queue.claim(session, worker="w", now=clock.now(), until=clock.now())
            await queue.complete(session, job, at=clock.now())
    found = await get(desk.client, "/queue")
    assert found["by_status"]["pending"] == 2
    assert found["done_at"] == (clock.now() + timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_a_failed_job_is_tried_again_on_request(argosy, desk, simulator):
    await promote(argosy)
    listing = simulator.listings.pop("ACME")
    await follow(argosy)
    await work(argosy)
    simulator.listings["ACME"] = listing
    (job,) = (await get(desk.client, "/queue?status=failed"))["items"]
    assert f"PUT /assets/{job['asset_id']}/sources" in job["reason"]
    again = await desk.client.post(f"/api/v1/queue/{job['id']}/retry")
    assert (again.status_code, again.json()["status"]) == (200, "pending")
    twice = await desk.client.post(f"/api/v1/queue/{job['id']}/retry")
    assert twice.status_code == 409
    assert (await desk.client.post("/api/v1/queue/999/retry")).status_code == 404
    assert (await work(argosy)).changed


async def test_the_queue_and_a_job_are_paused_and_resumed(argosy, desk):
    await promote(argosy)
    await follow(argosy)
    (job,) = (await get(desk.client, "/queue"))["items"]
    for path in ("", f"/{job['id']}"):
        assert (await desk.client.post(f"/api/v1/queue{path}/pause")).is_success
        assert await work(argosy) is None
        assert (await desk.client.post(f"/api/v1/queue{path}/resume")).is_success
    assert (await work(argosy)).changed
    done = await desk.client.post(f"/api/v1/queue/{job['id']}/pause")
    assert done.status_code == 409


async def test_health_tells_numbers_and_no_symbols_to_anybody(argosy, desk, clock):
    await follow(argosy)
    answer = await desk.client.get(HEALTH, headers={"Authorization": ""})
    assert answer.status_code == 200
    assert "ACME" not in answer.text
    found = answer.json()
    assert (found["by_status"]["pending"], found["workers"]) == (1, 0)
    async with argosy.database.write() as session:
        await queue.claim(session, worker="w", now=NOW, until=NOW + timedelta(minutes=2))
    assert (await desk.client.get(HEALTH)).json()["workers"] == 1
    async with argosy.database.write() as session:
        await queue.set_queue_paused(session, paused=True)
    assert (await desk.client.get(HEALTH)).json()["status"] == "paused"


async def test_jobs_that_wait_where_nobody_works_are_a_stalled_queue(argosy, desk, clock):
    await follow(argosy)
    async with argosy.database.read() as session:
        (job,) = (await queue.page(session)).items
    clock.advance(job.created_at + timedelta(hours=2) - clock.now())
    found = (await desk.client.get(HEALTH)).json()
    assert (found["status"], found["oldest_pending_s"]) == ("stalled", 7200)


async def test_nobody_sees_the_tracking_of_somebody_elses_asset(argosy, desk, client):
    asset = await get(client, "/assets/ACME")
    await Desk.opened(client, "bob")
    answer = await client.get(f"/api/v1/assets/{asset['id']}/tracking")
    assert answer.status_code == 404


async def test_an_own_asset_is_enabled_by_its_owner_and_nobody_else(argosy, desk):
    await desk.asset("MINE")
    path = "/api/v1/assets/MINE/tracking"
    wanted = {"enabled": True, "priority": 1, "interval_minutes": 60}
    changed = (await desk.client.patch(path, json=wanted)).json()
    assert (changed["tracked"], changed["priority"], changed["interval_minutes"]) == (True, 1, 60)
    assert [job["status"] for job in changed["jobs"]] == ["pending"]
    back = (await desk.client.patch(path, json={"enabled": False})).json()
    assert (back["tracked"], back["priority"], back["jobs"]) == (False, 1, [])
    refused = await desk.client.patch(path, json={"priority": 4})
    assert refused.status_code == 422
    mine = (await get(desk.client, "/assets/MINE"))["id"]
    async with app_client(argosy) as client:
        await Desk.opened(client, "eve")
        stranger = await client.patch(f"/api/v1/assets/{mine}/tracking", json=wanted)
        assert stranger.status_code == 404


async def test_who_holds_a_shared_asset_is_told_to_administrators_alone(argosy, desk):
    async with argosy.database.write() as session:
        draft = AssetDraft(symbol="BTC", category=AssetCategory.CRYPTO, currency="USD")
        shared = (await assets.create(session, draft, owner=None, by=None)).asset
    path = f"/assets/{shared.id}/tracking"
    assert (await get(desk.client, path))["reasons"] is None
    refused = await desk.client.patch(f"/api/v1{path}", json={"enabled": True})
    assert refused.status_code == 403
    await promote(argosy)
    assert (await get(desk.client, path))["reasons"]["holders"] == 0
    enabled = await desk.client.patch(f"/api/v1{path}", json={"enabled": True})
    assert enabled.json()["tracked"]
