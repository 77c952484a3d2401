"""Every cost-basis method on one small ledger, worked by hand."""

import pytest

from tests.acceptance.person import Person, exact, lots_of, picked

END = "2024-06-03"


def three_lots(me: Person, **settings: object) -> tuple[str, list[str]]:
    """Buy 10 @ 100, 10 @ 120, 10 @ 90: 30 pieces for 1000 + 1200 + 900 = 3100."""
    portfolio = me.portfolio(**settings)
    bought = [("2024-01-02", "100"), ("2024-02-01", "120"), ("2024-03-01", "90")]
    return portfolio, [me.buy(portfolio, day, "10", price)["id"] for day, price in bought]


@pytest.mark.parametrize(
    ("method", "relieved", "gain", "left"),
    [
        ("average", "1550", "400", "1550"),  # 3100 · 15/30 = 1550; 15 · 130 = 1950 − 1550
        ("fifo", "1600", "350", "1500"),  # 1000 + 5 · 120
        ("lifo", "1500", "450", "1600"),  # 900 + 5 · 120
        ("hifo", "1700", "250", "1400"),  # 1200 + 5 · 100
        ("uk_pool", "1550", "400", "1550"),  # nothing on the day nor after it: the pool
    ],
)
def test_a_sale_of_fifteen_of_thirty_relieves(me: Person, method, relieved, gain, left):
    portfolio, _ = three_lots(me, cost_basis_method=method.upper())
    me.sell(portfolio, "2024-04-02", "15", "130")
    (item,) = me.gains(portfolio)
    assert picked(item, "proceeds", "cost", "gain") == exact("1950", relieved, gain)
    holding = me.holdings(portfolio, END)["ACME"]
    assert picked(holding, "quantity", "cost", "realized_gain") == exact("15", left, gain)
    assert item["date"] == "2024-04-02"
    assert sum(lot[2] for lot in lots_of(holding)) == exact(left)[0]


def test_a_change_of_method_replays_and_changes_nothing_stored(me: Person):
    portfolio, _ = three_lots(me)
    me.sell(portfolio, "2024-04-02", "15", "130")
    before = me.get("/transactions", portfolio_id=portfolio)
    wanted = {"average": "400", "fifo": "350", "lifo": "450", "hifo": "250", "uk_pool": "400"}
    for method, gain in [*wanted.items(), ("average", "400")]:
        answer = me.patch(f"/portfolios/{portfolio}", {"cost_basis_method": method.title()})
        assert answer["cost_basis_method"] == method
        assert picked(me.figures(portfolio, END), "realized_gain") == exact(gain)
    assert me.get("/transactions", portfolio_id=portfolio) == before


def test_a_sale_names_its_lots_under_specific(me: Person):
    portfolio, ids = three_lots(me, cost_basis_method="specific")
    line = {"quantity": "15", "price": "130"}
    me.enter(portfolio, "SELL", "2024-04-02", **line, status=422)
    lots = [
        {"transaction_id": ids[1], "quantity": "10"},
        {"transaction_id": ids[2], "quantity": "5"},
    ]
    me.enter(portfolio, "SELL", "2024-04-02", **line, lots=lots)
    # 1200 + 5 · 90 = 1650; 1950 − 1650 = 300
    assert picked(me.gains(portfolio)[0], "cost", "gain") == exact("1650", "300")
    assert lots_of(me.holdings(portfolio, END)["ACME"]) == [
        ("2024-01-02", *exact("10", "1000")),
        ("2024-03-01", *exact("5", "450")),
    ]


def test_specific_is_fifo_and_flagged_after_a_change_of_method(me: Person):
    portfolio, _ = three_lots(me)
    me.sell(portfolio, "2024-04-02", "15", "130")
    me.patch(f"/portfolios/{portfolio}", {"cost_basis_method": "specific"})
    holding = me.holdings(portfolio, END)["ACME"]
    assert picked(holding, "realized_gain") == exact("350")
    assert holding["flags"]


def test_a_uk_sale_is_matched_with_the_purchases_of_the_next_thirty_days(me: Person):
    portfolio, _ = three_lots(me, cost_basis_method="uk_pool")
    me.sell(portfolio, "2024-04-02", "15", "130")
    me.buy(portfolio, "2024-04-20", "5", "110")
    # 5 · 110 = 550, and of the pool 3100 · 10/30 = 1033.333…; 1950 − 1583.333… = 366.666…
    (item,) = me.gains(portfolio)
    assert picked(item, "gain") == exact("366.666666666666666667")
    assert picked(me.figures(portfolio, END), "realized_gain") == exact("366.666666666666666667")
    # On 19 April the repurchase was not known yet.
    assert picked(me.figures(portfolio, "2024-04-19"), "realized_gain") == exact("400")


