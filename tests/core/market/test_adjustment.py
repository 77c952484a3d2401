"""Adjusted closes, worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from argosy.core.errors import InputError, RateMissingError
from argosy.core.market.adjustment import Adjustment, adjusted_closes
from argosy.core.market.asset import Asset, AssetCategory, Dividend, Split
from argosy.core.market.history import MarketFacts, PriceHistory, RateRow
from argosy.core.market.market import Market

FIRST = date(2024, 1, 1)
TODAY = date(2024, 6, 1)


def asset(currency="USD"):
    return Asset(
        id="a",
        key=1,
        symbol="ACME",
        exchange=None,
        name="Acme",
        category=AssetCategory.STOCK,
        currency=currency,
        owner=None,
    )


def day(number):
    return FIRST + timedelta(days=number)


def adjusted(closes, adjustment, *, splits=(), dividends=(), currency="USD", rates=()):
    """Closes are whole numbers of consecutive days."""
    count = len(closes)
    history = PriceHistory(
        days=FIRST.toordinal() + np.arange(count),
        mantissas=np.array(closes, np.int64),
        scales=np.zeros(count, np.int8),
        sources=np.zeros(count, np.int16),
        overrides=np.zeros(count, np.bool_),
        stamps=np.zeros(count, np.int64),
        source_names=("yahoo",),
    )
    one = asset(currency)
    facts = MarketFacts(histories={"a": history}, splits={"a": tuple(splits)}, rates=tuple(rates))
    market = Market({"a": one}, facts)
    found = adjusted_closes(market, one, adjustment, until=TODAY, dividends=dividends)
    return [str(close.close) for close in found]


def split(number, new=2, old=1):
    return Split(day(number), Decimal(new), Decimal(old))


def dividend(number, amount, currency="USD"):
    return Dividend(day(number), Decimal(amount), currency)


def test_as_traded_nothing_is_changed():
    given = [100, 100, 50, 52]
    assert adjusted(given, Adjustment.NONE, splits=[split(2)]) == ["100", "100", "50", "52"]


def test_closes_before_a_split_are_in_todays_shares():
    found = adjusted([100, 102, 51, 52], Adjustment.SPLITS, splits=[split(2)])
    assert [Decimal(one) for one in found] == [50, 51, 51, 52]


def test_what_does_not_divide_is_rounded_to_eighteen_digits():
    (first, second) = adjusted([100, 33], Adjustment.SPLITS, splits=[split(1, new=3)])
    assert (first, second) == ("33.3333333333333333", "33")


def test_a_split_to_come_is_not_in_the_prices_yet():
    later = Split(TODAY + timedelta(days=1), Decimal(2), Decimal(1))
    assert adjusted([100], Adjustment.SPLITS, splits=[later]) == ["100"]


def test_closes_before_an_ex_day_are_less_by_what_was_paid():
    """1 - 2/100 on both days before; then 1 - 10/50 on the first three."""
    found = adjusted(
        [100, 100, 50, 40, 41], Adjustment.ALL, dividends=[dividend(3, 10), dividend(2, 2)]
    )
    assert [Decimal(one) for one in found] == [
        Decimal("78.4"), Decimal("78.4"), 40, 40, 41,
    ]  # fmt: skip


def test_a_dividend_and_a_split_of_one_day_are_both_of_new_shares():
    """100 old is 50 new; 5 of 50 is a tenth: 45."""
    found = adjusted([100, 45], Adjustment.ALL, splits=[split(1)], dividends=[dividend(1, 5)])
    assert [Decimal(one) for one in found] == [45, 45]


def test_a_dividend_before_the_first_close_and_one_to_come_change_nothing():
    far = [Dividend(TODAY + timedelta(days=1), Decimal(1), "USD"), dividend(0, 1)]
    assert adjusted([10, 11], Adjustment.ALL, dividends=far) == ["10", "11"]


def test_pounds_are_taken_off_prices_in_pence():
    found = adjusted(
        [200, 180], Adjustment.ALL, currency="GBp", dividends=[dividend(1, "0.2", "GBP")]
    )
    assert [Decimal(one) for one in found] == [180, 180]


def test_a_dividend_in_another_currency_wants_its_rate():
    rate = RateRow(1, "EUR", "USD", FIRST, Decimal(2), "ecb")
    paid = [dividend(1, 5, "EUR")]
    found = adjusted([100, 90], Adjustment.ALL, dividends=paid, rates=[rate])
    assert [Decimal(one) for one in found] == [90, 90]
    with pytest.raises(RateMissingError, match="paid a dividend in EUR on 2024-01-02"):
        adjusted([100, 90], Adjustment.ALL, dividends=paid)


def test_a_dividend_of_the_whole_price_is_refused():
    with pytest.raises(InputError, match="is not below the close before it, 100"):
        adjusted([100, 1], Adjustment.ALL, dividends=[dividend(1, 100)])
