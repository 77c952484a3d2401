"""One asset brought up to date on the command line."""

import pytest

from tests.simulator.faults import Fault
from tests.simulator.server import Simulator

pytest.importorskip("yfinance")


@pytest.fixture
def simulator(command, monkeypatch):
    """A simulator in place of the network, for the sources that need no key."""
    with Simulator().running() as running:
        monkeypatch.setenv("ARGOSY_YAHOO_URL", running.url)
        monkeypatch.setenv("ARGOSY_BINANCE_URL", f"{running.url}/binance")
        monkeypatch.setenv("ARGOSY_COINGECKO_URL", f"{running.url}/coingecko/api/v3")
        yield running


def test_an_asset_that_only_a_source_knows_is_made_with_its_prices(command, simulator):
    done = command("asset", "sync", "acme", "--json")
    assert done.code == 0, done.error
    assert (done.json["created"], done.json["asset"]["symbol"]) == (True, "ACME")
    assert done.json["prices"]["bars"]["created"] == len(simulator.listings["ACME"].bars)
    again = command("asset", "sync", "ACME")
    assert again.code == 1
    assert "ACME was synced a moment ago. Try again in" in again.error
    assert command("asset", "sync", "NOPE").code == 3


def test_hours_are_fetched_where_they_are_named(command, simulator):
    done = command("asset", "sync", "acme", "--intervals", "1h")
    assert done.code == 0, done.error
    assert "bars of 1h" in done.error
    assert "1w" in command("asset", "sync", "acme", "--intervals", "1w").error


def test_what_could_not_be_had_is_named(command, simulator):
    made = command("asset", "create", "ACME", "--quote-currency", "USD", "--description", "Mine")
    assert made.code == 0, made.error
    twice = command("asset", "create", "acme")
    assert twice.code == 1
    assert "The shared asset ACME: exists already (id" in twice.error
    simulator.fail(Fault.FORBIDDEN, times=2)  # Yahoo gets a fresh cookie once
    done = command("asset", "sync", "ACME")
    assert done.code == 4
    assert "Error: profile: yahoo: it refuses" in done.error
    assert "yahoo" in done.out
