"""Value: prices and rates known or not, old or new, in pounds or in pence."""

import re

import pytest

from tests.acceptance.person import Person, exact, picked

END = "2024-06-03"


@pytest.fixture
def held(me: Person) -> str:
    """Ten ACME for 1000 USD in a portfolio in EUR, bought at 0.9, and one priced in EUR."""
    portfolio = me.portfolio("EUR")
    me.buy(portfolio, "2024-01-02", "10", "100", fx_rate="0.9")
    return portfolio


def test_a_holding_has_every_field_of_the_contract(me: Person, held: str):
    me.prices("ACME", {"2024-01-02": "110"})
    me.rates("EUR", {"2024-01-02": "1.25"})
    holding = me.holdings(held, "2024-01-03")["ACME"]
    assert {"asset_id", "symbol", "exchange", "name", "currency", "price_at"} <= holding.keys()
    # Cost 1000 · 0.9; value 10 · 110 / 1.25; local in dollars.
    names = ("quantity", "average_cost", "cost", "value", "local_cost", "local_value", "price")
    assert picked(holding, *names) == exact("10", "90", "900", "880", "1000", "1100", "110")
    names = ("unrealized_gain", "realized_gain", "income", "fees")
    assert picked(holding, *names) == exact("-20", "0", "0", "0")
    assert holding["unrealized_return"] == pytest.approx(-20 / 900, rel=1e-12)
    assert holding["weight"] == 1.0
    (lot,) = holding["lots"]
    assert {"acquired", "quantity", "cost"} <= lot.keys()


def test_gains_have_a_price_and_a_currency_part(me: Person, held: str):
    me.sell(held, "2024-03-01", "4", "120", fx_rate="0.8")
    (item,) = me.gains(held)
    # Proceeds 480 · 0.8 = 384; cost 400 · 0.9 = 360; gain 24.
    # Currency part 400 · (0.8 − 0.9) = −40, price part 64 = 80 · 0.8.
    names = ("proceeds", "cost", "gain", "price_part", "currency_part")
    assert picked(item, *names) == exact("384", "360", "24", "64", "-40")
    assert {
        "date",
        "asset_id",
        "symbol",
        "quantity",
        "acquired",
        "days_held",
        "lots",
    } <= item.keys()
    totals = me.get(f"/portfolios/{held}/gains")["totals"]
    assert picked(totals, "gain", "price_part", "currency_part") == exact("24", "64", "-40")


def test_gains_are_cut_to_a_span(me: Person, held: str):
    me.sell(held, "2024-03-01", "4", "120", fx_rate="0.8")
    me.sell(held, "2024-04-01", "1", "120", fx_rate="0.8")
    dates = [item["date"] for item in me.gains(held, start="2024-03-02", end="2024-12-31")]
    assert dates == ["2024-04-01"]
    assert len(me.gains(held)) == 2


def test_without_a_rate_the_value_is_null_with_its_reason(me: Person, held: str):
    me.prices("ACME", {"2024-01-02": "110"})
    holding = me.holdings(held, "2024-01-03")["ACME"]
    assert holding["value"] is None
    assert holding["weight"] is None
    assert holding["unrealized_gain"] is None
    assert picked(holding, "local_value", "cost") == exact("1100", "900")
    assert "EUR" in str(holding["reasons"])
    figures = me.figures(held, "2024-01-03")
    assert figures["total_value"] is None
    assert "ACME" in str(figures["reasons"]) + str(figures["flags"])
    series = me.get(f"/portfolios/{held}/series")
    assert series["value"][-1] is None


def test_a_missing_rate_of_one_currency_hides_no_other_holding(me: Person, held: str):
    me.asset("FRANC", currency="CHF")
    me.asset("HOME", currency="EUR")
    me.rates("EUR", {"2024-01-02": "1.25"})
    me.buy(held, "2024-01-02", "1", "50", symbol="FRANC")
    me.buy(held, "2024-01-02", "1", "50", symbol="HOME")
    holdings = me.holdings(held, "2024-01-03")
    assert holdings["FRANC"]["value"] is None
    assert picked(holdings["HOME"], "value") == exact("50")
    assert picked(holdings["ACME"], "value") == exact("800")
    assert "FRANC" in str(me.figures(held, "2024-01-03")["reasons"])
    assert "HOME" not in str(me.figures(held, "2024-01-03")["reasons"])


