"""Prices loaded, tried and filled from the command line, from a simulator over HTTP."""

import asyncio
import os
import re
import signal

import pytest

from argosy.services import filling
from tests.simulator.faults import Fault
from tests.simulator.server import Simulator

SPAN = ("--start", "2024-01-02", "--end", "2024-03-31")


@pytest.fixture
def simulator(command, monkeypatch):
    """A simulator in place of the network; two coins that Binance has, a third that it has not."""
    with Simulator().running() as running:
        monkeypatch.setenv("ARGOSY_BINANCE_URL", f"{running.url}/binance")
        monkeypatch.setenv("ARGOSY_COINGECKO_URL", f"{running.url}/coingecko")
        for symbol, currency in (("BTC", "USDT"), ("DUD", "USDT"), ("ETH", "BTC")):
            told = ("--category", "CRYPTO", "--currency", currency)
            made = command("asset", "create", symbol, *told)
            assert made.code == 0, made.error
            name = ("--source", "binance", "--as", f"{symbol}{currency}", "--rank", "1")
            assert command("asset", "source", symbol, *name).code == 0
        yield running


def asked(simulator):
    return [request for request in simulator.requests if "klines" in request.path]


def test_a_trial_shows_each_row_and_stores_nothing(command, simulator):
    load = ("prices", "load", "--ticker", "BTC", "--source", "binance", "--start", "2024-03-04")
    short = (*load, "--end", "2024-03-05")
    tried = command(*short, "--dry-run")
    assert tried.code == 0, tried.error
    lines = tried.error.splitlines()
    assert re.fullmatch(r"BTC 2024-03-04: [\d.]+", lines[0])
    assert lines[1].startswith("BTC 2024-03-05: ")
    assert lines[-1] == "Nothing was stored."
    (first,) = command(*short, "--dry-run", "--json").json["loaded"]
    assert (first["created"], len(first["changes"])) == (2, 2)
    assert first["changes"][0]["before"] is None
    (stored,) = command(*short, "--json").json["loaded"]
    assert (stored["created"], "changes" in stored) == (2, False)
    longer = command(*load, "--end", "2024-04-30", "--dry-run")
    assert "BTC: … and 36 more." in longer.error
    (again,) = command(*short, "--dry-run", "--json").json["loaded"]
    assert (again["created"], again["unchanged"], again["changes"]) == (0, 2, [])


def test_a_load_of_nothing_or_of_an_asset_that_is_not_there_is_refused(command, simulator):
    assert "Name an asset" in command("prices", "load").error
    both = ("--days", "5", "--start", "2024-01-02")
    assert "not both" in command("prices", "load", "--symbol", "BTC", *both).error
    missing = command("prices", "load", "--symbol", "NOPE", "--source", "binance", "--dry-run")
    assert (missing.code, "argosy asset create NOPE" in missing.error) == (3, True)


def test_a_backfill_says_how_far_back_and_for_whom(command, simulator):
    assert "--days 365" in command("prices", "backfill", "--ticker", "BTC").error
    backward = ("--symbol", "BTC", "--start", "2024-01-03", "--end", "2024-01-02")
    for what in ("load", "backfill"):
        refused = command("prices", what, *backward)
        assert (refused.code, "before it starts" in refused.error) == (1, True)
        assert command("prices", what, "--symbol", "BTC", "--days", "9999999").code == 2
    assert command("prices", "compact", "--days", "9999999").code == 2
    assert "--all" in command("prices", "backfill", *SPAN).error
    assert "--all" in command("prices", "backfill", *SPAN, "--all", "--ticker", "BTC").error
    turned = ("--start", "2024-02-01", "--end", "2024-01-01")
    assert "before it starts" in command("prices", "backfill", "--ticker", "BTC", *turned).error
    missing = command("prices", "backfill", "--ticker", "NOPE", *SPAN)
    assert (missing.code, "There is no asset NOPE" in missing.error) == (3, True)


def test_a_backfill_of_all_goes_on_past_one_that_fails(command, simulator):
    done = command("prices", "backfill", "--all", "--source", "binance", *SPAN)
    assert done.code == 4
    assert "180 prices created, 0 updated, 0 unchanged; 0 assets had all of them, 1 failed." in (
        done.error
    )
    assert "Error: DUD: " in done.error
    found = command("prices", "backfill", "--all", "--source", "binance", *SPAN, "--json")
    assert found.code == 4
    assert found.json["complete"] == ["BTC", "ETH"]
    assert [one["symbol"] for one in found.json["failed"]] == ["DUD"]


