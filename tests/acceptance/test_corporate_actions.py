"""Splits, spin-offs, mergers, symbol changes, returns of capital."""

from decimal import Decimal

import pytest

from tests.acceptance.person import Person, exact, lots_of, picked

END = "2024-06-03"


@pytest.fixture
def held(me: Person) -> str:
    """Ten ACME for 1000, bought on 2 January."""
    portfolio = me.portfolio(cost_basis_method="fifo")
    me.buy(portfolio, "2024-01-02", "10", "100")
    return portfolio


def test_a_split_doubles_the_quantity_and_divides_older_prices(me: Person, held: str):
    me.prices("ACME", {"2024-01-05": "110"})
    me.enter(held, "split", "2024-01-10", ratio="2:1")
    holding = me.holdings(held, "2024-01-11")["ACME"]
    # 20 · 110/2, the old price being from before the split
    assert picked(holding, "quantity", "cost", "value") == exact("20", "1000", "1100")
    assert picked(holding, "average_cost") == exact("50")
    assert lots_of(holding) == [("2024-01-02", *exact("20", "1000"))]
    assert picked(me.holdings(held, "2024-01-09")["ACME"], "quantity") == exact("10")


def test_the_mark_of_an_own_trade_is_divided_too(me: Person, held: str):
    me.enter(held, "SPLIT", "2024-01-10", ratio="4:1")
    # 40 · 100/4
    holding = me.holdings(held, "2024-01-11")["ACME"]
    assert picked(holding, "quantity", "value") == exact("40", "1000")
    assert "estimated" in holding["flags"]


def test_a_reverse_split_pays_cash_for_the_fraction(me: Person, held: str):
    me.enter(held, "SPLIT", "2024-01-10", ratio="1:4", amount="210")
    # 10/4 = 2.5; the half is sold: cost 1000 · 0.5/2.5 = 200, gain 210 − 200 = 10
    holding = me.holdings(held, END)["ACME"]
    assert picked(holding, "quantity", "cost", "realized_gain") == exact("2", "800", "10")


def test_a_reverse_split_without_cash_keeps_the_fraction(me: Person, held: str):
    me.enter(held, "SPLIT", "2024-01-10", ratio="1:4")
    assert picked(me.holdings(held, END)["ACME"], "quantity", "cost") == exact("2.5", "1000")


@pytest.mark.parametrize("ratio", ["0:1", "1:0", "0", "-2:1", "2:1:1", "two", "", "NaN:1"])
def test_a_ratio_that_cannot_be_is_refused(me: Person, held: str, ratio):
    me.enter(held, "SPLIT", "2024-01-10", ratio=ratio, status=422)
    body = {"splits": [{"date": "2024-01-10", "ratio": ratio}]}
    me.put("/assets/ACME/splits", body, status=422)


def test_an_assets_split_alone_changes_no_quantity_and_is_flagged(me: Person, held: str):
    splits = {"splits": [{"date": "2024-01-10", "ratio": "2:1"}]}
    me.put("/assets/ACME/splits", splits)
    holding = me.holdings(held, "2024-01-11")["ACME"]
    assert picked(holding, "quantity") == exact("10")
    assert any("split_unbooked" in flag for flag in holding["flags"])
    assert any("split_unbooked" in flag for flag in me.figures(held, "2024-01-11")["flags"])
    me.enter(held, "SPLIT", "2024-01-10", ratio="2:1")
    holding = me.holdings(held, "2024-01-11")["ACME"]
    assert not any("split_unbooked" in flag for flag in holding["flags"])
    # divided once, not twice: 20 · 100/2
    assert picked(holding, "quantity", "value") == exact("20", "1000")


def test_a_splits_put_says_what_shall_be(me: Person):
    me.put("/assets/ACME/splits", {"splits": [{"date": "2024-01-10", "ratio": "2:1"}]})
    me.put("/assets/ACME/splits", {"splits": [{"date": "2024-02-10", "ratio": "3:1"}]})
    listed = me.get("/assets/ACME/splits")
    assert [(row["date"], row["ratio"]) for row in listed] == [("2024-02-10", "3:1")]


def test_a_price_after_the_split_is_not_divided(me: Person, held: str):
    me.enter(held, "SPLIT", "2024-01-10", ratio="2:1")
    me.prices("ACME", {"2024-01-05": "110", "2024-01-10": "56"})
    assert picked(me.holdings(held, "2024-01-10")["ACME"], "value") == exact("1120")
    assert picked(me.holdings(held, "2024-01-09")["ACME"], "value") == exact("1100")


def test_a_corporate_action_comes_before_the_trades_of_its_day(me: Person, held: str):
    me.enter(held, "SPLIT", "2024-01-10", ratio="2:1")
    me.sell(held, "2024-01-10T00:00:01Z", "20", "60")
    assert me.holdings(held, END) == {}


def test_a_spin_off_moves_a_share_of_the_cost(me: Person, held: str):
    child = me.asset("CHILD")
    me.enter(held, "Spin_Off", "2024-01-10", to_asset_id=child, ratio="1:2", cost_share="0.2")
    holdings = me.holdings(held, END)
    # 1000 · 0.2 = 200 go with 10/2 = 5 pieces, which keep their day
    assert picked(holdings["ACME"], "quantity", "cost") == exact("10", "800")
    assert lots_of(holdings["CHILD"]) == [("2024-01-02", *exact("5", "200"))]
    assert picked(holdings["CHILD"], "realized_gain") == exact("0")


