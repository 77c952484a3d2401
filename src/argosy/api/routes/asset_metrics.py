"""What assets did: metrics by timeframe, and assets side by side."""

from typing import Annotated

from fastapi import Query, Request, Response

from argosy.api.body import exact_router
from argosy.api.dependencies import Program, Reading, Viewer
from argosy.api.responses import CHANGING, OWNED, Responses, versioned
from argosy.api.routes.assets import AssetName
from argosy.api.schemas.asset_metrics import AssetMetricsOut, ComparisonOut
from argosy.api.schemas.fields import CurrencyIn, DayIn, Problem
from argosy.core.risk.comparison import Comparison
from argosy.services import asset_metrics, assets

router = exact_router(prefix="/assets", tags=["asset metrics"])

_READING: Responses = {**OWNED, 409: CHANGING[409]}
_COMPARING: Responses = {
    **OWNED,
    200: {"model": ComparisonOut},
    409: {"model": Problem, "description": "They have no day in common, or a name is ambiguous."},
}


@router.get("/compare", responses=_COMPARING, response_class=Response)
async def compare_assets(
    request: Request,
    user: Viewer,
    session: Reading,
    argosy: Program,
    names: Annotated[
        str,
        Query(
            alias="assets",
            min_length=1,
            max_length=4000,
            description="Ids or symbols, with commas between them; up to 20.",
            examples=["AAPL,SPY"],
        ),
    ],
    start: DayIn | None = None,
    end: DayIn | None = None,
    currency: Annotated[
        CurrencyIn | None, Query(description="Convert to this one; by default each in its own.")
    ] = None,
) -> Response:
    """Put assets side by side, from zero on the first day that all of them have."""
    asked = await asset_metrics.question(
        session, user.id, names.split(","), start=start, end=end, currency=currency
    )

    def build(found: Comparison) -> bytes:
        return ComparisonOut.of(found, currency).model_dump_json().encode()

    async def answer() -> bytes:
        found = await asset_metrics.compare(session, user.id, asked, compute=argosy.compute)
        return await argosy.compute.run(build, found)

    versions = await asset_metrics.versions_of(session)
    ids = tuple(asset.id for asset in asked.assets)
    return await versioned(
        request, ("compare", user.id, ids, start, end, currency, versions), answer
    )


@router.get("/{asset_id}/metrics", responses=_READING)
async def read_metrics(
    asset_id: AssetName,
    user: Viewer,
    session: Reading,
    argosy: Program,
    risk_free: Annotated[
        float, Query(gt=-1, le=1, description="A yearly rate, as a fraction, for `sharpe_ratio`.")
    ] = 0.0,
) -> AssetMetricsOut:
    """Return what an asset did over 1D, 7D, 30D, 90D, 1Y and ALL."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    found = await asset_metrics.of_asset(
        session, user.id, asset, compute=argosy.compute, risk_free=risk_free
    )
    return AssetMetricsOut.of(asset, risk_free, found)
