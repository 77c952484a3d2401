"""Figures of a portfolio: at a date, over time, and where they come from."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, TypeVar

import structlog
from fastapi import Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask

from argosy.api import figures_json as write
from argosy.api.body import exact_router
from argosy.api.dependencies import Program, Reading, Viewer
from argosy.api.responses import OWNED, versioned_json
from argosy.api.schemas.fields import written_day
from argosy.api.schemas.figures import (
    ExplanationOut,
    GainsOut,
    HoldingOut,
    PerformanceOut,
    PortfolioFiguresOut,
    SeriesOut,
)
from argosy.core.errors import InputError, StorageError
from argosy.runtime.clock import today
from argosy.services import books, comparing, explaining, figures
from argosy.services.books import Ledger
from argosy.services.users import User
from argosy.wiring import Argosy

log = structlog.get_logger(__name__)
router = exact_router(prefix="/portfolios", tags=["figures"])

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Awaitable[Response]])
_MAIN = {"portfolio", "holdings", "performance", "series"}
"""What a portfolio's pages ask for; answered ahead once prices have changed."""
_FIRST, _LAST = date(1900, 1, 1), date(9998, 12, 31)


# In a Field, for Query's own bounds are typed for numbers only.
_Day = Annotated[date, Field(ge=_FIRST, le=_LAST), written_day]

