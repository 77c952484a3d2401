"""Ledger tests read their ledgers from their docstrings."""

from tests.support.ledger import ledger_fixture

__all__ = ["ledger_fixture"]
