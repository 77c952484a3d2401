"""Ledgers are read from docstrings."""

from tests.support.ledger import ledger_fixture

__all__ = ["ledger_fixture"]