AsOf = Annotated[
    _Day | None,
    Query(description="Cut the ledger after this day; the latest known one if none is given."),
]
Start = Annotated[_Day | None, Query(description="First day, inclusive.")]
End = Annotated[_Day | None, Query(description="Last day, inclusive.")]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question about a portfolio: who asks, and what the answer depends on."""

    request: Request
    argosy: Argosy
    session: AsyncSession
    user: User
    portfolio_id: str
    today: date

    async def answer(
        self, name: str, parameters: tuple[object, ...], build: Callable[[Ledger], bytes]
    ) -> Response:
        """Answer with kept bytes, or compute them away from the event loop."""
        argosy, session = self.argosy, self.session
        unpacked: list[Ledger] = []
        wanted = await books.known(session, self.user.id, self.portfolio_id)
        if name in _MAIN:
            self.request.app.state.asked.note(self.user.id, self.request)

        async def compute() -> bytes:
            ledger = await books.load(session, wanted, cache=argosy.ledgers, compute=argosy.compute)
            if not ledger.packed:
                unpacked.append(ledger)
            return await argosy.compute.run(build, ledger)

        key = (name, *wanted.key, *parameters, self.today)
        response = await versioned_json(self.request, key, compute)
        if unpacked:
            response.background = BackgroundTask(_pack, argosy, unpacked[0])
        return response


async def asked_by(
    request: Request, argosy: Program, user: Viewer, session: Reading, portfolio_id: str
) -> Asked:
    """Return what a request asks."""
    return Asked(
        request=request,
        argosy=argosy,
        session=session,
        user=user,
        portfolio_id=portfolio_id,
        today=today(argosy.clock),
    )


Ask = Annotated[Asked, Depends(asked_by)]


def _figures(path: str, model: object) -> Callable[[_Endpoint], _Endpoint]:
    """Declare a route below a portfolio that answers with bytes; `model` describes them."""
    described = {**OWNED, 200: {"model": model}}
    return router.get("/{portfolio_id}" + path, responses=described, response_class=Response)


def _included(text: str, known: set[str]) -> set[str]:
    """Return what a list asks to be included, or refuse it."""
    wanted = {part.strip().lower() for part in text.split(",") if part.strip()}
    if wanted - known:
        message = (
            f"include knows {' and '.join(sorted(known))}, not {', '.join(sorted(wanted - known))}."
        )
        raise InputError(message)
    return wanted


async def _pack(argosy: Argosy, ledger: Ledger) -> None:
    """Pack a ledger after the answer is sent; it can be done without."""
    try:
        await books.pack(argosy.database, ledger)
    except StorageError as error:
        log.warning("ledger_not_packed", portfolio_id=ledger.portfolio.id, reason=str(error))


@_figures("", PortfolioFiguresOut)
async def read_portfolio(asked: Ask, as_of: AsOf = None) -> Response:
    """Return a portfolio with its figures at the end of a day."""

    def build(ledger: Ledger) -> bytes:
        found = figures.figures_on(ledger, as_of, today=asked.today)
        return write.portfolio_json(ledger, found)

    return await asked.answer("portfolio", (as_of,), build)


@_figures("/holdings", list[HoldingOut])
async def read_holdings(
    asked: Ask,
    as_of: AsOf = None,
    include: Annotated[
        str, Query(description="Comma-separated: lots, closed.", examples=["lots,closed"])
    ] = "",
) -> Response:
    """Return what is held, the most valuable first."""
    wanted = _included(include, {"lots", "closed"})

    def build(ledger: Ledger) -> bytes:
        found = figures.figures_on(ledger, as_of, today=asked.today)
        return write.holdings_json(
            found, ledger.assets, lots="lots" in wanted, closed="closed" in wanted
        )

    return await asked.answer("holdings", (as_of, *sorted(wanted)), build)


@_figures("/gains", GainsOut)
async def read_gains(asked: Ask, start: Start = None, end: End = None) -> Response:
    """Return realized gains, one item a disposal, oldest first."""

    def build(ledger: Ledger) -> bytes:
        gains = figures.gains_between(ledger, start, end)
        return write.gains_json(gains, figures.totals(gains), ledger.assets)

    return await asked.answer("gains", (start, end), build)


@_figures("/series", SeriesOut)
async def read_series(asked: Ask, start: Start = None, end: End = None) -> Response:
    """Return value, cost, money paid in and time-weighted return, one entry a calendar day."""

    def build(ledger: Ledger) -> bytes:
        return write.series_json(figures.series_between(ledger, start, end, today=asked.today))

    return await asked.answer("series", (start, end), build)


@_figures("/performance", PerformanceOut)
async def read_performance(
    asked: Ask,
    span: Annotated[
        str | None,
        Query(alias="range", description="1D, 7D, 1W, 1M, 3M, YTD, 1Y, 5Y, ALL …"),
    ] = None,
    start: Start = None,
    end: End = None,
) -> Response:
    """Return every kind of return over a range; the whole history if none is given."""

    def build(ledger: Ledger) -> bytes:
        found = figures.performance_over(ledger, name=span, start=start, end=end, today=asked.today)
        return write.performance_json(found, ledger.portfolio.rules.currency)

    return await asked.answer("performance", (span, start, end), build)


@_figures("/explain", ExplanationOut)
async def read_explanation(
    asked: Ask,
    figure: Annotated[str, Query(description="The field's name.", examples=["total_value"])],
    asset_id: Annotated[str | None, Query(description="Of a holding's figure.")] = None,
    as_of: AsOf = None,
    start: Annotated[_Day | None, Query(description="Of what has a range: its first day.")] = None,
    include: Annotated[
        str,
        Query(description="Comma-separated: methods, day_before.", examples=["methods,day_before"]),
    ] = "",
) -> Response:
    """Return the expression behind a figure: its leaves are transactions, prices and rates."""
    wanted = _included(include, {"methods", "day_before"})

    def build(ledger: Ledger) -> bytes:
        found = explaining.explain(
            ledger,
            figure=figure,
            asset_id=asset_id,
            as_of=as_of,
            today=asked.today,
            start=start,
        )
        if "methods" in wanted:
            found = replace(found, methods=comparing.under_methods(ledger, found, asset_id))
        if "day_before" in wanted:
            earlier = comparing.day_before(ledger, found, asset_id, start=start, today=asked.today)
            found = replace(found, day_before=earlier)
        return write.explanation_json(found, asset_id)

    return await asked.answer("explain", (figure, asset_id, as_of, start, *sorted(wanted)), build)
