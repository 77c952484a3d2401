"""What companies did to an asset's shares, from all sources that say something of it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.actions import AssetActions, join_actions
from argosy.core.market.asset import Asset
from argosy.store import dividends, splits

__all__ = ["AssetActions"]


async def of_asset(session: AsyncSession, user_id: str | None, asset: Asset) -> AssetActions:
    """Return an asset's splits and dividends as a user sees them."""
    return (await of_assets(session, user_id, [asset.key]))[asset.key]


async def of_assets(
    session: AsyncSession, user_id: str | None, asset_keys: Sequence[int]
) -> dict[int, AssetActions]:
    """Return the splits and dividends of each asset as a user sees them."""
    split = await splits.read_stated(session, asset_keys, viewer=user_id)
    paid = await dividends.read_stated(session, asset_keys, viewer=user_id)
    return {
        key: AssetActions(join_actions(split.get(key, ())), join_actions(paid.get(key, ())))
        for key in asset_keys
    }
