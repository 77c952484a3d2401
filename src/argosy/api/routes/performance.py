"""How a portfolio did: over ranges, by part, by month, and beside a benchmark."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Response

from argosy.api import benchmark_json
from argosy.api import performance_json as write
from argosy.api.asking import (
    Ask,
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
from argosy.api.csv_rows import csv_rows
from argosy.api.schemas.performance import (
    AttributionOut,
    BenchmarkOut,
    CalendarOut,
    PerformanceOut,
    PerformancesOut,
    ReturnsByOut,
    SeriesOut,
)
from argosy.core.errors import InputError
from argosy.core.performance.benchmark import Rebalance
from argosy.services import benchmarks, figures, returns
from argosy.services.books import Ledger
from argosy.services.parting import By

router = exact_router(prefix="/portfolios", tags=["performance"])

_RANGES_MAX = 20

ByPart = Annotated[By, Query(description="What to show one by one.")]


def _written(
    values: write.Values, form: Format, columns: Sequence[str], rows: Sequence[write.Values]
) -> bytes:
    return write.dumped(values) if form is Format.JSON else csv_rows(columns, rows)


@figures_route(router, "/series", SeriesOut)
async def read_series(
    asked: Ask, view: Seen, start: Start = None, end: End = None, form: InFormat = Format.JSON
) -> Response:
    """Return value, cost, money paid in and time-weighted return, one entry a calendar day."""

    def build(ledger: Ledger) -> bytes:
        part = figures.series_between(ledger, start, end, today=asked.today)
        values = write.series_values(part, ledger)
        return write.dumped(values) if form is Format.JSON else write.series_csv(values)

    return await asked.answer("series", (start, end), build, view=view, media_type=form.media_type)


@figures_route(router, "/performance", PerformanceOut | PerformancesOut)
async def read_performance(
    asked: Ask,
    view: Seen,
    span: RangeName = None,
    start: Start = None,
    end: End = None,
    ranges: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Several ranges at once, comma-separated, in place of one.",
            examples=["1D,1W,1M,YTD,1Y,ALL"],
        ),
    ] = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return every kind of return over a range; the whole history if none is given."""
    names = _ranges(ranges, alone=span is None and start is None and end is None)

    def build(ledger: Ledger) -> bytes:
        currency = ledger.portfolio.rules.currency
        rows = []
        for name in names or (span,):
            found = figures.performance_over(
                ledger, name=name, start=start, end=end, today=asked.today
            )
            named = {"range": name} if names else {}
            rows.append(named | write.performance_values(found, currency, ledger.scope))
        answer = {"ranges": rows} if names else rows[0]
        return _written(answer, form, write.PERFORMANCE_COLUMNS, rows)

    return await asked.answer(
        "performance",
        (span, start, end, names),
        build,
        view=view,
        media_type=form.media_type,
    )


def _ranges(text: str | None, *, alone: bool) -> tuple[str, ...]:
    if text is None:
        return ()
    names = tuple(part.strip().upper() for part in text.split(",") if part.strip())
    if not alone:
        message = "Give either ranges, or one range, or start and end."
        raise InputError(message)
    if not 1 <= len(names) <= _RANGES_MAX:
        raise InputError(f"ranges: name 1 to {_RANGES_MAX} of them, such as 1D,1M,YTD,ALL.")
    return tuple(dict.fromkeys(names))


