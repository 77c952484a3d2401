"""When prices have changed, what was asked lately is answered before anybody asks again."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
import pytest

from argosy.api.app import create_app
from argosy.api.warmth import QUESTIONS_MAX, WARMING, Asked, Question
from argosy.runtime.bus import PRICES_CHANGED
from argosy.runtime.clock import FixedClock
from argosy.wiring import Argosy
from tests.api.conftest import NOW
from tests.support.api import app_client, make_settings
from tests.support.desk import BASE, Desk

PATHS = ("", "/performance?range=1Y", "/series")


@asynccontextmanager
async def serving(tmp_path, database_url, clock, **more):
    """The real application with its lifespan, and somebody who looks at a portfolio."""
    argosy = Argosy(make_settings(tmp_path, database_url, **more), clock=clock)
    app = create_app(argosy)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://argosy.test") as client,
    ):
        desk = await Desk.opened(client)
        await desk.buy("10", "2024-01-05")
        await price(desk, "2024-01-08", "101")
        yield argosy, desk


async def price(desk, day, close):
    body = {"source": "manual", "interval": "1d", "bars": [{"timestamp": day, "close": close}]}
    answer = await desk.client.put(f"{BASE}/assets/ACME/prices", json=body)
    assert answer.status_code == 200, answer.text


async def looked_at(desk):
    answers = [await desk.get(f"/portfolios/{desk.portfolio_id}{path}") for path in PATHS]
    assert [one.status_code for one in answers] == [200] * len(PATHS)
    return [one.headers["etag"] for one in answers]


def kept(argosy, etags):
    """Which answers are kept already, by the tags that they will have."""
    found = (argosy.answers.lookup(etag.removeprefix('W/"').rstrip('"')) for etag in etags)
    return [body is not None for body in found]


@pytest.mark.parametrize("over_redis", [False, pytest.param(True, marks=pytest.mark.valkey)])
async def test_the_next_read_after_a_change_finds_its_answer_kept(
    tmp_path, database_url, request, over_redis
):
    more = {"redis_url": request.getfixturevalue("redis_url")} if over_redis else {}
    clock = FixedClock(NOW)
    async with serving(tmp_path, database_url, clock, **more) as (argosy, desk):
        before = await looked_at(desk)
        await price(desk, "2024-01-09", "120")
        wanted = await seen_elsewhere(argosy, desk)
        assert set(wanted).isdisjoint(before)
        assert kept(argosy, wanted) == [False] * len(PATHS)
        await argosy.bus.publish(PRICES_CHANGED, b"{}")
        for _ in range(2_000):
            if all(kept(argosy, wanted)):
                break
            await asyncio.sleep(0.01)
        assert kept(argosy, wanted) == [True] * len(PATHS)
        size = argosy.answers.size_bytes
        assert await looked_at(desk) == wanted
        assert argosy.answers.size_bytes == size


async def test_a_redis_that_is_gone_takes_nothing_but_the_head_start(tmp_path, sqlite_url):
    nowhere = {"redis_url": "redis://127.0.0.1:1/0"}
    async with serving(tmp_path, sqlite_url, FixedClock(NOW), **nowhere) as (_, desk):
        first = await looked_at(desk)
        await price(desk, "2024-01-09", "120")
        assert set(await looked_at(desk)).isdisjoint(first)


async def seen_elsewhere(argosy, desk):
    """The tags of the answers as another process gives them, which keeps its own."""
    async with (
        Argosy.opened(argosy.settings, clock=argosy.clock) as other,
        app_client(other) as client,
    ):
        client.headers["Authorization"] = desk.client.headers["Authorization"]
        reader = Desk(client)
        reader.portfolio_id = desk.portfolio_id
        return await looked_at(reader)


def question(path, *, query=b"", warming=False):
    scope = {"type": "http", "path": path, "query_string": query, "headers": [], "server": None}
    return scope | ({WARMING: True} if warming else {})


def test_a_question_is_forgotten_after_a_while_unless_it_is_asked_again():
    clock = FixedClock(NOW)
    asked = Asked(clock)
    asked.note("ada", question("/a"))
    asked.note("ada", question("/b", query=b"range=1Y"))
    clock.advance(timedelta(minutes=10))
    asked.note("ada", question("/a"))
    assert [one.path for one in asked.lately()] == ["/b", "/a"]
    clock.advance(timedelta(minutes=6))
    assert asked.lately() == [Question("ada", "/a", b"")]
    clock.advance(timedelta(minutes=10))
    assert asked.lately() == []


def test_what_the_process_asks_itself_keeps_nothing_warm():
    asked = Asked(FixedClock(NOW))
    asked.note("ada", question("/a", warming=True))
    assert asked.lately() == []


def test_of_very_many_questions_the_last_are_remembered():
    asked = Asked(FixedClock(NOW))
    for number in range(QUESTIONS_MAX + 3):
        asked.note("ada", question(f"/{number}"))
    assert next(one.path for one in asked.lately()) == "/3"
    assert len(asked.lately()) == QUESTIONS_MAX
