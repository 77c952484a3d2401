"""Two API processes over PostgreSQL and Redis: what one sees, the clients of the other hear."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from redis import Redis
from websockets.sync.client import connect

from argosy.services.collecting import QUOTES
from tests.acceptance.program import Program
from tests.support.api import PASSWORD

BASE = "/api/v1"
_WAIT_S = 60.0


def heard(socket, *types: str) -> dict:
    """Return the next message of a type."""
    while True:
        message = json.loads(socket.recv(timeout=_WAIT_S))
        if message["type"] in types:
            return message


@pytest.mark.postgres
@pytest.mark.valkey
def test_a_price_and_an_edit_at_one_process_reach_the_clients_of_another(
    tmp_path: Path, postgres_url: str, redis_url: str
):
    settings = {
        "ARGOSY_DATABASE_URL": postgres_url,
        "ARGOSY_REDIS_URL": redis_url,
        "ARGOSY_SECRET": "one secret that all of the processes share",
    }
    programs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        programs.append(Program(tmp_path / name, **settings).start())
    one, two = programs
    try:
        with httpx2.Client(base_url=one.url + BASE, timeout=30) as client:
            account = {"email": "ada@example.org", "username": "ada", "password": PASSWORD}
            client.post("/auth/register", json=account).raise_for_status()
            sign_in = {"email": account["email"], "password": PASSWORD}
            token = client.post("/auth/login", json=sign_in).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            portfolio = client.post("/portfolios", json={"name": "Main"}).json()["id"]
            asset = client.post("/assets", json={"symbol": "ACME"}).json()["id"]
            address = two.url.replace("http", "ws") + BASE
            with connect(address + "/ws") as socket:
                socket.send(json.dumps({"action": "authenticate", "token": token}))
                stream = heard(socket, "connection")["stream"]
                wanted = {"portfolios": [portfolio], "symbols": ["ACME"]}
                socket.send(json.dumps({"action": "subscribe", **wanted}))
                assert heard(socket, "portfolio_update")["portfolio"]["total_cost"] == "0"
                line = {
                    "portfolio_id": portfolio, "type": "BUY", "symbol": "ACME", "quantity": "2",
                    "price": "50", "timestamp": datetime.now(UTC).date().isoformat(),
                }  # fmt: skip
                client.post("/transactions", json=line).raise_for_status()
                assert heard(socket, "transactions_changed")["event"] == "created"
                update = heard(socket, "portfolio_update")
                assert update["portfolio"]["total_cost"] == "100"
                assert update["portfolio"] == client.get(f"/portfolios/{portfolio}").json()
                with Redis.from_url(redis_url) as redis:  # as a daemon says it
                    redis.publish("argosy:bus:" + QUOTES, json.dumps(_quote(asset)))
                price = heard(socket, "price_update")
                assert price["price"] == "51.5"
            with connect(one.url.replace("http", "ws") + BASE + "/ws") as socket:
                # The numbers are those of the other process: the first says how things are now.
                socket.send(json.dumps({"action": "authenticate", "token": token}))
                assert heard(socket, "connection")["stream"] != stream
                resume = {"stream": stream, "seq": price["seq"]}
                socket.send(json.dumps({"action": "subscribe", **wanted, "resume": resume}))
                assert heard(socket, "portfolio_update")["snapshot"] is True
    finally:
        for program in programs:
            program.stop()


def _quote(asset_id: str) -> dict:
    return {
        "asset_id": asset_id, "symbol": "ACME", "kind": "live", "price": "51.5", "currency": "USD",
        "change": None, "change_fraction": None, "at": "2026-11-20T12:00:00Z", "source": "test",
    }  # fmt: skip
