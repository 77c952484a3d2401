"""Portfolios: each belongs to one user and exists for nobody else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.core.ledger.transaction import CostBasisMethod, DividendPolicy, PortfolioRules
from argosy.store.database import dialect_of, fetch_all, marks
from argosy.store.tables.portfolio import PortfolioRow
from argosy.store.types import read_id, read_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """A portfolio and its settings; `version` rises with every change of ledger or settings."""

    id: str
    user_id: str
    name: str
    description: str | None
    rules: PortfolioRules
    is_demo: bool
    version: int
    created_at: datetime
    updated_at: datetime


_COLUMNS = (
    "id", "user_id", "name", "description", "currency", "cost_basis_method", "fees_in_cost",
    "dividend_policy", "track_cash", "allow_short", "is_demo", "version", "created_at",
    "updated_at",
)  # fmt: skip
_DEMO_LOCK = 7_303
_SELECTED = ", ".join(
    f"CAST(p.{name} AS VARCHAR(36))" if name.endswith("id") else f"p.{name}" for name in _COLUMNS
)


async def create(
    session: AsyncSession,
    *,
    portfolio_id: str,
    user_id: str,
    name: str,
    description: str | None = None,
    rules: PortfolioRules,
) -> Portfolio:
    """Store a new portfolio."""
    await session.execute(
        insert(PortfolioRow).values(
            id=portfolio_id,
            user_id=user_id,
            name=name,
            description=description,
            **settings_of(rules),
        )
    )
    return await get(session, user_id, portfolio_id)


async def of_user(session: AsyncSession, user_id: str) -> list[Portfolio]:
    """Return a user's portfolios, oldest first."""
    where = "p.user_id = ? AND p.deleted_at IS NULL ORDER BY p.id"
    return [_portfolio(row) for row in await _select(session, where, [user_id])]


async def demo_of(session: AsyncSession, user_id: str) -> Portfolio | None:
    """Return a user's demo portfolio, if there is one."""
    return next((one for one in await of_user(session, user_id) if one.is_demo), None)


async def mark_demo(session: AsyncSession, user_id: str, portfolio_id: str) -> None:
    """Say that a portfolio is its user's demo."""
    await _update(session, user_id, portfolio_id, {"is_demo": True})


async def hold_demos(session: AsyncSession) -> None:
    """Let whoever else makes a demo wait from here to the commit, so that nobody gets two.

    SQLite has one writer at a time anyway.
    """
    if dialect_of(session) == "postgresql":
        await fetch_all(session, "SELECT pg_advisory_xact_lock(?)", (_DEMO_LOCK,))


async def get(session: AsyncSession, user_id: str, portfolio_id: str) -> Portfolio:
    """Return a user's portfolio; anybody else's does not exist."""
    return (await portfolio_and_versions(session, user_id, portfolio_id))[0]


async def get_many(session: AsyncSession, portfolio_ids: Iterable[str]) -> dict[str, Portfolio]:
    """Return portfolios by id, deleted ones too: for ledgers linked to one that was checked."""
    ids = sorted(set(portfolio_ids))
    if not ids:
        return {}
    rows = await _select(session, f"p.id IN ({marks(ids)})", ids)
    return {row[0]: _portfolio(row) for row in rows}


async def change(
    session: AsyncSession,
    user_id: str,
    portfolio_id: str,
    *,
    name: str,
    description: str | None,
    rules: PortfolioRules,
) -> Portfolio:
    """Store other settings; the version rises."""
    await _update(
        session,
        user_id,
        portfolio_id,
        {
            "name": name,
            "description": description,
            "version": PortfolioRow.version + 1,
            **settings_of(rules),
        },
    )
    return await get(session, user_id, portfolio_id)


async def delete(session: AsyncSession, user_id: str, portfolio_id: str, *, at: datetime) -> None:
    """Let a portfolio vanish from all views; its ledger stays in the database."""
    changes = {"deleted_at": at, "version": PortfolioRow.version + 1}
    await _update(session, user_id, portfolio_id, changes)


