"""Assets side by side: common days, one currency, and what cannot take part."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import PriceMissingError
from argosy.core.market.asset import Split
from argosy.core.market.history import RateRow
from argosy.core.risk.comparison import compare
from tests.core.risk.worlds import asset, market, weekdays

FRIDAY = date(2024, 5, 31)
DAYS = weekdays(FRIDAY, 5)
ACME, BOLT, COIN = asset("ACME"), asset("BOLT", currency="EUR"), asset("COIN", category="CRYPTO")


def near(values):
    return pytest.approx(values, rel=1e-12, abs=1e-14)


def test_assets_start_from_zero_on_the_first_day_that_all_have():
    world = market({
        ACME: dict(zip(DAYS, [10, 11, 12, 13, 14], strict=True)),
        BOLT: dict(zip(DAYS[1:], [20, 30, 10, 40], strict=True)),
    })  # fmt: skip
    found = compare([ACME, BOLT], world)
    assert found.days.tolist() == [day.toordinal() for day in DAYS[1:]]
    acme, bolt = found.items
    assert acme.returns.tolist() == near([0, 1 / 11, 2 / 11, 3 / 11])
    assert bolt.returns.tolist() == near([0, 0.5, -0.5, 1])
    assert (acme.first_on, bolt.first_on) == (DAYS[0], DAYS[1])
    assert (acme.currency, bolt.currency) == ("USD", "EUR")
    assert acme.metrics.total_return == near(3 / 11)
    assert found.missing == {}


def test_only_common_days_count():
    weekend = [date(2024, 5, 25), date(2024, 5, 26)]
    everyday = dict.fromkeys([*DAYS, *weekend], 5)
    holed = dict.fromkeys([*DAYS[:2], *DAYS[3:]], 7)
    found = compare([COIN, ACME], market({COIN: everyday, ACME: holed}))
    assert found.days.tolist() == [day.toordinal() for day in (*DAYS[:2], *DAYS[3:])]


def test_closes_are_converted_by_the_last_rate_of_each_day():
    rates = [
        RateRow(1, "EUR", "USD", DAYS[1], Decimal("1.1"), "ecb"),
        RateRow(2, "EUR", "USD", DAYS[3], Decimal("1.2"), "ecb"),
    ]
    world = market({ACME: dict.fromkeys(DAYS, 10), BOLT: dict.fromkeys(DAYS, 10)}, rates=rates)
    found = compare([ACME, BOLT], world, currency="USD")
    acme, bolt = found.items
    assert found.days.tolist() == [day.toordinal() for day in DAYS[1:]]  # no rate before
    assert acme.returns.tolist() == near([0, 0, 0, 0])
    assert bolt.returns.tolist() == near([0, 0, 12 / 11 - 1, 12 / 11 - 1])
    assert (bolt.currency, bolt.first_on) == ("USD", DAYS[1])


def test_what_cannot_take_part_is_named():
    empty = asset("NONE")
    world = market({ACME: dict.fromkeys(DAYS, 10), BOLT: dict.fromkeys(DAYS, 10), empty: {}})
    found = compare([ACME, BOLT, empty], world, currency="USD")
    assert [one.asset.symbol for one in found.items] == ["ACME"]
    assert found.missing == {
        "bolt": "There is no rate EUR/USD for BOLT in this span.",
        "none": "NONE has no close in this span.",
    }
    with pytest.raises(PriceMissingError, match="no close in this span"):
        compare([ACME], world, start=date(2025, 1, 1))


def test_assets_without_a_common_day_are_refused():
    world = market({ACME: {DAYS[0]: 1}, BOLT: {DAYS[1]: 1}})
    with pytest.raises(PriceMissingError, match="no day in common"):
        compare([ACME, BOLT], world)


def test_pence_and_pounds_move_alike():
    pence, pounds = asset("VOD", currency="GBp"), asset("VOL", currency="GBP")
    world = market({
        pence: dict(zip(DAYS, [100, 110, 120, 130, 140], strict=True)),
        pounds: dict(zip(DAYS, [1, 1.1, 1.2, 1.3, 1.4], strict=True)),
    })  # fmt: skip
    one, other = compare([pence, pounds], world, currency="GBP").items
    assert one.returns.tolist() == near(other.returns.tolist())


@given(
    st.lists(st.integers(1, 10_000), min_size=5, max_size=5),
    st.integers(1, 4),
    st.sampled_from([(2, 1), (1, 5), (3, 2)]),
)
def test_neither_scale_nor_split_moves_a_line(closes, at, ratio):
    new, old = ratio
    split = Split(DAYS[at], Decimal(new), Decimal(old))
    larger = [close * (new if n < at else old) for n, close in enumerate(closes)]
    other = asset("ACME2")
    world = market(
        {
            ACME: dict(zip(DAYS, closes, strict=True)),
            other: dict(zip(DAYS, larger, strict=True)),
        },
        splits={other: [split]},
    )
    one, two = compare([ACME, other], world).items
    assert two.returns.tolist() == near(one.returns.tolist())
