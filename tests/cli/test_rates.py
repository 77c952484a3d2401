"""Exchange rates on the command line: what is missing is stored, what fails is told."""

import pytest

from tests.simulator.faults import Fault
from tests.simulator.server import Simulator


@pytest.fixture
def simulator(command, monkeypatch):
    with Simulator().running() as running:
        monkeypatch.setenv("ARGOSY_ECB_URL", f"{running.url}/ecb")
        monkeypatch.setenv("ARGOSY_YAHOO_URL", running.url)
        yield running


def test_a_first_refresh_stores_what_is_installed_also_without_the_network(command, simulator):
    pytest.importorskip("yfinance")
    simulator.fail(Fault.FORBIDDEN, times=9)
    done = command("rates", "refresh", "--json")
    assert done.code == 4
    (bank,) = done.json["loaded"]
    assert (bank["source"], bank["first_on"]) == ("ecb", "1999-01-04")
    assert bank["created"] > 200_000
    assert {one["source"]: one["code"] for one in done.json["failed"]} == {
        "ecb": "source_refused",
        "yahoo": "source_refused",
    }
