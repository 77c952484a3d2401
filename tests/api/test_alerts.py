"""Alerts, notifications and webhooks over the API."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from argosy.jobs import tasks
from argosy.jobs.runner import Runner
from argosy.jobs.schedule import schedule_of
from argosy.runtime.clock import FixedClock
from argosy.runtime.signatures import is_signed
from argosy.wiring import Argosy
from tests.support.api import Client, app_client, log_in, make_settings, register, sign_up
from tests.support.receiver import Answer, Receiver, receiving

BASE = "/api/v1"
NOW = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)
PRICE = {"kind": "price", "asset": "ACME", "side": "above", "threshold": "100"}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


@pytest.fixture
async def argosy(tmp_path: Path, sqlite_url: str, clock: FixedClock) -> AsyncIterator[Argosy]:
    settings = make_settings(
        tmp_path, sqlite_url, outgoing_http=True, outgoing_networks="127.0.0.1/32"
    )
    async with Argosy.opened(settings, clock=clock) as opened:
        await Runner(opened, schedule_of(settings)).register()
        yield opened


@pytest.fixture
async def own(argosy: Argosy) -> AsyncIterator[Client]:
    async with app_client(argosy) as client:
        await sign_up(client)
        asset = {"symbol": "ACME", "currency": "USD", "exchange": "NYSE"}
        await client.post(f"{BASE}/assets", json=asset)
        bars = [{"timestamp": "2024-06-03", "close": "101.50"}]
        stored = await client.put(f"{BASE}/assets/ACME/prices", json={"bars": bars})
        assert stored.status_code == 200, stored.text
        yield client


async def make(client: Client, **fields: object) -> dict:
    response = await client.post(f"{BASE}/alerts", json={**PRICE, **fields})
    assert response.status_code == 201, response.text
    return response.json()


async def hook(client: Client, url: str, **fields: object) -> dict:
    response = await client.post(f"{BASE}/webhooks", json={"url": url, **fields})
    assert response.status_code == 201, response.text
    return response.json()


async def become_eve(client: Client) -> None:
    await register(client, "eve")
    tokens = await log_in(client, "eve")
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


async def test_an_alert_says_what_it_waits_for_and_what_is_known(own: Client, argosy: Argosy):
    made = await make(own, back_off_minutes=60, expires_at="2024-12-31T00:00:00+01:00")
    assert (made["waits_for"], made["holds"]) == ("a price of 100 USD or more", None)
    assert (made["symbol"], made["threshold"]) == ("ACME", "100")
    assert (made["cool_down_minutes"], made["back_off_minutes"]) == (60, 60)
    assert made["expires_at"] == "2024-12-30T23:00:00Z"
    await tasks.look_at_alerts(argosy)
    found = (await own.get(f"{BASE}/alerts/{made['id']}")).json()
    assert (found["holds"], found["since"]) == (True, "2024-06-03T12:00:00Z")
    assert found["seen"]["value"] == "101.5"
    assert found["seen"]["source"] == "manual"
    page = (await own.get(f"{BASE}/notifications", params={"alert_id": made["id"]})).json()
    (told,) = page["items"]
    assert (told["kind"], page["unread"]) == ("alert.price", 1)
    assert told["details"]["threshold"] == "100"


async def test_an_alert_is_changed_rests_and_is_deleted(own: Client, argosy: Argosy):
    made = await make(own, name="High", note="Sell?")
    place = f"{BASE}/alerts/{made['id']}"
    changed = (await own.patch(place, json={"threshold": 120, "note": None})).json()
    assert (changed["threshold"], changed["note"], changed["name"]) == ("120", None, "High")
    assert (await own.patch(place, json={"enabled": False})).json()["enabled"] is False
    assert "0 alerts" in await tasks.look_at_alerts(argosy)
    assert (await own.patch(place, json={"days": 3})).status_code == 422
    assert (await own.patch(place, json={"kind": "stale"})).status_code == 422
    assert (await own.delete(place)).status_code == 204
    assert (await own.get(place)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "price"},
        {"kind": "sunrise"},
        {**PRICE, "threshold": "NaN"},
        {**PRICE, "threshold": "1e30"},
        {**PRICE, "side": "left"},
        {**PRICE, "window": "1D"},
        {**PRICE, "asset": "a\u0000b"},
        {**PRICE, "portfolio_id": "none"},
        {**PRICE, "expires_at": "9999-12-31T23:59:59-14:00"},
        {**PRICE, "expires_at": "2024-12-31T00:00:00"},
        {**PRICE, "expires_at": 5},
        {**PRICE, "expires_at": "2020-01-01T00:00:00Z"},
        {**PRICE, "cool_down_minutes": -1},
        {**PRICE, "back_off_minutes": 0},
        {**PRICE, "user_id": "somebody"},
        {"kind": "drawdown", "threshold": "0.1"},
        {"kind": "ex_date", "asset": "ACME", "days": 1_000},
    ],
)
async def test_what_cannot_be_meant_is_refused(own: Client, body):
    answer = await own.post(f"{BASE}/alerts", json=body)
    assert answer.status_code in {404, 422}, answer.text
    assert (await own.get(f"{BASE}/alerts")).json()["items"] == []


async def test_alerts_on_jobs_are_for_administrators(own: Client):
    answer = await own.post(f"{BASE}/alerts", json={"kind": "job"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_what_was_told_is_read_page_by_page_and_marked(
    own: Client, argosy: Argosy, clock: FixedClock
):
    for threshold in (1, 2, 3):
        await make(own, threshold=threshold)
    await tasks.look_at_alerts(argosy)
    first = (await own.get(f"{BASE}/notifications", params={"limit": 2})).json()
    cursor = {"limit": 2, "cursor": first["next_cursor"]}
    rest = (await own.get(f"{BASE}/notifications", params=cursor)).json()
    found = [one["id"] for one in (*first["items"], *rest["items"])]
    assert (len(set(found)), first["unread"], rest["next_cursor"]) == (3, 3, None)
    clock.advance(timedelta(minutes=1))
    marked = await own.post(f"{BASE}/notifications/read", json={"ids": [found[0], "no id"]})
    assert marked.json() == {"changed": 1, "unread": 2}
    unread = (await own.get(f"{BASE}/notifications", params={"unread": True})).json()
    assert [one["id"] for one in unread["items"]] == found[1:]
    assert (await own.post(f"{BASE}/notifications/read", json={})).json()["unread"] == 0
    back = {"ids": [found[0]], "read": False}
    assert (await own.post(f"{BASE}/notifications/read", json=back)).json()["unread"] == 1
    assert (await own.get(f"{BASE}/notifications", params={"cursor": "x"})).status_code == 422
    await become_eve(own)
    assert (await own.post(f"{BASE}/notifications/read", json={})).json()["changed"] == 0
    mine = (await own.get(f"{BASE}/notifications")).json()
    assert (mine["items"], mine["unread"]) == ([], 0)


async def test_quiet_hours_are_kept_whole_or_not_at_all(own: Client):
    place = f"{BASE}/notifications/settings"
    default = (await own.get(place)).json()
    assert default == {
        "time_zone": "UTC",
        "quiet_from": None,
        "quiet_until": None,
        "email": False,
        "can_mail": False,
    }
    wanted = {"time_zone": "Europe/Zurich", "quiet_from": "22:00", "quiet_until": "07:30"}
    stored = (await own.put(place, json=wanted)).json()
    assert wanted.items() <= stored.items()
    for wrong in (
        {"time_zone": "Mars/Olympus"},
        {"quiet_from": "22:00"},
        {"quiet_from": "07:00", "quiet_until": "07:00"},
        {"quiet_from": "24:00", "quiet_until": "07:00"},
        {"quiet_from": 79_200, "quiet_until": "07:00"},
    ):
        assert (await own.put(place, json=wrong)).status_code == 422
    assert (await own.get(place)).json() == stored


async def test_the_secret_of_a_webhook_is_shown_once_and_signs(
    own: Client, argosy: Argosy, receiver: Receiver
):
    made = await hook(own, receiver.url, kinds=["alert"], name="Mine")
    secret = made["secret"]
    for answer in (
        await own.get(f"{BASE}/webhooks"),
        await own.get(f"{BASE}/webhooks/{made['id']}"),
        await own.patch(f"{BASE}/webhooks/{made['id']}", json={"name": "Other"}),
    ):
        assert answer.status_code == 200
        assert "whsec_" not in answer.text
        assert '"secret"' not in answer.text
    await make(own)
    await tasks.look_at_alerts(argosy)
    await tasks.send_notifications(argosy)
    (request,) = receiver.requests
    assert is_signed(secret, request.headers, request.body, now=NOW)
    assert json.loads(request.body)["data"]["details"]["value"] == "101.5"
    log = (await own.get(f"{BASE}/webhooks/{made['id']}/deliveries")).json()
    (one,) = log["items"]
    assert (one["status"], one["tries"][0]["status"]) == ("delivered", 204)
    place = f"{BASE}/webhooks/{made['id']}/deliveries/{one['id']}/replay"
    assert (await own.post(place)).status_code == 202
    await tasks.send_notifications(argosy)
    assert len(receiver.requests) == 2
    renewed = (await own.post(f"{BASE}/webhooks/{made['id']}/secret")).json()
    assert renewed["secret"] != secret


async def test_the_test_button_says_what_came_of_it(own: Client, receiver: Receiver):
    made = await hook(own, receiver.url)
    receiver.answers = [Answer(500, body=b"<b>no</b>")]
    place = f"{BASE}/webhooks/{made['id']}/test"
    answer = (await own.post(place)).json()
    assert answer["status"] == "failed"
    assert (answer["tries"][0]["status"], answer["tries"][0]["answer"]) == (500, "<b>no</b>")
    again = await own.post(place)
    assert (again.status_code, again.headers["Retry-After"]) == (429, "5")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/", "https://127.0.0.2/", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://u:p@example.org/", "file:///etc/passwd",
        "gopher://example.org/", "https://", "https://example.org/" + "x" * 2_000,
    ],
)  # fmt: skip
async def test_a_webhook_cannot_lead_inside(own: Client, url):
    answer = await own.post(f"{BASE}/webhooks", json={"url": url})
    assert answer.status_code == 422, answer.text
    assert (await own.get(f"{BASE}/webhooks")).json() == []


async def test_what_a_webhook_cannot_hear_is_refused(own: Client):
    body = {"url": "https://example.org/", "kinds": ["sunrise"]}
    assert (await own.post(f"{BASE}/webhooks", json=body)).status_code == 422


async def test_another_users_alerts_and_webhooks_do_not_exist(own: Client, receiver: Receiver):
    alert, made = await make(own), await hook(own, receiver.url)
    await own.post(f"{BASE}/webhooks/{made['id']}/test")
    log = (await own.get(f"{BASE}/webhooks/{made['id']}/deliveries")).json()
    delivery = log["items"][0]["id"]
    await become_eve(own)
    place = f"{BASE}/webhooks/{made['id']}"
    answers = [
        await own.get(f"{BASE}/alerts/{alert['id']}"),
        await own.patch(f"{BASE}/alerts/{alert['id']}", json={"enabled": False}),
        await own.delete(f"{BASE}/alerts/{alert['id']}"),
        await own.post(f"{BASE}/alerts", json=PRICE),
        await own.get(place),
        await own.patch(place, json={"enabled": False}),
        await own.delete(place),
        await own.post(f"{place}/secret"),
        await own.post(f"{place}/test"),
        await own.get(f"{place}/deliveries"),
        await own.post(f"{place}/deliveries/{delivery}/replay"),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert (await own.get(f"{BASE}/alerts")).json()["items"] == []
    assert (await own.get(f"{BASE}/webhooks")).json() == []
    hers = await hook(own, receiver.url)
    wrong = f"{BASE}/webhooks/{hers['id']}/deliveries/{delivery}/replay"
    assert (await own.post(wrong)).status_code == 404
