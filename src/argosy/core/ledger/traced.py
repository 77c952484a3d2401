"""A ledger whose numbers remember their rows: replayed, it explains what it leads to."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from argosy.core.explain import Leaf, Traced
from argosy.core.ledger.transaction import EXACT_FIELDS, Transaction


def traced(transactions: Iterable[Transaction]) -> list[Transaction]:
    """Return the same transactions with every number that is not zero wrapped as a leaf.

    Parameters
    ----------
    transactions : iterable of Transaction

    Returns
    -------
    traced : list of Transaction
        Each number knows its transaction's id, field and day.
    """
    return [_traced(transaction) for transaction in transactions]


def _traced(transaction: Transaction) -> Transaction:
    wrapped: dict[str, Any] = {
        name: _leaf(transaction, name, value)
        for name in EXACT_FIELDS
        if (value := getattr(transaction, name)) is not None and value
    }
    return transaction._replace(**wrapped)


def _leaf(transaction: Transaction, field: str, value: Decimal) -> Traced:
    facts = (
        ("transaction_id", transaction.id),
        ("field", field),
        ("type", transaction.type.value),
        ("on", transaction.day.isoformat()),
    )
    return Traced.of_leaf(value, Leaf("transaction", facts))