def test_a_uk_sale_is_first_matched_with_the_purchases_of_its_day(me: Person):
    portfolio, _ = three_lots(me, cost_basis_method="uk_pool")
    me.sell(portfolio, "2024-04-02", "15", "130")
    me.buy(portfolio, "2024-04-02", "15", "125")
    # 15 · 125 = 1875; 1950 − 1875 = 75, the pool is untouched
    assert picked(me.gains(portfolio)[0], "gain") == exact("75")
    assert picked(me.holdings(portfolio, END)["ACME"], "quantity", "cost") == exact("30", "3100")


def test_lots_are_matched_by_day_and_not_by_entry(me: Person):
    portfolio = me.portfolio(cost_basis_method="fifo")
    me.buy(portfolio, "2024-02-01", "10", "120")
    me.buy(portfolio, "2024-01-02", "10", "100")
    me.sell(portfolio, "2024-04-02", "10", "130")
    (item,) = me.gains(portfolio)
    assert picked(item, "cost") == exact("1000")
    # January has 29 days left, February 29, March 31, April 2.
    assert (item["acquired"], item["days_held"]) == ("2024-01-02", 29 + 29 + 31 + 2)


@pytest.mark.parametrize(
    ("in_cost", "cost", "gain", "separate"),
    [
        # 1000 + 5 + 2 = 1007, half 503.5; 600 − 3 − 1 − 503.5 = 92.5
        (True, "503.5", "92.5", "0"),
        # 1000, half 500; 600 − 500; 5 + 2 + 3 + 1 = 11 stand beside
        (False, "500", "100", "11"),
    ],
)
def test_fees_are_in_the_cost_or_beside_it(me: Person, in_cost, cost, gain, separate):
    portfolio = me.portfolio(fees_in_cost=in_cost)
    me.buy(portfolio, "2024-01-02", "10", "100", fee="5", tax="2")
    me.sell(portfolio, "2024-02-01", "5", "120", fee="3", tax="1")
    me.prices(me.get("/assets/ACME")["id"], {"2024-02-02": "130"})
    figures = me.figures(portfolio, "2024-02-02")
    names = ("total_cost", "realized_gain", "fees", "fees_separate")
    assert picked(figures, *names) == exact(cost, gain, "11", separate)
    # either way 5 · 130 + 596 − 1007 = 239
    assert picked(figures, "total_gain") == exact("239")
    # and the simple return is 239 / 1007, a fee included either way
    assert figures["total_return"] == pytest.approx(239 / 1007, rel=1e-12)


def test_fees_in_cost_is_a_setting_that_replays(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "10", "100", fee="5")
    assert picked(me.figures(portfolio, END), "total_cost") == exact("1005")
    me.patch(f"/portfolios/{portfolio}", {"fees_in_cost": False})
    assert picked(me.figures(portfolio, END), "total_cost") == exact("1000")


def test_a_third_leaves_exact_parts(me: Person):
    portfolio = me.portfolio()
    me.enter(portfolio, "BUY", "2024-01-02", quantity="3", amount="100")
    me.sell(portfolio, "2024-01-03", "1", "40")
    holding = me.holdings(portfolio, END)["ACME"]
    # 100 / 3 rounded to 18 decimals, the rest stays
    assert picked(holding, "cost", "realized_gain") == exact(
        "66.666666666666666667", "6.666666666666666667"
    )


def test_a_sale_within_1e_12_of_the_quantity_closes_the_position(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "3", "10")
    me.sell(portfolio, "2024-01-03", "2.999999999999", "10")
    assert me.holdings(portfolio, END) == {}
    closed = me.holdings(portfolio, END, include="closed")["ACME"]
    assert picked(closed, "quantity", "cost") == exact("0", "0")


def test_a_sale_a_bit_above_closes_too_and_nothing_else_snaps(me: Person):
    portfolio = me.portfolio()
    me.buy(portfolio, "2024-01-02", "3", "10")
    me.sell(portfolio, "2024-01-03", "2.99999999999", "10")
    holding = me.holdings(portfolio, END)["ACME"]
    assert picked(holding, "quantity") == exact("0.00000000001")
    me.sell(portfolio, "2024-01-04", "0.00000000001", "10")
    me.buy(portfolio, "2024-01-05", "3", "10")
    me.sell(portfolio, "2024-01-08", "3.000000000001", "10")
    assert me.holdings(portfolio, END) == {}
