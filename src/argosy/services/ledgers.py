"""Changes to ledgers: stored, replayed at once, and refused as a whole where they contradict."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ArgosyError, ConflictError, InputError, OversoldError, plain
from argosy.core.ledger.basis import takes_all
from argosy.core.ledger.book import Book, replay
from argosy.core.ledger.transaction import (
    CostBasisMethod,
    PortfolioRules,
    Transaction,
    TransactionType,
)
from argosy.core.market.asset import Asset
from argosy.core.market.history import MarketFacts
from argosy.core.market.market import Market
from argosy.core.money import ZERO, exact_context
from argosy.services.hearing import LINES
from argosy.store import assets, dirty, ledger_edits, portfolios, transactions
from argosy.store.database import announce

P = ParamSpec("P")
R = TypeVar("R")

LARGE = 2_000
"""From so many lines on a replay leaves the event loop."""

_NAMED = 100
"""Of very many changed lines so many are named to those who listen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One line before and after; None where it was, or is, not there."""

    before: Transaction | None = None
    after: Transaction | None = None

    @property
    def lines(self) -> tuple[Transaction, ...]:
        """The line before and the line after, as far as there are."""
        return tuple(line for line in (self.before, self.after) if line is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All lines that some assets' quantities depend on, with what they mean."""

    lines: list[Transaction]
    rules: Mapping[str, PortfolioRules]
    assets: Mapping[str, Asset]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What a replay refused, and at which line."""

    error: ArgosyError
    line: Transaction


@dataclass(slots=True)
class _Watched:
    """Lines that remember which of them was handed out last."""

    lines: Sequence[Transaction]
    last: Transaction | None = field(default=None)

    def __iter__(self) -> Iterator[Transaction]:
        for line in self.lines:
            self.last = line
            yield line


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What changes of lines concern, and from which day on."""

    portfolios: frozenset[str]
    assets: frozenset[str]
    from_day: date

    @classmethod
    def by(cls, edits: Sequence[Edit]) -> "Touched":
        """Return what these changes concern."""
        lines = [line for edit in edits for line in edit.lines]
        return cls(
            portfolios=frozenset(name for line in lines for name in _portfolios(line)),
            assets=frozenset(name for line in lines for name in _assets(line)),
            from_day=min(_reaches_back(line) for line in lines),
        )


async def write(session: AsyncSession, edits: Sequence[Edit], touched: Touched) -> set[str]:
    """Store changes of lines, with all marks that go with them; return the portfolios concerned.

    The portfolios are taken first: whoever changes one of them at the same time waits, and then
    sees these lines.
    """
    linked = await linked_with(session, touched.portfolios)
    await portfolios.bump_version(session, linked)
    new = [edit.after for edit in edits if edit.before is None and edit.after is not None]
    if new:
        await transactions.insert_many(session, new)
    for edit in edits:
        if edit.before is not None and edit.after is not None:
            await transactions.replace(session, edit.after)
    gone = [edit.before.id for edit in edits if edit.after is None and edit.before is not None]
    await transactions.delete(session, gone)
    places = {edit.lines[0].id: edit.before.day if edit.before else None for edit in edits}
    await ledger_edits.write(session, linked, places)
    more = await linked_with(session, touched.portfolios) - linked
    await portfolios.bump_version(session, more)
    await dirty.mark(session, dict.fromkeys(linked | more, touched.from_day))
    _tell(session, edits)
    return linked | more


def _tell(session: AsyncSession, edits: Sequence[Edit]) -> None:
    """Announce which lines were created, changed or deleted, to each portfolio they name."""
    told: dict[tuple[str, str], list[Transaction]] = {}
    for edit in edits:
        event = "changed" if edit.before and edit.after else "deleted" if edit.before else "created"
        for name in {name for line in edit.lines for name in _portfolios(line)}:
            told.setdefault((name, event), []).append(edit.lines[-1])
    for (portfolio_id, event), lines in told.items():
        said = {
            "portfolio_id": portfolio_id,
            "event": event,
            "count": len(lines),
            "transaction_ids": [line.id for line in lines[:_NAMED]],
            "from_day": min(line.day for line in lines).isoformat(),
        }
        announce(session, LINES, json.dumps(said).encode())


async def take(session: AsyncSession, touched: Touched) -> None:
    """Let whoever changes one of these portfolios at the same time wait, then see these lines."""
    await portfolios.take(session, await linked_with(session, touched.portfolios))


