"""A real database with a workload in it."""

import numpy as np

from argosy.core.ledger.transaction import CostBasisMethod, PortfolioRules, Transaction
from argosy.core.market.asset import Asset
from argosy.core.market.bars import ABSENT, BarColumns
from argosy.runtime.ids import new_id
from argosy.store import assets, portfolios, prices, transactions
from argosy.store.database import Database
from bench.workload import Workload, assets_of, transactions_of


async def fill(
    database: Database,
    work: Workload,
    *,
    user_id: str,
    method: CostBasisMethod = CostBasisMethod.AVERAGE,
) -> str:
    """Store the workload's assets, prices and ledger; return the portfolio's id."""
    stored = await fill_market(database, work)
    return await fill_ledger(database, work, stored, user_id=user_id, method=method)


async def fill_market(database: Database, work: Workload) -> list[Asset]:
    """Store the workload's assets with their prices."""
    async with database.write() as session:
        stored = [await assets.create(session, asset) for asset in assets_of(work)]
    async with database.write() as session:
        await prices.upsert_bars(session, _bars(work, stored), source="bench")
    return stored


async def fill_ledger(
    database: Database,
    work: Workload,
    stored: list[Asset],
    *,
    user_id: str,
    name: str = "Bench",
    method: CostBasisMethod = CostBasisMethod.AVERAGE,
) -> str:
    """Store the workload's ledger as one more portfolio; return its id."""
    portfolio_id = new_id()
    async with database.write() as session:
        rules = PortfolioRules(currency="USD", method=method)
        await portfolios.create(
            session, portfolio_id=portfolio_id, user_id=user_id, name=name, rules=rules
        )
        ledger: list[Transaction] = transactions_of(work, stored, portfolio_id)
        await transactions.insert_many(session, ledger)
    return portfolio_id


def _bars(work: Workload, stored: list[Asset]) -> BarColumns:
    days, count = work.prices.shape
    first = work.first_day.toordinal()
    ordinals = np.arange(first, first + days)
    closes = work.prices.T.ravel()
    total = days * count
    absent, zeros = np.full(total, ABSENT), np.zeros(total, np.int64)
    return BarColumns(
        asset_keys=np.repeat([asset.key for asset in stored], days),
        stamps=np.tile((ordinals - 719_163) * 86_400, count),
        days=np.tile(ordinals, count),
        opens=absent,
        highs=absent,
        lows=absent,
        closes=closes,
        scales=np.full(total, 4),
        volumes=absent,
        volume_scales=zeros,
        adjusted=absent,
        adjusted_scales=zeros,
    )
