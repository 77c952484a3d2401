"""What the service says about itself, also while it computes."""

import asyncio
from threading import Event

from argosy import __version__
from argosy.wiring import Argosy
from tests.support.api import app_client, make_settings


async def test_the_service_names_itself(client):
    named = {"service": "argosy", "version": __version__, "status": "running"}
    assert (await client.get("/api/v1")).json() == {**named, "registration": "open"}


async def test_the_service_says_who_may_register(tmp_path, sqlite_url):
    settings = make_settings(tmp_path, sqlite_url, registration="invite", invite_code="ahoy, you")
    async with Argosy.opened(settings) as argosy, app_client(argosy) as client:
        said = (await client.get("/api/v1")).json()
    assert said["registration"] == "invite"
    assert "ahoy" not in str(said)


async def test_health_answers_without_the_database(client, argosy):
    await argosy.database.close()
    expected = {"status": "healthy", "service": "argosy", "version": __version__}
    assert (await client.get("/health")).json() == expected


async def test_the_database_is_named(each_client, each_argosy):
    backend = "sqlite" if each_argosy.database.is_sqlite else "postgresql"
    expected = {"status": "healthy", "backend": backend}
    assert (await each_client.get("/health/db")).json() == expected


async def test_without_redis_memory_takes_its_place(client):
    assert (await client.get("/health/redis")).json() == {"status": "healthy", "backend": "memory"}


async def test_redis_is_named(tmp_path, sqlite_url, redis_url):
    settings = make_settings(tmp_path, sqlite_url, redis_url=redis_url)
    async with Argosy.opened(settings) as argosy, app_client(argosy) as client:
        response = await client.get("/health/redis")
    assert response.json() == {"status": "healthy", "backend": "redis"}


async def test_a_redis_that_is_not_there_is_told(tmp_path, sqlite_url):
    settings = make_settings(tmp_path, sqlite_url, redis_url="redis://127.0.0.1:1/0")
    async with Argosy.opened(settings) as argosy, app_client(argosy) as client:
        response = await client.get("/health/redis")
        assert (await client.get("/health")).status_code == 200
    assert response.status_code == 503
    assert response.json() == {"detail": "Redis does not answer.", "code": "unavailable"}


async def test_a_database_that_is_not_there_is_told(client, argosy, monkeypatch):
    def refuse():
        raise OSError("connection refused")

    monkeypatch.setattr(argosy.database, "read", refuse)
    response = await client.get("/health/db")
    assert response.status_code == 503


def spin(begun: Event, enough: Event) -> None:
    begun.set()
    while not enough.is_set():
        pass


async def test_health_answers_while_a_computation_runs(client, argosy):
    begun, enough = Event(), Event()
    computation = asyncio.ensure_future(argosy.compute.run(spin, begun, enough))
    assert await asyncio.to_thread(begun.wait, 30)
    for _ in range(20):
        assert (await client.get("/health")).status_code == 200
    assert not computation.done()
    enough.set()
    await computation


async def test_the_reference_needs_no_other_host(client):
    response = await client.get("/api/docs")
    assert response.status_code == 200
    assert "/api/v1/auth/login" in response.text
    assert "refresh_token" in response.text
    for outside in ("http://", "https://", "<script"):
        assert outside not in response.text
