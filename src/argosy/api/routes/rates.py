"""Exchange rates: one's own, and the way from one currency to another."""

from typing import Annotated

from fastapi import Depends, Query

from argosy.api.body import Rows, exact_router, large_rows
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import SIGNED_IN, Responses
from argosy.api.schemas.fields import CurrencyIn, DayIn, Problem
from argosy.api.schemas.price import PutOut
from argosy.api.schemas.rate import RateOut, RatesIn, read_rates
from argosy.runtime.clock import today
from argosy.services import batches, rates
from argosy.services.prices import check_source
from argosy.services.rates import RateDraft

router = exact_router(prefix="/exchange-rates", tags=["exchange rates"])

_FIND: Responses = {
    **SIGNED_IN,
    409: {"model": Problem, "description": "No rates connect the two by that day."},
}


@router.put("", responses=SIGNED_IN)
async def put_rates(
    user: CurrentUser,
    rows: Annotated[Rows[RatesIn, RateDraft], Depends(large_rows(RatesIn, read_rates))],
    session: Writing,
    argosy: Program,
) -> PutOut:
    """Store rates. They are one's own overrides, and reach nobody else."""
    source = check_source(rows.body.source)
    checked = await batches.undisturbed(rates.check, rows.drafts, argosy.clock)
    owner = "" if user.is_admin else user.id
    put = await rates.put(session, checked, source=source, owner=owner)
    rejected = sorted([*rows.problems, *put.rejected], key=lambda problem: problem.row)
    return PutOut.of(put.counts, rejected)


@router.get("", responses=_FIND)
async def find_rate(
    user: Viewer,
    session: Reading,
    argosy: Program,
    base: CurrencyIn,
    quote: CurrencyIn,
    on: Annotated[DayIn | None, Query(alias="date", description="By default today.")] = None,
) -> RateOut:
    """Return units of `quote` for one `base`: the last known on a day, never a later one."""
    day = on or today(argosy.clock)
    found = await rates.find(session, user.id, (base, quote), day)
    return RateOut.of((base, quote), day, found)
