"""What if: transactions, rules or prices other than they are, on a copy that nobody keeps.

The change is made in a transaction of the database that is taken back, by the services that would
make it in earnest: what is shown is what would be stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.marks import mark_on
from argosy.core.ledger.transaction import PortfolioRules, Transaction
from argosy.core.market.asset import Asset
from argosy.core.market.bars import Bar, pack_bars
from argosy.core.market.stated_rates import StatedRate
from argosy.core.money import ONE, UNIT, exact_context
from argosy.runtime.clock import today
from argosy.runtime.compute import ComputePool
from argosy.services import books, ledgers, portfolios, transactions
from argosy.services.batches import preview_of
from argosy.services.books import Ledger, LedgerCache
from argosy.services.ledgers import Edit, Touched
from argosy.services.naming import Mentioned, know
from argosy.services.portfolios import PortfolioDraft
from argosy.services.transactions import Actor
from argosy.store import prices, rates
from argosy.store.database import Database

LINES_MAX = 1_000
NO_CHANGE = "Name what shall be otherwise: add, change, delete, rules, prices or rates."
ONE_BY_ONE = "Only lines that are added are entered as one batch; enter the other changes singly."
NOTHING_TO_ENTER = "There are no lines to enter."


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPrice:
    """Another price of an asset in its currency, or a fraction by which its last one changes."""

    asset: Mentioned
    price: Decimal | None = None
    change: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRate:
    """Another rate of a currency in the portfolio's, or a fraction by which it changes."""

    currency: str
    rate: Decimal | None = None
    change: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """All that shall be otherwise; `rules` by the names of `PortfolioRules`."""

    add: Sequence[TransactionDraft] = ()
    change: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    delete: Sequence[str] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    prices: Sequence[OtherPrice] = ()
    rates: Sequence[OtherRate] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would be otherwise."""
        return not any((self.add, self.change, self.delete, self.rules, self.prices, self.rates))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A ledger as it is and as it would be, both to be looked at on one day.

    `preview` lets a batch of the added lines be entered as they were shown; None where there are
    none, or where more than new lines would be stored, and `reason` says which.
    """

    before: Ledger
    after: Ledger
    as_of: date
    preview: str | None
    reason: str | None


async def compare(
    database: Database,
    actor: Actor,
    portfolio_id: str,
    wanted: WhatIf,
    *,
    ledgers_kept: LedgerCache,
    compute: ComputePool,
) -> Compared:
    """Return a portfolio's ledger before and after a change that is not made."""
    _check(wanted)
    async with database.read() as session:
        known = await books.known(session, actor.user_id, portfolio_id)
        before = await books.load(session, known, cache=ledgers_kept, compute=compute)
    as_of = before.latest or today(actor.clock)
    copies = LedgerCache()
    copies.keep(known.key, before)  # so that only what is touched is replayed
    async with database.trial() as session:
        lines = await _apply(session, actor, before, wanted, as_of=as_of)
        changed = await books.known(session, actor.user_id, portfolio_id)
        after = await books.load(session, changed, cache=copies, compute=compute)
    reason = None
    if wanted.change or wanted.delete or wanted.rules:
        reason = ONE_BY_ONE
    elif not lines:
        reason = NOTHING_TO_ENTER
    return Compared(
        before=before,
        after=after,
        as_of=max(as_of, after.book.last_day or as_of),
        preview=None if reason else preview_of(known.portfolio, lines),
        reason=reason,
    )


def _check(wanted: WhatIf) -> None:
    if wanted.empty:
        raise InputError(NO_CHANGE)
    if len(wanted.add) + len(wanted.change) + len(wanted.delete) > LINES_MAX:
        raise InputError(f"At most {LINES_MAX:,} lines can be otherwise at a time.")
    both = set(wanted.change) & set(wanted.delete)
    if both or len(set(wanted.delete)) < len(wanted.delete):
        raise InputError("A line is named twice among change and delete.")