def test_what_is_stored_is_fetched_again_by_force_alone(command, simulator):
    fill = ("prices", "backfill", "--ticker", "BTC", "--source", "binance", "--json")
    assert command(*fill, *SPAN).json["created"] == 90
    simulator.requests.clear()
    again = command(*fill, *SPAN)
    assert (again.json["complete"], asked(simulator)) == (["BTC"], [])
    forced = command(*fill, *SPAN, "--force").json
    assert (forced["unchanged"], len(asked(simulator))) == (90, 1)
    longer = command(*fill, "--start", "2023-12-01", "--end", "2024-04-10").json
    assert [(one["first_on"], one["last_on"]) for one in longer["loaded"]] == [
        ("2024-04-01", "2024-04-10"), ("2024-01-01", "2024-01-01"),
    ]  # fmt: skip


def test_a_hole_between_what_is_stored_is_filled_too(command, simulator):
    load = ("prices", "load", "--symbol", "BTC", "--source", "binance")
    for days in (("2024-01-02", "2024-01-10"), ("2024-03-01", "2024-03-31")):
        assert command(*load, "--start", days[0], "--end", days[1]).code == 0
    found = command("prices", "backfill", "--ticker", "BTC", "--json", *SPAN).json
    assert [(one["first_on"], one["last_on"]) for one in found["loaded"]] == [
        ("2024-01-11", "2024-02-29")
    ]
    simulator.requests.clear()
    assert command("prices", "backfill", "--ticker", "BTC", "--json", *SPAN).json["complete"]
    assert asked(simulator) == []


def test_a_backfill_can_be_tried(command, simulator):
    fill = ("prices", "backfill", "--ticker", "BTC", *SPAN)
    tried = command(*fill, "--dry-run")
    assert "90 prices would be created" in tried.error
    assert tried.error.endswith("Nothing was stored.\n")
    assert command(*fill, "--json").json["created"] == 90


def test_a_backfill_that_is_stopped_goes_on_where_it_was(command, simulator, monkeypatch):
    ask = filling.refresh.fetch_prices

    async def stop_at_the_second(sources, asset, wanted, *, stored=()):
        if asset.symbol == "ETH":
            os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does
            await asyncio.sleep(9)
        return await ask(sources, asset, wanted, stored=stored)

    fill = ("prices", "backfill", "--ticker", "BTC", "--ticker", "ETH", *SPAN)
    # Whoever runs in the background of a shell ignores Ctrl-C, and so would the command.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with monkeypatch.context() as patched:
        patched.setattr(filling.refresh, "fetch_prices", stop_at_the_second)
        stopped = command(*fill)
    signal.signal(signal.SIGINT, before)
    assert stopped.code == 130
    assert "90 prices created" in stopped.error
    assert "run it again to go on" in stopped.error
    on = command(*fill, "--json")
    assert (on.json["complete"], on.json["created"]) == (["BTC"], 90)


def test_the_limits_of_a_free_plan_are_told_before(command, simulator):
    load = ("prices", "load", "--symbol", "BTC", "--source")
    simulator.fail(Fault.FORBIDDEN, times=9)
    assert "CoinGecko goes back to 20" in command(*load, "coingecko").error
    assert "CoinGecko goes back" not in command(*load, "coingecko", "--days", "365").error
    assert "Finnhub has no histories without a paid plan." in command(*load, "finnhub").error
    many = command("prices", "backfill", "--all", "--source", "massive", "--days", "9")
    assert "Note: 3 assets" not in many.error


def test_old_prices_are_compacted_as_somebody_says(command, simulator, monkeypatch):
    assert command("prices", "backfill", "--ticker", "BTC", *SPAN).code == 0
    refused = command("prices", "compact")
    assert (refused.code, "--days 730" in refused.error) == (1, True)
    young = command("prices", "compact", "--days", "36000", "--dry-run")
    assert young.out == "0 prices would be left with a close alone: 0 bytes less.\n"
    monkeypatch.setenv("ARGOSY_PRICE_RETENTION_DAYS", "1")
    assert command("prices", "compact", "--json").json == {"rows": 0, "bytes": 0}  # just fetched
