"""Risk of portfolios: figures, falls, correlations, contributions, diversification, stress."""

from typing import Annotated

from fastapi import Depends, Query, Response

from argosy.api import risk_json, stress_json
from argosy.api.asking import (
    Ask,
    AsOf,
    Build,
    End,
    Format,
    InFormat,
    RangeName,
    Seen,
    Start,
    figures_route,
)
from argosy.api.body import exact_router
from argosy.api.dependencies import Program
from argosy.api.included import included
from argosy.api.responses import CHANGING, OWNED
from argosy.api.schemas.risk import (
    ContributionsOut,
    CorrelationsOut,
    DiversificationOut,
    DrawdownsOut,
    RiskOut,
    ShockIn,
    StressIn,
    StressOut,
)
from argosy.core.errors import InputError
from argosy.core.risk.crises import crises_of
from argosy.core.risk.profile import Choices
from argosy.core.risk.report import Thresholds
from argosy.core.risk.stress import ShockKind
from argosy.services import correlating, risk, stressing
from argosy.services.beside import beside
from argosy.services.books import Ledger
from argosy.services.correlating import BITCOIN, Question
from argosy.services.session_returns import Basis, Span, found_over
from argosy.services.stressing import PROXIES, WantedShock
from argosy.services.suggesting import suggestible

router = exact_router(prefix="/portfolios", tags=["risk"])

_USUAL = Thresholds()


async def choices_of(
    argosy: Program,
    rf: Annotated[
        float | None,
        Query(gt=-1, le=1, allow_inf_nan=False, description="Yearly risk-free rate; 0.02 is 2 %."),
    ] = None,
    mar: Annotated[
        float,
        Query(gt=-1, lt=1, allow_inf_nan=False, description="Least accepted return of a session."),
    ] = 0.0,
    confidence: Annotated[
        float, Query(ge=0.5, lt=1, allow_inf_nan=False, description="Of value at risk.")
    ] = 0.95,
    seed: Annotated[int, Query(ge=0, le=2**32, description="Of the Monte Carlo draws.")] = 0,
) -> Choices:
    """Read what can be chosen of risk figures."""
    free = argosy.settings.risk_free_rate if rf is None else rf
    return Choices(risk_free=free, mar=mar, confidence=confidence, seed=seed)


async def thresholds_of(
    cvar_limit: Annotated[
        float, Query(le=0, ge=-1, description="Of a session's expected shortfall.")
    ] = _USUAL.cvar,
    drawdown_limit: Annotated[
        float, Query(le=0, ge=-1, description="Of the deepest fall.")
    ] = _USUAL.drawdown,
    sharpe_least: Annotated[
        float, Query(ge=-100, le=100, description="Of the Sharpe ratio.")
    ] = _USUAL.sharpe,
) -> Thresholds:
    """Read what the report is measured by."""
    return Thresholds(cvar=cvar_limit, drawdown=drawdown_limit, sharpe=sharpe_least)


async def _span_of(
    asked: Ask, span: RangeName = None, start: Start = None, end: End = None
) -> Span:
    return Span(name=span, start=start, end=end, today=asked.today)


Chosen = Annotated[Choices, Depends(choices_of)]
Limits = Annotated[Thresholds, Depends(thresholds_of)]
InSpan = Annotated[Span, Depends(_span_of)]
OnBasis = Annotated[
    Basis,
    Query(description="history: as it was; holdings: today's weights on past returns."),
]
Included = Annotated[
    str, Query(description="Comma-separated: rolling, backtest.", examples=["rolling,backtest"])
]
PARTS = {"rolling", "backtest"}


@figures_route(router, "/risk", RiskOut)
async def read_risk(
    asked: Ask,
    view: Seen,
    span: InSpan,
    choices: Chosen,
    limits: Limits,
    basis: OnBasis = Basis.HISTORY,
    include: Included = "",
    form: InFormat = Format.JSON,
) -> Response:
    """Return risk over a range; if none is given, of all history or a year of today's holdings."""
    wanted = included(include, PARTS)

    def build(ledger: Ledger) -> bytes:
        found = found_over(ledger, basis, span)
        answer = risk.risk_over(found, choices, limits, include=wanted)
        return risk_json.risk_bytes(ledger, answer, choices, form)

    parameters = (span, choices, limits, basis, *sorted(wanted))
    return await asked.answer(
        "risk",
        parameters,
        build,
        view=view,
        media_type=form.media_type,
        filename=_file("risk", form),
    )


@figures_route(router, "/drawdowns", DrawdownsOut)
async def read_drawdowns(
    asked: Ask,
    view: Seen,
    span: InSpan,
    top: Annotated[int, Query(ge=1, le=1000)] = 10,
    basis: OnBasis = Basis.HISTORY,
    include: Annotated[str, Query(description="series: the way under water.")] = "",
    form: InFormat = Format.JSON,
) -> Response:
    """Return the deepest falls with their days, the deepest first."""
    series = "series" in included(include, {"series"})

    def build(ledger: Ledger) -> bytes:
        answer = risk.falls_over(found_over(ledger, basis, span), top=top)
        return risk_json.falls_bytes(ledger, answer, form, series=series)

    return await asked.answer(
        "drawdowns",
        (span, top, basis, series),
        build,
        view=view,
        media_type=form.media_type,
        filename=_file("drawdowns", form),
    )


