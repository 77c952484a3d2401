"""A portfolio beside a benchmark that gets the same money, and in another currency."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import OversoldError
from argosy.core.ledger.book import replay
from argosy.core.money import exact_context
from argosy.core.performance.benchmark import Rebalance
from argosy.core.performance.beside import Benchmark, Beside, beside
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import performance
from argosy.core.returns.closes import daily_rates
from argosy.core.returns.series import daily_series
from tests.core.ledger.histories import Scribe, rules, steps
from tests.core.ledger.world import WORLD
from tests.support.ledger import Ledger


def compared(ledger: Ledger, closes: dict[str, float], start: str, end: str) -> Beside:
    """Put a ledger beside closes by day, carried over the days between."""
    book, last = ledger.book(), date.fromisoformat(end)
    series = daily_series(book, last)
    own = performance(book, series, Range(date.fromisoformat(start), last))
    known = {date.fromisoformat(day).toordinal(): close for day, close in closes.items()}
    carried, close = [], np.nan
    for day in series.days.tolist():
        close = known.get(day, close)
        carried.append(close)
    benchmark = Benchmark("BTC", [np.array(carried)], [1.0], Rebalance.DAILY)
    return beside(own, series, benchmark)


DOCUMENTED = """
    2024-01-02 buy 10 ACME @ 100 USD
    2024-03-01 buy 5 ACME @ 120 USD
    price 2024-01-02 ACME 100 USD
    price 2024-03-01 ACME 120 USD
    price 2024-06-30 ACME 113.3333333333 USD
"""
BENCHMARK = {"2024-01-02": 100.0, "2024-03-01": 120.0, "2024-06-30": 110.0}


def test_the_worked_example_of_the_documentation():
    found = compared(Ledger.read(DOCUMENTED), BENCHMARK, "2024-01-02", "2024-06-30")
    assert found.benchmark_value_end == pytest.approx(1650)
    assert found.benchmark_gain == pytest.approx(50)
    assert found.gain_difference == pytest.approx(50, abs=1e-6)
    assert found.benchmark_return == pytest.approx(0.10)
    assert found.return_difference == pytest.approx(found.performance.twr - 0.10)
    assert (found.flags, found.reasons) == ((), {})


def test_a_range_that_starts_later_buys_what_was_there_at_the_close_before():
    found = compared(Ledger.read(DOCUMENTED), BENCHMARK, "2024-03-02", "2024-06-30")
    # 15 · 120 = 1,800 at 120 are 15 units
    assert found.benchmark_value_end == pytest.approx(1650)
    assert found.benchmark_gain == pytest.approx(-150)
    assert found.benchmark_return == pytest.approx(110 / 120 - 1)
    assert found.benchmark_mwr == pytest.approx(110 / 120 - 1)
    assert found.value[0] == found.same[0] == 1800


def test_a_benchmark_that_began_later_is_unknown_with_the_day():
    closes = {"2024-03-01": 120.0, "2024-06-30": 110.0}
    found = compared(Ledger.read(DOCUMENTED), closes, "2024-01-02", "2024-06-30")
    nothing = ("benchmark_value_end", "benchmark_gain", "gain_difference")
    for name in (*nothing, "benchmark_return", "return_difference", "benchmark_mwr"):
        assert getattr(found, name) is None
        assert found.reasons[name] == "BTC: a price or a rate is missing on 2024-01-02."


def test_more_taken_out_than_there_would_have_been(ledger: Ledger):
    """
    2024-01-02 buy 10 ACME @ 100 USD
    2024-03-01 sell 8 ACME @ 200 USD
    price 2024-01-02 ACME 100 USD
    price 2024-03-01 ACME 200 USD
    """
    found = compared(ledger, BENCHMARK, "2024-01-02", "2024-06-30")
    # 10 units are worth 1,200 when 1,600 leave
    assert found.benchmark_value_end is None
    assert found.flags == ("benchmark_ran_out",)
    why = found.reasons["gain_difference"]
    assert why == "On 2024-03-01 more was taken out than there would have been."
    assert found.benchmark_return == pytest.approx(0.10)


@given(data=st.data())
def test_a_ledger_in_another_currency_is_its_days_converted(data):
    settings = {"main": data.draw(rules()), "other": data.draw(rules())}
    scribe, books, lines = Scribe(settings), replay([], settings, WORLD), []
    for step in data.draw(st.lists(steps(), min_size=1, max_size=10)):
        line = scribe.write(step, books)
        if line is None:
            continue
        try:
            books = replay([line], settings, WORLD, books=books)
        except OversoldError:
            continue
        lines.append(line)
    book = books["main"]
    if book.first_day is None:
        return
    base = book.rules.currency
    unit = "EUR" if base == "USD" else "USD"
    turned = {name: replace(rule, currency=unit) for name, rule in settings.items()}
    other = replay(lines, turned, WORLD)["main"]
    end = book.last_day + timedelta(days=40)
    with exact_context():
        own, seen = daily_series(book, end), daily_series(other, end)
    rates = daily_rates(WORLD.rates, base, unit, own.days)
    scale = float(np.max(np.abs(own.value))) + float(np.sum(own.money_in + own.money_out)) + 1.0
    for name in ("value", "money_in", "money_out"):
        np.testing.assert_allclose(
            getattr(seen, name), getattr(own, name) * rates, rtol=1e-11, atol=1e-12 * scale
        )
