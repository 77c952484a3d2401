"""The sources on the command line."""

import pytest

from tests.simulator.faults import Fault
from tests.simulator.server import Simulator


@pytest.fixture
def simulator(command, monkeypatch):
    """A simulator in place of the network, for the sources that need no key."""
    with Simulator().running() as running:
        for name in ("ecb", "binance", "coingecko"):
            monkeypatch.setenv(f"ARGOSY_{name.upper()}_URL", f"{running.url}/{name}")
        monkeypatch.setenv("ARGOSY_YAHOO_URL", running.url)
        yield running


def test_sources_are_listed_with_what_they_lack(command, monkeypatch):
    monkeypatch.setenv("ARGOSY_FINNHUB_KEY", "sesame-1234")
    shown = command("sources", "list")
    assert shown.code == 0, shown.error
    assert "6,000 of 6,000/min" in shown.out
    assert "25 of 25/d, 1 of 1/s" in shown.out
    assert "ARGOSY_MASSIVE_KEY" in shown.out
    assert "sesame" not in shown.out
    found = {one["name"]: one for one in command("sources", "list", "--json").json}
    assert found["massive"]["lacks"] == "ARGOSY_MASSIVE_KEY"
    assert found["finnhub"]["lacks"] is None


def test_a_check_asks_the_sources_that_need_no_key(command, simulator):
    pytest.importorskip("yfinance")
    done = command("sources", "check", "--json")
    assert done.code == 0, done.out
    assert {one["source"]: one["answers"] for one in done.json} == dict.fromkeys(
        ("ecb", "yahoo", "binance", "coingecko"), True
    )


def test_files_are_checked_where_there_is_a_folder(command, tmp_path, monkeypatch):
    ask = ("sources", "check", "--source", "csvfile")
    monkeypatch.setenv("ARGOSY_CSV_FOLDER", str(tmp_path / "closes"))
    refused = command(*ask)
    assert refused.code == 4
    assert "put files SYMBOL.csv there" in refused.error
    (tmp_path / "closes").mkdir()
    assert command(*ask).code == 0


def test_a_source_that_does_not_answer_is_told_and_ends_in_4(
    command, simulator, tmp_path, monkeypatch
):
    monkeypatch.setenv("ARGOSY_CSV_FOLDER", str(tmp_path))
    simulator.fail(Fault.FORBIDDEN, times=2)
    asked = ("sources", "check", "--source", "binance", "--source", "csvfile")
    people = command(*asked)
    assert people.code == 4
    assert "Error: binance: " in people.error
    scripts = command(*asked, "--json")
    assert scripts.code == 4
    assert [(one["source"], one["answers"], one["code"]) for one in scripts.json] == [
        ("binance", False, "source_refused"), ("csvfile", True, None),
    ]  # fmt: skip


def test_a_check_of_one_that_lacks_its_key_names_the_setting(command, simulator):
    told = command("sources", "check", "--source", "massive")
    assert told.code == 4
    assert "Set ARGOSY_MASSIVE_KEY" in told.error
    assert command("sources", "check", "--source", "manual").code == 1
    assert command("sources", "check", "--source", "nowhere").code == 1