async def take(session: AsyncSession, portfolio_ids: Iterable[str]) -> None:
    """Let other writers of these ledgers wait from here to the commit.

    SQLite has one writer at a time anyway.
    """
    ids = sorted(set(portfolio_ids))
    if ids and dialect_of(session) == "postgresql":  # one order: nobody waits in a circle
        among = f"WHERE id IN ({marks(ids)})"
        await fetch_all(session, f"SELECT 1 FROM portfolios {among} ORDER BY id FOR UPDATE", ids)


async def bump_version(session: AsyncSession, portfolio_ids: Iterable[str]) -> None:
    """Take these ledgers, and say that they change with this transaction.

    Call it before reading what the change is checked against.
    """
    ids = sorted(set(portfolio_ids))
    if not ids:
        return
    await take(session, ids)
    among = f"WHERE id IN ({marks(ids)})"
    await fetch_all(session, f"UPDATE portfolios SET version = version + 1 {among}", ids)


async def version(session: AsyncSession, user_id: str, portfolio_id: str) -> int:
    """Return the version of a user's portfolio."""
    return (await portfolio_and_versions(session, user_id, portfolio_id))[0].version


async def portfolio_and_versions(
    session: AsyncSession, user_id: str, portfolio_id: str, scopes: Sequence[str] = ()
) -> tuple[Portfolio, dict[str, int]]:
    """Return a portfolio and the versions of some scopes with one question to the database."""
    among = f"v.scope IN ({marks(scopes)})" if scopes else "1 = 0"
    rows = await fetch_all(
        session,
        f"SELECT {_SELECTED}, v.scope, v.version FROM portfolios p LEFT JOIN versions v "
        f"ON {among} WHERE p.id = ? AND p.user_id = ? AND p.deleted_at IS NULL",
        [*scopes, _known_id(portfolio_id), user_id],
    )
    if not rows:
        raise NotFoundError("portfolio", portfolio_id)
    versions = dict.fromkeys(scopes, 0)
    versions |= {row[-2]: row[-1] for row in rows if row[-2] is not None}
    return _portfolio(rows[0]), versions


def _known_id(portfolio_id: str) -> str:
    canonical = read_id(portfolio_id)
    if canonical is None:
        raise NotFoundError("portfolio", portfolio_id)
    return canonical


async def _select(
    session: AsyncSession, where: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    return await fetch_all(
        session, f"SELECT {_SELECTED} FROM portfolios p WHERE {where}", parameters
    )


async def _update(
    session: AsyncSession, user_id: str, portfolio_id: str, changes: dict[str, Any]
) -> None:
    mine = (
        PortfolioRow.id == _known_id(portfolio_id),
        PortfolioRow.user_id == user_id,
        PortfolioRow.deleted_at.is_(None),
    )
    done = await session.execute(
        update(PortfolioRow).where(*mine).values(**changes).returning(PortfolioRow.id)
    )
    if done.first() is None:
        raise NotFoundError("portfolio", portfolio_id)


def settings_of(rules: PortfolioRules) -> dict[str, str | bool]:
    """Return rules by the names of their columns, as plain values."""
    return {
        "currency": rules.currency,
        "cost_basis_method": rules.method.value,
        "fees_in_cost": rules.fees_in_cost,
        "dividend_policy": rules.dividend_policy.value,
        "track_cash": rules.track_cash,
        "allow_short": rules.allow_short,
    }


def _portfolio(row: tuple[Any, ...]) -> Portfolio:
    (
        id_, user_id, name, description, currency, method, fees_in_cost,
        policy, track_cash, allow_short, is_demo, version_, created_at, updated_at, *_,
    ) = row  # fmt: skip
    return Portfolio(
        id=id_,
        user_id=user_id,
        name=name,
        description=description,
        rules=PortfolioRules(
            currency=currency,
            method=CostBasisMethod(method),
            fees_in_cost=bool(fees_in_cost),
            dividend_policy=DividendPolicy(policy),
            track_cash=bool(track_cash),
            allow_short=bool(allow_short),
        ),
        is_demo=bool(is_demo),
        version=version_,
        created_at=read_instant(created_at),
        updated_at=read_instant(updated_at),
    )
