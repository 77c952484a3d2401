"""Where a portfolio's value lies, what its parts shall weigh, and how far they drifted."""

from typing import Annotated

from fastapi import Query, Response

from argosy.api import allocation_json as write
from argosy.api.asking import Ask, AsOf, Build, Format, InFormat, Seen, figures_route
from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED
from argosy.api.schemas.allocation import (
    AllocationOut,
    DriftReportOut,
    TargetOut,
    TargetsIn,
    TargetsOut,
)
from argosy.core.errors import InputError
from argosy.services import composition, targets
from argosy.services.books import Ledger

router = exact_router(prefix="/portfolios", tags=["allocation"])

By = Annotated[
    str,
    Query(
        max_length=200,
        description="holding, category, currency, country, sector, tag (or tag:strategy), "
        "portfolio_cash; with commas one inside the other.",
        examples=["category,sector"],
    ),
]


@figures_route(router, "/allocation", AllocationOut)
async def read_allocation(
    asked: Ask,
    view: Seen,
    by: By = "holding",
    as_of: AsOf = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return where a portfolio's value lies: slices that add up to it, what is unknown too."""
    axes = composition.parse_axes(by)
    day = as_of or asked.today

    async def prepare(seen: Ledger) -> Build:
        weights = await composition.of_ledger(asked.session, seen, axes, day)

        def build(ledger: Ledger) -> bytes:
            end, found = composition.allocation_on(ledger, as_of, axes, weights, today=asked.today)
            return write.allocation_bytes(ledger, end, found, csv=form is Format.CSV)

        return build

    return await asked.answer_prepared(
        "allocation",
        (axes, as_of, await composition.version(asked.session)),
        prepare,
        view=view,
        media_type=form.media_type,
        filename="allocation.csv" if form is Format.CSV else None,
    )


@figures_route(router, "/drift", DriftReportOut)
async def read_drift(
    asked: Ask, view: Seen, as_of: AsOf = None, form: InFormat = Format.JSON
) -> Response:
    """Return how far a portfolio is from its targets, and what to trade to be there."""
    day = as_of or asked.today

    async def prepare(seen: Ledger) -> Build:
        aims, called = await targets.of_portfolio(asked.session, asked.user.id, asked.portfolio_id)
        axes = list(dict.fromkeys(aim.axis for aim in aims))
        weights = await composition.of_ledger(asked.session, seen, axes, day)

        def build(ledger: Ledger) -> bytes:
            found = targets.drift_on(
                ledger, as_of, today=asked.today, aims=aims, known=(weights, called)
            )
            return write.drift_bytes(ledger, found, csv=form is Format.CSV)

        return build

    return await asked.answer_prepared(
        "drift",
        (as_of, await targets.version(asked.session)),
        prepare,
        view=view,
        media_type=form.media_type,
        filename="drift.csv" if form is Format.CSV else None,
    )


@router.get("/{portfolio_id}/targets", responses=OWNED)
async def list_targets(portfolio_id: str, user: Viewer, session: Reading) -> TargetsOut:
    """Return what the parts of a portfolio shall weigh, in the order they were given."""
    found, names = await targets.of_portfolio(session, user.id, portfolio_id)
    return TargetsOut(targets=[TargetOut.of(one, names) for one in found])


@router.put("/{portfolio_id}/targets", responses=CHANGING)
async def put_targets(
    portfolio_id: str, body: TargetsIn, user: CurrentUser, session: Writing
) -> TargetsOut:
    """Let these be all targets of a portfolio; an empty list takes them all away."""
    if (body.targets is None) == (body.preset is None):
        raise InputError("Give either targets or a preset.")
    drafts = targets.preset(body.preset) if body.preset is not None else ()
    drafts = (*drafts, *(one.draft() for one in body.targets or ()))
    await targets.put(session, user.id, portfolio_id, drafts)
    found, names = await targets.of_portfolio(session, user.id, portfolio_id)
    return TargetsOut(targets=[TargetOut.of(one, names) for one in found])
