"""Several portfolios as one: what passes between them is no flow."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import OversoldError
from argosy.core.ledger.book import Book, replay
from argosy.core.money import exact_context
from argosy.core.performance.household import Household
from argosy.core.performance.household import household as together
from argosy.core.performance.ranges import Range
from argosy.core.returns.series import daily_series
from tests.core.ledger.histories import Scribe, rules, steps
from tests.core.ledger.world import WORLD
from tests.support.ledger import Ledger

TWO = """
    portfolio a EUR
    2024-01-02 buy 100 ACME @ 10 EUR
    2024-06-03 transfer out 100 ACME to b
    portfolio b EUR
    2024-03-01 buy 10 BETA @ 20 EUR
    price 2024-01-02 ACME 10 EUR
    price 2024-06-03 ACME 11 EUR
    price 2024-12-02 ACME 12 EUR
    price 2024-03-01 BETA 20 EUR
    price 2024-12-02 BETA 22 EUR
"""


def household(books: dict[str, Book], end: date) -> Household:
    used = {name: book for name, book in books.items() if book.first_day is not None}
    return together(used, {name: daily_series(book, end) for name, book in used.items()})


def test_a_transfer_between_own_portfolios_crosses_no_border():
    ledger = Ledger.read(TWO)
    found = household(ledger.books, date(2024, 12, 2)).performance(
        Range(date(2024, 1, 2), date(2024, 12, 2))
    )
    # 1,000 and 200 paid in; 1,200 + 220 there; the 1,100 that moved are neither
    assert (found.money_in, found.money_out, found.gain) == (1200, 0, 220)
    # 1.1 to the transfer, but BETA came in between: (1,000 → 1,200, 1,320 → 1,420 with BETA)
    assert found.twr == pytest.approx(1.0 * (1300 / 1200) * (1420 / 1300) - 1)
    assert found.total_return == pytest.approx(220 / 1200)


def test_one_portfolio_alone_is_what_it_is_by_itself():
    ledger = Ledger.read(TWO)
    span = Range(date(2024, 1, 2), date(2024, 12, 2))
    alone = household({"a": ledger.book("a")}, span.end).performance(span)
    # what left for b left: 1,100 out, a gain of 100
    assert (alone.money_in, alone.money_out, alone.gain) == (1000, 1100, 100)
    assert alone.twr == pytest.approx(0.1)


@given(data=st.data())
def test_gains_of_portfolios_add_up_to_the_households(data):
    one = data.draw(rules())
    settings = {"main": one, "other": one}
    scribe, books = Scribe(settings), replay([], settings, WORLD)
    for step in data.draw(st.lists(steps(), min_size=2, max_size=10)):
        line = scribe.write(step, books)
        if line is None:
            continue
        try:
            books = replay([line], settings, WORLD, books=books)
        except OversoldError:
            continue
    used = {name: book for name, book in books.items() if book.first_day is not None}
    if not used:
        return
    first = min(book.first_day for book in used.values())
    end = max(book.last_day for book in used.values()) + timedelta(days=5)
    span = Range(first, end)
    whole = household(books, end).performance(span)
    alone = [household({name: book}, end).performance(span) for name, book in used.items()]
    with exact_context():
        assert whole.gain is not None
        assert abs(whole.gain - sum(one.gain for one in alone)) <= Decimal("1E-16")
        assert abs(whole.flows - sum(one.flows for one in alone)) <= Decimal("1E-16")
        moved = sum(
            value
            for book in used.values()
            for line, value in book.flows.sent()
            if line.to_portfolio_id in used and line.portfolio_id in used and value > 0
        )
        assert abs(whole.money_in + moved - sum(one.money_in for one in alone)) <= Decimal("1E-16")
