"""The engine says what the oracle says, after every step of random histories."""

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from argosy.core.errors import OversoldError
from argosy.core.ledger.book import Book, replay
from argosy.core.ledger.transaction import CostBasisMethod, PortfolioRules
from tests.core.ledger.compare import Scale, check_books, dump
from tests.core.ledger.histories import Scribe, Step, rules, steps
from tests.core.ledger.oracle import OracleBook, OversoldOracleError, apply
from tests.core.ledger.world import WORLD, oracle_book


def run(outline: list[Step], settings: dict[str, PortfolioRules]) -> None:
    """Carry engine and oracle through a history step by step, comparing after each."""
    scribe, scale, ledger = Scribe(settings), Scale(), []
    books: dict[str, Book] = replay([], settings, WORLD)
    oracles = {name: oracle_book(rule) for name, rule in settings.items()}
    for step in outline:
        line = scribe.write(step, books)
        if line is None:
            continue
        note(str(line))
        before = dump(books)
        try:
            after = replay([line], settings, WORLD, books=books)
        except OversoldError as error:
            check_refusal(error, line, oracles)
            check_unchanged(books, before)
            oracles = oracles_after(ledger, settings)  # it may have stopped half way
            continue
        apply(oracles, line)
        ledger.append(line)
        books = after
        scale.see_line(line)
        if any(book.tied() for book in oracles.values()):
            return
        check_books(books, oracles, scale)
    assert dump(replay(ledger, settings, WORLD)) == dump(books), "a checkpoint changes nothing"


def check_refusal(error: OversoldError, line, oracles: dict[str, OracleBook]) -> None:
    """Assert that the oracle refuses the same line."""
    assert error.transaction_id == line.id
    assert error.on == line.day
    with pytest.raises(OversoldOracleError):
        apply(oracles, line)


def check_unchanged(books: dict[str, Book], before: dict) -> None:
    """Assert that a refused line changed nothing."""
    assert dump(books) == before


def oracles_after(ledger: list, settings: dict[str, PortfolioRules]) -> dict[str, OracleBook]:
    """Return oracles that have seen a ledger."""
    oracles = {name: oracle_book(rule) for name, rule in settings.items()}
    for line in ledger:
        apply(oracles, line)
    return oracles


@pytest.mark.parametrize("method", CostBasisMethod)
@given(data=st.data())
def test_engine_and_oracle_agree_after_every_step(method, data):
    settings = {"main": data.draw(rules((method,))), "other": data.draw(rules())}
    run(data.draw(st.lists(steps(), min_size=1, max_size=12)), settings)
