"""Risk of one asset: the figures of a portfolio, by the asset's closes."""

from typing import Annotated

from fastapi import Query, Request, Response

from argosy.api.asking import End, RangeName, Start
from argosy.api.body import exact_router
from argosy.api.dependencies import Program, Reading, Viewer
from argosy.api.included import included
from argosy.api.responses import CHANGING, OWNED, Responses, versioned
from argosy.api.risk_json import asset_risk_bytes
from argosy.api.routes.assets import AssetName
from argosy.api.routes.risk import PARTS, Chosen, Included, Limits
from argosy.api.schemas.fields import CurrencyIn
from argosy.api.schemas.risk import AssetRiskOut
from argosy.core.market.market import Market
from argosy.runtime.clock import today
from argosy.services import asset_metrics, asset_risk, assets, risk
from argosy.services.session_returns import Span

router = exact_router(prefix="/assets", tags=["risk"])

_READING: Responses = {**OWNED, 200: {"model": AssetRiskOut}, 409: CHANGING[409]}


@router.get("/{asset_id}/risk", responses=_READING, response_class=Response)
async def read_asset_risk(
    request: Request,
    asset_id: AssetName,
    user: Viewer,
    session: Reading,
    argosy: Program,
    choices: Chosen,
    limits: Limits,
    span: RangeName = None,
    start: Start = None,
    end: End = None,
    currency: Annotated[
        CurrencyIn | None, Query(description="Convert to this one; by default the asset's own.")
    ] = None,
    include: Included = "",
) -> Response:
    """Return an asset's risk over a range of its closes; over all of them if none is given."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    wanted = included(include, PARTS)
    asked = Span(name=span, start=start, end=end, today=today(argosy.clock))

    def build(market: Market) -> bytes:
        found = asset_risk.found_of(market, asset, currency, asked)
        answer = risk.risk_over(found, choices, limits, include=wanted)
        return asset_risk_bytes(asset, currency or asset.currency, answer, choices)

    async def answer() -> bytes:
        market = await asset_risk.market_of(session, user.id, asset, currency=currency)
        return await argosy.compute.run(build, market)

    versions = await asset_metrics.versions_of(session)
    key = ("asset risk", user.id, asset.id, asked, currency, choices, limits, *sorted(wanted))
    return await versioned(request, (*key, versions), answer)
