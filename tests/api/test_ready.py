"""What was asked before is answered at once, unless anything at all has changed since."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from argosy.core.errors import StorageError
from argosy.runtime.clock import FixedClock
from argosy.store.moment import Moments
from argosy.wiring import Argosy
from tests.support.api import Client, app_client, sign_up
from tests.support.desk import BASE, Desk


@pytest.fixture
def refuse(each_argosy: Argosy, monkeypatch: pytest.MonkeyPatch):
    """Let nobody ask the database for a session from then on."""

    def start() -> None:
        def refused() -> None:
            raise StorageError("Nobody may ask the database now.")

        monkeypatch.setattr(each_argosy.database, "read", refused)

    return start


@pytest.fixture
async def desk(each_client: Client) -> Desk:
    desk = await Desk.opened(each_client)
    await desk.buy("10", "2024-01-05")
    return desk


async def asked(desk: Desk, times: int = 1, part: str = "", **headers: str):
    for _ in range(times):
        path = f"{BASE}/portfolios/{desk.portfolio_id}{part}"
        answer = await desk.client.get(path, headers=headers)
    return answer


@pytest.mark.parametrize("part", ["", "/holdings", "/performance?range=1Y"])
async def test_asked_for_the_third_time_the_database_is_not(desk, refuse, part):
    first = await asked(desk, 2, part)
    refuse()
    again = await asked(desk, 1, part)
    assert again.status_code == 200
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["content-type"] == "application/json"
    assert again.headers["x-content-type-options"] == "nosniff"


async def test_one_that_has_it_already_is_told_so(desk, refuse):
    first = await asked(desk, 2)
    refuse()
    again = await asked(desk, 1, "", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-length" not in again.headers


async def test_ones_own_edit_is_seen_at_once(desk):
    before = (await asked(desk, 3)).json()["total_value"]
    await desk.buy("5", "2024-01-08")
    assert (await asked(desk)).json()["total_value"] != before


async def test_an_edit_by_another_process_is_seen_at_once(desk, each_argosy, clock):
    before = (await asked(desk, 3)).json()["total_value"]
    async with (
        Argosy.opened(each_argosy.settings, clock=clock) as other,
        app_client(other) as client,
    ):
        client.headers["Authorization"] = desk.client.headers["Authorization"]
        elsewhere = Desk(client)
        elsewhere.portfolio_id = desk.portfolio_id
        await elsewhere.buy("5", "2024-01-08")
    assert (await asked(desk)).json()["total_value"] != before


async def test_nobody_gets_what_another_asked(desk, refuse):
    await asked(desk, 3)
    await sign_up(desk.client, "bob")
    assert (await asked(desk, 3)).status_code == 404
    refuse()
    del desk.client.headers["Authorization"]
    assert (await asked(desk)).status_code == 401


async def test_a_token_that_has_expired_opens_nothing(desk, clock: FixedClock):
    await asked(desk, 3)
    clock.advance(timedelta(minutes=31))
    assert (await asked(desk)).status_code == 401


async def test_a_new_day_is_a_new_question(desk, clock: FixedClock, refuse):
    clock.advance(timedelta(hours=11, minutes=50))
    await sign_up_again(desk)
    await asked(desk, 3)
    clock.advance(timedelta(minutes=20))
    refuse()
    assert (await asked(desk)).status_code == 503


async def sign_up_again(desk: Desk) -> None:
    body = {"email": "ada@example.org", "password": "a long and quiet sentence"}
    tokens = (await desk.client.post(f"{BASE}/auth/login", json=body)).json()
    desk.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


async def test_a_moment_lasts_until_something_is_stored(each_argosy: Argosy, desk: Desk):
    moments = Moments(each_argosy.database)
    try:
        first = await moments.now()
        assert first is not None
        async with each_argosy.database.read():
            assert await moments.now() == first
        await desk.buy("1", "2024-01-09")
        assert await moments.now() != first
    finally:
        await moments.close()


async def test_what_is_taken_back_changes_nothing_that_is_answered(desk, each_argosy):
    before = (await asked(desk, 3)).content
    async with each_argosy.database.trial() as session:
        await session.connection()
    assert (await asked(desk)).content == before


async def test_a_database_that_cannot_tell_is_asked_the_usual_way(desk, each_argosy, monkeypatch):
    async def unknown() -> None:
        return None

    first = await asked(desk, 3)
    monkeypatch.setattr(each_argosy.moments, "now", unknown)
    assert (await asked(desk, 2)).content == first.content


async def test_of_many_who_ask_after_a_change_one_goes_the_long_way(desk, each_argosy, monkeypatch):
    await asked(desk, 3)
    await desk.buy("5", "2024-01-08")
    read, sessions = each_argosy.database.read, []

    def counted():
        sessions.append(1)
        return read()

    monkeypatch.setattr(each_argosy.database, "read", counted)
    answers = await asyncio.gather(*(asked(desk) for _ in range(20)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
    assert len(sessions) == 1


async def test_one_that_always_says_what_it_has_is_answered_at_once_too(desk, refuse):
    tag = {"If-None-Match": (await asked(desk, 3)).headers["etag"]}
    await desk.portfolio("Another one")
    assert (await asked(desk, 1, "", **tag)).status_code == 304
    refuse()
    assert (await asked(desk, 1, "", **tag)).status_code == 304


async def test_what_is_gone_is_gone_for_all_who_ask_at_once(desk, each_argosy):
    """The transport raises what the server would: an answer alone would hide it."""
    await asked(desk, 3)
    path = f"{BASE}/portfolios/{desk.portfolio_id}"
    transport = httpx2.ASGITransport(app=desk.client._transport.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://argosy.test") as strict:
        strict.headers["Authorization"] = desk.client.headers["Authorization"]
        assert (await strict.delete(path)).status_code == 204
        answers = await asyncio.gather(*(strict.get(path) for _ in range(20)))
    assert {one.status_code for one in answers} == {404}