async def check(
    session: AsyncSession, edits: Sequence[Edit], touched: Touched, concerned: set[str]
) -> None:
    """Replay what changes touch; raise what contradicts."""
    if not touched.assets:
        return
    ledger = await read(session, concerned, touched.assets)
    written = {line.id for edit in edits for line in edit.lines}
    found = await apart(first_contradiction, ledger, written)
    if found is None:
        return
    line = found.line
    if line.id in written or not isinstance(found.error, InputError):
        raise found.error
    raise ConflictError(
        f"The stored {line.type} of {line.day.isoformat()} ({line.id}) would be impossible: "
        f"{found.error}"
    )


async def read(
    session: AsyncSession, portfolio_ids: Iterable[str], asset_ids: Iterable[str] | None
) -> Ledger:
    """Read the lines of some assets, and of all that turn into them or come out of them."""
    ids = sorted(portfolio_ids)
    wanted = None if asset_ids is None else set(asset_ids)
    while True:
        among = None if wanted is None else sorted(wanted)
        lines = await transactions.read_ledger(session, ids, asset_ids=among)
        seen = {name for line in lines for name in _assets(line)}
        if wanted is None or seen <= wanted:
            break
        wanted |= seen
    return Ledger(
        lines=lines,
        rules={key: one.rules for key, one in (await portfolios.get_many(session, ids)).items()},
        assets=await assets.get_many(session, seen),
    )


async def apart(
    function: Callable[Concatenate[Ledger, P], R],
    ledger: Ledger,
    *more: P.args,
    **options: P.kwargs,
) -> R:
    """Compute on a ledger: in a thread if it is long, so that the event loop goes on."""
    if len(ledger.lines) < LARGE:
        return function(ledger, *more, **options)
    return await asyncio.to_thread(function, ledger, *more, **options)


def books_of(ledger: Ledger) -> dict[str, Book]:
    """Replay a ledger; prices and rates are not asked for, quantities need none."""
    return replay(ledger.lines, ledger.rules, Market(ledger.assets, MarketFacts()))


def first_contradiction(ledger: Ledger, written: set[str]) -> Contradiction | None:
    """Return the first line that a replay refuses, or whose named lots do not exist."""
    watched = _Watched(ledger.lines)
    try:
        books = replay(watched, ledger.rules, Market(ledger.assets, MarketFacts()))
    except (OversoldError, InputError) as error:
        assert watched.last is not None, "a replay refuses a line"
        return Contradiction(error, watched.last)
    return _wrong_lots(ledger, books, written)


def _wrong_lots(
    ledger: Ledger, books: Mapping[str, Book], written: set[str]
) -> Contradiction | None:
    """Check the sales that name lots: those written now, and those whose lots were."""
    for line in ledger.lines:
        rules = ledger.rules[line.portfolio_id]
        if (
            line.lots
            and rules.method is CostBasisMethod.SPECIFIC
            and (line.id in written or any(pick.transaction_id in written for pick in line.lots))
        ):
            error = _lots_error(line, books[line.portfolio_id], own=line.id in written)
            if error is not None:
                return Contradiction(error, line)
    return None


def _lots_error(line: Transaction, book: Book, *, own: bool) -> ArgosyError | None:
    assert line.asset_id is not None, "a sale has an asset"
    sold: dict[str, Decimal] = {}
    with exact_context():
        for disposal in book.positions[line.asset_id].disposals():
            if disposal.transaction_id == line.id:
                for piece in disposal.pieces:
                    lot = piece.transaction_id
                    sold[lot] = sold.get(lot, ZERO) + piece.quantity
    for pick in line.lots:
        if not takes_all(pick.quantity, sold.get(pick.transaction_id, ZERO)):
            reason = (
                f"lots: {plain(pick.quantity)} of lot {pick.transaction_id} are not open on "
                f"{line.day.isoformat()}."
            )
            if own:
                return InputError(reason)
            return ConflictError(f"The sale {line.id} names a lot that would change. {reason}")
    return None


async def linked_with(session: AsyncSession, portfolio_ids: Iterable[str]) -> set[str]:
    """Return portfolios and all that transfers connect with them."""
    linked: set[str] = set()
    for portfolio_id in sorted(portfolio_ids):
        if portfolio_id not in linked:
            linked |= await transactions.linked_portfolios(session, portfolio_id)
    return linked


def _reaches_back(line: Transaction) -> date:
    """Return the first day whose figures a line can change: its own, unless it books a split."""
    if line.type is not TransactionType.SPLIT:
        return line.day
    return date.fromordinal(max(line.day.toordinal() - dirty.SPLIT_REACH.days, 1))


def _portfolios(line: Transaction) -> tuple[str, ...]:
    return tuple(name for name in (line.portfolio_id, line.to_portfolio_id) if name is not None)


def _assets(line: Transaction) -> tuple[str, ...]:
    return tuple(name for name in (line.asset_id, line.to_asset_id) if name is not None)
