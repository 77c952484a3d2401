"""A part of a book: what it holds is what the whole holds of it, and what crosses its border."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import OversoldError
from argosy.core.ledger.book import OUTSIDE, Book, replay
from argosy.core.ledger.transaction import PortfolioRules, Transaction
from argosy.core.money import ZERO, exact_context
from tests.core.ledger.histories import Scribe, Step, rules, steps
from tests.core.ledger.world import ASSETS, WORLD
from tests.support.ledger import Ledger

UNTRACKED = rules().map(lambda rule: replace(rule, track_cash=False))
SETTINGS = st.fixed_dictionaries({"main": UNTRACKED, "other": UNTRACKED})


def write(outline: list[Step], settings: dict[str, PortfolioRules]) -> list[Transaction]:
    """Return the lines of an outline that are possible."""
    scribe, lines = Scribe(settings), []
    books = replay([], settings, WORLD)
    for step in outline:
        line = scribe.write(step, books)
        if line is None:
            continue
        try:
            books = replay([line], settings, WORLD, books=books)
        except OversoldError:
            continue
        lines.append(line)
    return lines


def cut(lines, settings, only: frozenset[str]) -> dict[str, Book]:
    books = replay(lines, settings, WORLD, only=only)
    for book in books.values():
        book.keep_inside()
    return books


def net(book: Book) -> Decimal:
    """Return all that crossed the border, in less out."""
    flows = book.flows.days().values()
    return sum((flow.money_in - flow.money_out for flow in flows), ZERO)


def paid(book: Book) -> Decimal:
    return sum((amount for at in book.positions.values() for _, amount in at.paid), ZERO)


@given(
    outline=st.lists(steps(), min_size=1, max_size=12),
    settings=SETTINGS,
    only=st.sets(st.sampled_from(ASSETS)).map(frozenset),
)
def test_what_crosses_a_border_is_what_was_paid_into_the_holdings_inside(outline, settings, only):
    lines = write(outline, settings)
    with exact_context():
        whole = replay(lines, settings, WORLD)
        for key, book in whole.items():
            inside = cut(lines, settings, only)[key]
            outside = cut(lines, settings, frozenset({*ASSETS, OUTSIDE}) - only)[key]
            assert net(inside) == paid(inside)
            assert net(book) == paid(book)
            assert net(inside) + net(outside) == net(book)


@given(
    outline=st.lists(steps(), min_size=1, max_size=12),
    settings=SETTINGS,
    only=st.sets(st.sampled_from(ASSETS)).map(frozenset),
)
def test_the_holdings_inside_are_those_of_the_whole(outline, settings, only):
    lines = write(outline, settings)
    whole, part = replay(lines, settings, WORLD), cut(lines, settings, only)
    for key, book in whole.items():
        assert _held(book, only) == _held(part[key], only)


def _held(book: Book, only: frozenset[str]) -> dict[str, tuple[object, ...]]:
    """Return all that is known of the holdings inside, but when they were opened empty."""
    with exact_context():
        return {
            key: (at.quantity, at.cost, at.local_cost, at.realized(), at.paid, at.lots(), at.fees)
            for key, at in book.positions.items()
            if key in only and at.steps
        }


def test_an_exchange_is_paid_for_at_market_value(ledger: Ledger):
    """
    portfolio main USD
    2024-01-02 buy    10 OLD @ 100 USD
    price 2024-03-01 OLD 120 USD
    2024-03-01 merger OLD -> NEW 2:1
    price 2024-03-04 NEW 66 USD
    """
    old, new = ledger.holding("OLD"), ledger.holding("NEW")
    assert [amount for _, amount in old.paid] == [1000, -1200]
    assert [amount for _, amount in new.paid] == [1200]
