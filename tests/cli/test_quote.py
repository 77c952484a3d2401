"""`argosy quote`."""

import pytest

pytest.importorskip("yfinance")

from tests.simulator.faults import Fault
from tests.simulator.server import Simulator


@pytest.fixture
def simulator(command, monkeypatch):
    with Simulator().running() as running:
        monkeypatch.setenv("ARGOSY_YAHOO_URL", running.url)
        yield running


@pytest.fixture
def acme(simulator, command):
    assert command("asset", "create", "ACME").code == 0


def test_quotes_are_shown_and_what_fails_is_named(simulator, command, acme):
    shown = command("quote", "acme", "GHOST")
    assert (shown.code, "GHOST" in shown.out) == (3, False)
    assert "Error: GHOST: There is no asset GHOST." in shown.error
    last = simulator.listings["ACME"].bars[-1]
    (row,) = shown.out.splitlines()[1:]
    words = row.split()
    assert (words[0], words[1], words[2]) == (
        "ACME",
        f"{last.close:f}".rstrip("0").rstrip("."),
        "USD",
    )
    assert words[-2:] == ["yahoo", "live"]
    assert "2024-12-30 21:00Z" in row


def test_scripts_get_what_the_api_answers(simulator, command, acme):
    found = command("quote", "ACME", "GHOST", "--json")
    assert found.code == 3
    (quote,) = found.json["quotes"]
    assert (quote["symbol"], quote["kind"], quote["day_high"] is None) == ("ACME", "live", False)
    assert [one["code"] for one in found.json["failed"]] == ["not_found"]


def test_a_stored_close_is_called_one(simulator, command, acme, tmp_path):
    file = tmp_path / "acme.csv"
    file.write_text("date,close\n2024-01-05,12.5\n")
    assert command("prices", "import", str(file), "--symbol", "ACME").code == 0
    simulator.fail(Fault.WEB_PAGE)
    shown = command("quote", "ACME")
    assert shown.code == 0
    assert shown.out.split()[-5:] == ["USD", "–", "2024-01-05", "csvfile", "close"]
    assert (
        "ACME: no source has a live quote; this is the close of 2024-01-05. yahoo: " in shown.error
    )


def test_nothing_at_all_is_a_failure_of_the_outside_world(simulator, command, acme):
    simulator.fail(Fault.WEB_PAGE)
    shown = command("quote", "ACME")
    assert shown.code == 4
    assert "Error: ACME: yahoo: it sent a web page" in shown.error
