"""Values, series and figures say what a slow, plain evaluator says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isnan

import numpy as np
from hypothesis import given, note

from argosy.core.ledger.book import Book, replay
from argosy.core.money import exact_context
from argosy.core.returns.series import daily_series
from argosy.core.valuation.figures import figures
from argosy.core.valuation.marks import total_on
from tests.core.valuation.plain import Plain, State, UnknownError
from tests.core.valuation.stories import stories
from tests.support.ledger import Ledger


def book_on(ledger: Ledger, day: date) -> Book:
    lines = [line for line in ledger.transactions if line.day <= day]
    return replay(lines, ledger.rules, ledger.market)[ledger.main]


def known(ask: Callable[[], Fraction]) -> Fraction | None:
    try:
        return ask()
    except UnknownError:
        return None


def same(
    ours: Decimal | float | None, plain: Fraction | None, scale: Fraction = Fraction(1)
) -> bool:
    if ours is None or plain is None or isnan(ours):
        return (ours is None or isnan(ours)) and plain is None
    return abs(Fraction(ours) - plain) <= Fraction(1, 10**12) * max(abs(plain), scale)


def all_days(ledger: Ledger) -> list[date]:
    first = ledger.transactions[0].day
    return [first + timedelta(days=step) for step in range(33)]


@given(ledger=stories())
def test_the_value_of_every_day_is_quantity_times_price_times_rate(ledger):
    note("\n".join(str(x) for x in ledger.transactions))
    plain = Plain(ledger)
    days = all_days(ledger)
    series = daily_series(ledger.book(), days[-1])
    for index, day in enumerate(days):
        expected = known(lambda day=day: plain.value(day))
        with exact_context():
            exact, lacking = total_on(ledger.book(), day)
        assert same(None if lacking else exact, expected), (
            f"exact value on {day}: {exact} {expected}"
        )
        assert same(float(series.value[index]), expected), f"series on {day}"


@given(ledger=stories(shorts=True, whole=True))
def test_a_series_is_the_exact_value_of_each_date_also_with_shorts(ledger):
    plain = Plain(ledger)
    days = all_days(ledger)
    series = daily_series(ledger.book(), days[-1])
    for index, day in enumerate(days[::4]):
        state = plain.state(day)
        tiny = Fraction(1, 10**5)  # exact values are rounded to 18 places
        assert same(float(series.value[4 * index]), plain.value(day), tiny)
        flows = [series.money_in, series.money_out, series.fees_in]
        expected = state.flows[day]
        assert all(same(float(x[4 * index]), y) for x, y in zip(flows, expected, strict=True))


@given(ledger=stories(shorts=True, whole=True))
def test_every_total_is_what_the_plain_sums_say(ledger):
    plain = Plain(ledger)
    for day in all_days(ledger)[::6]:
        found, state = figures(book_on(ledger, day), as_of=day), plain.state(day)
        cost = sum(state.cost.values(), Fraction(0))
        values = {x: plain.value_of(x, day) for x in state.quantity}
        unrealized = sum(values.values(), Fraction(0)) - cost
        gain = unrealized + state.realized + state.income - state.separate
        scale = sum((abs(x) for x in values.values()), state.bought + Fraction(1))
        expected = {
            "total_value": plain.value(day),
            "total_cost": cost,
            "unrealized_gain": unrealized,
            "realized_gain": state.realized,
            "income": state.income,
            "fees": state.fees,
            "fees_separate": state.separate,
            "total_gain": gain,
            "invested": sum((x[0] for x in state.flows.values()), Fraction(0)),
            "total_return": gain / state.bought if state.bought else None,
            "day_change": _day_change(plain, day, state),
        }
        for name, value in expected.items():
            ours = getattr(found, name)
            wanted_scale = Fraction(1) if name == "total_return" else scale
            assert same(ours, value, wanted_scale), f"{name} on {day}: {ours} instead of {value}"
        assert set(found.cash) == set(state.cash)
        assert all(same(found.cash[x], state.cash[x], scale) for x in state.cash)


def _day_change(plain: Plain, day: date, state: State) -> Fraction:
    before = plain.value(day - timedelta(days=1)) if day > plain.first else Fraction(0)
    money_in, money_out, _ = state.flows[day]
    return plain.value(day) - before - money_in + money_out


@given(ledger=stories(whole=True))
def test_parts_add_up_and_weights_sum_to_one(ledger):
    day = all_days(ledger)[-1]
    found = figures(book_on(ledger, day), as_of=day)
    with exact_context():
        assert found.total_value == sum(x.value for x in found.holdings) + found.cash_value
        gains = sum(x.total_gain for x in found.holdings)
        outside = found.total_gain - gains
        income = found.income - sum(x.income for x in found.holdings)
        separate = found.fees_separate - sum(x.fees_separate for x in found.holdings)
        assert outside == income - separate, "interest and fees of no asset"
        for holding in found.holdings:
            assert (
                holding.unrealized_price_part + holding.unrealized_currency_part
                == holding.unrealized_gain
            )
            assert holding.unrealized_gain == holding.value - holding.cost
        if found.total_value > 0:
            weights = sum(x.weight for x in found.holdings) + found.cash_value / found.total_value
            assert abs(weights - 1) < Decimal("1E-15")


@given(ledger=stories(whole=True))
def test_what_was_gained_is_value_minus_net_flows(ledger):
    """Where no cash in another currency changes its worth, the two ways to a gain agree."""
    day = all_days(ledger)[-1]
    rules = ledger.rules[ledger.main]
    found = figures(book_on(ledger, day), as_of=day)
    if rules.track_cash and set(found.cash) - {rules.currency}:
        return
    with exact_context():
        flows = ledger.book().flows.days().values()
        net = sum((x.money_in - x.money_out for x in flows), Decimal(0))
        assert abs(found.total_gain - (found.total_value - net)) < Decimal("1E-9")


@given(ledger=stories())
def test_the_future_changes_nothing_in_the_past(ledger):
    """A split booked later than the asset's own is the exception: it mends the days between."""
    days = all_days(ledger)
    cut = days[len(days) // 3]
    if any(x.type == "SPLIT" and x.day > cut for x in ledger.transactions):
        return
    known_by_then = replace(
        ledger.text,
        closes=[x for x in ledger.text.closes if x[1] <= cut],
        rates=[x for x in ledger.text.rates if x.day <= cut],
        transactions=[x for x in ledger.transactions if x.day <= cut],
    )
    short = Ledger(known_by_then)
    ours, theirs = figures(book_on(ledger, cut), as_of=cut), figures(short.book(), as_of=cut)
    assert repr(ours) == repr(theirs), "in words, because an unknown cost of a lot is not itself"
    long, brief = daily_series(ledger.book(), days[-1]), daily_series(short.book(), cut)
    for name in ("value", "cost", "money_in", "money_out", "fees_in"):
        np.testing.assert_array_equal(getattr(long, name)[: len(brief.days)], getattr(brief, name))


@given(ledger=stories())
def test_every_figure_that_is_missing_says_why(ledger):
    for day in all_days(ledger)[::5]:
        found = figures(book_on(ledger, day), as_of=day)
        assert _unexplained(found) == set()
        for holding in found.holdings:
            assert _unexplained(holding) == set()
            if holding.value is None:
                assert found.reasons["total_value"]
                assert "incomplete" in found.flags


def _unexplained(found: object) -> set[str]:
    named = set(type(found).__slots__) - {"price_on", "price_at", "price_source", "bought"}
    return {x for x in named if getattr(found, x) is None} - set(found.reasons)
