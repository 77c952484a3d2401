"""Rows that a test of the store needs before it can say anything."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.transaction import PortfolioRules, Transaction, TransactionType
from argosy.core.market.asset import Asset, AssetCategory
from argosy.runtime.ids import new_id
from argosy.store import assets, portfolios
from argosy.store.tables.user import UserRow


async def add_user(session: AsyncSession, name: str = "ada") -> str:
    user_id = new_id()
    await session.execute(
        insert(UserRow).values(
            id=user_id,
            email=f"{name}@example.org",
            email_key=f"{name}@example.org".casefold(),
            username=name,
            username_key=name.casefold(),
            hashed_password="x",
        )
    )
    return user_id


async def add_portfolio(session: AsyncSession, user_id: str, name: str = "Main") -> str:
    portfolio_id = new_id()
    await portfolios.create(
        session, portfolio_id=portfolio_id, user_id=user_id, name=name, rules=PortfolioRules()
    )
    return portfolio_id


def an_asset(symbol: str, exchange: str | None = None, owner: str | None = None, **fields: Any):
    given = {
        "id": new_id(),
        "key": 0,
        "name": f"{symbol} Inc.",
        "category": AssetCategory.STOCK,
        "currency": "USD",
    }
    return Asset(symbol=symbol, exchange=exchange, owner=owner, **(given | fields))


async def add_asset(session: AsyncSession, symbol: str, *place: str | None) -> Asset:
    return await assets.create(session, an_asset(symbol, *place))


@dataclass
class Books:
    """A user with a portfolio and an asset, and a way to write lines."""

    user_id: str
    portfolio_id: str
    asset: Asset
    day: date = field(default=date(2024, 1, 2))

    def line(self, kind: TransactionType = TransactionType.BUY, **fields: Any) -> Transaction:
        given: dict[str, Any] = {
            "id": new_id(),
            "portfolio_id": self.portfolio_id,
            "type": kind,
            "day": self.day,
            "asset_id": self.asset.id,
            "quantity": Decimal(10),
            "price": Decimal("100.5"),
        }
        return Transaction(**(given | fields))


async def open_books(session: AsyncSession, name: str = "ada") -> Books:
    user_id = await add_user(session, name)
    portfolio_id = await add_portfolio(session, user_id)
    return Books(user_id, portfolio_id, await add_asset(session, f"{name}-X".upper(), "NYSE"))
