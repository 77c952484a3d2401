"""Around every request: ids, times, headers, log lines."""

import json
import logging

import pytest
import structlog

from argosy.runtime.ids import new_id
from argosy.runtime.logs import configure_logs, hide_secrets
from argosy.wiring import Argosy
from tests.support.api import PASSWORD, app_client, log_in, make_settings, register


@pytest.mark.parametrize("given", ["abc-123", "a" * 128, "9c3.x:y_z"])
async def test_a_well_formed_request_id_comes_back(client, given):
    response = await client.get("/health", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "a" * 129, "<script>", "a\tb", '"x"'])
async def test_any_other_request_id_is_replaced(client, given):
    response = await client.get("/health", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] != given
    assert len(response.headers["X-Request-ID"]) == len(new_id())


@pytest.mark.parametrize("path", ["/health", "/", "/api/v1/auth/me", "/api/v1/nothing"])
async def test_every_answer_has_its_id_its_time_and_safe_headers(client, path):
    headers = (await client.get(path)).headers
    assert headers["X-Request-ID"]
    assert 0 <= float(headers["X-Process-Time"]) < 5
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


async def test_other_sites_may_call_only_where_the_settings_say_so(tmp_path, sqlite_url):
    settings = make_settings(
        tmp_path, sqlite_url, cors_origins="https://a.example, https://b.example/"
    )
    async with Argosy.opened(settings) as argosy, app_client(argosy) as client:
        for origin, allowed in [
            ("https://a.example", True),
            ("https://b.example", True),
            ("https://c.example", False),
        ]:
            response = await client.get("/health", headers={"Origin": origin})
            assert ("access-control-allow-origin" in response.headers) is allowed


async def test_no_site_may_call_by_default(client):
    response = await client.get("/health", headers={"Origin": "https://a.example"})
    assert "access-control-allow-origin" not in response.headers


@pytest.fixture
def restored_logs():
    root = logging.getLogger()
    before, configured = (root.handlers[:], root.level), structlog.get_config()
    yield
    structlog.configure(**configured)
    root.handlers, root.level = before


async def test_a_log_line_is_json_with_the_requests_id_and_without_secrets(
    client, capsys, restored_logs
):
    configure_logs(level="INFO", as_json=True)
    await register(client)
    tokens = await log_in(client)
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "X-Request-ID": "find-me"}
    await client.get("/api/v1/auth/me?token=abc123", headers=headers)
    logged = capsys.readouterr().err
    lines = [json.loads(line) for line in logged.splitlines()]
    [line] = [line for line in lines if line.get("request_id") == "find-me"]
    assert line["event"] == "request"
    assert line["path"] == "/api/v1/auth/me"
    assert line["status"] == 200
    for secret in (PASSWORD, tokens["access_token"], tokens["refresh_token"], "abc123"):
        assert secret not in logged


def test_secrets_are_hidden_by_name_and_by_form():
    event = {
        "password": "hunter2",
        "api_key": "k",
        "url": "postgresql://me:hunter2@db.example/argosy",
        "header": "Bearer abc.def",
        "note": "GET /x?apikey=k123&symbol=AAPL",
        "token": None,
    }
    assert hide_secrets(None, "info", event) == {
        "password": "***",
        "api_key": "***",
        "url": "postgresql://me:***@db.example/argosy",
        "header": "Bearer ***",
        "note": "GET /x?apikey=***&symbol=AAPL",
        "token": None,
    }
