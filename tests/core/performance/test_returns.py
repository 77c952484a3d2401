"""Returns by hand: closed forms, full sales, fees without capital, shorts, total losses."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from argosy.core.errors import InputError
from argosy.core.performance.mwr import money_weighted
from argosy.core.performance.ranges import Range, parse_range
from argosy.core.performance.summary import Performance, performance
from argosy.core.performance.twr import daily_returns
from argosy.core.returns.series import daily_series
from argosy.core.valuation.figures import figures
from tests.support.ledger import Ledger


def over(ledger: Ledger, start: str, end: str) -> Performance:
    span = Range(date.fromisoformat(start), date.fromisoformat(end))
    return performance(ledger.book(), daily_series(ledger.book(), span.end), span)


def over_all(ledger: Ledger, end: str) -> Performance:
    book, day = ledger.book(), date.fromisoformat(end)
    span = Range(ledger.transactions[0].day, day)
    return performance(book, daily_series(book, day), span, whole=figures(book, as_of=day))


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-14)


def test_one_purchase_held_a_year(ledger):
    """
    price 2023-01-02 ACME 100 USD
    price 2024-01-02 ACME 121 USD
    2023-01-02 buy 10 ACME @ 100 USD
    """
    found = over(ledger, "2023-01-02", "2024-01-02")
    assert found.days == 365
    everything = (
        found.twr,
        found.mwr,
        found.mwr_annual,
        found.annualized_twr,
        found.modified_dietz,
        found.total_return,
    )
    assert everything == (near(0.21),) * 6
    assert (found.value_start, found.value_end, found.flows, found.gain) == (0, 1210, 1000, 210)
    assert found.reasons == {}


def test_under_a_year_nothing_is_annualized(ledger):
    """
    price 2023-01-02 ACME 100 USD
    price 2024-01-01 ACME 121 USD
    2023-01-02 buy 10 ACME @ 100 USD
    """
    found = over(ledger, "2023-01-02", "2024-01-01")
    assert (found.days, found.annualized_twr, found.mwr_annual) == (364, None, None)
    assert found.reasons == dict.fromkeys(
        ("annualized_twr", "mwr_annual"), "No yearly rate under a year."
    )


def test_two_years_compound(ledger):
    """
    price 2022-01-03 ACME 100 USD
    price 2024-01-03 ACME 121 USD
    2022-01-03 buy 1 ACME @ 100 USD
    """
    found = over(ledger, "2022-01-03", "2024-01-03")
    assert (found.annualized_twr, found.mwr_annual) == (near(0.1), near(0.1))


def test_timing_parts_time_weighted_from_money_weighted(ledger):
    """
    price 2023-01-02 ACME 100 USD
    price 2023-07-02 ACME 200 USD
    price 2024-01-01 ACME 100 USD
    2023-01-02 buy 1 ACME @ 100 USD
    2023-07-03 buy 1 ACME @ 200 USD
    """
    found = over(ledger, "2023-01-02", "2024-01-01")
    assert found.twr == near(0.0)
    # 100 g + 200 sqrt(g) = 200, for both halves are 182 days long.
    assert found.mwr == near((-1 + 3**0.5) ** 2 - 1)
    assert found.modified_dietz == near(-100 / (100 + 200 * 0.5))
    assert found.total_return == near(-100 / 300)


def test_a_purchase_at_an_unchanged_price_never_moves_the_return(ledger):
    """
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 110 USD
    price 2024-01-05 ACME 121 USD
    2024-01-02 buy 1 ACME @ 100 USD
    2024-01-04 buy 1000 ACME @ 110 USD
    """
    assert over(ledger, "2024-01-02", "2024-01-05").twr == near(0.21)


def test_money_that_comes_in_works_from_the_morning(ledger):
    """
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 110 USD
    2024-01-02 buy 1 ACME @ 100 USD
    2024-01-03 buy 1 ACME @ 104 USD
    """
    assert over(ledger, "2024-01-02", "2024-01-03").twr == near(220 / 204 - 1)


def test_a_deposit_alone_never_moves_the_return(ledger):
    """
    portfolio main USD cash
    price 2024-01-02 ACME 100 USD
    price 2024-01-04 ACME 121 USD
    2024-01-02 deposit 100 USD
    2024-01-02 buy 1 ACME @ 100 USD
    2024-01-03 deposit 5000 USD
    2024-01-03 withdrawal 5000 USD
    """
    found = over(ledger, "2024-01-02", "2024-01-04")
    assert (found.twr, found.flows) == (near(0.21), 100)


def test_a_deposit_with_nothing_bought_returns_nothing(ledger):
    """
    portfolio main USD cash
    2024-01-02 deposit 100 USD
    """
    found = over(ledger, "2024-01-02", "2024-01-08")
    assert (found.twr, found.mwr, found.gain) == (0.0, near(0.0), 0)


def test_a_full_sale_freezes_the_return_and_a_later_purchase_goes_on(ledger):
    """
    price 2023-01-02 ACME 100 USD
    price 2023-02-01 ACME 150 USD
    price 2023-06-01 ACME 300 USD
    price 2023-07-03 ACME 330 USD
    2023-01-02 buy 10 ACME @ 100 USD
    2023-02-01 sell 10 ACME @ 150 USD
    2023-06-01 buy 1 ACME @ 300 USD
    """
    assert over(ledger, "2023-01-02", "2023-05-31").twr == near(0.5)
    assert over(ledger, "2023-01-02", "2023-07-03").twr == near(0.65)
    assert over(ledger, "2023-03-01", "2023-07-03").twr == near(0.1)


def test_a_switch_within_a_day_brings_no_money_in(ledger):
    """
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 110 USD
    price 2024-01-04 BETA 22 USD
    2024-01-02 buy 10 ACME @ 100 USD
    2024-01-03 09:00 sell 10 ACME @ 110 USD
    2024-01-03 10:00 buy 50 BETA @ 20 USD
    """
    found = over(ledger, "2024-01-02", "2024-01-04")
    assert (found.money_in, found.money_out) == (1000, 100)
    assert found.twr == near(1.1 * 1.1 - 1)


def test_a_fee_on_a_day_without_capital_counts_for_the_investor_alone(ledger):
    """
    price 2024-01-02 ACME 100 USD
    price 2024-01-12 ACME 110 USD
    2023-12-23 fee 5 USD
    2024-01-02 buy 1 ACME @ 100 USD
    2024-01-12 sell 1 ACME @ 110 USD
    2024-01-15 fee 2 USD
    """
    found = over(ledger, "2023-12-23", "2024-01-15")
    assert found.twr == near(0.1)
    assert (found.gain, found.flows) == (3, -3)
    flows = [(0, -5.0), (10, -100.0), (20, 110.0), (23, -2.0)]
    growth = 1 + found.mwr
    assert sum(x * growth ** (-day / 23) for day, x in flows) == pytest.approx(0, abs=1e-9)


def test_shorts_leave_no_time_weighted_return(ledger):
    """
    portfolio main USD shorts
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 90 USD
    2024-01-02 sell 1 ACME @ 100 USD
    2024-01-03 buy 1 ACME @ 90 USD
    """
    found = over(ledger, "2024-01-02", "2024-01-03")
    assert (found.twr, found.reasons["twr"]) == (
        None,
        "The capital was below zero (shorts or margin).",
    )
    assert found.gain == 10


def test_a_total_loss_is_minus_one(ledger):
    """
    portfolio main USD shorts
    2024-01-02 buy 1 ACME @ 100 USD
    2024-01-12 buy 1 ACME @ 0 USD
    2024-01-12 sell 2 ACME @ 0 USD
    """
    found = over(ledger, "2024-01-02", "2024-01-15")
    assert (found.twr, found.mwr, found.total_return) == (-1.0, -1.0, -1.0)


def test_shares_that_were_a_reward_grow_from_their_first_day(ledger):
    """
    price 2023-01-02 ETH 100 USD
    price 2024-01-02 ETH 150 USD
    2023-01-02 reward 1 ETH @ 100 USD
    """
    found = over(ledger, "2023-01-02", "2024-01-02")
    assert (found.days, found.twr, found.annualized_twr) == (365, near(0.5), near(0.5))
    assert (found.mwr, found.reasons["mwr"]) == (None, "No money was paid in.")
    assert found.reasons["modified_dietz"] == "No capital on average."


def test_a_price_that_is_missing_at_the_start_is_named(ledger):
    """
    price 2024-01-05 ACME 110 USD
    2024-01-02 opening 1 ACME @ 100 USD
    """
    found = over(ledger, "2024-01-04", "2024-01-05")
    lacks = "No price or rate for ACME at the start or end of the range."
    unknown = ("value_start", "gain", "mwr", "modified_dietz", "total_return")
    assert [getattr(found, x) for x in unknown] == [None] * 5
    assert {found.reasons[x] for x in unknown} == {lacks}
    assert found.reasons["twr"] == "A price or rate is missing on 2024-01-04."


def test_a_flow_without_a_rate_is_named(ledger):
    """
    portfolio main EUR
    rate 2024-01-03 EUR/USD 1.25
    price 2024-01-02 ACME 100 USD
    2024-01-02 buy 1 ACME @ 100 USD
    """
    found = over(ledger, "2024-01-02", "2024-01-05")
    for name in ("money_in", "flows", "gain", "twr", "mwr", "modified_dietz", "total_return"):
        assert found.reasons[name], name


def solve(*flows: tuple[int, float], simple: float | None = None):
    days, amounts = zip(*flows, strict=True)
    return money_weighted(np.array(days), np.array(amounts), simple_return=simple)


def test_of_several_roots_the_one_nearest_the_simple_return_is_given():
    flows = ((0, -100.0), (365, 230.0), (730, -132.0), (730, 0.0))
    low, high = solve(*flows, simple=0.15), solve(*flows, simple=0.5)
    assert (low.value, high.value) == (near(1.1**2 - 1), near(1.2**2 - 1))
    assert low.several_roots
    assert high.several_roots


def test_flows_that_no_rate_explains_say_so():
    assert (
        solve((0, -100.0), (10, 150.0), (20, -100.0), (20, 0.0)).reason
        == "No rate explains these flows."
    )
    assert solve((0, 0.0), (5, 10.0), (9, 3.0)).reason == "No money was paid in."
    assert solve((0, -100.0), (9, -3.0)).reason == "All flows have one sign.", (
        "more is owed than was paid"
    )
    assert solve((0, -0.0), (9, -10.0), (9, 11.0)).reason == "All flows fall on one day."


def test_extreme_growth_stays_a_number_or_says_why():
    assert solve((0, -100.0), (1, 1.0), (1000, 0.0)).value == -1.0
    assert solve((0, -1.0), (1, 100.0), (1000, 0.0)).reason == "The rate is too large for a number."
    assert solve((0, -100.0), (3650, 100.0 + 1e-11)).value == pytest.approx(1e-13, rel=0.2)


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("1D", "2024-03-30"),
        ("7d", "2024-03-24"),
        (" 2W ", "2024-03-17"),
        ("1M", "2024-02-29"),
        ("3M", "2023-12-31"),
        ("13M", "2023-02-28"),
        ("1Y", "2023-03-31"),
        ("YTD", "2023-12-31"),
        ("ALL", "2020-05-04"),
        ("9999Y", "0001-01-02"),
    ],
)
def test_ranges_open_at_the_close_before_them(text, opening):
    found = parse_range(text, first=date(2020, 5, 5), latest=date(2024, 3, 31))
    assert found.end == date(2024, 3, 31)
    assert found.opening == date.fromisoformat(opening)


@pytest.mark.parametrize("text", ["", "0D", "M", "1H", "-1D", "1.5Y", "1D;", "999999D"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(InputError, match="is not a range"):
        parse_range(text, first=date(2020, 5, 5), latest=date(2024, 3, 31))


def test_scaling_every_quantity_changes_no_return(ledger):
    """
    price 2024-01-02 ACME 100 USD
    price 2024-01-05 ACME 107 USD
    2024-01-02 buy 3 ACME @ 101 USD
    2024-01-04 buy 2 ACME @ 103 USD
    2024-01-05 sell 1 ACME @ 105 USD
    """
    twin = Ledger(ledger.text)
    twin.transactions = [
        x._replace(quantity=x.quantity * Decimal("1000.5")) for x in ledger.transactions
    ]
    one, other = over(ledger, "2024-01-02", "2024-01-05"), over(twin, "2024-01-02", "2024-01-05")
    for name in ("twr", "mwr", "modified_dietz", "total_return"):
        assert getattr(other, name) == near(getattr(one, name))


def test_a_purchase_on_credit_has_no_capital_to_return_on(ledger):
    """
    portfolio main USD cash
    price 2024-01-02 ACME 0.1 USD
    2024-01-02 buy 3 ACME @ 0.1 USD
    2024-01-05 deposit 0.3 USD
    """
    assert over(ledger, "2024-01-02", "2024-01-04").reasons["twr"] == "No money has been at work."
    assert over(ledger, "2024-01-02", "2024-01-06").twr == near(0.0)


def test_money_that_just_fills_a_debt_starts_no_return(ledger):
    """
    portfolio main USD cash
    price 2024-01-02 ACME 0.7 USD
    2024-01-02 deposit 1 USD
    2024-01-02 buy 3 ACME @ 1.1 USD
    2024-01-03 deposit 0.2 USD
    2024-01-04 deposit 5 USD
    """
    daily = daily_series(ledger.book(), date(2024, 1, 5))
    assert daily.value[0] == near(-0.2)
    assert daily_returns(daily).returns.tolist() == [near(-1.2), 0.0, 0.0, 0.0]


def test_charges_above_a_payment_are_fees_and_no_capital(ledger):
    """
    price 2024-01-03 ACME 110 USD
    2024-01-02 buy 10 ACME @ 100 USD
    2024-01-04 sell 10 ACME @ 110 USD
    2024-01-05 dividend 1 USD ACME tax 3
    """
    found = over(ledger, "2024-01-02", "2024-01-05")
    assert (found.twr, found.gain) == (near(0.1), 98)


@pytest.mark.parametrize("line", ["transfer in 5 ACME cost 90 USD", "transfer out 5 ACME"])
def test_a_transfer_crosses_the_border_at_the_price_that_values_it(line):
    ledger = Ledger.read(f"""
    price 2024-01-02 ACME 100 USD
    2024-01-02 buy 10 ACME @ 100 USD
    2024-06-03 buy 10 ACME @ 150 USD
    2024-06-04 {line}
    """)
    found = over(ledger, "2024-06-04", "2024-06-04")
    assert (abs(found.flows), found.gain, found.twr) == (750, 0, 0)


def test_a_price_that_a_transfer_names_is_newer_than_the_markets(ledger):
    """
    price 2024-01-02 ACME 100 USD
    2024-06-03 transfer in 10 ACME cost 900 USD @ 150
    """
    found = over(ledger, "2024-06-03", "2024-06-03")
    assert (found.flows, found.value_end, found.twr) == (1500, 1500, 0)


def test_what_a_transfer_brings_into_a_range_counts_at_market(ledger):
    """
    price 2024-01-02 ACME 100 USD
    price 2024-06-03 BETA 150 USD
    price 2024-06-10 BETA 165 USD
    2024-01-02 buy 1 ACME @ 100 USD
    2024-06-03 transfer in 10 BETA cost 10 USD
    """
    found = over(ledger, "2024-06-01", "2024-06-10")
    assert (found.gain, found.flows) == (150, 1500)
    assert found.total_return == near(150 / (100 + 1500))


def test_the_simple_return_of_all_is_that_of_the_portfolio_and_has_its_reason(ledger):
    """
    price 2024-06-05 ACME 120 USD
    2024-06-03 transfer in 10 ACME cost 1000 USD
    """
    found = over_all(ledger, "2024-06-05")
    assert (found.total_return, found.gain) == (0.2, None), "the flow has no price on its day"
    assert "total_return" not in found.reasons


def test_a_simple_return_that_the_portfolio_does_not_know_is_known_to_no_range(ledger):
    """
    price 2024-06-05 ETH 120 USD
    2024-06-03 reward 1 ETH
    2024-06-05 buy 1 ETH @ 110 USD
    """
    found = over_all(ledger, "2024-06-05")
    assert (found.gain, found.total_return) == (130, None)
    assert found.reasons["total_return"] == "A transaction in ETH has no rate or price on its day."
