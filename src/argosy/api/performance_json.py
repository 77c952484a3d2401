"""Performance as JSON values: over ranges, by part, by month, attributed, beside a benchmark."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import orjson

from argosy.api.csv_rows import csv_rows
from argosy.api.figures_json import text
from argosy.core.market.asset import Asset
from argosy.core.market.history import FloatArray
from argosy.core.performance.calendar import Calendar, Period
from argosy.core.performance.part import MONEY, Part, PartKind
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import Performance
from argosy.services.books import Ledger
from argosy.services.figures import Slice
from argosy.services.parting import By
from argosy.services.returns import Attributed, PartReturns

Values = dict[str, Any]

DAILY = "daily: in from the open, out at the close"
"""The convention of the time-weighted return."""
SERIES_METHOD = "daily closes"
ATTRIBUTION_METHOD = "daily; contributions linked by the growth before each day"
NOTHING = "The portfolio has no transactions in this range."
UNKNOWN_DAYS = "On some day a price or rate is missing, or the capital was below zero."

RETURNS = ("twr", "annualized_twr", "mwr", "mwr_annual", "modified_dietz", "total_return")
RANGE_MONEY = ("value_start", "value_end", "money_in", "money_out", "flows", "gain")
SERIES = ("date", "value", "cost", "invested", "twr")

PERFORMANCE_COLUMNS = (
    *("range", "start", "end", "days", "currency", "scope", "method", *RANGE_MONEY, *RETURNS),
    "flags",
)
PART_COLUMNS = (*("kind", "key", "asset_id", "symbol", "exchange", "name", *MONEY, "contribution"),)
RETURNS_COLUMNS = (
    *("key", "asset_id", "symbol", "exchange", "name", "start", "end", "days"),
    *(*RANGE_MONEY, *RETURNS, "flags"),
)
CALENDAR_COLUMNS = ("period", "start", "end", "twr", "partial")


def head(ledger: Ledger, span: Range | None, method: str) -> Values:
    """Write what every answer about a range says of itself."""
    return {
        "start": None if span is None else span.start.isoformat(),
        "end": None if span is None else span.end.isoformat(),
        "currency": ledger.portfolio.rules.currency,
        "scope": ledger.scope,
        "method": method,
    }


def performance_values(found: Performance | None, currency: str, scope: str) -> Values:
    """Write all returns of a range; of an empty portfolio none exists."""
    if found is None:
        names = ("gain", *RETURNS)
        return {
            **dict.fromkeys(("start", "end", "days", *RANGE_MONEY, *RETURNS)),
            "currency": currency,
            "scope": scope,
            "method": DAILY,
            "flags": [],
            "reasons": dict.fromkeys(names, NOTHING),
        }
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "days": found.days,
        "currency": currency,
        "scope": scope,
        "method": DAILY,
        **_returns(found),
    }


def _returns(found: Performance) -> Values:
    return {
        **{name: text(getattr(found, name)) for name in RANGE_MONEY},
        **{name: getattr(found, name) for name in RETURNS},
        "flags": list(found.flags),
        "reasons": found.reasons,
    }


def series_values(part: Slice | None, ledger: Ledger) -> Values:
    """Write a daily series; orjson turns NaN into null."""
    if part is None:
        empty: Values = {name: [] for name in SERIES}
        return {**empty, **head(ledger, None, SERIES_METHOD), "flags": [], "reasons": {}}
    inside = slice(part.first, part.last + 1)
    series = part.series
    days = [date.fromordinal(day) for day in series.days[inside].tolist()]
    return {
        "date": [day.isoformat() for day in days],
        "value": column(series.value[inside]),
        "cost": column(series.cost[inside]),
        "invested": column(part.invested),
        "twr": column(part.twr),
        **head(ledger, Range(days[0], days[-1]), SERIES_METHOD),
        "flags": [],
        "reasons": _unknown_days(
            {"value": series.value[inside], "cost": series.cost[inside], "twr": part.twr}, days
        ),
    }


def _unknown_days(columns: dict[str, FloatArray], days: Sequence[date]) -> dict[str, str]:
    """Say of each column with unknown days since when, or until when, it is so."""
    reasons = {}
    for name, values in columns.items():
        unknown = np.flatnonzero(np.isnan(values))
        if len(unknown):
            first, last = days[int(unknown[0])], days[int(unknown[-1])]
            reasons[name] = (
                f"Unknown on {len(unknown)} days from {first.isoformat()} to {last.isoformat()}."
            )
    return reasons


def column(values: FloatArray) -> FloatArray:
    """Return a column as orjson writes it."""
    return np.ascontiguousarray(values)


def dumped(values: Values | list[Values]) -> bytes:
    """Write values as JSON."""
    return orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)


def series_csv(values: Values) -> bytes:
    """Write a series one day a row; an unknown value is empty."""
    columns = [values["date"], *(_cells(values[name]) for name in SERIES[1:])]
    return csv_rows(
        SERIES, (dict(zip(SERIES, row, strict=True)) for row in zip(*columns, strict=True))
    )


def _cells(column: FloatArray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in np.asarray(column).tolist()]


def asset_values(asset: Asset | None) -> Values:
    """Write which asset a line is of."""
    if asset is None:
        return dict.fromkeys(("asset_id", "symbol", "exchange", "name"))
    return {
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "exchange": asset.exchange,
        "name": asset.name,
    }


def attribution_values(ledger: Ledger, found: Attributed | None, by: By) -> Values:
    """Write where a range's gain comes from."""
    if found is None:
        nothing = {
            **dict.fromkeys((*MONEY, "contribution")),
            **asset_values(None),
            "kind": PartKind.TOTAL.value,
            "key": "",
            "reasons": dict.fromkeys((*MONEY, "contribution"), NOTHING),
        }
        items: list[Values] = []
        span, days, twr, flags = None, None, None, []
        total = nothing
    else:
        own = found.performance
        span, days, twr = Range(own.start, own.end), own.days, own.twr
        items = [_part(part, ledger.assets) for part in found.parts]
        total, flags = _part(found.total, ledger.assets), list(own.flags)
    return {
        **head(ledger, span, ATTRIBUTION_METHOD),
        "days": days,
        "by": by.value,
        "twr": twr,
        "items": items,
        "total": total,
        "flags": flags,
        "reasons": {"twr": total["reasons"]["contribution"]} if twr is None else {},
    }


