"""Files of transactions: shown before they are stored, stored as a whole or not at all."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import RowProblem
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.lines import Source
from argosy.core.importers.transactions_csv import TransactionFile, read_transactions
from argosy.core.ledger.book import OUTSIDE
from argosy.core.ledger.transaction import Transaction, ledger_order
from argosy.core.market.asset import Asset
from argosy.core.money import CONTEXT, ZERO
from argosy.services import batches, ledgers
from argosy.services.batches import Batch, Outcome
from argosy.services.ledgers import Ledger
from argosy.services.transactions import Actor
from argosy.store import assets, portfolios

ROWS_SHOWN = 500
"""A preview shows so many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A row of the file that can be stored, as it was understood."""

    row: int
    line: int
    transaction: Transaction
    asset: Asset | None
    looks_duplicate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is held of an asset before and after the file."""

    asset: Asset
    quantity_before: Decimal
    quantity_after: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """What a file does to a portfolio; cash is empty where it is not tracked."""

    holdings: tuple[Holding, ...]
    cash_before: Mapping[str, Decimal]
    cash_after: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file says, and what it would do or did.

    `created` are the rows that can be stored; while there are problems none of them is.
    """

    row_count: int
    created: int
    duplicates: int
    ids: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    problems: tuple[RowProblem, ...]
    warnings: tuple[ImportProblem, ...]
    change: Change
    ignored_columns: tuple[str, ...]
    dry_run: bool


async def read_file(source: Source, *, portfolio_id: str | None) -> TransactionFile:
    """Read a file of transactions away from the event loop."""
    return await asyncio.to_thread(read_transactions, source, portfolio_id=portfolio_id)


async def import_file(
    session: AsyncSession,
    actor: Actor,
    file: TransactionFile,
    *,
    portfolio_id: str,
    dry_run: bool,
) -> Preview:
    """Store a file's rows in a portfolio, or show what that would do.

    Wrong rows are part of a dry run's answer; else they are raised, and nothing is stored.
    """
    own = await portfolios.get(session, actor.user_id, portfolio_id)
    linked = await ledgers.linked_with(session, [own.id])
    before = await ledgers.read(session, linked, None)
    batch = Batch(drafts=file.drafts, problems=file.problems, portfolio_id=own.id, dry_run=dry_run)
    outcome = _placed(await batches.attempt(session, actor, batch), file.lines)
    if outcome.problems and not dry_run:
        raise batches.refusal(outcome)
    if outcome.problems:
        change = Change((), {}, {})
    else:
        change = await _effect(session, own.id, before, list(outcome.lines.values()))
    alike = _alike(before.lines, outcome.lines, own.id, places=file.lines)
    named = await assets.get_many(
        session, {line.asset_id for line in outcome.lines.values() if line.asset_id}
    )
    return Preview(
        row_count=len(file.lines),
        created=len(outcome.lines),
        duplicates=len(outcome.duplicates),
        ids=() if dry_run else tuple(line.id for line in outcome.lines.values()),
        rows=tuple(
            PreviewRow(
                row=row,
                line=file.lines[row],
                transaction=line,
                asset=named.get(line.asset_id or ""),
                looks_duplicate=row in alike,
            )
            for row, line in islice(outcome.lines.items(), ROWS_SHOWN)
        ),
        problems=outcome.problems,
        warnings=tuple(
            ImportProblem(row, reason, "looks_duplicate", line=file.lines[row])
            for row, reason in alike.items()
        ),
        change=change,
        ignored_columns=file.ignored_columns,
        dry_run=dry_run,
    )


def _placed(outcome: Outcome, lines: Sequence[int]) -> Outcome:
    """Say of every problem in which line of the file it is."""
    return replace(
        outcome,
        problems=tuple(
            problem
            if isinstance(problem, ImportProblem)
            else ImportProblem(problem.row, problem.reason, problem.code, line=lines[problem.row])
            for problem in outcome.problems
        ),
    )


def _alike(
    stored: Sequence[Transaction],
    new: Mapping[int, Transaction],
    portfolio_id: str,
    *,
    places: Sequence[int],
) -> dict[int, str]:
    """Return the rows without an external id that say the same as a stored line or another row."""
    seen = {
        _content(line): f"the stored line {line.id}"
        for line in stored
        if line.portfolio_id == portfolio_id
    }
    alike: dict[int, str] = {}
    for row, line in new.items():
        if line.external_id is not None:
            continue
        content = _content(line)
        if content in seen:
            alike[row] = f"It looks like {seen[content]}; it is stored all the same."
        seen.setdefault(content, f"line {places[row]}")
    return alike


def _content(line: Transaction) -> tuple[object, ...]:
    amount = line.amount
    if amount is None and line.quantity is not None and line.price is not None:
        amount = CONTEXT.multiply(line.quantity, line.price)
    return line.type, line.day, line.asset_id, line.quantity, amount, line.currency


async def _effect(
    session: AsyncSession, portfolio_id: str, before: Ledger, new: Sequence[Transaction]
) -> Change:
    """Replay a ledger without and with new lines, and compare."""
    ids = {name for line in new for name in (line.asset_id, line.to_asset_id) if name}
    others = {line.to_portfolio_id for line in new if line.to_portfolio_id}
    missing = others - before.rules.keys()
    rules = {key: one.rules for key, one in (await portfolios.get_many(session, missing)).items()}
    known = {**before.assets, **await assets.get_many(session, ids)}
    last = max((line.entry for line in before.lines), default=0)
    added = [line._replace(entry=last + 1 + place) for place, line in enumerate(new)]
    after = Ledger(
        lines=sorted([*before.lines, *added], key=ledger_order),
        rules={**before.rules, **rules},
        assets=known,
    )
    return await ledgers.apart(_compare, after, before, portfolio_id)


def _compare(after: Ledger, before: Ledger, portfolio_id: str) -> Change:
    old, new = (ledgers.books_of(ledger)[portfolio_id] for ledger in (before, after))
    held_before = {key: one.quantity for key, one in old.positions.items() if key != OUTSIDE}
    held_after = {key: one.quantity for key, one in new.positions.items() if key != OUTSIDE}
    return Change(
        holdings=tuple(
            Holding(
                asset=after.assets[key],
                quantity_before=held_before.get(key, ZERO),
                quantity_after=quantity,
            )
            for key, quantity in held_after.items()
            if quantity != held_before.get(key, ZERO)
        ),
        cash_before=dict(old.cash),
        cash_after=dict(new.cash),
    )
