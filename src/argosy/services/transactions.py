"""Lines of a ledger: entered, read, changed and taken back, one at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import DuplicateError, InputError, plain
from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.core.market.asset import Asset
from argosy.runtime.clock import Clock, today
from argosy.services import ledgers
from argosy.services.drafts import Surroundings, check_draft
from argosy.services.ledgers import Edit, Touched
from argosy.services.naming import asset_of, know, target_of
from argosy.store import assets, audit, portfolios, transactions
from argosy.store.audit import Change
from argosy.store.paging import Page
from argosy.store.transactions import Wanted

__all__ = ["Page", "Wanted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A stored line with what its ids stand for."""

    line: Transaction
    asset: Asset | None
    to_asset: Asset | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Added:
    """A line that was entered; `created` is false where its external id was there already."""

    entry: Entry
    created: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and what time it is."""

    user_id: str
    clock: Clock


async def add(session: AsyncSession, actor: Actor, draft: TransactionDraft) -> Added:
    """Enter a line; one whose external id its portfolio has already adds nothing."""
    line = await _checked(session, actor, draft)
    if line.external_id is not None:
        await ledgers.take(session, Touched.by([Edit(after=line)]))
        same = await transactions.find_external(session, line.portfolio_id, line.external_id)
        if same is not None:
            return Added(await _entry(session, same), created=False)
    await _store(session, actor, Edit(after=line))
    return Added(await _entry(session, line), created=True)


async def get(session: AsyncSession, user_id: str, transaction_id: str) -> Entry:
    """Return one line of a user's own portfolios."""
    return await _entry(session, await transactions.get(session, user_id, transaction_id))


async def page(
    session: AsyncSession, user_id: str, wanted: Wanted, *, limit: int, cursor: str | None
) -> Page[Entry]:
    """Return a user's lines, newest first."""
    if wanted.portfolio_id is not None:
        found = await portfolios.get(session, user_id, wanted.portfolio_id)
        wanted = replace(wanted, portfolio_id=found.id)
    found_page = await transactions.page(session, user_id, wanted, limit=limit, cursor=cursor)
    return Page(await _entries(session, found_page.items), found_page.next_cursor)


async def change(
    session: AsyncSession, actor: Actor, transaction_id: str, draft: TransactionDraft
) -> Entry:
    """Put another line in the place of one; everything is checked anew."""
    old = await transactions.get(session, actor.user_id, transaction_id)
    draft = draft if draft.portfolio_id else replace(draft, portfolio_id=old.portfolio_id)
    new = await _checked_anew(session, actor, draft, old)
    await _refuse_taken_external_id(session, new, old)
    if new != old:
        await _store(session, actor, Edit(before=old, after=new))
    return await _entry(session, new)


async def patch(
    session: AsyncSession, actor: Actor, transaction_id: str, changes: Mapping[str, Any]
) -> Entry:
    """Change some fields of a line; what they make untrue is left out unless it is named too."""
    old = await transactions.get(session, actor.user_id, transaction_id)
    draft = replace(draft_of(old), **_implied(changes), **changes)
    return await change(session, actor, transaction_id, draft)


async def edits_of(
    session: AsyncSession,
    actor: Actor,
    *,
    add: Sequence[TransactionDraft] = (),
    change: Mapping[str, Mapping[str, Any]],
    remove: Iterable[str] = (),
) -> list[Edit]:
    """Return what lines entered, changed and taken back together would be; nothing is stored."""
    edits = [Edit(after=await _checked(session, actor, draft)) for draft in add]
    for transaction_id, changes in change.items():
        old = await transactions.get(session, actor.user_id, transaction_id)
        draft = replace(draft_of(old), **_implied(changes), **changes)
        edits.append(Edit(before=old, after=await _checked_anew(session, actor, draft, old)))
    for transaction_id in remove:
        old = await transactions.get(session, actor.user_id, transaction_id)
        edits.append(Edit(before=old))
    return edits


async def remove(session: AsyncSession, actor: Actor, transaction_id: str) -> None:
    """Take a line back, unless later ones need it."""
    old = await transactions.get(session, actor.user_id, transaction_id)
    await _store(session, actor, Edit(before=old))


def draft_of(line: Transaction) -> TransactionDraft:
    """Return a stored line as somebody would have to say it."""
    ratio = None
    if line.ratio_new is not None and line.ratio_old is not None:
        ratio = f"{plain(line.ratio_new)}:{plain(line.ratio_old)}"
    return TransactionDraft(
        type=line.type,
        timestamp=timestamp_of(line),
        portfolio_id=line.portfolio_id,
        asset_id=line.asset_id,
        quantity=line.quantity,
        price=line.price,
        amount=line.amount,
        fee=line.fee,
        tax=line.tax,
        currency=line.currency,
        fx_rate=line.fx_rate,
        ratio=ratio,
        note=line.note,
        external_id=line.external_id,
        lots=line.lots,
        to_asset_id=line.to_asset_id,
        to_portfolio_id=line.to_portfolio_id,
        cost_share=line.cost_share,
        cost=line.cost,
    )


