"""`argosy quality`: reports, and decisions about shared prices."""

import pytest


@pytest.fixture
def stored(command, tmp_path):
    """A shared asset with prices of a source, one of them a hundred times too high."""
    assert command("asset", "create", "ACME", "--exchange", "NYSE").code == 0
    days = [f"2024-04-{day:02}" for day in range(1, 31) if (day - 1) % 7 < 5]  # began on a Monday
    rows = [f"{day},{9999 if day == '2024-04-16' else 100 + n % 3}" for n, day in enumerate(days)]
    file = tmp_path / "prices.csv"
    file.write_text("\n".join(["date,close", *rows]) + "\n")
    loaded = command("prices", "import", str(file), "--symbol", "ACME", "--source", "feed")
    assert loaded.code == 0, loaded.error
    return command


def test_a_report_lists_the_assets_and_tells_the_doubts_of_one(stored):
    [line] = stored("quality", "report", "--json").json
    assert (line["asset"]["symbol"], line["suspects"], line["missing"]) == ("ACME", 1, 0)
    one = stored("quality", "report", "--symbol", "ACME", "--json").json
    assert [doubt["day"] for doubt in one["findings"]] == ["2024-04-16"]
    read = stored("quality", "report", "--symbol", "ACME")
    assert "as if in a unit a hundred times smaller." in read.out
    assert "21 of 22 sessions have a price" in read.error
    assert "ACME" in stored("quality", "report").out


def test_a_doubt_is_decided_and_stays_so(stored):
    accepted = stored("quality", "accept", "ACME", "2024-04-16", "--source", "feed", "--json")
    assert (accepted.json["status"], accepted.json["close"]) == ("accepted", "9999")
    assert stored("quality", "report", "--json").json[0]["suspects"] == 0
    rejected = stored("quality", "reject", "ACME", "2024-04-16", "--source", "feed")
    assert "rejected" in rejected.out


def test_what_is_not_there_cannot_be_decided(stored):
    missing = stored("quality", "reject", "ACME", "2024-04-20", "--source", "feed")
    assert (missing.code, "no price" in missing.error.lower()) == (3, True)
    assert stored("quality", "report", "--symbol", "ACME", "--all").code == 1
