"""The program lets those who listen go before it stops."""

from pathlib import Path

import httpx2

from tests.acceptance.program import Program
from tests.support.api import PASSWORD


def test_a_server_that_stops_tells_those_who_listen(tmp_path: Path):
    program = Program(tmp_path).start()
    try:
        with httpx2.Client(base_url=program.url + "/api/v1", timeout=60) as client:
            account = {"email": "ada@example.org", "username": "ada", "password": PASSWORD}
            client.post("/auth/register", json=account).raise_for_status()
            sign_in = {"email": account["email"], "password": PASSWORD}
            tokens = client.post("/auth/login", json=sign_in).raise_for_status().json()
            client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
            portfolio = client.post("/portfolios", json={"name": "Main"}).raise_for_status().json()
            with client.stream("GET", f"/events?portfolios={portfolio['id']}") as events:
                lines = events.iter_lines()
                assert "connection" in "".join(next(lines) for _ in range(2))
                program.stop()
                assert "The server stops." in "".join(lines)
    finally:
        program.stop()
