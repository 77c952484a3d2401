"""The live feed as server-sent events: the same words, over one answer that goes on."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from argosy.wiring import Argosy
from tests.api.test_stream import acme, quote
from tests.support.api import make_settings, sign_up
from tests.support.desk import BASE, Desk
from tests.support.live import WAIT_S, serving


class Reader:
    """Reads events off an answer."""

    def __init__(self, response) -> None:
        self.response = response
        self.lines = response.aiter_lines()

    async def next(self, *types: str) -> dict:
        """Return the next event of a type, with its id."""
        async with asyncio.timeout(WAIT_S):
            event: dict = {}
            async for line in self.lines:
                name, _, value = line.partition(": ")
                if line.startswith(":"):
                    continue
                if name in {"id", "event", "data"}:
                    event[name] = value
                elif not line and event and (not types or event["event"] in types):
                    return {"id": event.get("id"), **json.loads(event["data"])}
                elif not line:
                    event = {}
        raise AssertionError("the answer ended")


@asynccontextmanager
async def reading(served, *, last_id: str | None = None, **wanted):
    headers = {} if last_id is None else {"Last-Event-ID": last_id}
    address = f"{BASE}/events"
    async with served.client.stream("GET", address, params=wanted, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Reader(response)


@pytest.fixture
async def each_served(tmp_path, database_url, clock):
    async with serving(Argosy(make_settings(tmp_path, database_url), clock=clock)) as running:
        yield running


async def test_events_are_told_and_the_last_id_brings_back_what_was_missed(each_served):
    desk = await Desk.opened(each_served.client)
    asset_id = await acme(each_served.client)
    wanted = {"portfolios": desk.portfolio_id, "symbols": "ACME"}
    async with reading(each_served, **wanted) as events:
        assert (await events.next("connection"))["status"] == "connected"
        first = await events.next("portfolio_update")
        assert first["portfolio"] == (await desk.get(f"/portfolios/{desk.portfolio_id}")).json()
        await quote(each_served, asset_id, "1")
        last = await events.next("price_update")
    await quote(each_served, asset_id, "2")
    await desk.buy("10", "2024-01-05")
    async with reading(each_served, last_id=last["id"], **wanted) as events:
        missed = await events.next("price_update")
        assert (missed["price"], missed["previous"]) == ("2", last["seq"])
        update = await events.next("portfolio_update")
        assert "snapshot" not in update
        assert update["portfolio"]["total_cost"] == "1000"
    async with reading(each_served, last_id="another-7", symbols="ACME") as events:
        snapshot = await events.next("price_update")
        assert (snapshot["price"], snapshot["snapshot"]) == ("2", True)


async def test_the_end_of_the_token_ends_the_answer(each_served, clock):
    desk = await Desk.opened(each_served.client)
    async with reading(each_served, portfolios=desk.portfolio_id) as events:
        await events.next("portfolio_update")
        clock.advance(timedelta(minutes=31))
        assert (await events.next("closed"))["reason"] == "The token has expired."
        with pytest.raises(AssertionError, match="ended"):
            await events.next()


@pytest.mark.parametrize(
    ("wanted", "status"),
    [({}, 422), ({"symbols": "NOPE"}, 422), ({"portfolios": "nobodys"}, 404), ({"jobs": "1"}, 403)],
)
async def test_what_cannot_be_heard_is_an_error_at_once(each_served, wanted, status):
    await sign_up(each_served.client)
    answer = await each_served.client.get(f"{BASE}/events", params=wanted)
    assert answer.status_code == status, answer.text


async def test_strangers_hear_nothing(each_served):
    assert (await each_served.client.get(f"{BASE}/events?symbols=ACME")).status_code == 401


async def test_others_portfolios_do_not_exist(each_served):
    desk = await Desk.opened(each_served.client)
    await sign_up(each_served.client, "eve")
    answer = await each_served.client.get(f"{BASE}/events?portfolios={desk.portfolio_id}")
    assert answer.status_code == 404


async def test_one_account_has_so_many_answers_open(tmp_path, sqlite_url, clock):
    settings = make_settings(tmp_path, sqlite_url, live_connections=1)
    async with serving(Argosy(settings, clock=clock)) as served:
        await Desk.opened(served.client)
        async with reading(served, symbols="ACME") as events:
            await events.next("connection")
            answer = await served.client.get(f"{BASE}/events?symbols=ACME")
            assert answer.status_code == 429
