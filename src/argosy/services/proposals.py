"""Splits and dividends that a portfolio does not book yet: proposed, booked on demand, put away."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError, NotFoundError, plain
from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.book import Book
from argosy.core.ledger.proposals import Proposal, ProposalKey, propose
from argosy.core.ledger.transaction import Transaction, TransactionType, ledger_order
from argosy.core.market.actions import AssetActions
from argosy.core.market.asset import Asset, Split
from argosy.runtime.clock import Clock, today
from argosy.runtime.compute import ComputePool
from argosy.services import actions, books, transactions
from argosy.services.books import Ledger, LedgerCache
from argosy.services.transactions import Actor, Added
from argosy.store import dismissals, portfolios
from argosy.store import transactions as rows
from argosy.store.database import Database

__all__ = ["Proposal"]

_WHAT = "proposal"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with its asset, and the line that it becomes."""

    proposal: Proposal
    asset: Asset
    draft: TransactionDraft

    @property
    def key(self) -> str:
        """What it is called; also the external id of its line, so that it is booked once."""
        return self.proposal.key.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What somebody knows better than the proposal; None stands for what it says."""

    amount: Decimal | None = None
    tax: Decimal | None = None
    on: date | None = None


class Proposals:
    """What portfolios may lack, and what becomes of it. Sessions that write are short."""

    def __init__(
        self, database: Database, ledgers: LedgerCache, compute: ComputePool, clock: Clock
    ) -> None:
        self._database = database
        self._ledgers = ledgers
        self._compute = compute
        self._clock = clock

    async def of_portfolio(
        self, session: AsyncSession, user_id: str, portfolio_id: str
    ) -> list[Proposed]:
        """Return all that a portfolio may lack, newest first; what was put away says so.

        The demo is complete as it is: nothing is proposed to it.
        """
        wanted = await books.known(session, user_id, portfolio_id)
        if wanted.portfolio.is_demo:
            return []
        ledger = await books.load(session, wanted, cache=self._ledgers, compute=self._compute)
        held = [ledger.assets[key] for key in ledger.book.positions if key]
        known = await actions.of_assets(session, user_id, [asset.key for asset in held])
        by_id = {asset.id: known[asset.key] for asset in held}
        away = await dismissals.read(session, wanted.portfolio.id)
        found = await self._compute.run(_propose, ledger, by_id, away, today(self._clock))
        return [
            Proposed(one, ledger.assets[one.key.asset_id], _draft(one, wanted.portfolio.id))
            for one in found
        ]

    async def book(self, user_id: str, portfolio_id: str, key: str, changes: Changes) -> Added:
        """Enter the line of a proposal, changed where somebody knows better; again adds nothing."""
        async with self._database.read() as session:
            portfolio = await portfolios.get(session, user_id, portfolio_id)
            same = await rows.find_external(session, portfolio.id, key)
            if same is not None and ProposalKey.read(key) is not None:
                return Added(await transactions.get(session, user_id, same.id), created=False)
            one = await self._find(session, user_id, portfolio_id, key)
        draft = _changed(one.draft, changes)
        async with self._database.write() as session:
            return await transactions.add(session, Actor(user_id, self._clock), draft)

    async def dismiss(self, user_id: str, portfolio_id: str, key: str) -> None:
        """Put a proposal away until it is brought back."""
        async with self._database.read() as session:
            one = await self._find(session, user_id, portfolio_id, key)
        async with self._database.write() as session:
            portfolio = await portfolios.get(session, user_id, portfolio_id)
            await dismissals.add(session, portfolio.id, one.key)

    async def _find(
        self, session: AsyncSession, user_id: str, portfolio_id: str, key: str
    ) -> Proposed:
        found = await self.of_portfolio(session, user_id, portfolio_id)
        one = next((one for one in found if one.key == key), None)
        if one is None:
            raise NotFoundError(_WHAT, key)
        return one


async def restore(session: AsyncSession, user_id: str, portfolio_id: str, key: str) -> None:
    """Bring back what was put away; the day of its event may have been corrected since."""
    portfolio = await portfolios.get(session, user_id, portfolio_id)
    wanted = ProposalKey.read(key)
    away = [
        text
        for text in await dismissals.read(session, portfolio.id)
        if wanted is not None and (other := ProposalKey.read(text)) and other.means(wanted)
    ]
    if not away:
        raise NotFoundError(_WHAT, key)
    await dismissals.remove(session, portfolio.id, away)


def _propose(
    ledger: Ledger, known: dict[str, AssetActions], away: set[str], until: date
) -> tuple[Proposal, ...]:
    own = [line for line in ledger.transactions if line.portfolio_id == ledger.portfolio.id]

    def again(splits: Sequence[tuple[str, Split]]) -> Book:
        more = [_split_line(ledger, asset_id, split) for asset_id, split in splits]
        lines = sorted([*ledger.transactions, *more], key=ledger_order)
        return ledger.replayed(lines, ledger.market, until=date.max)

    return propose(ledger.book, own, known, again=again, until=until, dismissed=away)


def _split_line(ledger: Ledger, asset_id: str, split: Split) -> Transaction:
    return Transaction(
        id=ProposalKey.of(asset_id, split).text,
        portfolio_id=ledger.portfolio.id,
        type=TransactionType.SPLIT,
        day=split.day,
        asset_id=asset_id,
        currency=ledger.assets[asset_id].currency,
        ratio_new=split.new,
        ratio_old=split.old,
    )


def _draft(proposal: Proposal, portfolio_id: str) -> TransactionDraft:
    event = proposal.action.event
    split = isinstance(event, Split)
    return TransactionDraft(
        type=proposal.key.type,
        timestamp=proposal.on.isoformat(),
        portfolio_id=portfolio_id,
        asset_id=proposal.key.asset_id,
        amount=proposal.amount,
        currency=None if split else proposal.key.currency,
        ratio=f"{plain(event.new)}:{plain(event.old)}" if isinstance(event, Split) else None,
        external_id=proposal.key.text,
    )


def _changed(draft: TransactionDraft, changes: Changes) -> TransactionDraft:
    if draft.type is TransactionType.SPLIT and (changes.amount or changes.tax):
        raise InputError("A split has neither amount nor tax; book cash in lieu by hand.")
    return replace(
        draft,
        amount=draft.amount if changes.amount is None else changes.amount,
        tax=draft.tax if changes.tax is None else changes.tax,
        timestamp=draft.timestamp if changes.on is None else changes.on.isoformat(),
    )
