"""The developers' panel: what was asked of the database, never what was said."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from argosy.core.errors import InputError
from argosy.runtime.clock import FixedClock
from argosy.settings import Settings
from argosy.wiring import Argosy, refuse_unsafe_address
from tests.support.api import PASSWORD, Client, app_client, log_in, make_settings, sign_up

LOCAL = "http://127.0.0.1"


@pytest.fixture
async def panel(tmp_path: Path, database_url: str, clock: FixedClock) -> AsyncIterator[Client]:
    """A client of a program that records, once over SQLite, once over PostgreSQL."""
    settings = make_settings(tmp_path, database_url, dev_panel=True)
    async with Argosy.opened(settings, clock=clock) as argosy, app_client(argosy) as client:
        client.base_url = LOCAL
        yield client


async def recorded(client: Client) -> list[dict[str, Any]]:
    response = await client.get("/dev/requests")
    assert response.status_code == 200
    requests: list[dict[str, Any]] = response.json()
    return requests


async def last(client: Client) -> dict[str, Any]:
    number = (await recorded(client))[0]["number"]
    request: dict[str, Any] = (await client.get(f"/dev/requests/{number}")).json()
    return request


@pytest.mark.parametrize("path", ["/dev", "/dev/", "/dev/1", "/dev/requests"])
async def test_without_the_setting_there_is_no_panel(client, path):
    client.base_url = LOCAL
    assert (await client.get(path)).status_code == 404


async def test_a_request_is_told_with_its_sql_and_plans(panel):
    await sign_up(panel)
    assert (await panel.get("/api/v1/portfolios?limit=1")).status_code == 200
    request = await last(panel)
    assert (request["method"], request["path"]) == ("GET", "/api/v1/portfolios")
    assert request["status"] == 200
    assert request["ms"] >= request["sql_ms"] > 0
    asked = [s for s in request["statements"] if "users" in s["sql"]]
    assert asked
    assert asked[0]["rows"] == 1
    assert asked[0]["ms"] > 0
    plan = "\n".join(request["plans"][asked[0]["sql"]])
    assert re.search(r"SEARCH users USING INDEX|Index Scan using|Seq Scan on users", plan), plan


async def test_every_statement_that_reads_or_writes_has_a_plan(panel):
    await sign_up(panel)
    body = {"name": "Savings", "currency": "EUR"}
    assert (await panel.post("/api/v1/portfolios", json=body)).status_code == 201
    request = await last(panel)
    assert any("INSERT INTO portfolios" in s["sql"] for s in request["statements"])
    for statement in request["statements"]:
        plan = request["plans"].get(statement["sql"])
        if re.match(r"(SELECT|UPDATE|DELETE|WITH)\b", statement["sql"]):
            assert plan, statement  # SQLite has nothing to plan for a plain INSERT
        assert plan is None or not plan[0].startswith("No plan"), (statement, plan)


async def test_asking_for_plans_stores_nothing(panel):
    await sign_up(panel)
    await panel.post("/api/v1/portfolios", json={"name": "Savings", "currency": "EUR"})
    for _ in range(2):
        await last(panel)
    answer = (await panel.get("/api/v1/portfolios")).json()
    assert [item["name"] for item in answer] == ["Savings"]


async def test_secrets_are_never_shown(panel):
    await sign_up(panel)
    tokens = await log_in(panel)
    await panel.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    shown = (await panel.get("/dev/requests")).text
    numbers = [request["number"] for request in await recorded(panel)]
    for number in numbers:
        shown += (await panel.get(f"/dev/{number}")).text
        shown += (await panel.get(f"/dev/requests/{number}")).text
    assert "text(" in shown
    for secret in (PASSWORD, *tokens.values(), "ada@example.org", "$argon2"):
        assert str(secret) == "bearer" or str(secret) not in shown


async def test_statements_that_repeat_are_marked(panel):
    await sign_up(panel)
    await panel.get("/api/v1/portfolios")
    for request in await recorded(panel):
        texts = [s["sql"] for s in request["statements"]]
        for statement in request["statements"]:
            if not statement["sql"].startswith("BEGIN"):
                assert statement["times"] == texts.count(statement["sql"])


async def test_the_pages_need_no_script_and_nothing_from_elsewhere(panel):
    await panel.get("/health/db")
    overview = await panel.get("/dev")
    assert overview.status_code == 200
    assert overview.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in overview.headers["content-security-policy"]
    address = re.search(r'href="(/dev/\d+)"', overview.text)
    assert address is not None
    page = await panel.get(address[1])
    assert "SELECT 1" in page.text
    for text in (overview.text, page.text):
        assert "<script" not in text
        assert "http" not in text
        assert "prefers-color-scheme:dark" in text


async def test_a_path_is_shown_as_text_not_as_markup(panel):
    await panel.get("/api/<img src=x>")
    assert "<img" not in (await panel.get("/dev")).text


async def test_the_panel_does_not_record_itself_and_forgets_the_oldest(panel):
    for _ in range(202):
        await panel.get("/health")
    await panel.get("/dev")
    requests = await recorded(panel)
    assert len(requests) == 200
    assert {request["path"] for request in requests} == {"/health"}
    assert requests[0]["number"] > requests[-1]["number"]
    assert (await panel.get("/dev/1")).status_code == 404


async def test_under_a_foreign_name_the_panel_is_not_there(panel):
    response = await panel.get("/dev/requests", headers={"Host": "argosy.example"})
    assert response.status_code == 404


async def test_the_panel_only_reads(panel):
    assert (await panel.post("/dev/requests")).status_code == 405


async def test_bulk_statements_on_the_driver_are_told_too(panel):
    await sign_up(panel)
    body = {"name": "Savings", "currency": "EUR"}
    portfolio = (await panel.post("/api/v1/portfolios", json=body)).json()
    line = {"portfolio_id": portfolio["id"], "timestamp": "2024-01-05"}
    line |= {"type": "DEPOSIT", "amount": "100", "currency": "EUR"}
    response = await panel.post("/api/v1/transactions", json=line)
    assert response.status_code == 201, response.text
    texts = [s["sql"] for s in (await last(panel))["statements"]]
    assert any(re.match(r"(INSERT INTO|COPY) transactions", sql) for sql in texts), texts


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5"])
def test_the_panel_is_refused_where_other_machines_can_reach_it(host):
    settings = Settings(_env_file=None, host=host, secret="x" * 40, dev_panel=True)
    with pytest.raises(InputError, match="ARGOSY_DEV_PANEL"):
        refuse_unsafe_address(settings)


def test_the_panel_is_allowed_on_this_machine():
    refuse_unsafe_address(Settings(_env_file=None, dev_panel=True))
