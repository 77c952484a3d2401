"""Answers kept as bytes by version."""

import asyncio
import gzip

import orjson
import pytest
from fastapi import FastAPI, Request, Response

from argosy.api.body import exact_router
from argosy.api.responses import versioned

state = {"version": 1, "built": 0}
BODY = orjson.dumps({"value": list(range(5000))})


def counted(app: FastAPI) -> None:
    router = exact_router()

    @router.get("/counted/{name}")
    async def answer(request: Request, name: str) -> Response:
        async def build() -> bytes:
            state["built"] += 1
            await asyncio.sleep(0.02)
            return BODY

        return await versioned(request, ("counted", name, state["version"]), build)

    app.include_router(router)


@pytest.fixture
async def client(extended):
    state.update(version=1, built=0)
    async with extended(counted) as opened:
        yield opened


async def test_an_answer_is_built_once_for_each_version(client):
    for _ in range(3):
        assert (await client.get("/counted/a")).content == BODY
    assert state["built"] == 1
    state["version"] = 2
    assert (await client.get("/counted/a")).status_code == 200
    assert state["built"] == 2
    await client.get("/counted/b")
    assert state["built"] == 3


async def test_those_who_ask_at_once_wait_for_one_build(client):
    await asyncio.gather(*(client.get("/counted/a") for _ in range(8)))
    assert state["built"] == 1


async def test_whoever_has_the_version_gets_304(client):
    tag = (await client.get("/counted/a")).headers["ETag"]
    assert tag.startswith('W/"')
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = await client.get("/counted/a", headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
    state["version"] = 2
    changed = await client.get("/counted/a", headers={"If-None-Match": tag})
    assert changed.status_code == 200


async def test_the_packed_form_is_kept_too(client):
    for _ in range(2):
        async with client.stream("GET", "/counted/a", headers={"Accept-Encoding": "gzip"}) as got:
            packed = b"".join([part async for part in got.aiter_raw()])
        assert got.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed) == BODY
    plain = await client.get("/counted/a", headers={"Accept-Encoding": "identity"})
    assert plain.content == BODY
    assert "Content-Encoding" not in plain.headers
