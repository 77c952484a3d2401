"""Many lines at once: checked row by row, stored as a whole or not at all."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import (
    ArgosyError,
    BatchConflictError,
    BatchError,
    ConflictError,
    InputError,
    NotFoundError,
    RowProblem,
)
from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import Transaction
from argosy.runtime.clock import today
from argosy.runtime.compute import collector_paused
from argosy.services import conflicts, ledgers
from argosy.services.drafts import Surroundings, check_draft
from argosy.services.ledgers import Edit, Touched
from argosy.services.naming import Known, Mentioned, asset_of, know, target_of
from argosy.services.transactions import Actor
from argosy.store import audit, portfolios, transactions
from argosy.store.audit import Change
from argosy.store.portfolios import Portfolio
from argosy.store.savepoint import set_savepoint, undo_to_savepoint

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What shall be entered, and what was wrong with it before it came here.

    `portfolio_id` is that of the drafts that name none. A dry run does everything and then takes
    it all back. With a `preview`, as a what-if gives it, the lines must be those that were shown,
    in the ledger that they were shown in.
    """

    drafts: Sequence[TransactionDraft]
    problems: Sequence[RowProblem] = ()
    portfolio_id: str | None = None
    dry_run: bool = False
    preview: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a batch; with problems nothing is stored.

    `lines` are the new ones by row; `duplicates` the rows whose external id was there already.
    """

    lines: Mapping[int, Transaction]
    duplicates: tuple[int, ...]
    problems: tuple[RowProblem, ...] = ()
    conflict: bool = False


@dataclass(slots=True)
class _Checked:
    lines: dict[int, Transaction] = field(default_factory=dict)
    duplicates: list[int] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    conflicts: int = 0
    named_portfolios: set[str] = field(default_factory=set)

    def add(self, row: int, error: ArgosyError) -> None:
        self.problems.append(RowProblem(row, str(error), error.code))
        self.conflicts += isinstance(error, ConflictError)


async def undisturbed(function: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
    """Make very many objects in a thread, without the collector walking all of them."""
    with collector_paused():
        return await asyncio.to_thread(function, *args, **options)


async def enter(session: AsyncSession, actor: Actor, batch: Batch) -> Outcome:
    """Store a batch; if anything is wrong, raise all of it and store nothing."""
    outcome = await attempt(session, actor, batch)
    if outcome.problems:
        raise refusal(outcome)
    return outcome


def refusal(outcome: Outcome) -> BatchError | BatchConflictError:
    """Return the error of a batch that has problems: a conflict if all of them are."""
    problems = list(outcome.problems)
    return BatchConflictError(problems) if outcome.conflict else BatchError(problems)


async def attempt(session: AsyncSession, actor: Actor, batch: Batch) -> Outcome:
    """Store a batch unless it has problems or is a dry run; return what became of it."""
    with collector_paused():
        checked = await _check(session, actor, batch)
        if batch.preview is not None:
            await _hold_to_preview(session, actor, batch, checked)
        if checked.lines and not checked.problems and not batch.problems:
            await set_savepoint(session)
            await _store(session, checked)
            if batch.dry_run or checked.problems:
                await undo_to_savepoint(session)
            else:
                await _record(session, actor, checked)
    problems = sorted([*batch.problems, *checked.problems], key=lambda problem: problem.row)
    return Outcome(
        lines=checked.lines,
        duplicates=tuple(checked.duplicates),
        problems=tuple(problems),
        conflict=0 < checked.conflicts == len(problems),
    )


async def _check(session: AsyncSession, actor: Actor, batch: Batch) -> _Checked:
    own = {one.id: one for one in await portfolios.of_user(session, actor.user_id)}
    base = None
    if batch.portfolio_id is not None:
        base = await portfolios.get(session, actor.user_id, batch.portfolio_id)
    mentions = await asyncio.to_thread(_mentions, batch.drafts)
    known = await know(session, actor.user_id, mentions)
    checker = _Checker(own, known, base=base, day=today(actor.clock))
    checked = await asyncio.to_thread(checker.check, batch.drafts)
    if checked.named_portfolios:
        edits = [Edit(after=line) for line in checked.lines.values()]
        await ledgers.take(session, await asyncio.to_thread(Touched.by, edits))
    taken = {
        name: await transactions.external_ids(session, name) for name in checked.named_portfolios
    }
    await asyncio.to_thread(_drop_duplicates, checked, taken)
    return checked


async def _hold_to_preview(
    session: AsyncSession, actor: Actor, batch: Batch, checked: _Checked
) -> None:
    """Refuse what is not what was previewed; whoever edits the ledger meanwhile waits."""
    if batch.portfolio_id is None:
        raise InputError("preview: name the portfolio_id that was looked at.")
    base = await portfolios.get(session, actor.user_id, batch.portfolio_id)
    await portfolios.take(session, [base.id])
    base = await portfolios.get(session, actor.user_id, base.id)
    lines = [checked.lines[row] for row in sorted(checked.lines)]
    if batch.preview != preview_of(base, lines):
        raise ConflictError(
            "preview: the ledger or these lines have changed since; ask what-if again."
        )


def preview_of(portfolio: Portfolio, lines: Sequence[Transaction]) -> str:
    """Return a short text that stands for these new lines in a portfolio as it is now."""
    bare = [line._replace(id="", entry=0) for line in lines]
    said = repr((portfolio.id, portfolio.version, bare))
    return blake2b(said.encode(), digest_size=16).hexdigest()


def _mentions(drafts: Sequence[TransactionDraft]) -> set[Mentioned]:
    return {one for draft in drafts for one in (asset_of(draft), target_of(draft))}


async def _store(session: AsyncSession, checked: _Checked) -> None:
    """Store the lines and add what the ledger contradicts to the problems."""
    edits = [Edit(after=line) for line in checked.lines.values()]
    touched = await asyncio.to_thread(Touched.by, edits)
    concerned = await ledgers.write(session, edits, touched)
    if not touched.assets:
        return
    ledger = await ledgers.read(session, concerned, touched.assets)
    rows = {line.id: row for row, line in checked.lines.items()}
    for row, error in await ledgers.apart(conflicts.find_all, ledger, rows):
        checked.add(row, error)
        del checked.lines[row]


class _Checker:
    """Turns drafts into lines with what was read before: no question is asked per row."""

    def __init__(
        self, own: Mapping[str, Portfolio], known: Known, *, base: Portfolio | None, day: date
    ) -> None:
        self._own = own
        self._known = known
        self._base = base
        self._today = day

    def check(self, drafts: Sequence[TransactionDraft]) -> _Checked:
        checked = _Checked()
        for draft in drafts:
            try:
                line = self._line(draft)
                checked.lines[draft.row] = line
                if line.external_id is not None:
                    checked.named_portfolios.add(line.portfolio_id)
            except ArgosyError as error:
                checked.add(draft.row, error)
        return checked

    def _line(self, draft: TransactionDraft) -> Transaction:
        portfolio = self._portfolio(draft.portfolio_id) if draft.portfolio_id else self._base
        if portfolio is None:
            raise InputError("portfolio_id is missing.")
        if draft.to_portfolio_id:
            target = self._portfolio(draft.to_portfolio_id)
            draft = replace(draft, to_portfolio_id=target.id)
        met = Surroundings(
            portfolio=portfolio,
            asset=self._known.find(asset_of(draft)),
            to_asset=self._known.find(target_of(draft)),
            today=self._today,
        )
        return check_draft(draft, met)

    def _portfolio(self, name: str) -> Portfolio:
        found = self._own.get(name.lower())
        if found is None:
            raise NotFoundError("portfolio", name)
        return found


def _drop_duplicates(checked: _Checked, taken: Mapping[str, set[str]]) -> None:
    """Take out the lines whose external id their portfolio, or an earlier row, has already."""
    for row, line in list(checked.lines.items()):
        if line.external_id is None:
            continue
        if line.external_id in taken[line.portfolio_id]:
            checked.duplicates.append(row)
            del checked.lines[row]
        else:
            taken[line.portfolio_id].add(line.external_id)


async def _record(session: AsyncSession, actor: Actor, checked: _Checked) -> None:
    """Keep one note a portfolio: the lines themselves say the rest."""
    by_portfolio: dict[str, list[Transaction]] = {}
    for line in checked.lines.values():
        by_portfolio.setdefault(line.portfolio_id, []).append(line)
    await audit.record(
        session,
        *(
            Change(
                user_id=actor.user_id,
                action="import",
                kind="portfolio",
                subject_id=portfolio_id,
                after={
                    "transactions": len(some),
                    "first_day": min(line.day for line in some).isoformat(),
                    "last_day": max(line.day for line in some).isoformat(),
                    "first_id": some[0].id,
                    "last_id": some[-1].id,
                },
            )
            for portfolio_id, some in by_portfolio.items()
        ),
    )
