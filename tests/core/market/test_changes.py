"""How much a price changed over some days, beside plain fractions."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.asset import Asset, AssetCategory, Split
from argosy.core.market.changes import LastPrice, change_over, last_close
from argosy.core.market.history import MarketFacts, PriceHistory
from argosy.core.market.market import Market

FIRST = date(2024, 1, 1)
ACME = Asset(
    id="a", key=1, symbol="ACME", exchange=None, name="Acme", category=AssetCategory.STOCK,
    currency="USD",
)  # fmt: skip
PRICES = st.dictionaries(st.integers(0, 30), st.integers(1, 10**12), min_size=1, max_size=12)
NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)


def market(closes: dict[int, int], splits: tuple[Split, ...] = ()) -> Market:
    """Closes in ten-thousandths, by the number of their day."""
    days = sorted(closes)
    history = PriceHistory(
        days=np.array(days, np.int64) + FIRST.toordinal(),
        mantissas=np.array([closes[at] for at in days], np.int64),
        scales=np.full(len(days), 4, np.int8),
        sources=np.zeros(len(days), np.int16),
        overrides=np.zeros(len(days), np.bool_),
        stamps=np.zeros(len(days), np.int64),
        source_names=("yahoo",),
    )
    return Market({"a": ACME}, MarketFacts(histories={"a": history}, splits={"a": splits}))


@given(PRICES, st.integers(1, 30), st.integers(0, 31), st.sampled_from([(2, 1), (1, 3), (3, 2)]))
def test_a_change_is_the_last_price_less_the_earlier_one_in_its_shares(closes, days, at, ratio):
    split = Split(FIRST + timedelta(days=at), Decimal(ratio[0]), Decimal(ratio[1]))
    world = market(closes, (split,))
    last = last_close(world, ACME, FIRST + timedelta(days=60))
    assert last is not None
    newest = max(closes)
    assert (last.day, last.price, last.live) == (
        FIRST + timedelta(days=newest), Decimal(closes[newest]).scaleb(-4), False,
    )  # fmt: skip
    found = change_over(world, ACME, last, days)
    earlier = [one for one in closes if one <= newest - days]
    if found.before is None:
        assert found.reason
        assert (found.amount, found.fraction, found.since) == (None, None, None)
        return
    since = max(earlier)
    assert found.since == FIRST + timedelta(days=since)
    before = Fraction(closes[since], 10_000)
    if since < at <= newest:
        before *= Fraction(ratio[1], ratio[0])
    now = Fraction(closes[newest], 10_000)
    assert abs(Fraction(found.before) - before) < Fraction(1, 10**17)
    assert abs(Fraction(found.fraction) - (now / before - 1)) < (now / before + 1) / 10**12
    assert found.amount == last.price - found.before


def test_a_price_that_was_old_already_measures_nothing():
    world = market({0: 10_000, 20: 20_000})
    last = last_close(world, ACME, FIRST + timedelta(days=20))
    assert last is not None
    found = change_over(world, ACME, last, 1)
    assert found.reason == "The last price of ACME by 2024-01-20 is of 2024-01-01."
    assert change_over(world, ACME, last, 30).reason == "There is no price of ACME by 2023-12-22."


def test_a_quote_is_measured_like_a_close_and_a_price_of_zero_measures_nothing():
    world = market({30: 10_000})
    quote = LastPrice(Decimal("1.5"), date(2024, 2, 1), NOON, "yahoo", live=True)
    found = change_over(world, ACME, quote, 1)
    assert (found.amount, found.fraction, found.since) == (
        Decimal("0.5"), Decimal("0.5"), date(2024, 1, 31),
    )  # fmt: skip
    nothing = change_over(market({30: 0}), ACME, quote, 1)
    assert nothing.reason == "The price of ACME on 2024-01-31 is zero."
    assert last_close(market({30: 1}), ACME, FIRST) is None