def test_without_a_price_the_own_trade_is_the_mark_and_flagged(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    holding = me.holdings(portfolio, "2024-01-03")["ACME"]
    assert picked(holding, "value") == exact("1000")
    assert "estimated" in holding["flags"]
    # A market price of the same day stands above it, and a newer trade above that.
    me.prices("ACME", {"2024-01-02": "105"})
    holding = me.holdings(portfolio, "2024-01-03")["ACME"]
    assert picked(holding, "value") == exact("1050")
    assert "estimated" not in holding["flags"]
    me.buy(portfolio, "2024-01-04", "1", "120")
    assert picked(me.holdings(portfolio, "2024-01-04")["ACME"], "value") == exact("1320")


def test_without_any_mark_the_value_is_null(me: Person):
    portfolio = me.portfolio()
    me.enter(portfolio, "TRANSFER_IN", "2024-01-02", quantity="4", cost="300")
    holding = me.holdings(portfolio, "2024-01-03")["ACME"]
    assert holding["value"] is None
    assert holding["reasons"]["value"]
    assert me.figures(portfolio, "2024-01-03")["total_value"] is None


def test_a_mark_older_than_five_sessions_is_stale(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.prices("ACME", {"2024-01-05": "110"})
    # Friday the 5th; five weekdays later is the 12th.
    assert "stale" not in me.holdings(portfolio, "2024-01-12")["ACME"]["flags"]
    holding = me.holdings(portfolio, "2024-01-15")["ACME"]
    assert "stale" in holding["flags"]
    assert picked(holding, "value") == exact("1100")


def test_no_price_is_taken_from_a_later_day(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.prices("ACME", {"2024-01-05": "110", "2024-02-05": "150"})
    assert picked(me.holdings(portfolio, "2024-01-04")["ACME"], "value") == exact("1000")
    assert picked(me.holdings(portfolio, "2024-01-08")["ACME"], "value") == exact("1100")
    assert picked(me.holdings(portfolio, "2024-03-01")["ACME"], "value") == exact("1500")


def test_as_of_cuts_the_ledger_after_the_day(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.buy(portfolio, "2024-02-02", "10", "100")
    me.sell(portfolio, "2024-03-01", "20", "110")
    assert me.holdings(portfolio, "2024-01-01") == {}
    quantities = [
        picked(me.holdings(portfolio, day)["ACME"], "quantity")
        for day in ("2024-01-02", "2024-02-01", "2024-02-02", "2024-02-29")
    ]
    assert quantities == [exact("10"), exact("10"), exact("20"), exact("20")]
    assert me.holdings(portfolio, "2024-03-01") == {}
    figures = me.get(f"/portfolios/{portfolio}")
    assert picked(figures, "realized_gain") == exact("200")
    for wrong in ("x", "2024-13-01", "9" * 12):
        me.get(f"/portfolios/{portfolio}", status=422, as_of=wrong)


def test_pence_are_hundredths_of_a_pound(me: Person):
    asset = me.asset("VODA", currency="GBp")
    assert me.get(f"/assets/{asset}")["currency"] == "GBp"
    portfolio = me.portfolio("GBP")
    me.enter(portfolio, "BUY", "2024-01-02", symbol="VODA", quantity="100", price="250")
    me.prices("VODA", {"2024-01-03": "260"})
    holding = me.holdings(portfolio, "2024-01-03")["VODA"]
    # 100 · 250 pence = 250 pounds
    assert picked(holding, "cost", "value") == exact("250", "260")
    # The same trade in pounds.
    line = {"symbol": "VODA", "quantity": "100", "price": "2.50", "currency": "GBP"}
    me.enter(portfolio, "BUY", "2024-01-02", **line)
    holding = me.holdings(portfolio, "2024-01-03")["VODA"]
    assert picked(holding, "cost", "local_cost", "value") == exact("500", "50000", "520")


def test_pence_reach_a_third_currency_through_the_pound(me: Person):
    me.asset("VODA", currency="GBp")
    me.rates("GBP", {"2024-01-02": "1.50"})
    me.rates("EUR", {"2024-01-02": "1.25"})
    portfolio = me.portfolio("EUR")
    me.enter(portfolio, "BUY", "2024-01-02", symbol="VODA", quantity="100", price="250")
    # 250 pounds · 1.5 / 1.25
    assert picked(me.holdings(portfolio, "2024-01-03")["VODA"], "cost", "value") == exact(
        "300", "300"
    )


def test_own_rate_first_then_the_days(me: Person):
    me.rates("EUR", {"2024-01-02": "1.25", "2024-01-10": "1.6"})
    portfolio = me.portfolio("EUR")
    me.buy(portfolio, "2024-01-05", "10", "100")  # 1000 / 1.25 = 800
    me.buy(portfolio, "2024-01-05", "10", "100", fx_rate="0.9")  # 900
    assert picked(me.figures(portfolio, "2024-01-05"), "total_cost") == exact("1700")


def test_day_change_is_net_of_flows(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.prices("ACME", {"2024-01-02": "100", "2024-01-03": "110"})
    me.buy(portfolio, "2024-01-03", "5", "108")
    # 15 · 110 − 1000 − 540
    assert picked(me.figures(portfolio, "2024-01-03"), "day_change") == exact("110")


def test_weights_are_shares_of_the_sum(me: Person):
    me.asset("OTHER")
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "3", "100")
    me.buy(portfolio, "2024-01-02", "1", "100", symbol="OTHER")
    holdings = me.holdings(portfolio, "2024-01-02")
    assert [row["weight"] for row in holdings.values()] == [0.75, 0.25]


def test_no_figure_has_more_than_eighteen_decimals(me: Person):
    me.rates("EUR", {"2024-01-02": "1.1", "2024-01-09": "1.3"})
    portfolio = me.portfolio("EUR", cost_basis_method="fifo")
    me.buy(portfolio, "2024-01-02", "10", "100", fee="1")
    me.prices("ACME", {"2024-01-03": "101"})
    me.enter(portfolio, "SPLIT", "2024-01-05", ratio="7:3")
    me.sell(portfolio, "2024-01-09", "1.7", "99", tax="0.7")
    for day in ("2024-01-03", "2024-01-05", "2024-01-09"):
        shown = [me.figures(portfolio, day), me.holdings(portfolio, day), me.gains(portfolio)]
        whole = me.get(f"/portfolios/{portfolio}/performance", start="2024-01-02", end=day)
        found = re.findall(r"'(\w+)': '-?\d+\.(\d+)'", str([*shown, whole]))
        assert {name for name, decimals in found if len(decimals) > 18} == set()
