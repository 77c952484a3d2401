"""Which rows of a batch contradict a ledger: all of them, not only the first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from argosy.core.errors import ArgosyError, ConflictError
from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.services.ledgers import Contradiction, Ledger, first_contradiction

__all__ = ["find_all"]

PROBLEMS_MAX = 1_000
LINES_MAX = 3_000_000
"""Lines that are replayed again at most: each problem costs one more replay of its assets."""

_TAKING = frozenset(
    {TransactionType.SELL, TransactionType.TRANSFER_OUT, TransactionType.MERGER}
    | {TransactionType.SYMBOL_CHANGE, TransactionType.SPLIT}
)

Found = list[tuple[int, ArgosyError]]


def find_all(ledger: Ledger, rows: Mapping[str, int]) -> Found:
    """Return what a replay refuses, by row; `rows` tells the row of each new line's id.

    Assets that never turn into each other are replayed apart; after each refusal its row is left
    out and the rest replayed again.
    """
    written = set(rows)
    if first_contradiction(ledger, written) is None:
        return []
    found: Found = []
    budget = LINES_MAX
    for lines in _apart(ledger.lines):
        rest = lines
        while budget > 0 and len(found) < PROBLEMS_MAX:
            budget -= len(rest)
            refused = first_contradiction(replace(ledger, lines=rest), written)
            if refused is None:
                break
            blamed = _blamed(refused, rest, rows)
            found.append((rows[blamed.id], _worded(refused, blamed)))
            rest = [line for line in rest if line.id != blamed.id]
    return found


def _apart(lines: Sequence[Transaction]) -> list[list[Transaction]]:
    """Part lines into groups whose assets never turn into each other's."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while (above := root.setdefault(name, name)) != name:
            name = above
        return name

    for line in lines:
        if line.asset_id is not None and line.to_asset_id is not None:
            root[find(line.asset_id)] = find(line.to_asset_id)
    groups: dict[str, list[Transaction]] = {}
    for line in lines:
        if line.asset_id is not None:
            groups.setdefault(find(line.asset_id), []).append(line)
    return list(groups.values())


def _blamed(
    refused: Contradiction, lines: Sequence[Transaction], rows: Mapping[str, int]
) -> Transaction:
    """Return the new line that is at fault: the refused one, else the last that took before it."""
    if refused.line.id in rows:
        return refused.line
    place = next(n for n, line in enumerate(lines) if line.id == refused.line.id)
    before = [line for line in lines[:place] if line.id in rows]
    taking = [line for line in before if line.type in _TAKING]
    new = [line for line in lines if line.id in rows]
    return (taking or before or new)[-1]


def _worded(refused: Contradiction, blamed: Transaction) -> ArgosyError:
    if refused.line.id == blamed.id:
        return refused.error
    stored = (
        f"After this row the stored {refused.line.type} of {refused.line.day.isoformat()} "
        f"({refused.line.id}) is impossible: {refused.error}"
    )
    return ConflictError(stored)
