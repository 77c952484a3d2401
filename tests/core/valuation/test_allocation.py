"""Slices add up to the value exactly; what is unknown is one of them; drift says what to trade."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import InputError
from argosy.core.market.asset import AssetCategory
from argosy.core.money import ZERO, exact_context
from argosy.core.valuation.allocation import (
    Allocation,
    Axis,
    Dimension,
    Slice,
    Weights,
    allocate,
)
from argosy.core.valuation.drift import Target, drifts, untargeted
from argosy.core.valuation.exposures import (
    Exposure,
    add_up,
    check_weights,
    described,
    in_force,
    unit_name,
)
from argosy.core.valuation.figures import figures
from tests.support.ledger import Ledger

D = Decimal
END = date(2024, 6, 7)
COUNTRY, SECTOR = Axis(Dimension.COUNTRY), Axis(Dimension.SECTOR)
ALL = [Axis(one) for one in Dimension if one is not Dimension.TAG] + [Axis(Dimension.TAG, "t")]

WORLD = """
portfolio main USD cash shorts
asset PENNY GBp
rate 2024-01-02 EUR/USD 1.1
rate 2024-01-02 GBP/USD 1.25
price 2024-06-03 FUND 37.77 USD
price 2024-06-03 PENNY 250.5 GBp
price 2024-06-03 EURO 11.11 EUR
2024-01-02 deposit 10000 USD
2024-01-02 deposit 500 EUR
2024-01-03 buy 33.333 FUND @ 30 USD
2024-01-03 buy 77 PENNY @ 240 GBp
2024-01-03 buy 7 EURO @ 10 EUR
"""


def parted(ledger: Ledger, *axes: Axis, weights: Weights | None = None) -> Allocation:
    book = ledger.book()
    return allocate(book, figures(book, as_of=END), axes, weights or {})


def leaves(slices: tuple[Slice, ...]) -> list[Slice]:
    return [leaf for one in slices for leaf in (leaves(one.slices) if one.slices else [one])]


def added(slices) -> Decimal:
    with exact_context():
        return sum((one.value or ZERO for one in slices), ZERO)


WEIGHT = st.decimals(D("0.000001"), 1, places=6)
MADE_OF = st.dictionaries(st.sampled_from("ABCDE"), WEIGHT, min_size=1, max_size=5)


@given(
    axes=st.lists(st.sampled_from(ALL), min_size=1, max_size=3, unique=True),
    made=st.dictionaries(st.sampled_from(["FUND", "PENNY", "EURO"]), MADE_OF),
    also=st.dictionaries(st.sampled_from(["FUND", "PENNY", "EURO"]), MADE_OF),
)
def test_slices_of_any_depth_add_up_to_the_whole_exactly(axes, made, also):
    scaled = [
        {
            asset: {unit: weight / max(sum(some.values()), 1) for unit, weight in some.items()}
            for asset, some in one.items()
        }
        for one in (made, also)
    ]
    with exact_context():
        rounded = [
            {
                asset: {unit: weight.quantize(D("1E-9")) for unit, weight in some.items()}
                for asset, some in one.items()
            }
            for one in scaled
        ]
    weights = {axis: rounded[at % 2] for at, axis in enumerate(axes)}
    found = parted(Ledger.read(WORLD), *axes, weights=weights)
    assert added(found.slices) == found.total_value
    assert added(leaves(found.slices)) == found.total_value
    for one in found.slices:
        assert not one.slices or added(one.slices) == one.value
    assert len({one.key for one in found.slices}) == len(found.slices)


def test_what_weights_lack_is_unknown_and_never_the_domicile():
    weights = {COUNTRY: {"FUND": {"Japan": D("0.6"), "Chile": D("0.15")}}}
    found = {one.key: one for one in parted(Ledger.read(WORLD), COUNTRY, weights=weights).slices}
    assert set(found) == {"Japan", "Chile", "unknown", "CASH"}
    whole = D("33.333") * D("37.77")
    assert found["Japan"].value == whole * D("0.6")
    assert found["unknown"].value == whole * D("0.25") + D("77") * D("2.505") * D("1.25") + D(
        "7"
    ) * D("11.11") * D("1.1")
    assert found["unknown"].holdings == 3


def test_cash_lies_in_its_own_currency_and_in_one_slice_else(ledger):
    """
    portfolio main USD cash
    rate 2024-01-02 EUR/USD 1.1
    2024-01-02 deposit 100 USD
    2024-01-02 deposit 50 EUR
    """
    by = {axis.dimension: parted(ledger, axis).slices for axis in ALL}
    assert [(x.key, x.value) for x in by[Dimension.CURRENCY]] == [("USD", 100), ("EUR", 55)]
    assert [x.key for x in by[Dimension.HOLDING]] == ["CASH:USD", "CASH:EUR"]
    for dimension in set(Dimension) - {Dimension.CURRENCY, Dimension.HOLDING}:
        assert [(x.key, x.value) for x in by[dimension]] == [("CASH", 155)]


def test_a_debt_larger_than_what_is_held_leaves_no_weights(ledger):
    """
    portfolio main USD shorts
    price 2024-06-03 ACME 10 USD
    price 2024-06-03 BIGCO 30 USD
    2024-01-02 buy 10 ACME @ 10 USD
    2024-01-02 sell 10 BIGCO @ 20 USD
    """
    found = parted(ledger, Axis(Dimension.HOLDING))
    assert found.total_value == -200
    assert [(one.name, one.value, one.weight) for one in found.slices] == [
        ("ACME", 100, None),
        ("BIGCO", -300, None),
    ]
    assert found.slices[0].reasons == {
        "weight": "The value of the whole portfolio is unknown or not above zero."
    }


def test_a_short_has_a_negative_weight_beside_the_others(ledger):
    """
    portfolio main USD shorts
    price 2024-06-03 ACME 10 USD
    price 2024-06-03 BIGCO 5 USD
    2024-01-02 buy 10 ACME @ 10 USD
    2024-01-02 sell 4 BIGCO @ 5 USD
    """
    found = parted(ledger, Axis(Dimension.HOLDING))
    assert [(one.name, one.weight) for one in found.slices] == [
        ("ACME", D("1.25")),
        ("BIGCO", D("-0.25")),
    ]


def test_what_has_no_price_is_in_no_sum_and_named(ledger):
    """
    price 2024-06-03 ACME 10 USD
    2024-01-02 buy 10 ACME @ 10 USD
    2024-01-02 opening 10 BARE @ 10 USD
    """
    found = parted(ledger, Axis(Dimension.HOLDING))
    assert [(one.name, one.value, one.weight) for one in found.slices] == [
        ("ACME", 100, 1),
        ("BARE", None, None),
    ]
    assert found.slices[1].reasons["value"] == "Nothing in it has a price and a rate."
    assert "no_price:BARE" in found.flags
    assert found.reasons == {"total_value": "BARE has no price on or before 2024-06-07."}
    (one,) = parted(ledger, Axis(Dimension.CATEGORY)).slices
    assert (one.value, one.flags) == (100, ("incomplete",))


def test_two_dimensions_of_one_fund_are_multiplied_and_that_is_said():
    weights = {
        COUNTRY: {"FUND": {"Japan": D("0.5"), "Chile": D("0.5")}},
        SECTOR: {"FUND": {"Energy": D("0.2"), "Banks": D("0.8")}},
    }
    found = parted(Ledger.read(WORLD), COUNTRY, SECTOR, weights=weights)
    assert "assumed_independent:FUND" in found.flags
    japan = next(one for one in found.slices if one.key == "Japan")
    assert [(one.key, one.value) for one in japan.slices] == [
        ("Banks", D("33.333") * D("37.77") * D("0.4")),
        ("Energy", D("33.333") * D("37.77") * D("0.1")),
    ]
    assert (
        "assumed_independent:FUND"
        not in parted(Ledger.read(WORLD), COUNTRY, Axis(Dimension.CATEGORY), weights=weights).flags
    )


def _target(unit: str, weight: str, band: str = "0.05", *, relative: bool = False) -> Target:
    return Target(
        axis=Axis(Dimension.HOLDING),
        unit=unit,
        weight=D(weight),
        band=D(band),
        relative=relative,
    )


def test_drift_says_what_to_trade_to_the_target_and_to_the_nearest_edge(ledger):
    """
    price 2024-06-03 BTC 100 USD
    price 2024-06-03 ETH 10 USD
    2024-01-02 buy 7 BTC @ 100 USD
    2024-01-02 buy 30 ETH @ 10 USD
    """
    found = parted(ledger, Axis(Dimension.HOLDING))
    aims = [_target("BTC", "0.55"), _target("ETH", "0.35"), _target("GOLD", "0.1")]
    bitcoin, ether, gold = drifts(found.slices, aims, found.total_value, {"GOLD": "Gold"})
    assert (bitcoin.drift, bitcoin.outside) == (D("0.15"), True)
    assert (bitcoin.to_target, bitcoin.to_band) == (-150, -100), "0.7 → 0.55, 0.7 → 0.6 of 1000"
    assert (ether.drift, ether.outside) == (D("-0.05"), False), "on the edge is inside"
    assert (ether.to_target, ether.to_band) == (50, 0)
    assert (gold.name, gold.value, gold.to_target, gold.to_band) == ("Gold", 0, 100, 50)
    assert untargeted(aims) == 0


def test_a_relative_band_grows_with_its_target():
    assert _target("X", "0.6", "0.1", relative=True).edges == (D("0.54"), D("0.66"))
    assert _target("X", "0.02", "0.05").edges == (0, D("0.07"))


def test_slices_without_a_target_and_a_portfolio_without_value_say_so(ledger):
    """
    portfolio main USD shorts
    price 2024-06-03 ACME 10 USD
    2024-01-02 sell 10 ACME @ 10 USD
    """
    found = parted(ledger, Axis(Dimension.HOLDING))
    aimed, rest = drifts(found.slices, [_target("BTC", "0.55")], found.total_value, {})
    assert (aimed.value, aimed.outside, aimed.to_target) == (0, None, None)
    assert "not above zero" in aimed.reasons["to_target"]
    assert (rest.target, rest.reasons["drift"]) == (None, "It has no target.")


@given(
    quantities=st.lists(st.integers(1, 1000), min_size=2, max_size=5),
    weights=st.lists(st.integers(0, 100), min_size=2, max_size=5),
)
def test_trading_all_drifts_reaches_all_targets_and_needs_no_money(quantities, weights):
    names = [f"A{'BCDEF'[at]}" for at in range(len(quantities))]
    lines = [f"price 2024-06-03 {name} {at + 1}.37 USD" for at, name in enumerate(names)]
    lines += [
        f"2024-01-02 buy {count} {name} @ 2 USD"
        for count, name in zip(quantities, names, strict=True)
    ]
    found = parted(Ledger.read("\n".join(lines)), Axis(Dimension.HOLDING))
    shares = (weights * 3)[: len(names)]
    whole = sum(shares) or 1
    aims = [
        _target(name, f"{D(share) / whole:.6f}") for name, share in zip(names, shares, strict=True)
    ]
    rows = drifts(found.slices, aims, found.total_value, {})
    assert found.total_value is not None
    with exact_context():
        for row, aim in zip(rows, aims, strict=True):
            assert row.value is not None
            assert row.to_target is not None
            assert row.to_band is not None
            assert row.value + row.to_target == (aim.weight * found.total_value).quantize(
                D("1E-18")
            )
            low, high = aim.edges
            moved = (row.value + row.to_band) / found.total_value
            assert low - D("1E-18") <= moved <= high + D("1E-18")
            assert bool(row.to_band) == row.outside
        left = untargeted(aims) * found.total_value
        assert abs(sum((row.to_target or ZERO for row in rows), ZERO) + left) < D("1E-15")


def test_units_have_one_name_and_weights_at_most_one_together():
    assert check_weights(
        Dimension.COUNTRY, {"us": D("0.3"), "USA": D("0.2"), "Mars": D("0.1")}
    ) == {
        "Mars": D("0.1"),
        "United States": D("0.5"),
    }
    rounded = check_weights(Dimension.SECTOR, {"A": D("0.5"), "B": D("0.501")})
    assert sum(rounded.values()) == 1
    for weights, why in (
        ({"A": D("0.5"), "B": D("0.6")}, "add up to 1.1"),
        ({"A": D("0")}, "not above 0"),
        ({"unknown": D("0.5")}, "leave out what is unknown"),
        ({}, "1 to 500 weights"),
        ({" ": D("0.5")}, "1 to 100 printable"),
    ):
        with pytest.raises(InputError, match=why):
            check_weights(Dimension.SECTOR, weights)
    with pytest.raises(InputError, match="no currency"):
        unit_name(Dimension.CURRENCY, "4X")


def test_constituents_add_up_and_hedges_are_set_against_them():
    rows = [("Energy", D("0.4")), ("Cash", D("-0.1")), ("Energy", D("0.2")), ("Cash", D("0.05"))]
    assert add_up(rows) == {"Energy": D("0.6")}


def test_ones_own_word_counts_before_the_others_and_none_before_its_day():
    def said(day: int, unit: str, *, own: bool = False) -> Exposure:
        return Exposure(
            dimension=Dimension.COUNTRY,
            day=date(2024, 1, day),
            source="x",
            weights={unit: D(1)},
            own=own,
        )

    stated = [said(1, "A"), said(5, "B"), said(3, "mine", own=True), said(9, "later", own=True)]
    seen = [in_force(stated, date(2024, 1, day)).get(Dimension.COUNTRY) for day in (1, 2, 4, 9)]
    assert [list(one.weights) if one else None for one in seen] == [
        ["A"],
        ["A"],
        ["mine"],
        ["later"],
    ]
    assert in_force(stated, date(2023, 12, 31)) == {}


def test_a_company_has_its_country_and_a_fund_does_not():
    asset = Ledger.read(WORLD).market.assets["FUND"]
    told = {"country": "USA", "sector": "TECHNOLOGY", "isin": "US0"}
    stock = replace(asset, category=AssetCategory.STOCK)
    assert described(stock, told) == {
        Dimension.COUNTRY: {"United States": 1},
        Dimension.SECTOR: {"Technology": 1},
    }
    assert described(replace(asset, category=AssetCategory.ETF), told) == {}
    assert described(stock, {"country": 5, "sector": ""}) == {}
