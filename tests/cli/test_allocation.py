"""`argosy portfolio allocation`, `drift`, `income` and `gains`, and `argosy report gains`, on the demo."""

from decimal import Decimal

from pypdf import PdfReader


def test_an_allocation_is_shown_with_what_lies_inside(demo):
    shown = demo("portfolio", "allocation", "Demo", "--by", "category,holding")
    assert shown.code == 0, shown.error
    assert "  BTC" in shown.out
    told = demo("portfolio", "allocation", "Demo", "--json").json
    assert sum(Decimal(one["value"]) for one in told["slices"]) == Decimal(told["total_value"])
    rows = demo("portfolio", "allocation", "Demo", "--by", "currency", "--csv").out.splitlines()
    assert rows[0].startswith("as_of,currency,path,")
    assert demo("portfolio", "allocation", "Demo", "--by", "colour").code == 1


def test_drift_without_targets_says_how_to_set_them(demo):
    assert "targets" in demo("portfolio", "drift", "Demo").out


def test_income_and_gains_are_shown_and_compared(demo):
    income = demo("portfolio", "income", "Demo")
    assert income.code == 0, income.error
    assert "Yield on cost" in income.out
    assert income.out.splitlines()[-3].startswith("Last twelve months"), income.out
    assert "2022" not in income.out, "the demo ends in March 2021"
    assert demo("portfolio", "income", "Demo", "--by", "month", "--json").json["by"] == "month"
    gains = demo("portfolio", "gains", "Demo", "--year", "2017", "--json").json
    assert [one["date"] for one in gains["items"]] == ["2017-12-31"]
    methods = demo("portfolio", "gains", "Demo", "--methods")
    (own,) = [row for row in methods.out.splitlines() if "current" in row]
    assert own.startswith("fifo"), methods.out
    held = demo("portfolio", "show", "Demo", "--json").json
    told = demo("portfolio", "gains", "Demo", "--methods", "--json").json
    assert told["as_of"] == held["as_of"]
    assert told["items"][0]["unrealized"] == held["unrealized_gain"]
    assert "uk_pool" in methods.out


def test_a_report_is_written_as_its_files_name_ends(demo, tmp_path):
    pdf, rows = tmp_path / "gains.pdf", tmp_path / "gains.csv"
    written = demo("report", "gains", "Demo", "-o", str(pdf))
    assert written.code == 0, written.error
    assert "Realized gains" in PdfReader(pdf).pages[0].extract_text()
    assert demo("report", "gains", "Demo", "--year", "2017", "--output", str(rows)).code == 0
    assert rows.read_text().startswith("date,symbol,")
    assert demo("report", "gains", "Demo", "--csv").out.startswith("date,symbol,")
    assert demo("report", "gains", "Demo", "--csv", "-o", str(pdf)).code == 1
    assert demo("report", "gains", "Demo", "-o", str(tmp_path / "none" / "x.pdf")).code == 1


def test_what_a_fund_is_made_of_is_stored_for_all_and_shown(demo, tmp_path):
    file = tmp_path / "spy.csv"
    file.write_text("Name,Sector,Weight (%)\nA,Energy,4\nB,Technology,30.5\n")
    stored = demo(
        "asset", "exposures", "SPY", str(file), "--source", "issuer", "--day", "2021-01-31"
    )
    assert stored.code == 0, stored.error
    told = demo("asset", "exposures", "SPY", "--json").json
    assert [(one["dimension"], one["weights"]) for one in told] == [
        ("sector", {"Energy": "0.04", "Technology": "0.305"})
    ]
    shown = demo("portfolio", "allocation", "Demo", "--by", "sector").out
    assert "Technology" in shown
    assert "Unknown" in shown
