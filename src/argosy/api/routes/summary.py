"""All portfolios of the signed-in user together."""

from typing import Annotated

from fastapi import Query, Request, Response

from argosy.api import summary_json as write
from argosy.api.asking import Format, InFormat
from argosy.api.body import exact_router
from argosy.api.csv_rows import csv_rows
from argosy.api.dependencies import Program, Reading, Viewer
from argosy.api.performance_json import dumped
from argosy.api.responses import FILES, SIGNED_IN, versioned
from argosy.api.schemas.summary import SummaryOut
from argosy.runtime.clock import today
from argosy.services import households
from argosy.services.books import Ledger

router = exact_router(prefix="/users/me", tags=["figures"])


@router.get(
    "/summary",
    responses={**SIGNED_IN, 200: {"model": SummaryOut, **FILES}},
    response_class=Response,
)
async def read_summary(
    request: Request,
    argosy: Program,
    user: Viewer,
    session: Reading,
    currency: Annotated[
        str | None,
        Query(
            max_length=40,
            description="A currency, or an asset's symbol; by default the oldest portfolio's.",
            examples=["EUR"],
        ),
    ] = None,
    span: Annotated[
        str, Query(alias="range", max_length=20, description="1D, 1M, YTD, 1Y, ALL …")
    ] = "ALL",
    form: InFormat = Format.JSON,
) -> Response:
    """Return what all portfolios are worth, gained and returned together, and each one's part."""
    members = await households.known_of(session, user.id)
    unit = (currency or "").strip() or households.currency_of(members)
    own = [one.portfolio.rules.currency for one in members]
    day = today(argosy.clock)

    async def build() -> bytes:
        ledgers = await households.load(
            session, members, unit, cache=argosy.ledgers, compute=argosy.compute
        )
        return await argosy.compute.run(written, ledgers)

    def written(ledgers: list[Ledger]) -> bytes:
        found = households.summary(ledgers, own, unit, span=span, today=day)
        values = write.summary_values(found)
        if form is Format.JSON:
            return dumped(values)
        return csv_rows(write.COLUMNS, [*values["portfolios"], {"name": "All", **values}])

    key = ("summary", user.id, *(one.key for one in members), unit, span, day, form)
    return await versioned(request, key, build, media_type=form.media_type)
