"""`argosy portfolio show` and `performance`, on the demo."""

from decimal import Decimal

from argosy.cli.numbers import money, quantity


def test_a_portfolio_is_shown_in_minor_units_with_its_holdings(demo):
    shown = demo("portfolio", "show", "demo", "--as-of", "2021-03-31")
    assert shown.code == 0, shown.error
    assert "Demo in EUR, end of 2021-03-31" in shown.out
    lines = {line.split()[0]: line for line in shown.out.splitlines() if line.strip()}
    assert "63,715.08" in lines["Value"]
    assert "37,687.95" in lines["BTC"]
    assert "59.15 %" in lines["BTC"]
    assert "care" not in shown.out
    ends = {line.index("EUR") for line in shown.out.splitlines() if line.startswith("Asset")}
    assert ends, "the holdings have a head"


def test_figures_stand_right(demo):
    shown = demo("portfolio", "show", "Demo").out.splitlines()
    head = next(n for n, line in enumerate(shown) if line.startswith("Asset"))
    end = shown[head].index("Value EUR") + len("Value EUR")
    for line in shown[head + 1 : head + 6]:
        assert line[end - 1].isdigit(), line
        assert line[end : end + 1] in {" ", ""}, line


def test_json_is_what_the_api_answers(demo):
    told = demo("portfolio", "show", "Demo", "--json").json
    assert told["name"] == "Demo"
    assert told["as_of"] == "2021-03-31"
    assert round(Decimal(told["total_value"]), 2) == Decimal("63715.08")
    holdings = demo("portfolio", "show", "Demo", "--holdings", "--json").json
    assert [one["symbol"] for one in holdings] == ["BTC", "SPY", "AAPL", "XAU", "EEM"]
    by_id = demo("portfolio", "show", told["id"], "--json").json
    assert by_id == told


def test_what_is_unknown_is_a_dash_with_its_reason(demo):
    short = demo("portfolio", "performance", "Demo", "--range", "1M")
    assert short.code == 0, short.error
    (line,) = [x for x in short.out.splitlines() if x.startswith("Time-weighted, a year")]
    assert line.split()[-7:][0] != "0"
    assert "–" in line
    assert "No yearly rate under a year." in line


def test_losses_have_a_true_minus(demo):
    """The core stood still at its January close; shares and gold fell in the last of it."""
    words = ("--start", "2020-03-01", "--end", "2020-03-23")
    lost = demo("portfolio", "performance", "Demo", *words)
    (gain,) = [line for line in lost.out.splitlines() if line.startswith("Gain")]
    assert "−" in gain
    assert "-" not in gain


def test_performance_in_json_has_every_return(demo):
    told = demo("portfolio", "performance", "Demo", "--json").json
    assert (told["start"], told["end"]) == ("2016-01-31", "2021-03-31")
    returns = ("twr", "annualized_twr", "mwr", "mwr_annual", "modified_dietz", "total_return")
    assert all(isinstance(told[name], float) for name in returns)


def test_who_and_what_is_meant_must_be_known(demo):
    assert demo("portfolio", "show", "Nothing").code == 3
    assert demo("portfolio", "show", "Demo", "--user", "nobody@example.org").code == 3
    assert demo("portfolio", "show", "Demo", "--user", "DEMO@argosy.example").code == 0
    assert demo("portfolio", "show", "Demo", "--as-of", "yesterday").code == 2
    assert demo("portfolio", "performance", "Demo", "--range", "soon").code == 1
    names = ("--email", "ada@example.org", "--username", "ada", "--password-stdin")
    assert demo("user", "create", *names, stdin="a long and quiet sentence\n").code == 0
    several = demo("portfolio", "show", "Demo")
    assert several.code == 1
    assert "--user" in several.error


def test_numbers_for_people():
    assert money(Decimal("-0.001"), "EUR") == "0.00"
    assert money(Decimal("1E+3"), "KWD") == "1,000.000"
    assert money(Decimal("0.123456789"), "BTC") == "0.12345679"
    assert quantity(Decimal("1E+6")) == "1,000,000"
    assert quantity(Decimal("-1234.5")) == "−1,234.5"
    assert quantity(None) == "–"
