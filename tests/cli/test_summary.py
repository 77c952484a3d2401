"""`argosy summary`, and performance of a part, in another unit, as CSV; on the demo."""

import csv
import io
from decimal import Decimal


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_summary_shows_each_portfolio_and_all(demo):
    shown = demo("summary")
    assert shown.code == 0, shown.error
    assert "2016-01-31 to 2021-03-31, 1886 days, EUR" in shown.out
    lines = {line.split()[0]: line for line in shown.out.splitlines() if line.strip()}
    assert "63,715.08" in lines["Demo"]
    assert "100.00 %" in lines["Demo"]
    assert "63,715.08" in lines["All"]


def test_a_summary_in_json_says_what_the_portfolio_says(demo):
    told = demo("summary", "--range", "1Y", "--json").json
    alone = demo("portfolio", "performance", "Demo", "--range", "1Y", "--json").json
    for name in ("start", "end", "currency", "gain", "flows", "twr", "mwr", "method"):
        assert told[name] == alone[name]
    assert (told["scope"], alone["scope"]) == ("all", "portfolio")
    assert [one["weight"] for one in told["portfolios"]] == [1.0]


def test_a_summary_as_csv_has_a_row_a_portfolio_and_one_for_all(demo):
    first, last = rows(demo("summary", "--csv", "--currency", "USD").out)
    assert (first["name"], last["name"]) == ("Demo", "All")
    assert first["total_value"] == last["total_value"]
    assert (first["own_currency"], first["currency"]) == ("EUR", "USD")


def test_performance_of_a_part_in_bitcoin_as_csv(demo):
    words = ("portfolio", "performance", "Demo", "--scope", "holding:BTC", "--currency", "BTC")
    (row,) = rows(demo(*words, "--csv").out)
    told = demo(*words, "--json").json
    assert (row["scope"], row["currency"]) == (told["scope"], "BTC")
    assert row["gain"] == told["gain"]
    # bitcoin in bitcoin: what is lost are fees
    assert Decimal(row["gain"]) < 0
    assert -0.02 < told["twr"] < 0


def test_what_cannot_be_meant_is_refused(demo):
    assert demo("summary", "--range", "1H").code == 1
    assert demo("summary", "--currency", "NOSUCH").code == 1
    assert demo("portfolio", "performance", "Demo", "--scope", "color:red").code == 1


def test_who_has_no_portfolio_is_told_so(command):
    made = command(
        *("user", "create", "--email", "ada@example.org", "--username", "ada", "--password-stdin"),
        stdin="long enough\n",
    )
    assert made.code == 0, made.error
    shown = command("summary")
    assert (shown.code, shown.out.strip()) == (0, "There are no transactions yet.")