def timestamp_of(line: Transaction) -> str:
    """Return when it happened: the date, or the instant in UTC where one is known."""
    if line.at is None:
        return line.day.isoformat()
    return line.at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def written(line: Transaction) -> dict[str, Any]:
    """Return a line as JSON for the audit, without what it does not have."""
    found: dict[str, Any] = {}
    for name, value in zip(line._fields, line, strict=True):
        if value is None or value == () or name == "entry":
            continue
        if isinstance(value, Decimal):
            found[name] = plain(value)
        elif isinstance(value, date):
            found[name] = value.isoformat()
        elif name == "lots":
            found[name] = [[pick.transaction_id, plain(pick.quantity)] for pick in line.lots]
        else:
            found[name] = str(value)
    return found


def _implied(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that another field's new value makes untrue."""
    twins = (
        ("price", "amount"),
        ("amount", "price"),
        ("symbol", "asset_id"),
        ("exchange", "asset_id"),
        ("to_symbol", "to_asset_id"),
        ("currency", "fx_rate"),
    )
    return {
        twin: None for name, twin in twins if changes.get(name) is not None and twin not in changes
    }


async def _checked(
    session: AsyncSession,
    actor: Actor,
    draft: TransactionDraft,
    *,
    old: Transaction | None = None,
) -> Transaction:
    if not draft.portfolio_id:
        raise InputError("portfolio_id is missing.")
    known = await know(session, actor.user_id, [asset_of(draft), target_of(draft)])
    own = await portfolios.get(session, actor.user_id, draft.portfolio_id)
    met = Surroundings(
        portfolio=own,
        asset=known.find(asset_of(draft)),
        to_asset=known.find(target_of(draft)),
        today=today(actor.clock),
        lots_named=old is None or old.type is not TransactionType.SELL or bool(old.lots),
    )
    # A transfer may go on naming a portfolio that was put away since.
    if draft.to_portfolio_id and (old is None or draft.to_portfolio_id != old.to_portfolio_id):
        target = await portfolios.get(session, actor.user_id, draft.to_portfolio_id)
        draft = replace(draft, to_portfolio_id=target.id)
    line = check_draft(draft, met, transaction_id=old.id if old else None)
    return line if old is None else line._replace(entry=old.entry)


async def _checked_anew(
    session: AsyncSession, actor: Actor, draft: TransactionDraft, old: Transaction
) -> Transaction:
    """Check a line again; a rate that stays was given for the currency the portfolio had then."""
    if draft.fx_rate is None or draft.fx_rate != old.fx_rate:
        return await _checked(session, actor, draft, old=old)
    new = await _checked(session, actor, replace(draft, fx_rate=None), old=old)
    if (new.currency, new.portfolio_id) != (old.currency, old.portfolio_id):
        return await _checked(session, actor, draft, old=old)
    return new._replace(fx_rate=old.fx_rate, fx_quote=old.fx_quote)


async def _refuse_taken_external_id(
    session: AsyncSession, new: Transaction, old: Transaction
) -> None:
    mine = (new.portfolio_id, new.external_id)
    if new.external_id is None or mine == (old.portfolio_id, old.external_id):
        return
    same = await transactions.find_external(session, new.portfolio_id, new.external_id)
    if same is not None:
        raise DuplicateError(f"The external_id {new.external_id} is that of {same.id}.")


async def _store(session: AsyncSession, actor: Actor, edit: Edit) -> None:
    touched = Touched.by([edit])
    concerned = await ledgers.write(session, [edit], touched)
    await ledgers.check(session, [edit], touched, concerned)
    action = "change" if edit.before and edit.after else "delete" if edit.before else "create"
    await audit.record(
        session,
        Change(
            user_id=actor.user_id,
            action=action,
            kind="transaction",
            subject_id=edit.lines[0].id,
            before=written(edit.before) if edit.before else None,
            after=written(edit.after) if edit.after else None,
        ),
    )


async def _entry(session: AsyncSession, line: Transaction) -> Entry:
    return (await _entries(session, [line]))[0]


async def _entries(session: AsyncSession, lines: Sequence[Transaction]) -> list[Entry]:
    ids = {name for line in lines for name in (line.asset_id, line.to_asset_id) if name}
    named = await assets.get_many(session, ids)
    stamps = await transactions.stamps(session, [line.id for line in lines])
    return [
        Entry(
            line=line,
            asset=named.get(line.asset_id or ""),
            to_asset=named.get(line.to_asset_id or ""),
            created_at=stamps[line.id][0],
            updated_at=stamps[line.id][1],
        )
        for line in lines
    ]
