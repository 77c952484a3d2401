"""Metrics of assets by timeframe, and assets side by side.

Stored metrics are never served stale. Each carries the version of the facts that it was computed
from; an answer takes them only while that version is the present one and the viewer sees what
everybody sees, and computes them anew otherwise. So `renew` after an ingestion is there for speed
and for those who read the table: an answer is right also where a writer forgets it, or is killed
before it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError, StorageError
from argosy.core.market.asset import Asset
from argosy.core.market.history import MarketFacts
from argosy.core.market.market import Market
from argosy.core.money import split_minor_unit
from argosy.core.returns.closes import session_closes, trades_all_week
from argosy.core.risk import comparison
from argosy.core.risk.asset_metrics import AssetMetrics, asset_metrics
from argosy.core.risk.comparison import Comparison
from argosy.runtime.compute import ComputePool
from argosy.store import asset_metrics as rows
from argosy.store import assets as asset_store
from argosy.store import prices, rates, splits, versions
from argosy.store.database import Database

log = structlog.get_logger(__name__)

COMPARED_MAX = 20
_TOGETHER = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which assets are compared, over what span, in what currency; None = each in its own."""

    assets: tuple[Asset, ...]
    start: date | None = None
    end: date | None = None
    currency: str | None = None


async def of_asset(
    session: AsyncSession,
    viewer: str | None,
    asset: Asset,
    *,
    compute: ComputePool,
    risk_free: float = 0.0,
) -> tuple[AssetMetrics, ...]:
    """Return an asset's metrics as a user sees it; none where it has no closes.

    Stored ones are over a risk-free rate of zero.
    """
    own = viewer is not None and await rows.has_own_facts(session, asset.key, viewer)
    if not own and not risk_free:
        version = await rows.read_version(session)
        kept = await rows.read(session, [asset.key], version=version)
        if asset.key in kept:
            return kept[asset.key]
    market = await market_of(session, [asset], viewer=viewer)
    return await compute.run(_measured, market, asset, risk_free)


async def renew(database: Database, asset_keys: Iterable[int]) -> None:
    """Compute the stored metrics of assets anew, away from the event loop.

    Prices are stored by then: a database that refuses this takes nothing from whoever stored them.
    """
    keys = sorted(set(asset_keys))
    try:
        for start in range(0, len(keys), _TOGETHER):
            await _renew(database, keys[start : start + _TOGETHER])
    except StorageError as error:
        log.warning("metrics_not_renewed", reason=str(error))


async def _renew(database: Database, keys: Sequence[int]) -> None:
    async with database.read() as session:  # one snapshot: the version is that of the facts
        version = await rows.read_version(session)
        assets = await asset_store.by_keys(session, keys)
        market = await market_of(session, assets, viewer=None)
    found = await asyncio.to_thread(_all_measured, market, assets)
    async with database.write() as session:
        await rows.replace(session, found, version=version)


async def question(
    session: AsyncSession,
    viewer: str | None,
    names: Sequence[str],
    *,
    start: date | None,
    end: date | None,
    currency: str | None,
) -> Question:
    """Return what is asked, each asset once, or refuse it."""
    given = [name for name in (one.strip() for one in names) if name]
    if not 1 <= len(given) <= COMPARED_MAX:
        raise InputError(f"assets: name 1 to {COMPARED_MAX} of them.")
    if start is not None and end is not None and end < start:
        raise InputError(f"The span ends on {end}, before it starts on {start}.")
    found = [await asset_store.get(session, viewer, name) for name in given]
    once = {asset.id: asset for asset in found}
    return Question(assets=tuple(once.values()), start=start, end=end, currency=currency)


async def versions_of(session: AsyncSession) -> tuple[int, ...]:
    """Return the versions of all that a comparison depends on."""
    found = await versions.read(session, (*rows.SCOPES, "rates"))
    return tuple(found.values())


async def compare(
    session: AsyncSession, viewer: str | None, asked: Question, *, compute: ComputePool
) -> Comparison:
    """Put assets side by side as a user sees them."""
    market = await market_of(session, asked.assets, viewer=viewer, currency=asked.currency)
    return await compute.run(
        comparison.compare,
        asked.assets,
        market,
        start=asked.start,
        end=asked.end,
        currency=asked.currency,
    )


async def market_of(
    session: AsyncSession,
    assets: Sequence[Asset],
    *,
    viewer: str | None,
    currency: str | None = None,
) -> Market:
    """Read prices and splits, and the rates to a currency if there is one."""
    ids = {asset.key: asset.id for asset in assets}
    histories = await prices.read_histories(session, list(ids), viewer=viewer)
    stated = await splits.read_splits(session, list(ids), viewer=viewer)
    quoted = {asset.currency for asset in assets} | ({currency} if currency else set())
    wholes = {split_minor_unit(one)[0] for one in quoted}
    needed = currency is not None and len(wholes) > 1
    facts = MarketFacts(
        histories={ids[key]: history for key, history in histories.items()},
        splits={ids[key]: some for key, some in stated.items()},
        rates=await rates.read_rates(session, wholes, viewer=viewer) if needed else (),
    )
    return Market({asset.id: asset for asset in assets}, facts)


def _measured(market: Market, asset: Asset, risk_free: float = 0.0) -> tuple[AssetMetrics, ...]:
    return asset_metrics(
        session_closes(market, asset),
        all_week=trades_all_week(asset),
        exchange=asset.exchange,
        risk_free=risk_free,
    )


def _all_measured(market: Market, assets: Sequence[Asset]) -> dict[int, tuple[AssetMetrics, ...]]:
    return {asset.key: _measured(market, asset) for asset in assets}
