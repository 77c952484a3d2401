"""Golden tests read ledgers from docstrings, too."""

from tests.support.ledger import ledger_fixture

__all__ = ["ledger_fixture"]