@figures_route(router, "/returns", ReturnsByOut)
async def read_returns(
    asked: Ask,
    view: Seen,
    by: ByPart = By.HOLDING,
    span: RangeName = None,
    start: Start = None,
    end: End = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return every kind of return of each holding, category or currency over a range."""

    def build(ledger: Ledger) -> bytes:
        today = asked.today
        inside = figures.range_of(ledger, name=span, start=start, end=end, today=today)
        total = figures.performance_over(ledger, name=span, start=start, end=end, today=today)
        parts = [] if inside is None else returns.returns_by(ledger, by, inside, today=today)
        values = write.returns_values(ledger, total, parts, by)
        return _written(values, form, write.RETURNS_COLUMNS, values["items"])

    return await asked.answer(
        "returns", (by, span, start, end), build, view=view, media_type=form.media_type
    )


@figures_route(router, "/returns/calendar", CalendarOut)
async def read_calendar(
    asked: Ask,
    view: Seen,
    span: RangeName = None,
    start: Start = None,
    end: End = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return the time-weighted return of each month and year of a range."""

    def build(ledger: Ledger) -> bytes:
        today = asked.today
        inside = figures.range_of(ledger, name=span, start=start, end=end, today=today)
        total = figures.performance_over(ledger, name=span, start=start, end=end, today=today)
        found = None if inside is None else returns.calendar_over(ledger, inside)
        values = write.calendar_values(ledger, found, total)
        rows = [*values["months"], *values["years"]]
        return _written(values, form, write.CALENDAR_COLUMNS, rows)

    return await asked.answer(
        "calendar", (span, start, end), build, view=view, media_type=form.media_type
    )


@figures_route(router, "/attribution", AttributionOut)
async def read_attribution(
    asked: Ask,
    view: Seen,
    by: ByPart = By.HOLDING,
    span: RangeName = None,
    start: Start = None,
    end: End = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return where a range's gain and return come from: price, currency, income and fees."""

    def build(ledger: Ledger) -> bytes:
        today = asked.today
        inside = figures.range_of(ledger, name=span, start=start, end=end, today=today)
        found = None if inside is None else returns.attributed(ledger, by, inside, today=today)
        values = write.attribution_values(ledger, found, by)
        return _written(values, form, write.PART_COLUMNS, [*values["items"], values["total"]])

    return await asked.answer(
        "attribution", (by, span, start, end), build, view=view, media_type=form.media_type
    )


@figures_route(router, "/benchmark", BenchmarkOut)
async def read_benchmark(
    asked: Ask,
    view: Seen,
    asset: Annotated[
        str | None,
        Query(max_length=80, description="An asset; bitcoin if none is named.", examples=["BTC"]),
    ] = None,
    assets: Annotated[
        str | None,
        Query(max_length=800, description="Or a mix.", examples=["SPY:0.6,AGG:0.4"]),
    ] = None,
    rebalance: Annotated[
        Rebalance, Query(description="When a mix goes back to its weights.")
    ] = Rebalance.DAILY,
    span: RangeName = None,
    start: Start = None,
    end: End = None,
    include: Annotated[str, Query(description="holdings: each of them, too.")] = "",
    form: InFormat = Format.JSON,
) -> Response:
    """Return what the same money would have become in an asset or a mix of some."""
    wanted = benchmarks.parse_benchmark(asset, assets, rebalance)
    if include.strip().lower() not in {"", "holdings"}:
        message = f"include knows holdings, not {include.strip()[:40]}."
        raise InputError(message)
    each, today = bool(include.strip()), asked.today

    async def prepare(seen: Ledger) -> Build:
        mix = await benchmarks.prepare(asked.session, seen, wanted, compute=asked.argosy.compute)

        def build(ledger: Ledger) -> bytes:
            inside = figures.range_of(ledger, name=span, start=start, end=end, today=today)
            found, holdings = None, None
            if each:
                holdings = benchmarks.compared_holdings(ledger, mix, inside, today=today)
            if inside is not None:
                found = benchmarks.compared(ledger, mix, inside, today=today)
            values = benchmark_json.benchmark_values(ledger, mix, found, holdings)
            return _written(
                values, form, benchmark_json.COLUMNS, [values, *(values["holdings"] or [])]
            )

        return build

    return await asked.answer_prepared(
        "benchmark",
        (wanted, span, start, end, each),
        prepare,
        view=view,
        media_type=form.media_type,
    )
