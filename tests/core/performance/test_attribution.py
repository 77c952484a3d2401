"""Attribution by hand, and the sums that hold for any ledger."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import OversoldError
from argosy.core.ledger.book import OUTSIDE, Book, replay
from argosy.core.ledger.transaction import Transaction
from argosy.core.money import exact_context
from argosy.core.performance.attribution import attribution
from argosy.core.performance.part import Part, PartKind, together
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import performance
from argosy.core.returns.series import daily_series
from tests.core.ledger.histories import Scribe, rules, steps
from tests.core.ledger.world import WORLD
from tests.core.valuation.stories import MONDAY, stories
from tests.support.ledger import Ledger


def parted(ledger: Ledger, start: str, end: str) -> dict[str, Part]:
    book, last = ledger.book(), date.fromisoformat(end)
    named = [line for line in ledger.transactions if line.fx_rate is not None]
    series = daily_series(book, last)
    parts = attribution(book, series, Range(date.fromisoformat(start), last), own_rates=named)
    return {part.key: part for part in parts}


def figures(part: Part) -> tuple[float | None, ...]:
    names = ("gain", "price_part", "currency_part", "income", "fees")
    values = (getattr(part, name) for name in names)
    return tuple(None if value is None else float(value) for value in values)


def test_the_worked_example_of_the_documentation(ledger: Ledger):
    """
    portfolio main EUR
    rate 2024-01-02 USD/EUR 0.90
    rate 2024-01-03 USD/EUR 0.92
    rate 2024-01-04 USD/EUR 0.95
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 110 USD
    price 2024-01-04 ACME 105 USD
    2024-01-02 buy 10 ACME @ 100 USD fee 2
    2024-01-03 dividend 20 USD ACME tax 5
    2024-01-04 sell 4 ACME @ 106 USD fee 1
    """
    part = parted(ledger, "2024-01-02", "2024-01-04")["ACME"]
    # price: (1,100 − 1,000) · 0.92 + (630 − 1,100 + 424) · 0.95 = 92 − 43.7
    # currency: 1,000 · (0.92 − 0.90) + 1,100 · (0.95 − 0.92) = 20 + 33
    # income: 15 · 0.92; fees: −2 · 0.90 − 1 · 0.95
    assert figures(part) == pytest.approx((112.35, 48.3, 53.0, 13.8, -2.75))
    assert part.value_end == Decimal("598.5")  # 6 · 105 · 0.95
    # 1,002 · 0.90 paid; 15 · 0.92 and 423 · 0.95 received
    assert part.flows == Decimal("901.8") - Decimal("13.8") - Decimal("401.85")
    assert abs(part.residual) < Decimal("1E-12")


def test_a_trade_at_a_rate_of_its_own_gains_the_difference_to_that_of_the_day(ledger: Ledger):
    """
    portfolio main EUR
    rate 2024-01-02 USD/EUR 0.90
    price 2024-01-02 ACME 100 USD
    2024-01-02 buy 10 ACME @ 100 USD fx 0.88
    """
    # 1,000 · (0.90 − 0.88)
    part = parted(ledger, "2024-01-02", "2024-01-02")["ACME"]
    assert figures(part) == pytest.approx((20, 0, 20, 0, 0))


def test_cash_gains_by_its_rate_alone(ledger: Ledger):
    """
    portfolio main EUR cash
    rate 2024-01-02 USD/EUR 0.90
    rate 2024-01-03 USD/EUR 0.95
    price 2024-01-02 ACME 100 USD
    2024-01-02 deposit 1000 USD
    2024-01-03 buy 4 ACME @ 100 USD fee 3
    2024-01-03 interest 10 USD
    2024-01-03 fee 1 EUR
    """
    parts = parted(ledger, "2024-01-02", "2024-01-03")
    # 1,000 · 0.05; the purchase, the interest and the fee move at the rate of their day
    assert figures(parts["USD"]) == pytest.approx((50, 0, 50, 0, 0))
    assert figures(parts["EUR"]) == pytest.approx((0, 0, 0, 0, 0))
    assert figures(parts["ACME"]) == pytest.approx((-2.85, 0, 0, 0, -2.85))
    assert figures(parts[OUTSIDE]) == pytest.approx((8.5, 0, 0, 9.5, -1))


def test_a_short_gains_when_price_and_currency_fall(ledger: Ledger):
    """
    portfolio main EUR shorts
    rate 2024-01-02 USD/EUR 0.90
    rate 2024-01-03 USD/EUR 0.85
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 90 USD
    2024-01-02 sell 10 ACME @ 100 USD
    """
    part = parted(ledger, "2024-01-02", "2024-01-03")["ACME"]
    # price: −(900 − 1,000) · 0.85; currency: −1,000 · (0.85 − 0.90)
    assert figures(part) == pytest.approx((135, 85, 50, 0, 0))
    assert part.contribution is None
    assert part.reasons["contribution"]


def test_a_price_that_is_missing_leaves_its_holding_alone_unknown(ledger: Ledger):
    """
    portfolio main USD
    price 2024-01-02 ACME 100 USD
    price 2024-01-03 ACME 101 USD
    2024-01-02 buy 1 ACME @ 100 USD
    2024-01-02 opening 1 BETA @ 50 USD
    """
    parts = parted(ledger, "2024-01-02", "2024-01-03")
    assert figures(parts["ACME"])[:2] == (1, 1)
    assert figures(parts["BETA"])[:2] == (None, None)
    assert parts["BETA"].reasons["gain"]
    total = together(PartKind.TOTAL, "", list(parts.values()), {})
    assert total.gain is None
    assert total.reasons["gain"] == "It lacks BETA."


def test_contributions_are_linked_by_the_growth_before_them(ledger: Ledger):
    """
    price 2024-01-02 A 100 USD
    price 2024-01-03 A 110 USD
    price 2024-01-04 A 110 USD
    price 2024-01-02 B 100 USD
    price 2024-01-03 B 100 USD
    price 2024-01-04 B 121 USD
    2024-01-02 buy 1 A @ 100 USD
    2024-01-02 buy 1 B @ 100 USD
    """
    parts = parted(ledger, "2024-01-02", "2024-01-04")
    # day 1: 10 / 200 = 5 %; day 2: 21 / 210 = 10 % on 1.05
    assert parts["A"].contribution == pytest.approx(0.05)
    assert parts["B"].contribution == pytest.approx(0.105)


def test_three_days_of_contributions_come_to_the_published_growth(ledger: Ledger):
    """
    price 2024-01-01 A 50 USD
    price 2024-01-02 A 53 USD
    price 2024-01-03 A 55.08 USD
    price 2024-01-04 A 59.3648 USD
    price 2024-01-01 B 50 USD
    price 2024-01-02 B 51 USD
    price 2024-01-03 B 52.04 USD
    price 2024-01-04 B 55.2536 USD
    2024-01-01 buy 1 A @ 50 USD
    2024-01-01 buy 1 B @ 50 USD
    """
    # quant.stackexchange.com/questions/69466: 3, 2, 4 % of A and 1, 1, 3 % of B are 4, 3, 7 % of
    # both, a growth of 1.146184. By Zangari's eq. 19.52 (Litterman, Modern Investment Management):
    parts = parted(ledger, "2024-01-02", "2024-01-04")
    first = 0.03 + 1.04 * 0.02 + 1.04 * 1.03 * 0.04
    second = 0.01 + 1.04 * 0.01 + 1.04 * 1.03 * 0.03
    assert parts["A"].contribution == pytest.approx(first)
    assert parts["B"].contribution == pytest.approx(second)
    assert first + second == pytest.approx(0.146184)


def check(book: Book, lines: list[Transaction], span: Range) -> None:
    """Assert that parts, holdings and contributions add up to the portfolio's figures."""
    last = max(span.end, book.last_day)
    with exact_context():
        series = daily_series(book, last)
    found = performance(book, series, span)
    parts = attribution(book, series, span, own_rates=lines)
    total = together(PartKind.TOTAL, "", parts, {})
    scale = 1 + np.nansum(np.abs(series.value)) + sum(series.money_in) + sum(series.money_out)
    with exact_context():
        for part in (*parts, total):
            if part.gain is None:
                continue
            names = ("price_part", "currency_part", "income", "fees", "residual")
            assert part.gain == sum(getattr(part, name) for name in names)
            assert abs(part.residual) <= Decimal("1E-9") * Decimal(scale)
        assert total.gain is not None, total.reasons
        for name in ("value_start", "flows", "value_end", "gain"):
            assert abs(getattr(total, name) - getattr(found, name)) <= Decimal("1E-15"), name
    if found.twr is not None:
        assert total.contribution == pytest.approx(found.twr, rel=1e-8, abs=1e-9)


