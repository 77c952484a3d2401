"""Shocks and crises on what is held: exact, and named where nothing is known."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import InputError
from argosy.core.market.asset import AssetCategory, Split
from argosy.core.market.history import RateRow
from argosy.core.money import exact_context
from argosy.core.risk.crises import CRISES, Crisis, crises_of
from argosy.core.risk.replay import Past, betas, replay
from argosy.core.risk.stress import Exposure, How, Shock, ShockKind, shocked
from tests.core.risk.worlds import asset, market, weekdays

ACME, COIN = asset("ACME"), asset("COIN", category="CRYPTO", currency="EUR")
CRISIS = Crisis("x", "X", date(2020, 2, 19), date(2020, 3, 23))
TODAY = date(2024, 5, 31)


def held(one, value):
    known = None if value is None else Decimal(value)
    return Exposure(asset=one, symbol=one.symbol, currency=one.currency, value=known)


def cash(currency, value):
    return Exposure(asset=None, symbol=currency, currency=currency, value=Decimal(value))


CHANGES = st.decimals(-1, 3, places=6)
SHOCKS = st.lists(
    st.one_of(
        st.builds(Shock, st.just(ShockKind.ASSET), st.sampled_from(["acme", "coin"]), CHANGES),
        st.builds(
            Shock,
            st.just(ShockKind.CATEGORY),
            st.sampled_from(["STOCK", "CRYPTO", "CASH"]),
            CHANGES,
        ),
        st.builds(Shock, st.just(ShockKind.CURRENCY), st.sampled_from(["USD", "EUR"]), CHANGES),
    ),
    max_size=6,
)
VALUES = st.decimals(-(10**9), 10**9, places=18)


@given(SHOCKS, VALUES, VALUES, VALUES)
def test_shocks_multiply_and_parts_add_up_exactly(shocks, acme, coin, euros):
    parts = [held(ACME, acme), held(COIN, coin), cash("EUR", euros)]
    found = shocked(parts, shocks)
    with exact_context():
        for hit in found.hits:
            factor = Decimal(1)
            for shock in shocks:
                if shock.meets(hit.exposure):
                    factor *= 1 + shock.change
            expected = (hit.exposure.value * (factor - 1)).quantize(Decimal("1E-18"))
            assert hit.gain == expected
            assert hit.after == hit.exposure.value + hit.gain
        assert found.gain == sum(hit.gain for hit in found.hits)
        assert found.after == found.value + found.gain
    again = shocked(parts, list(reversed(shocks)))
    assert again == found, "their order does not matter"


def test_a_shock_meets_an_asset_a_category_or_a_currency():
    coin = held(COIN, "100")
    assert Shock(ShockKind.ASSET, "coin", Decimal(0)).meets(coin)
    assert Shock(ShockKind.CATEGORY, AssetCategory.CRYPTO.value, Decimal(0)).meets(coin)
    assert Shock(ShockKind.CURRENCY, "EUR", Decimal(0)).meets(coin)
    assert not Shock(ShockKind.CURRENCY, "USD", Decimal(0)).meets(coin)
    assert not Shock(ShockKind.ASSET, "acme", Decimal(0)).meets(cash("EUR", "1"))
    pence = held(asset("PENNY", currency="GBp"), "100")
    assert Shock(ShockKind.CURRENCY, "GBP", Decimal(0)).meets(pence)


def test_what_has_no_value_is_named_and_not_zero():
    found = shocked([held(ACME, None)], [Shock(ShockKind.ASSET, "acme", Decimal("-0.5"))])
    assert (found.value, found.gain, found.change, found.unknown) == (None, None, None, ("ACME",))
    assert found.hits[0].reason == "ACME has no value today."


def rate(base, quote, day, value):
    return RateRow(1, base, quote, day, Decimal(value), "test")


def past(world, *, proxies=(), crypto=(), currency="USD"):
    return Past(
        market=world,
        currency=currency,
        proxies={False: list(proxies), True: list(crypto)},
        beta=betas(world, currency=currency, until=TODAY),
    )


def test_a_crisis_is_played_by_own_closes_rates_and_splits():
    """80 → 48 after a split of 2:1 is 40 → 48; the euro fell from 1.10 to 1.00."""
    world = market(
        {
            ACME: {CRISIS.start: "80", CRISIS.end: "48"},
            COIN: {CRISIS.start: "100", CRISIS.end: "50"},
        },
        splits={ACME: [Split(date(2020, 3, 2), Decimal(2), Decimal(1))]},
        rates=[rate("EUR", "USD", CRISIS.start, "1.10"), rate("EUR", "USD", CRISIS.end, "1.00")],
    )
    parts = [held(ACME, "1000"), held(COIN, "1100"), cash("EUR", "11"), cash("USD", "5")]
    found = replay(parts, CRISIS, past(world))
    acme, coin, euros, dollars = found.hits
    assert (acme.how, acme.gain) == (How.CLOSES, Decimal(200))
    assert coin.gain == Decimal(-600)
    assert (euros.how, euros.gain, dollars.gain) == (How.RATE, Decimal(-1), Decimal(0))
    assert found.gain == Decimal(-401)


def test_without_a_rate_of_the_time_the_move_is_its_own_and_says_so():
    world = market({COIN: {CRISIS.start: "100", CRISIS.end: "50"}})
    found = replay([held(COIN, "1000"), cash("EUR", "9")], CRISIS, past(world))
    coin, euros = found.hits
    assert coin.gain == Decimal(-500)
    assert "In EUR: there is no rate EUR/USD" in coin.reason
    assert (euros.how, euros.gain) == (How.UNKNOWN, None)
    assert found.unknown == ("EUR",)


def test_a_close_of_last_week_stands_for_the_day_and_an_older_one_does_not():
    near = {CRISIS.start - timedelta(days=7): "100", CRISIS.end: "90"}
    old = {CRISIS.start - timedelta(days=8): "100", CRISIS.end: "90"}
    hits = [
        replay([held(ACME, "10")], CRISIS, past(market({ACME: some}))).hits[0]
        for some in (near, old)
    ]
    assert [hit.how for hit in hits] == [How.CLOSES, How.UNKNOWN]


def test_a_proxy_stands_in_by_its_beta():
    """The young one moves twice as far as the index every day: its beta is 2."""
    index, young = asset("SPY", category="ETF"), asset("YOUNG")
    days = weekdays(TODAY, 60)
    price, other = 100.0, 10.0
    closes, mine = {CRISIS.start: 300, CRISIS.end: 240}, {}
    for place, day in enumerate(days):
        move = 0.01 if place % 2 else -0.008
        price, other = price * (1 + move), other * (1 + 2 * move)
        closes[day], mine[day] = f"{price:.10f}", f"{other:.10f}"
    world = market({index: closes, young: mine})
    (hit,) = replay([held(young, "1000")], CRISIS, past(world, proxies=[index])).hits
    assert (hit.how, hit.proxy) == (How.PROXY, "SPY")
    assert hit.beta == pytest.approx(Decimal(2), abs=Decimal("1e-5"))
    assert hit.gain == pytest.approx(Decimal(-400), abs=Decimal("0.01"))
    few = market({index: closes, young: dict(list(mine.items())[-15:])})
    (hit,) = replay([held(young, "1000")], CRISIS, past(few, proxies=[index])).hits
    assert (hit.how, hit.gain) == (How.UNKNOWN, None)
    assert "too few to compare with SPY" in hit.reason


def test_crises_are_in_order_and_found_by_their_keys():
    assert len({one.key for one in CRISES}) == len(CRISES)
    assert all(one.start < one.end for one in CRISES)
    assert [one.key for one in crises_of(" FTX-2022 ,covid-2020")] == ["ftx-2022", "covid-2020"]
    assert crises_of("") == CRISES
    with pytest.raises(InputError, match="there is no 'flood'"):
        crises_of("flood")
