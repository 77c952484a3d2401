"""Marks, flags and missing data of figures at a date."""

from datetime import date
from decimal import Decimal

from argosy.core.valuation.figures import PortfolioFigures, figures
from tests.support.ledger import Ledger


def at(ledger: Ledger, day: str, **more: str) -> PortfolioFigures:
    as_of = date.fromisoformat(day)
    stale_on = date.fromisoformat(more["today"]) if more else None
    lines = [x for x in ledger.transactions if x.day <= as_of]
    cut = Ledger(ledger.text)
    cut.transactions = lines
    return figures(cut.book(), as_of=as_of, stale_on=stale_on)


def test_the_newer_of_market_and_own_trade_is_the_mark(ledger):
    """
    price 2024-06-03 ACME 110 USD
    price 2024-06-07 ACME 120 USD
    2024-06-03 buy 10 ACME @ 100 USD
    2024-06-05 buy 10 ACME @ 115 USD
    """
    marks = [at(ledger, f"2024-06-0{day}").holdings[0] for day in (3, 5, 7)]
    assert [(x.price, x.price_source, x.flags) for x in marks] == [
        (110, "test", ()),
        (115, "trade", ("estimated",)),
        (120, "test", ()),
    ]


def test_an_opening_is_a_cost_and_no_mark(ledger):
    """
    2024-06-03 opening 10 ACME @ 100 USD
    """
    found = at(ledger, "2024-06-03")
    (holding,) = found.holdings
    assert (holding.cost, holding.price, holding.value) == (1000, None, None)
    assert holding.reasons["value"] == "ACME has no price on or before 2024-06-03."
    assert found.total_value is None
    assert found.total_cost == 1000
    assert found.flags == ("incomplete", "no_price:ACME")


def test_a_total_sums_what_is_known_and_names_what_it_lacks(ledger):
    """
    price 2024-06-03 ACME 110 USD
    2024-06-03 buy 10 ACME @ 100 USD
    2024-06-03 opening 10 BARE @ 100 USD
    """
    found = at(ledger, "2024-06-03")
    assert (found.total_value, found.total_cost, found.unrealized_gain) == (1100, 2000, 100)
    assert found.flags == ("incomplete", "no_price:BARE")
    assert found.total_return is None, "a gain of one part over the cost of all would be wrong"
    assert found.reasons == {
        "total_value": "BARE has no price on or before 2024-06-03.",
        "total_return": "BARE has no price on or before 2024-06-03.",
        "day_change": "A price or rate of the day or of the day before is missing.",
    }


def test_a_missing_rate_is_never_one(ledger):
    """
    portfolio main EUR
    price 2024-06-03 ACME 110 USD
    2024-06-03 buy 10 ACME @ 100 USD fx 0.9
    2024-06-04 interest 5 CHF
    """
    found = at(ledger, "2024-06-04")
    (holding,) = found.holdings
    assert (holding.value, holding.local_value, holding.cost) == (None, 1100, 900)
    assert holding.flags == ("no_rate",)
    assert found.income is None or found.income == 0
    assert "incomplete" in found.flags
    assert "Interest, a fee or a tax has no rate on its day." in found.reasons["total_value"]


def test_a_trade_in_a_currency_without_a_rate_hides_no_older_price(ledger):
    """
    asset ACME USD
    price 2024-06-03 ACME 110 USD
    2024-06-03 buy 10 ACME @ 100 USD
    2024-06-05 buy 10 ACME @ 90 EUR fx 1.1
    2024-06-06 buy 10 ACME @ 90 CHF
    """
    own_rate, no_rate = (at(ledger, day).holdings[0] for day in ("2024-06-05", "2024-06-06"))
    assert own_rate.price == 99, "the trade's own rate leads to the asset's currency"
    assert (no_rate.price, no_rate.value, no_rate.cost) == (99, 2970, None)
    assert no_rate.reasons["cost"] == "A transaction in ACME has no rate or price on its day."


def test_stale_is_judged_against_the_day_that_is_asked_for(ledger):
    """
    price 2024-06-03 ACME 110 USD
    2024-06-03 buy 10 ACME @ 100 USD
    """
    assert at(ledger, "2024-06-10").holdings[0].flags == ()
    assert at(ledger, "2024-06-11").holdings[0].flags == ("stale",)
    assert at(ledger, "2024-06-03", today="2024-06-11").flags == ("stale:ACME",)


def test_a_split_that_nobody_booked_is_flagged(ledger):
    """
    price 2024-06-03 ACME 100 USD
    stated 2024-06-10 ACME 2:1
    stated 2024-05-01 ACME 3:1
    2024-06-03 buy 10 ACME @ 100 USD
    """
    assert at(ledger, "2024-06-09").flags == ()
    found = at(ledger, "2024-06-10").holdings[0]
    assert (found.quantity, found.price, found.flags) == (10, 50, ("split_unbooked",))


def test_change_over_a_day_leaves_flows_out(ledger):
    """
    price 2024-06-03 ACME 100 USD
    price 2024-06-04 ACME 103 USD
    2024-06-03 buy 10 ACME @ 100 USD
    2024-06-04 buy 5 ACME @ 102 USD
    2024-06-04 dividend 7 USD ACME
    """
    found = at(ledger, "2024-06-04")
    assert found.day_change == 10 * 3 + 5 * 1 + 7
    assert found.holdings[0].day_change == found.day_change