def _part(part: Part, assets: dict[str, Asset]) -> Values:
    return {
        "kind": part.kind.value,
        "key": part.key,
        **asset_values(assets.get(part.key) if part.kind is PartKind.HOLDING else None),
        **{name: text(getattr(part, name)) for name in MONEY},
        "contribution": part.contribution,
        "reasons": part.reasons,
    }


def returns_values(
    ledger: Ledger, total: Performance | None, parts: Iterable[PartReturns], by: By
) -> Values:
    """Write all returns of each part."""
    span = None if total is None else Range(total.start, total.end)
    whole = performance_values(total, ledger.portfolio.rules.currency, ledger.scope)
    return {
        **head(ledger, span, DAILY),
        "by": by.value,
        "items": [_part_returns(part, by) for part in parts],
        "total": whole,
        "flags": whole["flags"],
        "reasons": whole["reasons"],
    }


def _part_returns(part: PartReturns, by: By) -> Values:
    found = part.performance
    return {
        "key": part.key,
        **asset_values(part.assets[0] if by is By.HOLDING else None),
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "days": found.days,
        **_returns(found),
    }


def calendar_values(ledger: Ledger, found: Calendar | None, total: Performance | None) -> Values:
    """Write the returns of months and years."""
    reasons = {"twr": NOTHING}
    if total is not None:
        reasons = {name: why for name, why in total.reasons.items() if name == "twr"}
    if found is None or not any(month.twr is not None for month in found.months):
        none = reasons.get("twr", NOTHING)
        reasons |= dict.fromkeys(("best_month", "worst_month", "positive_share"), none)
    if found is not None:
        unknown = (one.name for one in (*found.months, *found.years) if one.twr is None)
        reasons |= dict.fromkeys(unknown, UNKNOWN_DAYS)
    span = None if total is None else Range(total.start, total.end)
    return {
        **head(ledger, span, DAILY),
        "twr": None if total is None else total.twr,
        "months": [] if found is None else [_period(month) for month in found.months],
        "years": [] if found is None else [_period(year) for year in found.years],
        "best_month": None if found is None or found.best is None else _period(found.best),
        "worst_month": None if found is None or found.worst is None else _period(found.worst),
        "positive_share": None if found is None else found.positive_share,
        "flags": [],
        "reasons": reasons,
    }


def _period(period: Period) -> Values:
    return {
        "period": period.name,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "twr": period.twr,
        "partial": period.partial,
    }
