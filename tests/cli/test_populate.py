"""Well-known assets on the command line, from simulated providers."""

import pytest

from tests.simulator.faults import Fault
from tests.simulator.server import Simulator

pytest.importorskip("yfinance")


@pytest.fixture
def simulator(command, monkeypatch):
    """A simulator in place of the network; it has oil and bitcoin under Yahoo's names."""
    with Simulator().running() as running:
        monkeypatch.setenv("ARGOSY_YAHOO_URL", running.url)
        for name in ("binance", "ecb"):
            monkeypatch.setenv(f"ARGOSY_{name.upper()}_URL", f"{running.url}/{name}")
        monkeypatch.setenv("ARGOSY_COINGECKO_URL", f"{running.url}/coingecko/api/v3")
        yield running


def test_groups_are_made_without_asking_anybody(command, simulator):
    sizes = {"etfs": 20, "mega_caps": 15, "growth": 10}
    for group, size in sizes.items():
        done = command("asset", "populate", "--category", group, "--create-only", "--json")
        assert done.code == 0, done.error
        assert (len(done.json["new_assets"]), done.json["existing_assets"]) == (size, [])
    again = command("asset", "populate", "--category", "ETFs", "--create-only", "--limit", "3")
    assert again.out == "0 assets created, 3 there already.\n"
    rest = command("asset", "populate", "--category", "all", "--create-only", "--json")
    assert len(rest.json["existing_assets"]) == 45
    assert simulator.requests == []


def test_what_fails_is_listed_and_what_is_stored_is_not_fetched_again(command, simulator):
    asked = ("asset", "populate", "--category", "commodities", "--limit", "3", "--days", "900")
    first = command(*asked, "--json")
    assert first.code == 4
    assert [one["symbol"] for one in first.json["loaded"]] == ["OIL"]
    assert {one["symbol"] for one in first.json["failed"]} == {"GOLD", "SILVER"}
    assert first.json["new_assets"] == ["GOLD", "SILVER", "OIL"]
    assert first.json["created"] > 100
    again = command(*asked, "--json")
    assert (again.json["loaded"], again.json["complete"]) == ([], ["OIL"])
    assert again.json["existing_assets"] == ["GOLD", "SILVER", "OIL"]


def test_assets_that_were_there_can_be_left_alone(command, simulator):
    made = command("asset", "create", "BTC", "--category", "CRYPTO", "--name", "My coin")
    assert made.code == 0
    asked = ("asset", "populate", "--category", "crypto", "--limit", "1", "--skip-existing")
    done = command(*asked, "--json")
    assert done.code == 0, done.error
    assert (done.json["existing_assets"], done.json["loaded"]) == (["BTC"], [])
    assert simulator.requests == []
    simulator.fail(Fault.FORBIDDEN, times=20)
    refused = command("asset", "populate", "--category", "crypto", "--limit", "1")
    assert refused.code == 4
    assert "Error: BTC:" in refused.error
    assert "0 assets created, 1 there already." in refused.error


def test_a_group_that_is_none_is_refused(command):
    refused = command("asset", "populate", "--category", "penny")
    assert refused.code == 1
    assert "none of etfs, mega_caps, growth, crypto, commodities, bonds, all" in refused.error