def test_gains_part_into_price_and_currency(ledger):
    """
    portfolio main EUR
    rate 2024-06-03 EUR/USD 1.25
    rate 2024-06-10 EUR/USD 1.6
    price 2024-06-10 ACME 120 USD
    2024-06-03 buy 10 ACME @ 100 USD
    """
    (found,) = at(ledger, "2024-06-10").holdings
    assert (found.cost, found.value, found.unrealized_gain) == (800, 750, -50)
    assert found.unrealized_currency_part == 1000 * Decimal("0.625") - 800
    assert found.unrealized_price_part == 125
    assert found.unrealized_return == Decimal("-0.0625")


def test_a_short_has_a_return_on_the_size_of_its_cost(ledger):
    """
    portfolio main USD shorts
    price 2024-06-10 ACME 110 USD
    2024-06-03 sell 10 ACME @ 100 USD
    """
    found = at(ledger, "2024-06-10")
    (holding,) = found.holdings
    assert (holding.quantity, holding.cost, holding.average_cost) == (-10, -1000, 100)
    assert (holding.unrealized_gain, holding.unrealized_return) == (-100, Decimal("-0.1"))
    assert holding.weight is None
    assert holding.reasons["weight"]


def test_what_the_rate_did_to_a_short_is_the_same_before_and_after_it_is_bought_back(ledger):
    """
    portfolio main EUR shorts
    rate 2024-06-03 EUR/USD 1
    rate 2024-06-10 EUR/USD 1.25
    price 2024-06-10 ACME 90 USD
    2024-06-03 sell 10 ACME @ 100 USD
    2024-06-11 buy 10 ACME @ 90 USD
    """
    # 1000 EUR came in; the 1000 USD that are owed at its cost are 800 EUR now, the 900 paid 720.
    (short,) = at(ledger, "2024-06-10").holdings
    assert (short.unrealized_currency_part, short.unrealized_price_part) == (200, 80)
    (bought_back,) = ledger.disposals()
    assert (bought_back.gain, bought_back.currency_part, bought_back.price_part) == (280, 200, 80)


def test_a_closed_holding_needs_no_rate(ledger):
    """
    portfolio main EUR
    2024-06-03 buy 10 ACME @ 100 USD fx 0.9
    2024-06-04 sell 10 ACME @ 110 USD fx 0.9
    """
    found = at(ledger, "2024-06-04")
    (holding,) = found.holdings
    zeros = (holding.value, holding.cost, holding.unrealized_gain, holding.unrealized_currency_part)
    assert zeros == (0, 0, 0, 0)
    assert (found.flags, found.total_value, found.total_gain) == ((), 0, 90)


def test_cash_that_is_gone_needs_no_rate(ledger):
    """
    portfolio main EUR cash
    2024-06-03 deposit 100 CHF
    2024-06-04 withdrawal 100 CHF
    """
    assert at(ledger, "2024-06-04").total_value == 0
    assert at(ledger, "2024-06-03").flags == ("incomplete", "no_rate:CHF")


def test_cash_below_zero_is_flagged(ledger):
    """
    portfolio main USD cash
    price 2024-06-03 ACME 100 USD
    2024-06-03 buy 10 ACME @ 100 USD
    """
    found = at(ledger, "2024-06-03")
    assert (found.flags, found.total_value, found.cash) == (("cash_negative",), 0, {"USD": -1000})


def test_the_first_day_there_is_has_figures_too(ledger):
    """
    0001-01-01 buy 1 ACME @ 100 USD
    """
    assert at(ledger, "0001-01-01").total_value == 100


def test_a_price_of_eighteen_places_and_more_loses_no_digit_on_its_way_into_a_value(ledger):
    """
    price 2024-06-04 SHIB 0.00000000000123456789012345 USD
    2024-06-03 buy 3000000000000 SHIB for 1 USD
    """
    bought, grown = (at(ledger, f"2024-06-0{day}") for day in (3, 4))
    assert bought.total_value == 1, "a third of a billionth each, and still what was paid"
    assert grown.total_value == 3 * Decimal("1.23456789012345")
    assert grown.holdings[0].price == Decimal("0.000000000001234568")


def test_a_reward_is_worth_what_its_holding_is(ledger):
    """
    price 2024-01-02 ETH 1000 USD
    2024-06-03 buy 1 ETH @ 3000 USD
    2024-06-04 reward 0.1 ETH
    """
    (holding,) = at(ledger, "2024-06-04").holdings
    assert (holding.income, holding.cost, holding.value) == (300, 3300, 3300)


def test_a_gain_of_which_no_part_is_known_is_not_zero(ledger):
    """
    portfolio main EUR
    2024-06-03 buy 10 ACME @ 100 USD
    2024-06-04 sell 10 ACME @ 110 USD
    """
    found = at(ledger, "2024-06-04")
    assert (found.total_value, found.realized_gain, found.total_gain) == (0, None, None)
    assert found.reasons["total_gain"] == "A transaction in ACME has no rate or price on its day."
