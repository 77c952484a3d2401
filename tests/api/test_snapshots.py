"""The JSON of these routes, as the web app's tests read it."""

import pytest

from tests.support.api import log_in, register, sign_up
from tests.support.snapshots import matches_snapshot


async def test_auth_answers(client):
    assert matches_snapshot("auth.register", await register(client))
    assert matches_snapshot("auth.login", await log_in(client))
    await sign_up(client, "bob")
    assert matches_snapshot("auth.me", (await client.get("/api/v1/auth/me")).json())


@pytest.mark.parametrize(
    ("name", "path"),
    [("service.root", "/api/v1"), ("service.health", "/health"), ("service.db", "/health/db")],
)
async def test_service_answers(client, name, path):
    assert matches_snapshot(name, (await client.get(path)).json())


async def test_error_answers(client):
    refused = await client.get("/api/v1/auth/me")
    assert matches_snapshot("errors.unauthorized", refused.json())
    body = {"email": "ada", "username": "a"}
    invalid = await client.post("/api/v1/auth/register", json=body)
    assert matches_snapshot("errors.invalid", invalid.json())
    await register(client)
    taken = {"email": "ada@example.org", "username": "ada2", "password": "long enough"}
    conflict = await client.post("/api/v1/auth/register", json=taken)
    assert matches_snapshot("errors.conflict", conflict.json())
