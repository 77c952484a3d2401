"""The scaled-out program does the same as the embedded one: one story, told to both."""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.acceptance.program import Program
from tests.chaos.world import listings, settings
from tests.scaled.processes import scaled_out
from tests.simulator.server import Simulator
from tests.support.api import PASSWORD

BASE = "/api/v1"
BOUGHT = {"STK0": ("10", "80"), "STK1": ("3.5", "70.25"), "STK2": ("7", "90")}
_PATIENCE_S = 300.0
_CHANGING = re.compile(r'"[0-9a-f]{8}-[0-9a-f-]{27}"|"20\d\d-\d\d-\d\dT[^"]*"')


def tell(urls: Sequence[str]) -> dict[str, Any]:
    """Let somebody buy, at one server and then another, and return what the last one shows."""
    today = datetime.now(UTC).date()
    with httpx2.Client(base_url=urls[0] + BASE, timeout=30) as first:
        account = {"email": "ada@example.org", "username": "ada", "password": PASSWORD}
        first.post("/auth/register", json=account).raise_for_status()
        sign_in = {"email": account["email"], "password": PASSWORD}
        tokens = first.post("/auth/login", json=sign_in).raise_for_status().json()
        first.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        portfolio = first.post("/portfolios", json={"name": "Main"}).raise_for_status().json()["id"]
        for symbol, (quantity, price) in BOUGHT.items():
            first.post("/assets", json={"symbol": symbol, "exchange": "NASDAQ"}).raise_for_status()
            line = {
                "portfolio_id": portfolio, "type": "BUY", "symbol": symbol, "quantity": quantity,
                "price": price, "timestamp": (today - timedelta(days=90)).isoformat(),
            }  # fmt: skip
            first.post("/transactions", json=line).raise_for_status()
    with httpx2.Client(base_url=urls[-1] + BASE, timeout=30) as last:
        last.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        _wait_for_prices(last, len(BOUGHT))
        return {
            name: _settled(last.get(f"/portfolios/{portfolio}{path}"))
            for name, path in (("figures", ""), ("holdings", "/holdings"), ("series", "/series"))
        }


def _wait_for_prices(client: httpx2.Client, count: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        stored = [client.get(f"/assets/{one}/prices?limit=1").json()["items"] for one in BOUGHT]
        if sum(map(bool, stored)) == count:
            return
        time.sleep(0.25)
    raise AssertionError("the histories were not fetched")


def _settled(response: httpx2.Response) -> str:
    """Return an answer without what differs each time: ids and instants."""
    return _CHANGING.sub('""', response.raise_for_status().text)


@pytest.mark.postgres
@pytest.mark.valkey
def test_many_processes_show_what_one_shows(tmp_path: Path):
    simulator = Simulator()
    simulator.listings = listings(1, datetime.now(UTC).date() - timedelta(days=1))
    with simulator.running():
        asked = settings(simulator.url)
        (tmp_path / "one").mkdir()
        one = Program(tmp_path / "one", **asked, ARGOSY_JOBS="embedded").start()
        try:
            embedded = tell([one.url])
        finally:
            one.stop()
        (tmp_path / "many").mkdir()
        with scaled_out(tmp_path / "many", **asked) as running:
            assert tell(running.urls) == embedded
