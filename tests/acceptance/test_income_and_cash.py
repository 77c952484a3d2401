"""Dividends, interest, rewards, separate fees, and cash where it is tracked."""

from decimal import Decimal

import pytest

from tests.acceptance.person import Person, exact, picked

END = "2024-06-03"


def cash(me: Person, portfolio: str) -> dict[str, Decimal]:
    return {name: Decimal(it) for name, it in me.figures(portfolio, END)["cash"].items()}


def test_a_dividend_is_income_net_of_tax(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.enter(portfolio, "DIVIDEND", "2024-03-01", amount="20", tax="3")
    figures = me.figures(portfolio, "2024-03-01")
    # 20 − 3; the mark is the own trade's 100, so the gain is the income
    assert picked(figures, "income", "total_cost", "total_gain") == exact("17", "1000", "17")
    assert picked(figures, "fees", "fees_separate") == exact("3", "0")


def test_a_dividend_lowers_the_cost_where_the_portfolio_says_so(me: Person):
    portfolio = me.portfolio(dividend_policy="Reduces_Cost")
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.enter(portfolio, "DIVIDEND", "2024-03-01", amount="20", tax="3")
    names = ("income", "total_cost", "realized_gain")
    assert picked(me.figures(portfolio, END), *names) == exact("0", "983", "0")
    # 2000 more: 983 of it are cost, the rest is gain
    me.enter(portfolio, "DIVIDEND", "2024-04-01", amount="2000")
    assert picked(me.figures(portfolio, END), *names) == exact("0", "0", "1017")
    me.patch(f"/portfolios/{portfolio}", {"dividend_policy": "income"})
    assert picked(me.figures(portfolio, END), *names) == exact("2017", "1000", "0")


def test_interest_rewards_and_separate_fees_count_as_numbers_md_says(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.enter(portfolio, "INTEREST", "2024-03-01", amount="5", tax="1")
    me.enter(portfolio, "REWARD", "2024-03-02", quantity="1", price="30")
    me.enter(portfolio, "FEE", "2024-03-03", amount="7")
    me.enter(portfolio, "TAX", "2024-03-04", amount="2")
    figures = me.figures(portfolio, "2024-03-04")
    # 5 − 1 + 30; 7 + 2; 7 + 2 + 1
    assert picked(figures, "income", "fees_separate", "fees") == exact("34", "9", "10")
    assert picked(figures, "total_cost") == exact("1030")
    # A reward is no flow; separate fees are money put in.
    assert picked(figures, "invested") == exact("1009")
    holding = me.holdings(portfolio, END)["ACME"]
    assert picked(holding, "quantity", "cost") == exact("11", "1030")


def test_an_opening_balance_is_a_start_with_its_cost(me: Person):
    portfolio = me.portfolio()
    me.enter(portfolio, "OPENING", "2024-01-02", quantity="10", price="50")
    names = ("total_cost", "invested", "realized_gain")
    assert picked(me.figures(portfolio, "2024-01-02"), *names) == exact("500", "500", "0")


def test_deposits_are_kept_without_effect_where_cash_is_not_tracked(me: Person):
    portfolio = me.portfolio()
    me.enter(portfolio, "DEPOSIT", "2024-01-02", amount="1000", currency="USD")
    me.buy(portfolio, "2024-01-03", "1", "100")
    figures = me.figures(portfolio, "2024-01-03")
    assert figures["cash"] == {}
    assert picked(figures, "total_value", "invested") == exact("100", "100")


def test_cash_moves_with_every_type(me: Person):
    portfolio = me.portfolio(track_cash=True)
    me.enter(portfolio, "DEPOSIT", "2024-01-02", amount="5000", currency="USD")
    me.buy(portfolio, "2024-01-03", "10", "100", fee="5", tax="2")  # − 1007
    me.sell(portfolio, "2024-01-04", "5", "120", fee="3", tax="1")  # + 596
    me.enter(portfolio, "DIVIDEND", "2024-01-05", amount="20", tax="3")  # + 17
    me.enter(portfolio, "INTEREST", "2024-01-05", amount="5", tax="1")  # + 4
    me.enter(portfolio, "REWARD", "2024-01-06", quantity="1", price="30")  # 0
    me.enter(portfolio, "FEE", "2024-01-07", amount="7")  # − 7
    me.enter(portfolio, "TAX", "2024-01-07", amount="2")  # − 2
    me.enter(portfolio, "RETURN_OF_CAPITAL", "2024-01-08", amount="50")  # + 50
    me.enter(portfolio, "OPENING", "2024-01-08", quantity="1", price="30")  # 0
    me.enter(portfolio, "WITHDRAWAL", "2024-01-09", amount="151", currency="USD")  # − 151
    # 5000 − 1007 + 596 + 17 + 4 − 7 − 2 + 50 − 151
    assert cash(me, portfolio) == {"USD": Decimal(4500)}


def test_where_cash_is_tracked_only_what_crosses_the_border_is_a_flow(me: Person):
    portfolio = me.portfolio(track_cash=True)
    me.enter(portfolio, "DEPOSIT", "2024-01-02", amount="1000", currency="USD")
    me.buy(portfolio, "2024-01-03", "5", "100")
    me.enter(portfolio, "DIVIDEND", "2024-01-05", amount="20")
    figures = me.figures(portfolio, "2024-01-05")
    # 5 · 100 + 1000 − 500 + 20
    assert picked(figures, "total_value", "invested") == exact("1020", "1000")
    assert picked(figures, "total_gain") == exact("20")


def test_with_an_fx_rate_cash_moves_in_the_portfolios_currency(me: Person):
    portfolio = me.portfolio("EUR", track_cash=True)
    me.enter(portfolio, "DEPOSIT", "2024-01-02", amount="1000", currency="EUR")
    me.buy(portfolio, "2024-01-03", "2", "100", currency="USD", fx_rate="0.9")
    assert cash(me, portfolio) == {"EUR": Decimal(820)}
    me.buy(portfolio, "2024-01-04", "1", "100", currency="USD")
    assert cash(me, portfolio) == {"EUR": Decimal(820), "USD": Decimal(-100)}


def test_a_stored_fx_rate_names_its_target(me: Person):
    portfolio = me.portfolio("EUR")
    line = me.buy(portfolio, "2024-01-03", "2", "100", currency="usd", fx_rate="0.9")
    assert (line["fx_rate"], line["fx_quote"]) == ("0.9", "EUR")


@pytest.mark.parametrize(("rate", "status"), [("1", 201), ("1.0", 201), ("0.9", 422), ("-1", 422)])
def test_an_fx_rate_between_equal_currencies_is_one(me: Person, rate, status):
    portfolio = me.portfolio("USD")
    me.buy(portfolio, "2024-01-03", "2", "100", currency="USD", fx_rate=rate, status=status)
