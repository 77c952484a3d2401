"""Windows of any width: what is shown is whole."""

import pytest
from rich.console import Console

from argosy.cli.output import table

ID = "01a1fe0e-6d4f-76e9-9c5a-fc722a374980"
COLUMNS = ("Id", "Name", "Paid>", "Since")


def drawn(width, columns, rows, **more):
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(table(columns, rows, **more))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_spare_columns_leave_first_to_last_and_are_named():
    rows = [(ID, "Main", "1,000.25", "2024-01-05")]
    wide = drawn(80, COLUMNS, rows, spare=("Since", "Paid"))
    assert wide[0].split() == ["Id", "Name", "Paid", "Since"]
    assert len(wide) == 2
    narrow = drawn(60, COLUMNS, rows, spare=("Since", "Paid"))
    assert narrow[1].split() == [ID, "Main", "1,000.25"]
    assert narrow[2] == "A wider window shows Since too."
    assert drawn(50, COLUMNS, rows, spare=("Since", "Paid"))[1].split() == [ID, "Main"]


def test_the_last_resort_is_a_list_with_all_columns():
    rows = [(ID, "Main", "1,000.25", "2024-01-05"), (ID, "Second", "2", None)]
    lines = drawn(44, COLUMNS, rows, spare=("Since",))
    assert lines == [
        f"Id     {ID}", "Name   Main", "Paid   1,000.25", "Since  2024-01-05", "",
        f"Id     {ID}", "Name   Second", "Paid   2", "Since  –",
    ]  # fmt: skip


def test_sentences_fold_so_that_figures_need_not():
    rows = [("Value", "–", "No price of ACME is known on that day.")]
    lines = drawn(30, ("", ">", ""), rows)
    assert [line.split()[0] for line in lines if line.startswith("Value")] == ["Value"]
    assert " ".join(" ".join(lines).split()) == "Value – No price of ACME is known on that day."


@pytest.mark.parametrize("width", [200, 80, 60, 40, 20])
def test_nothing_is_ever_cut(width):
    rows = [(ID, "A name of several words", "123,456,789.123456", "2024-01-05")]
    shown = drawn(width, COLUMNS, rows)
    assert "…" not in "".join(shown)
    joined = "".join("".join(shown).split())
    assert ID in joined
    assert "123,456,789.123456" in joined
    assert max(map(len, shown)) <= width


@pytest.mark.parametrize("width", ["80", "60"])
def test_the_demo_is_readable_in_a_narrow_window(demo, monkeypatch, width):
    portfolio_id = demo("portfolio", "list", "--json").json[0]["id"]
    monkeypatch.setenv("COLUMNS", width)
    assert portfolio_id in demo("portfolio", "list").out
    shown = demo("portfolio", "show", "Demo").out
    assert "37,687.95" in next(line for line in shown.splitlines() if line.startswith("BTC"))
    gains = demo("portfolio", "gains", "Demo").out
    assert "4,684.60" in gains
    assert "…" not in shown + gains
