"""What companies did to an asset's shares."""

from argosy.api.body import exact_router
from argosy.api.dependencies import Reading, Viewer
from argosy.api.responses import CHANGING, OWNED, Responses
from argosy.api.routes.assets import AssetName
from argosy.api.schemas.action import ActionOut
from argosy.services import actions, assets

router = exact_router(prefix="/assets/{asset_id}/actions", tags=["assets"])

_READING: Responses = {**OWNED, 409: CHANGING[409]}


@router.get("", responses=_READING)
async def list_actions(asset_id: AssetName, user: Viewer, session: Reading) -> list[ActionOut]:
    """Return an asset's splits and dividends, oldest first: one entry an event, with its sources.

    They are facts about the asset: a portfolio has what is booked.
    """
    asset = (await assets.get(session, user.id, asset_id)).asset
    return ActionOut.of_asset(await actions.of_asset(session, user.id, asset))
