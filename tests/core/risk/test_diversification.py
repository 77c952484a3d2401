"""Nine categories, what is suggested of the missing ones, and concentration."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.money import exact_context
from argosy.core.risk.categories import CATEGORIES, category_of
from argosy.core.risk.concentration import concentration
from argosy.core.risk.diversification import diversification
from tests.core.risk.worlds import asset


def kind(category):
    if category.crypto:
        return "CRYPTO"
    return "COMMODITY" if category.key == "commodities" else "ETF"


EVERYTHING = {
    symbol: (asset(symbol, category=kind(one)), "here")
    for one in CATEGORIES
    for symbol in one.symbols
}


def test_there_are_nine_categories_and_each_symbol_is_of_one():
    symbols = [symbol for one in CATEGORIES for symbol in one.symbols]
    assert len(CATEGORIES) == 9
    assert len(symbols) == len(set(symbols))
    for one in CATEGORIES:
        assert {category_of(EVERYTHING[symbol][0]) for symbol in one.symbols} == {one.key}


@pytest.mark.parametrize(
    ("symbol", "category", "expected"),
    [
        ("BTC", "CRYPTO", "stable_crypto"),
        ("BTC", "STOCK", "stocks"),
        ("NEWCOIN", "CRYPTO", "high_vol_crypto"),
        ("GLD", "ETF", "commodities"),
        ("ACME", "FUND", "stocks"),
        ("BUND", "BOND", None),
        ("EUR", "CASH", None),
    ],
)
def test_a_category_goes_by_kind_and_symbol(symbol, category, expected):
    assert category_of(asset(symbol, category=category)) == expected


def test_suggestions_are_three_of_each_missing_category_and_ten_in_all():
    found = diversification([EVERYTHING["BTC"][0], asset("BUND", category="BOND")], EVERYTHING)
    assert found.score == pytest.approx(1 / 9)
    assert not found.is_diversified
    assert found.outside == ("BUND",)
    counts = {}
    for one in found.suggestions:
        counts[one.category.key] = counts.get(one.category.key, 0) + 1
    assert counts == {"high_vol_crypto": 3, "defi": 3, "layer1": 3, "layer2": 1}
    assert "stable_crypto" not in counts


def test_nothing_unknown_is_suggested_and_a_namesake_is_not_meant():
    known = {"GLD": EVERYTHING["GLD"], "UNI": (asset("UNI", category="STOCK"), "catalog")}
    found = diversification([], known)
    assert [(one.asset.symbol, one.known) for one in found.suggestions] == [("GLD", "here")]
    assert (found.score, found.held) == (0.0, {})


def test_everything_is_diversified_and_lacks_nothing():
    found = diversification([one for one, _ in EVERYTHING.values()], EVERYTHING)
    assert (found.score, found.is_diversified, found.suggestions) == (1.0, True, ())


@given(st.lists(st.decimals("0.01", 10**6, places=2), min_size=1, max_size=30))
def test_concentration_lies_between_equal_holdings_and_a_single_one(values):
    with exact_context():
        found = concentration(values)
        scaled = concentration([value * 7 for value in values])
    assert 1 / len(values) - 1e-12 <= found.herfindahl <= 1
    assert 1 - 1e-12 <= found.effective_holdings <= len(values) + 1e-9
    assert found.top[1] <= found.top[3] <= found.top[10] <= 1
    assert scaled.herfindahl == pytest.approx(found.herfindahl)


def test_what_is_worth_nothing_has_no_concentration():
    with exact_context():
        assert concentration([]) is None
        assert concentration([Decimal(5), Decimal(-5)]) is None
