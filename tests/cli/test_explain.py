"""`argosy explain`: where a figure comes from."""

from decimal import Decimal


def test_a_holdings_value_is_shown_as_a_tree_down_to_its_rows(demo):
    shown = demo("explain", "value", "--portfolio", "Demo", "--asset", "BTC")
    assert shown.code == 0, shown.error
    assert "value on 2021-03-31: 37,687.95 EUR" in shown.out
    assert "quantity × price × rate" in shown.out
    assert "58,918.832031  price source demo, on 2021-03-31" in shown.out
    assert "1.1725  rate" in shown.out
    assert "type BUY, on 2016-01-31" in shown.out
    lines = shown.out.splitlines()
    depth = [line.index(line.lstrip(" │├└─")[:1]) for line in lines if "└──" in line]
    assert max(depth) > min(depth) >= 4, "the tree is indented"


def test_what_stands_twice_is_named_where_it_stands_the_second_time(demo):
    shown = demo("explain", "total_value", "--portfolio", "Demo")
    first = shown.out.index("0.852878464818763326  [")
    assert 0 < first < shown.out.index("0.852878464818763326  as in [")


def test_json_is_what_the_api_answers(demo):
    words = ("explain", "value", "--portfolio", "demo", "--asset", "AAPL")
    told = demo(*words, "--as-of", "2021-03-31", "--json").json
    assert told["figure"] == "value"
    assert told["status"] == "exact"
    assert round(Decimal(told["value"]), 2) == round(82 * Decimal("122.15") / Decimal("1.1725"), 2)
    assert told["nodes"][told["root"]]["value"] == told["value"]


def test_a_figure_that_does_not_exist_or_was_never_there_is_refused(demo):
    unknown = demo("explain", "luck", "--portfolio", "Demo")
    assert unknown.code == 1
    assert "total_value" in unknown.error
    assert demo("explain", "value", "--portfolio", "Demo", "--asset", "TSLA").code == 3
    assert demo("explain", "total_value", "--portfolio", "Other").code == 3


def test_what_a_range_brought_is_explained_from_its_first_day_on(demo):
    words = ("--portfolio", "Demo", "--start", "2020-04-01", "--as-of", "2021-03-31")
    assert "gain on 2021-03-31: 44,633.42 EUR" in demo("explain", "gain", *words).out
    fall = demo("explain", "max_drawdown", *words).out
    assert "max_drawdown on 2021-03-31: −8.03 %" in fall
    refused = demo("explain", "total_value", *words)
    assert refused.code == 1
    assert "start goes with" in refused.error


def test_an_earlier_day_has_its_own_explanation(demo):
    words = ("explain", "quantity", "--portfolio", "Demo", "--asset", "AAPL")
    before = demo(*words, "--as-of", "2020-08-28", "--json").json
    after = demo(*words, "--as-of", "2020-08-31", "--json").json
    assert (before["value"], after["value"]) == ("18", "72")
