"""Figures of a portfolio at a date, its gains, and where they come from."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import Query, Response

from argosy.api import figures_json as write
from argosy.api.asking import (
    Ask,
    Asked,
    AsOf,
    Build,
    Day,
    Seen,
    figures_route,
)
from argosy.api.body import exact_router
from argosy.api.included import included
from argosy.api.schemas.figures import (
    ExplanationOut,
    HoldingOut,
    PortfolioFiguresOut,
)
from argosy.core.errors import InputError
from argosy.services import comparing, composition, explaining, explaining_parts, figures
from argosy.services.books import Ledger
from argosy.services.session_returns import Span
from argosy.services.views import View

router = exact_router(prefix="/portfolios", tags=["figures"])


@figures_route(router, "", PortfolioFiguresOut)
async def read_portfolio(asked: Ask, view: Seen, as_of: AsOf = None) -> Response:
    """Return a portfolio with its figures at the end of a day."""

    def build(ledger: Ledger) -> bytes:
        found = figures.figures_on(ledger, as_of, today=asked.today)
        return write.portfolio_json(ledger, found)

    return await asked.answer("portfolio", (as_of,), build, view=view)


@figures_route(router, "/holdings", list[HoldingOut])
async def read_holdings(
    asked: Ask,
    view: Seen,
    as_of: AsOf = None,
    include: Annotated[
        str, Query(description="Comma-separated: lots, closed.", examples=["lots,closed"])
    ] = "",
) -> Response:
    """Return what is held, the most valuable first."""
    wanted = included(include, {"lots", "closed"})

    def build(ledger: Ledger) -> bytes:
        found = figures.figures_on(ledger, as_of, today=asked.today)
        return write.holdings_json(
            found, ledger.assets, lots="lots" in wanted, closed="closed" in wanted
        )

    return await asked.answer("holdings", (as_of, *sorted(wanted)), build, view=view)


@figures_route(router, "/explain", ExplanationOut)
async def read_explanation(
    asked: Ask,
    view: Seen,
    figure: Annotated[
        str,
        Query(
            max_length=200,
            description="The field's name; of a slice or a month weight:category:CRYPTO,"
            " income:2024-03.",
            examples=["total_value"],
        ),
    ],
    asset_id: Annotated[str | None, Query(description="Of a holding's figure.")] = None,
    as_of: AsOf = None,
    start: Annotated[Day | None, Query(description="Of what has a range: its first day.")] = None,
    include: Annotated[
        str,
        Query(description="Comma-separated: methods, day_before.", examples=["methods,day_before"]),
    ] = "",
) -> Response:
    """Return the expression behind a figure: its leaves are transactions, prices and rates."""
    wanted = included(include, {"methods", "day_before"})
    span = Span(start=start, end=as_of, today=asked.today)
    free = asked.argosy.settings.risk_free_rate

    if explaining_parts.is_part(figure):
        if asset_id is not None or start is not None or wanted:
            raise InputError("A figure of a part goes with as_of alone.")
        return await _explained_part(asked, view, figure, as_of)

    def build(ledger: Ledger) -> bytes:
        found = explaining.explain(
            ledger,
            figure=figure,
            asset_id=asset_id,
            span=span,
            risk_free=free,
        )
        if "methods" in wanted:
            found = replace(found, methods=comparing.under_methods(ledger, found, asset_id))
        if "day_before" in wanted:
            earlier = comparing.day_before(ledger, found, asset_id, span=span, risk_free=free)
            found = replace(found, day_before=earlier)
        return write.explanation_json(found, asset_id)

    return await asked.answer(
        "explain", (figure, asset_id, as_of, start, *sorted(wanted)), build, view=view
    )


async def _explained_part(asked: Asked, view: View, figure: str, as_of: date | None) -> Response:
    """Explain a slice of an allocation, or the income of a month: `weight:category:CRYPTO`."""

    async def prepare(seen: Ledger) -> Build:
        day = as_of or asked.today
        weights = await explaining_parts.weights_of(asked.session, seen, figure, day)

        def build(ledger: Ledger) -> bytes:
            found = explaining_parts.explain_part(ledger, figure, as_of, weights, today=asked.today)
            return write.explanation_json(found, None)

        return build

    version = await composition.version(asked.session)
    return await asked.answer_prepared("explain", (figure, as_of, version), prepare, view=view)
