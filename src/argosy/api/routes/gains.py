"""Realized gains, lot by lot, and the same history under every cost-basis method."""

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Response

from argosy.api import gains_json as write
from argosy.api.asking import Ask, Build, End, Format, InFormat, Seen, Start, figures_route
from argosy.api.body import exact_router
from argosy.api.gains_pdf import PDF, gains_pdf
from argosy.api.responses import REPORTS
from argosy.api.schemas.gains import GainsOut, MethodsOut
from argosy.services import gains
from argosy.services.books import Ledger
from argosy.services.gains import GainsAsked

router = exact_router(prefix="/portfolios", tags=["gains"])

Year = Annotated[
    int | None, Query(ge=1900, le=9998, description="A calendar year, instead of start and end.")
]
LongTermDays = Annotated[
    int, Query(ge=0, le=36_525, description="What is held for more days than this is long-term.")
]


class ReportFormat(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    PDF = "pdf"


async def asked_for(
    start: Start = None,
    end: End = None,
    year: Year = None,
    long_term_days: LongTermDays = gains.LONG_TERM_DAYS,
) -> GainsAsked:
    """Return which gains are asked for."""
    asked = GainsAsked(start=start, end=end, year=year, long_term_days=long_term_days)
    _ = asked.span  # refuses what cannot be meant
    return asked


Which = Annotated[GainsAsked, Depends(asked_for)]


@figures_route(router, "/gains", GainsOut)
async def read_gains(
    asked: Ask, view: Seen, which: Which, form: InFormat = Format.JSON
) -> Response:
    """Return realized gains, one item a disposal, oldest first; in CSV one row a lot."""

    def build(ledger: Ledger) -> bytes:
        return write.gains_bytes(ledger, gains.gains_report(ledger, which), csv=form is Format.CSV)

    return await asked.answer(
        "gains",
        (which,),
        build,
        view=view,
        media_type=form.media_type,
        filename="gains.csv" if form is Format.CSV else None,
    )


@figures_route(router, "/reports/gains", GainsOut, files=REPORTS)
async def report_gains(
    asked: Ask,
    view: Seen,
    which: Which,
    form: Annotated[
        ReportFormat, Query(alias="format", description="json, csv, or pdf to be read and kept.")
    ] = ReportFormat.JSON,
) -> Response:
    """Return realized gains as a report: as `/gains`, or as a PDF with totals by term."""
    media_type = PDF if form is ReportFormat.PDF else Format(form.value).media_type

    def build(ledger: Ledger) -> bytes:
        found = gains.gains_report(ledger, which)
        if form is ReportFormat.PDF:
            return gains_pdf(ledger, found, made_on=asked.today)
        return write.gains_bytes(ledger, found, csv=form is ReportFormat.CSV)

    span = "all" if which.year is None else str(which.year)
    return await asked.answer(
        "reports/gains",
        (which,),
        build,
        view=view,
        media_type=media_type,
        filename=None if form is ReportFormat.JSON else f"gains-{span}.{form}",
    )


@figures_route(router, "/gains/methods", MethodsOut)
async def read_methods(
    asked: Ask, view: Seen, which: Which, form: InFormat = Format.JSON
) -> Response:
    """Return the same history under every cost-basis method; nothing is changed."""
    compute = asked.argosy.compute

    async def prepare(seen: Ledger) -> Build:
        as_of = gains.end_of(seen, which, today=asked.today)
        found = [  # one after the other: each is one replay, and others have their turn between
            await compute.run(gains.under_method, seen, one, which, as_of=as_of)
            for one in gains.methods(seen)
        ]
        return lambda ledger: write.methods_bytes(
            ledger, which, as_of, found, csv=form is Format.CSV
        )

    return await asked.answer_prepared(
        "gains/methods",
        (which,),
        prepare,
        view=view,
        media_type=form.media_type,
        filename="methods.csv" if form is Format.CSV else None,
    )
