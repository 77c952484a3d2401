"""What a portfolio was worth at the end of each day, kept day by day."""

from typing import Annotated

import structlog
from fastapi import Query, Response
from starlette.background import BackgroundTask

from argosy.api.asking import Ask, End, Format, InFormat, Start, figures_route
from argosy.api.body import exact_router
from argosy.api.csv_rows import csv_rows
from argosy.api.responses import versioned
from argosy.api.schemas.snapshot import SnapshotsOut
from argosy.core.errors import StorageError
from argosy.core.money import plain
from argosy.services import books, snapshots
from argosy.services.snapshots import Found, Snapshot, Wanted
from argosy.wiring import Argosy

log = structlog.get_logger(__name__)
router = exact_router(prefix="/portfolios", tags=["figures"])

_COLUMNS = ("date", "total_value", "total_value_usd")


@figures_route(router, "/snapshots", SnapshotsOut)
async def read_snapshots(
    asked: Ask,
    start: Start = None,
    end: End = None,
    limit: Annotated[int, Query(ge=1, le=400)] = 100,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return the value and the positions at the end of each day that is over, oldest first."""
    argosy, session = asked.argosy, asked.session
    known = await books.known(session, asked.user.id, asked.portfolio_id)
    wanted = Wanted(start=start, end=end, today=asked.today, limit=limit, cursor=cursor)
    made: list[Found] = []

    async def build() -> bytes:
        found = await snapshots.page(
            session, known, wanted, ledgers=argosy.ledgers, compute=argosy.compute
        )
        made.append(found)
        return await argosy.compute.run(_written, found, form)

    key = ("snapshots", *known.key, start, end, limit, cursor, asked.today, form)
    name = "snapshots.csv" if form is Format.CSV else None
    response = await versioned(asked.request, key, build, media_type=form.media_type, filename=name)
    if made and made[0].computed:
        response.background = BackgroundTask(_keep, argosy, made[0])
    return response


def _written(found: Found, form: Format) -> bytes:
    if form is Format.CSV:
        return csv_rows(_COLUMNS, map(_row, found.page.items))
    currency = found.known.portfolio.rules.currency
    answer = SnapshotsOut.of(
        found.page.items, currency=currency, next_cursor=found.page.next_cursor
    )
    return answer.model_dump_json().encode()


def _row(one: Snapshot) -> dict[str, object]:
    value, dollars = one.total_value, one.total_value_usd
    return {
        "date": one.day.isoformat(),
        "total_value": None if value is None else plain(value),
        "total_value_usd": None if dollars is None else plain(dollars),
    }


async def _keep(argosy: Argosy, found: Found) -> None:
    """Store what was computed after the answer is sent; it can be done without."""
    try:
        await snapshots.keep(argosy.database, found.known, found.computed)
    except StorageError as error:
        portfolio_id = found.known.portfolio.id
        log.warning("snapshots_not_kept", portfolio_id=portfolio_id, reason=str(error))
