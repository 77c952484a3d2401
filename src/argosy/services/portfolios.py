"""Portfolios: made, listed, given other settings, and put away."""

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.ledger.transaction import PortfolioRules
from argosy.core.money import parse_currency, split_minor_unit
from argosy.runtime.clock import Clock
from argosy.runtime.ids import new_id
from argosy.services import ledgers
from argosy.store import audit, dirty
from argosy.store import portfolios as rows
from argosy.store.audit import Change
from argosy.store.portfolios import Portfolio

__all__ = ["Portfolio"]

NAME_MAX = 100
DESCRIPTION_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioDraft:
    """What somebody says of a portfolio."""

    name: str
    description: str | None = None
    rules: PortfolioRules = field(default_factory=PortfolioRules)


def check_name(text: str, *, of: str = "portfolio") -> str:
    """Return a name in one form, or refuse it; `of` says what is named."""
    name = unicodedata.normalize("NFC", text.strip())
    if not 1 <= len(name) <= NAME_MAX:
        raise InputError(f"A {of}'s name has 1 to {NAME_MAX} characters.")
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise InputError(f"A {of}'s name has no control characters.")
    return name


def check_draft(draft: PortfolioDraft) -> PortfolioDraft:
    """Return a draft whose every field may be stored, or refuse it."""
    description = draft.description.strip() if draft.description else ""
    if len(description) > DESCRIPTION_MAX:
        raise InputError(f"description has more than {DESCRIPTION_MAX} characters.")
    if "\x00" in description:
        raise InputError("description holds a NUL character.")
    currency = parse_currency(draft.rules.currency)
    whole, units = split_minor_unit(currency)
    if units != 1:
        raise InputError(f"currency: {currency} is a part of {whole}; a portfolio is in {whole}.")
    return PortfolioDraft(
        name=check_name(draft.name),
        description=description or None,
        rules=replace(draft.rules, currency=currency),
    )


async def create(session: AsyncSession, user_id: str, draft: PortfolioDraft) -> Portfolio:
    """Make a portfolio."""
    draft = check_draft(draft)
    made = await rows.create(
        session,
        portfolio_id=new_id(),
        user_id=user_id,
        name=draft.name,
        description=draft.description,
        rules=draft.rules,
    )
    await _record(session, user_id, "create", after=made)
    return made


async def of_user(session: AsyncSession, user_id: str) -> list[Portfolio]:
    """Return a user's portfolios, oldest first."""
    return await rows.of_user(session, user_id)


async def get(session: AsyncSession, user_id: str, portfolio_id: str) -> Portfolio:
    """Return one of a user's portfolios."""
    return await rows.get(session, user_id, portfolio_id)


async def change(
    session: AsyncSession, user_id: str, portfolio_id: str, draft: PortfolioDraft
) -> Portfolio:
    """Give a portfolio other settings; its ledger is replayed under them, and stays as it is."""
    old = await rows.get(session, user_id, portfolio_id)
    draft = check_draft(draft)
    changed = await rows.change(
        session,
        user_id,
        old.id,
        name=draft.name,
        description=draft.description,
        rules=draft.rules,
    )
    if draft.rules != old.rules:
        await _replay_anew(session, old.id)
    await _record(session, user_id, "change", before=old, after=changed)
    return changed


async def delete(session: AsyncSession, user_id: str, portfolio_id: str, clock: Clock) -> None:
    """Put a portfolio away; its ledger stays, for the portfolios that lots went to."""
    old = await rows.get(session, user_id, portfolio_id)
    linked = await ledgers.linked_with(session, [old.id])
    await rows.delete(session, user_id, old.id, at=clock.now())
    await rows.bump_version(session, linked - {old.id})
    await dirty.mark(session, {old.id: date.min})
    await _record(session, user_id, "delete", before=old)


async def _replay_anew(session: AsyncSession, portfolio_id: str) -> None:
    linked = await ledgers.linked_with(session, [portfolio_id])
    await rows.bump_version(session, linked - {portfolio_id})
    ledger = await ledgers.read(session, linked, None)
    if ledger.lines:
        found = await ledgers.apart(ledgers.first_contradiction, ledger, set())
        if found is not None:
            raise found.error
    await dirty.mark(session, dict.fromkeys(linked, dirty.ALWAYS))


async def _record(
    session: AsyncSession,
    user_id: str,
    action: str,
    *,
    before: Portfolio | None = None,
    after: Portfolio | None = None,
) -> None:
    subject = after or before
    assert subject is not None, "a change has a subject"
    await audit.record(
        session,
        Change(
            user_id=user_id,
            action=action,
            kind="portfolio",
            subject_id=subject.id,
            before=_written(before),
            after=_written(after),
        ),
    )


def _written(portfolio: Portfolio | None) -> dict[str, str | bool | None] | None:
    if portfolio is None:
        return None
    names = {"name": portfolio.name, "description": portfolio.description}
    return {**names, **rows.settings_of(portfolio.rules)}
