"""Bars: which ones may be stored, and that their exact form loses nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.bars import ABSENT, Bar, BarColumns, pack_bars, scaled
from argosy.core.market.stated_rates import StatedRate, check_rates

DAY = date(2024, 3, 1)
LATEST = date(2024, 3, 2)
TOO_WIDE = (
    "Its four prices together, its volume or its adjusted close need more than 18 digits"
    " to be kept exactly; give fewer decimals."
)
GOOD = Bar(
    at=datetime(2024, 3, 1, tzinfo=UTC),
    day=DAY,
    open=Decimal(10),
    high=Decimal(12),
    low=Decimal(9),
    close=Decimal(11),
    volume=Decimal("0.5"),
)


def reasons(*bars: Bar) -> list[tuple[int, str]]:
    return [(p.row, p.reason) for p in pack_bars(bars, asset_key=1, latest=LATEST).rejected]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"close": Decimal(0)}, "close is 0; a price is above 0."),
        ({"open": Decimal(-1)}, "open is -1; a price is above 0."),
        ({"close": Decimal("NaN")}, "close is NaN; a finite number is needed."),
        ({"high": Decimal("Infinity")}, "high is Infinity; a finite number is needed."),
        ({"low": Decimal("10.5")}, "low 10.5 is above open 10."),
        ({"high": Decimal("10.5")}, "high 10.5 is below close 11."),
        ({"volume": Decimal(-1)}, "volume is -1; it must be a finite number, 0 or more."),
        ({"adjusted_close": Decimal(0)}, "adjusted close is 0; a price is above 0."),
        (
            {"day": date(2024, 3, 3), "at": datetime(2024, 3, 3, tzinfo=UTC)},
            "2024-03-03 is in the future.",
        ),
        (
            {"day": date(2024, 1, 3)},
            "Its time 2024-03-01T00:00:00+00:00 is not on 2024-01-03 anywhere.",
        ),
        (
            {"close": Decimal("11.12345678901234567890123")},
            TOO_WIDE,
        ),
        (
            {"volume": Decimal("1E+400")},
            TOO_WIDE,
        ),
    ],
)
def test_a_bar_that_cannot_be_true_is_refused_with_its_reason(change, reason):
    assert reasons(replace(GOOD, **change), GOOD) == [(0, reason)]


def test_a_second_bar_with_the_same_time_is_refused():
    other = replace(GOOD, at=GOOD.at + timedelta(hours=1))
    assert reasons(GOOD, other, GOOD) == [(2, "An earlier row has the same time.")]


def test_a_refused_bar_does_not_take_the_place_of_a_good_one():
    wrong = replace(GOOD, close=Decimal(0))
    packed = pack_bars([wrong, GOOD], asset_key=1, latest=LATEST)
    assert [problem.row for problem in packed.rejected] == [0]
    assert packed.columns.closes.tolist() == [11]


def test_a_bar_of_a_close_alone_has_no_other_values():
    bar = Bar(at=GOOD.at, day=DAY, close=Decimal("1.50"))
    columns = pack_bars([bar], asset_key=3, latest=LATEST).columns
    assert columns.opens.tolist() == [ABSENT]
    assert columns.volumes.tolist() == [ABSENT]
    assert (columns.closes.tolist(), columns.scales.tolist()) == ([15], [1])


def test_no_bars_make_empty_columns():
    assert len(pack_bars([], asset_key=1, latest=LATEST).columns) == 0


@given(
    st.integers(1, 10**15 - 1),
    st.integers(-26, 12),
)
def test_fifteen_digits_are_kept_whatever_their_place(digits, exponent):
    value = Decimal(digits).scaleb(exponent)
    if Decimal("1e-12") <= value <= Decimal("1e12"):
        form = scaled(value)
        assert form is not None
        assert Decimal(form[0]).scaleb(-form[1]) == value


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 5)), min_size=1, max_size=30))
def test_ordered_columns_rise_and_keep_the_last_of_equal_keys(keys):
    count = len(keys)
    assets, stamps = (np.array(column, np.int64) for column in zip(*keys, strict=True))
    numbers = np.arange(count)
    columns = BarColumns(assets, stamps, *([numbers] * 10)).ordered()
    wanted = {key: number for number, key in enumerate(keys)}
    found = list(zip(columns.asset_keys.tolist(), columns.stamps.tolist(), strict=True))
    assert found == sorted(wanted)
    assert columns.closes.tolist() == [wanted[key] for key in found]


def test_rates_that_cannot_be_true_are_refused_with_their_reason():
    good = StatedRate("EUR", "USD", GOOD.at, DAY, Decimal("1.1"))
    given_rates = [
        good,
        replace(good, rate=Decimal(0)),
        replace(good, quote="EUR"),
        replace(good, day=date(2024, 3, 3)),
        replace(good, rate=Decimal("1e-19")),
    ]
    checked = check_rates(given_rates, latest=LATEST)
    assert checked.rates == [good]
    assert [(p.row, p.reason) for p in checked.rejected] == [
        (1, "rate is 0; a rate is above 0."),
        (2, "A rate needs two currencies; both are EUR."),
        (3, "2024-03-03 is in the future."),
        (4, "rate has more than 18 digits after the point."),
    ]
