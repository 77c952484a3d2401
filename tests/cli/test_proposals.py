"""Splits and dividends on the command line: told, proposed, booked and put away."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.simulator.server import Simulator


@pytest.fixture
def simulator():
    with Simulator().running() as running:
        yield running


@pytest.fixture
def saver(command, monkeypatch, simulator):
    """Somebody who bought ACME before its first dividend, and loaded its prices."""
    pytest.importorskip("yfinance")
    monkeypatch.setenv("ARGOSY_YAHOO_URL", simulator.url)
    password = ("--password-stdin",)
    made = command(
        "user", "create", "--email", "ada@example.org", "--username", "ada", *password,
        stdin="a long and quiet sentence\n",
    )  # fmt: skip
    assert made.code == 0, made.error
    for arguments in (
        ("portfolio", "create", "Savings"),
        ("asset", "create", "ACME"),
        ("prices", "load", "--symbol", "ACME", "--source", "yahoo"),
    ):
        done = command(*arguments)
        assert done.code == 0, done.error
    bought = command(
        "transactions", "add", "BUY", "--portfolio", "Savings", "--date", "2024-01-03",
        "--symbol", "ACME", "--quantity", "80", "--price", "20",
    )  # fmt: skip
    assert bought.code == 0, bought.error
    return command


def test_events_of_an_asset_are_told_with_their_source(saver):
    shown = saver("asset", "actions", "ACME")
    assert shown.code == 0, shown.error
    assert "4:1" in shown.out
    found = saver("asset", "actions", "ACME", "--json").json
    assert [one["type"] for one in found] == ["DIVIDEND", "SPLIT", "DIVIDEND", "SPLIT"]
    assert {tuple(one["sources"]) for one in found} == {("yahoo",)}


def test_proposals_are_booked_and_put_away_by_their_keys(saver):
    found = saver("portfolio", "proposals", "Savings", "--json").json
    assert [(one["type"], one["shares"]) for one in found] == [
        ("SPLIT", "320"), ("DIVIDEND", "320"), ("SPLIT", "80"), ("DIVIDEND", "80"),
    ]  # fmt: skip
    reverse, second, split, first = (one["key"] for one in found)
    booked = saver("portfolio", "proposals", "Savings", "--book", first, "--tax", "9.6")
    assert "Booked." in booked.error
    again = saver("portfolio", "proposals", "Savings", "--book", first)
    assert "It is booked already." in again.error
    assert first not in again.out
    left = saver("portfolio", "proposals", "Savings", "--dismiss", reverse, "--json").json
    assert [one["key"] for one in left] == [second, split]
    whole = saver("portfolio", "proposals", "Savings", "--dismissed").out
    assert reverse in whole
    back = saver("portfolio", "proposals", "Savings", "--restore", reverse, "--json").json
    assert [one["key"] for one in back] == [reverse, second, split]


def test_options_that_do_not_go_together_are_refused(saver):
    two = saver("portfolio", "proposals", "Savings", "--book", "a", "--dismiss", "b")
    assert two.code == 1
    assert saver("portfolio", "proposals", "Savings", "--tax", "3").code == 1
    assert saver("portfolio", "proposals", "Savings", "--book", "nothing").code == 3


def worth(command, day=None):
    as_of = () if day is None else ("--as-of", day.isoformat())
    return command("portfolio", "show", "Savings", *as_of, "--json").json["total_value"]


def test_a_split_that_appears_later_changes_no_figure_of_before_and_none_once_it_is_booked(
    saver, simulator
):
    for one in reversed(saver("portfolio", "proposals", "Savings", "--json").json):
        assert saver("portfolio", "proposals", "Savings", "--book", one["key"]).code == 0
    listing = simulator.listings["ACME"]
    days = [listing.bars[index].day for index in (20, 70, 140, 200, -1)]
    before = [worth(saver, day) for day in days]
    listing.splits[days[-1] + timedelta(days=1)] = (3, 1)
    assert saver("prices", "load", "--symbol", "ACME", "--source", "yahoo").code == 0
    assert [worth(saver, day) for day in days] == before
    (split,) = saver("portfolio", "proposals", "Savings", "--json").json
    assert (split["ratio"], split["shares"]) == ("3:1", "40")
    assert saver("portfolio", "proposals", "Savings", "--book", split["key"]).code == 0
    assert [worth(saver, day) for day in days] == before
    after = saver("portfolio", "show", "Savings", "--holdings", "--json").json
    assert [one["quantity"] for one in after] == ["120"]
    assert Decimal(worth(saver)) == pytest.approx(Decimal(before[-1]), rel=Decimal("1e-15"))