@figures_route(router, "/risk/contributions", ContributionsOut)
async def read_contributions(
    asked: Ask, view: Seen, span: InSpan, choices: Chosen, form: InFormat = Format.JSON
) -> Response:
    """Return what each of today's holdings adds to the risk of all, over a year unless told."""

    def build(ledger: Ledger) -> bytes:
        answer = risk.shares_of_risk(ledger, span, choices)
        return risk_json.shares_bytes(ledger, answer, choices, form)

    return await asked.answer(
        "contributions",
        (span, choices),
        build,
        view=view,
        media_type=form.media_type,
        filename=_file("contributions", form),
    )


@figures_route(router, "/risk/correlation", CorrelationsOut)
async def read_correlation(
    asked: Ask,
    view: Seen,
    lookback: Annotated[int, Query(ge=2, le=36_500, description="Calendar days.")] = 90,
    end: End = None,
    top: Annotated[int, Query(ge=1, le=500, description="The most valuable holdings.")] = 50,
    against: Annotated[
        str, Query(max_length=80, description="An asset by symbol or id, held or not.")
    ] = BITCOIN,
    basis: OnBasis = Basis.HISTORY,
    form: InFormat = Format.JSON,
) -> Response:
    """Return how holdings move together, and each and all of them with bitcoin or another asset."""
    question = Question(against=against, lookback=lookback, end=end, top=top, basis=basis)

    async def prepare(seen: Ledger) -> Build:
        known = await beside(asked.session, seen, [against], compute=asked.argosy.compute)

        def build(ledger: Ledger) -> bytes:
            found = correlating.moving_together(ledger, known, question, today=asked.today)
            return stress_json.together_bytes(ledger, found, question, form)

        return build

    return await asked.answer_prepared(
        "correlation",
        (question,),
        prepare,
        view=view,
        media_type=form.media_type,
        filename=_file("correlation", form),
    )


@figures_route(router, "/risk/diversification", DiversificationOut)
async def read_diversification(asked: Ask, view: Seen, as_of: AsOf = None) -> Response:
    """Return the score of nine categories, what would add one, and how concentrated it is."""

    async def prepare(seen: Ledger) -> Build:
        known = await suggestible(asked.session, asked.user.id)
        day = as_of or seen.latest or asked.today

        def build(ledger: Ledger) -> bytes:
            return stress_json.spread_bytes(ledger, risk.spread_on(ledger, day, known))

        return build

    return await asked.answer_prepared("diversification", (as_of,), prepare, view=view)


@figures_route(router, "/stress", StressOut)
async def read_stress(
    asked: Ask,
    view: Seen,
    as_of: AsOf = None,
    crisis: Annotated[
        str, Query(max_length=500, description="Comma-separated keys; all if none.")
    ] = "",
    proxy: Annotated[
        str | None,
        Query(max_length=80, description="What stands for all that has no closes of the time."),
    ] = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return what past crises would do to what is held."""
    wanted = crises_of(crisis)
    names = PROXIES if proxy is None else (proxy,)

    async def prepare(seen: Ledger) -> Build:
        known = await beside(asked.session, seen, names, compute=asked.argosy.compute)

        def build(ledger: Ledger) -> bytes:
            found = stressing.replayed(
                ledger, known, wanted, as_of=as_of, proxy=proxy, today=asked.today
            )
            return stress_json.stress_bytes(ledger, found.as_of, found.scenarios, form=form)

        return build

    return await asked.answer_prepared(
        "stress",
        (wanted, proxy, as_of),
        prepare,
        view=view,
        media_type=form.media_type,
        filename=_file("stress", form),
    )


@router.post(
    "/{portfolio_id}/stress",
    responses={**OWNED, 409: CHANGING[409], 200: {"model": StressOut}},
    response_class=Response,
)
async def shock_portfolio(asked: Ask, body: StressIn, view: Seen, as_of: AsOf = None) -> Response:
    """Let shocks of one's own come together on what is held; nothing is stored."""
    shocks = tuple(_shock(one) for one in body.shocks)

    def build(ledger: Ledger) -> bytes:
        day, found = stressing.under_shocks(ledger, shocks, as_of=as_of, today=asked.today)
        return stress_json.stress_bytes(ledger, day, [(None, found)])

    return await asked.answer("shocks", (shocks, as_of), build, view=view)


def _shock(one: ShockIn) -> WantedShock:
    named = [(kind, value) for kind in ShockKind if (value := getattr(one, kind.value)) is not None]
    if len(named) != 1:
        raise InputError("shocks: name one of asset, category and currency in each.")
    (kind, of), *_ = named
    return stressing.wanted_shock(kind, of, one.change)


def _file(name: str, form: Format) -> str | None:
    return f"{name}.csv" if form is Format.CSV else None
