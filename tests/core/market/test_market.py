"""Prices in the shares of a day, whoever recorded the split, and when."""

from datetime import date
from decimal import Decimal

import pytest

from argosy.core.ledger.book import booked_splits
from argosy.core.market.asset import Split
from argosy.core.market.days import day_of, read_timestamp
from tests.support.ledger import Ledger, make_market

JUNE = [date(2024, 6, day) for day in range(31) if day]
CLOSES = [
    ("ACME", JUNE[2], Decimal(100)),
    ("ACME", JUNE[9], Decimal(52)),
    ("ACME", JUNE[13], Decimal(53)),
]
SPLIT = Split(JUNE[9], Decimal(2), Decimal(1))


def price(market, day):
    quote = market.quote("ACME", JUNE[day - 1])
    return quote and market.in_shares_of("ACME", quote.price, quote.day, JUNE[day - 1])


def test_a_price_older_than_a_split_is_divided_by_its_ratio():
    market = make_market({"ACME": "USD"}, closes=CLOSES, stated=[("ACME", SPLIT)])
    assert price(market, 2) is None
    assert [price(market, day) for day in (3, 9, 10, 14)] == [100, 100, 52, 53]
    assert market.in_shares_of("ACME", Decimal(100), JUNE[2], JUNE[11]) == 50


def test_a_booked_split_divides_old_prices_too():
    market = make_market({"ACME": "USD"}, closes=CLOSES[:1], booked=[("ACME", SPLIT)])
    assert [price(market, day) for day in (9, 10)] == [100, 50]


def test_one_split_recorded_twice_counts_once():
    market = make_market(
        {"ACME": "USD"}, closes=CLOSES[:1], stated=[("ACME", SPLIT)], booked=[("ACME", SPLIT)]
    )
    assert [price(market, day) for day in (9, 10, 20)] == [100, 50, 50]


def test_a_split_booked_late_leaves_no_hole(ledger):
    """
    price 2024-06-03 ACME 100 USD
    price 2024-06-10 ACME 52 USD
    price 2024-06-14 ACME 53 USD
    stated 2024-06-10 ACME 2:1
    2024-06-03 buy 10 ACME @ 100 USD
    2024-06-12 split ACME 2:1
    """
    market = ledger.market
    assert [price(market, day) for day in (9, 10, 11, 12, 14)] == [100, 104, 104, 52, 53]


def test_a_split_booked_early_leaves_no_spike(ledger):
    """
    price 2024-06-03 ACME 100 USD
    price 2024-06-07 ACME 104 USD
    price 2024-06-10 ACME 52 USD
    stated 2024-06-10 ACME 2:1
    2024-06-03 buy 10 ACME @ 100 USD
    2024-06-06 split ACME 2:1
    """
    market = ledger.market
    assert [price(market, day) for day in (5, 6, 7, 9, 10)] == [100, 50, 52, 52, 52]


def test_equal_ratios_more_than_a_week_apart_are_two_splits():
    later = Split(JUNE[19], Decimal(2), Decimal(1))
    market = make_market(
        {"ACME": "USD"}, closes=CLOSES[:1], stated=[("ACME", SPLIT)], booked=[("ACME", later)]
    )
    assert [price(market, day) for day in (9, 10, 20)] == [100, 50, 25]


def test_a_reverse_split_multiplies():
    market = make_market(
        {"ACME": "USD"},
        closes=CLOSES[:1],
        stated=[("ACME", Split(JUNE[9], Decimal(1), Decimal(8)))],
    )
    assert price(market, 10) == 800


def test_days_are_those_of_the_exchange():
    assert read_timestamp("2024-01-05", "NYSE") == (date(2024, 1, 5), None)
    assert read_timestamp("20240105", "NYSE") == (date(2024, 1, 5), None)
    day, at = read_timestamp("2024-01-05T01:30:00Z", "NYSE")
    assert (day, at.isoformat()) == (date(2024, 1, 4), "2024-01-05T01:30:00+00:00")
    assert read_timestamp("2024-01-05T01:30:00Z", "TSE")[0] == date(2024, 1, 5)
    assert read_timestamp("2024-01-05T22:30:00Z", None)[0] == date(2024, 1, 5)
    local, at = read_timestamp("2024-01-05T23:30:00", "NYSE")
    assert (local, at.isoformat()) == (date(2024, 1, 5), "2024-01-06T04:30:00+00:00")
    assert day_of(at, "NYSE") == local


def test_an_unbooked_split_changes_no_quantity(ledger: Ledger):
    """
    price 2024-06-03 ACME 100 USD
    price 2024-06-10 ACME 52 USD
    stated 2024-06-10 ACME 2:1
    2024-06-03 buy 10 ACME @ 100 USD
    """
    assert ledger.holding("ACME").quantity == 10
    assert price(ledger.market, 10) == 52


@pytest.mark.parametrize("stated", ["", "stated 2024-06-10 ACME 2:1"])
@pytest.mark.parametrize(("portfolio", "day"), [("main", 10), ("other", 12)])
def test_each_of_two_portfolios_holds_new_shares_from_its_own_booking_on(stated, portfolio, day):
    ledger = Ledger.read(f"""
    price 2024-06-03 ACME 100 USD
    2024-06-10 split ACME 2:1 in main
    2024-06-12 split ACME 2:1 in other
    {stated}
    """)
    market = make_market(
        {"ACME": "USD"},
        closes=ledger.text.closes,
        stated=ledger.text.stated,
        booked=booked_splits(ledger.transactions, portfolio),
    )
    assert [price(market, at) for at in (day - 1, day)] == [100, 50]