@given(ledger=stories(whole=True), span=st.tuples(st.integers(0, 12), st.integers(0, 17)))
def test_parts_add_up_whatever_was_traded(ledger, span):
    start = max(MONDAY + timedelta(days=span[0]), ledger.book().first_day)
    check(ledger.book(), [], Range(start, start + timedelta(days=span[1])))


@given(ledger=stories(whole=True, shorts=True))
def test_parts_of_shorts_add_up(ledger):
    check(ledger.book(), [], Range(ledger.book().first_day, MONDAY + timedelta(days=30)))


@given(data=st.data())
def test_parts_add_up_through_every_kind_of_transaction(data):
    settings = {"main": data.draw(rules()), "other": data.draw(rules())}
    outline = data.draw(st.lists(steps(), min_size=1, max_size=10))
    scribe, books, lines = Scribe(settings), replay([], settings, WORLD), []
    for step in outline:
        line = scribe.write(step, books)
        if line is None:
            continue
        try:
            books = replay([line], settings, WORLD, books=books)
        except OversoldError:
            continue
        lines.append(line)
    for name, book in books.items():
        if book.first_day is None:
            continue
        own = [one for one in lines if one.portfolio_id == name and one.fx_rate is not None]
        start = book.first_day + timedelta(days=data.draw(st.integers(0, 60)))
        end = max(start, book.last_day) + timedelta(days=data.draw(st.integers(0, 20)))
        check(book, own, Range(start, end))
