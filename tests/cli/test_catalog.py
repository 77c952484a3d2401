"""The catalog on the command line."""

import pytest

from tests.simulator.faults import Fault
from tests.simulator.server import Simulator


@pytest.fixture
def simulator(command, monkeypatch):
    """A simulator in place of the network, for the sources that list without a key."""
    with Simulator().running() as running:
        monkeypatch.setenv("ARGOSY_BINANCE_URL", f"{running.url}/binance")
        monkeypatch.setenv("ARGOSY_COINGECKO_URL", f"{running.url}/coingecko/api/v3")
        monkeypatch.setenv("ARGOSY_YAHOO_URL", running.url)
        yield running


def test_the_catalog_is_filled_and_brought_up_to_date(command, simulator):
    done = command("catalog", "seed", "--json")
    assert done.code == 0, done.error
    found = {one["source"]: one for one in done.json}
    assert list(found) == ["builtin", "binance", "coingecko"]
    assert found["builtin"]["created"] > 400
    assert found["binance"]["created"] > 0
    again = command("catalog", "refresh", "--source", "builtin")
    assert again.code == 0, again.error
    assert again.out.split()[-8:] == ["builtin", str(found["builtin"]["listed"]), *"000000"]


def test_a_source_that_fails_is_told_and_the_others_are_stored(command, simulator):
    simulator.fail(Fault.FORBIDDEN, times=3, source="binance")
    done = command("catalog", "seed", "--source", "binance", "--source", "builtin")
    assert done.code == 4
    assert "Error: binance: it refuses" in done.error
    assert "builtin" in done.out


def test_a_list_that_shrank_is_told(command, simulator):
    assert command("catalog", "seed", "--source", "coingecko").code == 0
    simulator.coins = simulator.coins[:5]
    done = command("catalog", "refresh", "--source", "coingecko")
    assert done.code == 0
    assert "A list lost more than a tenth" in done.error


def test_only_sources_that_list_can_be_named(command, simulator):
    refused = command("catalog", "seed", "--source", "yahoo")
    assert refused.code == 1
    assert "lists no symbols; those that do are builtin, binance, coingecko" in refused.error
