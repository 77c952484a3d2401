"""What every request costs before its own work begins: sessions, threads, and who may pass."""

import inspect

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import event, text

from argosy.api.app import create_app
from argosy.store.database import Database
from tests.support.desk import BASE, Desk


def test_no_dependency_is_sent_to_a_thread(argosy):
    """FastAPI runs a plain function in a thread, at a cost that every request would pay."""
    waiting = [
        dependant
        for route in iter_route_contexts(create_app(argosy).routes)
        if isinstance(route.original_route, APIRoute)
        for dependant in route.dependant.dependencies
    ]
    assert waiting
    called = set()
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        called.add(dependant.call)
    bearer = next(call for call in called if not inspect.isroutine(call))
    assert inspect.iscoroutinefunction(type(bearer).__call__)
    plain = {
        call
        for call in called - {bearer}
        if not (inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call))
    }
    assert plain == set()


@pytest.fixture
async def desk(each_client):
    desk = await Desk.opened(each_client)
    await desk.buy("1", "2024-01-05")
    return desk


@pytest.mark.parametrize(
    "path",
    [
        "/portfolios",
        "/portfolios/{id}",
        "/portfolios/{id}/holdings",
        "/transactions",
        "/transactions/portfolio/{id}",
        "/assets",
        "/assets/ACME/prices",
        "/assets/ACME/splits",
    ],
)
async def test_a_read_takes_one_connection_for_the_user_and_the_answer(desk, each_argosy, path):
    taken = []

    def count(*_: object) -> None:
        taken.append(path)

    pool = each_argosy.database.engine.sync_engine.pool
    event.listen(pool, "checkout", count)
    try:
        answer = await desk.get(path.format(id=desk.portfolio_id))
    finally:
        event.remove(pool, "checkout", count)
    assert answer.status_code == 200, answer.text
    assert len(taken) == 1


async def test_whoever_another_process_deactivates_is_refused_at_once(desk, each_argosy):
    """Also for an answer that is kept, and that the browser has already."""
    path = f"{BASE}/portfolios/{desk.portfolio_id}"
    warm = [await desk.client.get(path) for _ in range(2)]
    known = {"If-None-Match": warm[1].headers["ETag"]}
    assert (await desk.client.get(path, headers=known)).status_code == 304
    elsewhere = Database(each_argosy.database.engine.url.render_as_string(hide_password=False))
    async with elsewhere.write() as session:
        await session.execute(text("UPDATE users SET is_active = :no"), {"no": False})
    await elsewhere.close()
    refused = [
        await desk.client.get(path),
        await desk.client.get(path, headers=known),
        await desk.get("/transactions"),
        await desk.post("BUY", quantity="1", price="1"),
    ]
    assert [answer.status_code for answer in refused] == [401] * 4
