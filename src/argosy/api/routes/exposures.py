"""What an asset is made of: its weights by country, sector and currency."""

from typing import Annotated

from fastapi import Form, Query, UploadFile

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED, Responses
from argosy.api.routes.assets import AssetName
from argosy.api.routes.prices import Writes
from argosy.api.schemas.allocation import ExposureOut, ExposuresIn
from argosy.api.schemas.fields import DayIn
from argosy.services import assets, exposures
from argosy.services.exposures import Dimension

router = exact_router(prefix="/assets/{asset_id}/exposures", tags=["allocation"])
_READING: Responses = {**OWNED, 409: CHANGING[409]}


@router.get("", responses=_READING)
async def list_exposures(asset_id: AssetName, user: Viewer, session: Reading) -> list[ExposureOut]:
    """Return what is stored of an asset as one sees it, by dimension and day; own ones win."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    return [ExposureOut.of(one) for one in await exposures.of_asset(session, user.id, asset)]


@router.put("", responses=CHANGING)
async def put_exposures(
    asset_id: AssetName,
    body: ExposuresIn,
    user: CurrentUser,
    speaker: Writes,
    session: Writing,
    argosy: Program,
) -> list[ExposureOut]:
    """State what an asset is made of. On a shared asset it is one's own word alone."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    seen = await exposures.put(session, speaker, asset, body.draft(), clock=argosy.clock)
    return [ExposureOut.of(one) for one in seen]


@router.post("/import", status_code=201, responses=CHANGING)
async def import_exposures(
    asset_id: AssetName,
    user: CurrentUser,
    speaker: Writes,
    argosy: Program,
    file: UploadFile,
    source: Annotated[str, Form(max_length=50)] = "csvfile",
    date: Annotated[
        DayIn | None, Form(description="From when on it holds; today if left out.")
    ] = None,
) -> list[ExposureOut]:
    """State what an asset is made of by its issuer's CSV file: a row a constituent or a unit."""
    draft = await exposures.read_file(await file.read(), name=source, day=date)
    async with argosy.database.write() as session:
        asset = (await assets.get(session, user.id, asset_id)).asset
        seen = await exposures.put(session, speaker, asset, draft, clock=argosy.clock)
        return [ExposureOut.of(one) for one in seen]


@router.delete("", status_code=204, responses=_READING)
async def delete_exposures(
    asset_id: AssetName,
    user: CurrentUser,
    speaker: Writes,
    session: Writing,
    dimension: Dimension | None = None,
    date: Annotated[DayIn | None, Query(description="Of this day alone.")] = None,
) -> None:
    """Take back what one stated: of one dimension, one day, or all; others' word stays."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    await exposures.remove(session, speaker, asset, dimension=dimension, day=date)