def test_a_merger_with_cash_sells_the_cash_part(me: Person, held: str):
    new = me.asset("NEWCO")
    me.enter(
        held,
        "MERGER",
        "2024-01-10",
        to_asset_id=new,
        ratio="1:2",
        amount="350",
        cost_share="0.3",
    )
    holdings = me.holdings(held, END, include="lots,closed")
    # 350 for 30 % of 1000: a gain of 50; the other 700 go with 5 pieces
    assert lots_of(holdings["NEWCO"]) == [("2024-01-02", *exact("5", "700"))]
    assert picked(holdings["ACME"], "quantity", "cost") == exact("0", "0")
    assert picked(me.figures(held, END), "realized_gain") == exact("50")
    assert picked(me.gains(held)[0], "proceeds", "cost") == exact("350", "300")


def test_a_mergers_share_is_by_default_cash_in_all_that_is_received(me: Person, held: str):
    me.asset("NEWCO")
    me.prices("NEWCO", {"2024-01-10": "150"})
    new = me.get("/assets/NEWCO")["id"]
    me.enter(held, "MERGER", "2024-01-10", to_asset_id=new, ratio="1:2", amount="250")
    # 250 / (250 + 5 · 150) = 1/4 of the cost is sold: 250 − 250 = 0
    assert picked(me.holdings(held, END)["NEWCO"], "quantity", "cost") == exact("5", "750")
    assert picked(me.gains(held)[0], "gain") == exact("0")


def test_a_symbol_change_takes_all_with_it(me: Person, held: str):
    new = me.asset("RENAMED")
    me.enter(held, "SYMBOL_CHANGE", "2024-01-10", to_asset_id=new)
    holdings = me.holdings(held, END)
    assert list(holdings) == ["RENAMED"]
    assert lots_of(holdings["RENAMED"]) == [("2024-01-02", *exact("10", "1000"))]
    assert me.gains(held) == []
    me.sell(held, "2024-02-01", "10", "120", symbol="RENAMED")
    assert me.gains(held)[0]["acquired"] == "2024-01-02"


def test_a_return_of_capital_lowers_the_cost_and_the_excess_is_gain(me: Person, held: str):
    me.enter(held, "RETURN_OF_CAPITAL", "2024-01-10", amount="300")
    assert picked(me.figures(held, END), "total_cost", "realized_gain") == exact("700", "0")
    me.enter(held, "RETURN_OF_CAPITAL", "2024-01-11", amount="1000")
    assert picked(me.figures(held, END), "total_cost", "realized_gain") == exact("0", "300")


def test_a_transfer_between_two_own_portfolios_moves_lots_with_their_dates(me: Person, held: str):
    other = me.portfolio(cost_basis_method="fifo")
    me.buy(held, "2024-02-01", "10", "120")
    me.enter(held, "TRANSFER_OUT", "2024-03-01", quantity="15", to_portfolio_id=other)
    there = me.holdings(other, END)["ACME"]
    assert lots_of(there) == [
        ("2024-01-02", *exact("10", "1000")),
        ("2024-02-01", *exact("5", "600")),
    ]
    here = me.holdings(held, END)["ACME"]
    assert lots_of(here) == [("2024-02-01", *exact("5", "600"))]
    assert me.gains(held) == []
    me.prices("ACME", {"2024-03-01": "130"})
    # A flow at market value: 15 · 130.
    assert picked(me.figures(other, "2024-03-01"), "invested") == exact("1950")


def test_a_transfer_to_somebody_elses_portfolio_is_404(me: Person, held: str, people):
    foreign = people().portfolio()
    line = {"quantity": "1", "to_portfolio_id": foreign}
    me.enter(held, "TRANSFER_OUT", "2024-03-01", **line, status=404)
    assert picked(me.holdings(held, END)["ACME"], "quantity") == exact("10")


def test_a_transfer_from_outside_brings_its_cost(me: Person):
    portfolio = me.portfolio()
    me.enter(portfolio, "TRANSFER_IN", "2024-01-02", quantity="4", cost="300")
    me.prices("ACME", {"2024-01-02": "100"})
    figures = me.figures(portfolio, "2024-01-02")
    names = ("total_cost", "total_value", "invested", "unrealized_gain")
    # The flow is 4 · 100 at market value.
    assert picked(figures, *names) == exact("300", "400", "400", "100")


def test_shorts_are_refused_unless_the_portfolio_allows_them(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "5", "100")
    line = {"quantity": "8", "price": "110"}
    problem = me.enter(portfolio, "SELL", "2024-01-03", **line, status=409)
    assert "5" in problem["detail"]
    assert "2024-01-03" in problem["detail"]
    me.patch(f"/portfolios/{portfolio}", {"allow_short": True})
    me.enter(portfolio, "SELL", "2024-01-03", **line, fee="8")
    holding = me.holdings(portfolio, END)["ACME"]
    # 5 close (5 · 110 − 5 − 500 = 45), 3 open for 3 · 110 − 3 = 327
    assert picked(holding, "quantity", "cost", "realized_gain") == exact("-3", "-327", "45")
    assert picked(holding, "average_cost") == exact("109")
    me.buy(portfolio, "2024-01-04", "2", "90", fee="1")
    # 327 · 2/3 = 218; 218 − (180 + 1) = 37
    holding = me.holdings(portfolio, END)["ACME"]
    assert picked(holding, "quantity", "cost", "realized_gain") == exact("-1", "-109", "82")
    me.prices("ACME", {"2024-01-04": "80"})
    # −1 · 80; −80 − (−109) = 29
    holding = me.holdings(portfolio, "2024-01-04")["ACME"]
    assert picked(holding, "value", "unrealized_gain") == exact("-80", "29")
    # Such a ledger cannot stand in a portfolio without shorts.
    me.patch(f"/portfolios/{portfolio}", {"allow_short": False}, status=409)
    assert Decimal(me.figures(portfolio, END)["realized_gain"]) == 82