async def _apply(
    session: AsyncSession, actor: Actor, before: Ledger, wanted: WhatIf, *, as_of: date
) -> list[Transaction]:
    """Make the change; return the lines that are new."""
    portfolio = before.portfolio
    if wanted.rules:
        rules: PortfolioRules = replace(portfolio.rules, **wanted.rules)
        draft = PortfolioDraft(name=portfolio.name, description=portfolio.description, rules=rules)
        await portfolios.change(session, actor.user_id, portfolio.id, draft)
    edits = await transactions.edits_of(
        session,
        actor,
        add=[_own(draft, portfolio.id) for draft in wanted.add],
        change=wanted.change,
        remove=wanted.delete,
    )
    if edits:
        _refuse_others(edits, portfolio.id)
        touched = Touched.by(edits)
        concerned = await ledgers.write(session, edits, touched)
        await ledgers.check(session, edits, touched, concerned)
    await _put_prices(session, actor, before, wanted.prices, as_of=as_of)
    await _put_rates(session, actor, before, wanted.rates, as_of=as_of)
    return [edit.after for edit in edits if edit.before is None and edit.after is not None]


def _own(draft: TransactionDraft, portfolio_id: str) -> TransactionDraft:
    return draft if draft.portfolio_id else replace(draft, portfolio_id=portfolio_id)


def _refuse_others(edits: Sequence[Edit], portfolio_id: str) -> None:
    if any(line.portfolio_id != portfolio_id for edit in edits for line in edit.lines):
        raise InputError("A line belongs to another portfolio than the one that is looked at.")


async def _put_prices(
    session: AsyncSession,
    actor: Actor,
    before: Ledger,
    wanted: Sequence[OtherPrice],
    *,
    as_of: date,
) -> None:
    """Store other prices as the user's own of the day, which win over all others."""
    known = await know(session, actor.user_id, [one.asset for one in wanted])
    for one in wanted:
        asset = known.find(one.asset)
        if asset is None:
            raise InputError("prices: name each asset by asset_id or symbol.")
        close = one.price
        if close is None:
            close = _moved(_price(before, asset, as_of), one.change, f"prices: {asset.symbol}")
        bar = Bar(at=datetime.combine(as_of, time(), UTC), day=as_of, close=close)
        packed = pack_bars([bar], asset_key=asset.key, latest=as_of)
        if packed.rejected:
            raise InputError(f"prices: {asset.symbol}: {packed.rejected[0].reason}")
        owner = "" if asset.owner is not None else actor.user_id
        await prices.upsert_bars(session, packed.columns, source="manual", owner=owner)


def _price(ledger: Ledger, asset: Asset, day: date) -> Decimal | None:
    position = ledger.book.positions.get(asset.id)
    if position is None:
        return None
    with exact_context():
        mark = mark_on(ledger.market, position, day)
    return None if mark is None else mark.price


async def _put_rates(
    session: AsyncSession,
    actor: Actor,
    before: Ledger,
    wanted: Sequence[OtherRate],
    *,
    as_of: date,
) -> None:
    base = before.portfolio.rules.currency
    stated = []
    for one in wanted:
        if one.currency == base:
            raise InputError(f"rates: {base} is the portfolio's own currency.")
        rate = one.rate
        if rate is None:
            known = before.market.rates.find(one.currency, base, as_of)
            found = None if known is None else known.rate
            rate = _moved(found, one.change, f"rates: {one.currency}")
        if rate <= 0:
            raise InputError(f"rates: {one.currency}: a rate is above 0.")
        at = datetime.combine(as_of, time(), UTC)
        stated.append(StatedRate(one.currency, base, at, as_of, rate))
    if stated:
        await rates.upsert_rates(session, stated, source="manual", owner=actor.user_id)


def _moved(value: Decimal | None, change: Decimal | None, what: str) -> Decimal:
    if change is None:
        raise InputError(f"{what}: give a value, or a change as a fraction (-0.2 is 20 % less).")
    if value is None:
        raise InputError(f"{what}: nothing is known that could change by a fraction.")
    with exact_context():
        return (value * (ONE + change)).quantize(UNIT)
