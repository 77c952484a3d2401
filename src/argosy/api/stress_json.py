"""Correlations, diversification and stress as JSON and CSV bytes."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import orjson

from argosy.api.asking import Format
from argosy.api.csv_rows import csv_rows
from argosy.api.figures_json import number, text
from argosy.core.risk.categories import CATEGORIES
from argosy.core.risk.crises import Crisis
from argosy.core.risk.stress import Hit, Scenario
from argosy.services.books import Ledger
from argosy.services.correlating import Question, Together
from argosy.services.risk import Spread


def together_bytes(ledger: Ledger, found: Together, asked: Question, form: Format) -> bytes:
    """Write the correlations of holdings."""
    places = found.places()
    symbols = [one.symbol for one in found.assets]
    block = np.ix_(places, places)
    matrix = found.correlations.coefficients[block]
    if form is Format.CSV:
        rows = [
            {"symbol": symbol, **dict(zip(symbols, _numbers(row), strict=True))}
            for symbol, row in zip(symbols, matrix, strict=True)
        ]
        return csv_rows(("symbol", *dict.fromkeys(symbols)), rows)
    extremes = found.extremes()
    few = "There are no two holdings with a correlation."
    return orjson.dumps(
        {
            "start": found.start.isoformat(),
            "end": found.end.isoformat(),
            "currency": ledger.portfolio.rules.currency,
            "scope": ledger.scope,
            "method": "Pearson, simple returns between the closes that both of a pair have",
            "basis": asked.basis.value,
            "lookback": asked.lookback,
            "symbols": symbols,
            "asset_ids": [one.id for one in found.assets],
            "matrix": [_numbers(row) for row in matrix],
            "points": found.correlations.points[block].tolist(),
            **extremes,
            "against": None if found.against is None else found.against.symbol,
            "correlations": [_pair(one.id, one.symbol, found.pair(one.id)) for one in found.assets],
            "portfolio": _pair(None, "portfolio", found.whole()),
            "lacking": list(_lacking(found, places)),
            "flags": found.found.flags,
            "reasons": {name: few for name, value in extremes.items() if value is None},
        }
    )


def _pair(
    asset_id: str | None, symbol: str, known: tuple[float | None, int, str | None]
) -> dict[str, Any]:
    value, points, why = known
    return {
        "asset_id": asset_id,
        "symbol": symbol,
        "correlation": value,
        "points": points,
        "reason": why,
    }


def _lacking(found: Together, places: Sequence[int]) -> Iterable[dict[str, Any]]:
    for row, one in enumerate(found.assets):
        for column in range(row + 1, len(places)):
            why = found.correlations.why(places[row], places[column])
            if why is not None:
                yield {
                    "symbols": [one.symbol, found.assets[column].symbol],
                    "points": int(found.correlations.points[places[row], places[column]]),
                    "reason": why,
                }


def _numbers(values: Any) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def spread_bytes(ledger: Ledger, found: Spread) -> bytes:
    """Write how what is held is spread."""
    scored, measured = found.diversification, found.concentration
    day = found.as_of.isoformat()
    return orjson.dumps(
        {
            "start": day,
            "end": day,
            "currency": ledger.portfolio.rules.currency,
            "scope": ledger.scope,
            "method": "share of nine categories; Herfindahl index of the weights",
            "score": scored.score,
            "is_diversified": scored.is_diversified,
            "categories": [
                {
                    "key": one.key,
                    "name": one.name,
                    "symbols": scored.held.get(one.key, ()),
                    "known_symbols": one.symbols,
                    "typical_volatility": one.typical_volatility,
                    "typical_btc_correlation": one.typical_btc_correlation,
                }
                for one in CATEGORIES
            ],
            "outside": scored.outside,
            "suggestions": [
                {
                    "category": one.category.key,
                    "asset_id": one.asset.id,
                    "symbol": one.asset.symbol,
                    "name": one.asset.name,
                    "known": one.known,
                }
                for one in scored.suggestions
            ],
            "concentration": None
            if measured is None
            else {
                "herfindahl": measured.herfindahl,
                "effective_holdings": measured.effective_holdings,
                "top": {str(count): weight for count, weight in measured.top.items()},
            },
            "flags": [],
            "reasons": found.reasons,
        }
    )


_HIT = (
    "asset_id",
    "symbol",
    "category",
    "currency",
    "value",
    "change",
    "gain",
    "value_after",
    "how",
    "proxy",
    "beta",
    "reason",
)
REPLAYED = "today's holdings through the closes of a crisis, else by beta to a broad index"
SHOCKED = "shocks multiplied on today's values"


def stress_bytes(
    ledger: Ledger,
    day: date,
    scenarios: Sequence[tuple[Crisis | None, Scenario]],
    *,
    form: Format = Format.JSON,
) -> bytes:
    """Write scenarios: crises, or shocks of one's own (None)."""
    if form is Format.CSV:
        rows = [
            {"scenario": _name(crisis), **_hit(one)}
            for crisis, scenario in scenarios
            for one in scenario.hits
        ]
        return csv_rows(("scenario", *_HIT), rows)
    unknown = {symbol for _, scenario in scenarios for symbol in scenario.unknown}
    return orjson.dumps(
        {
            "start": day.isoformat(),
            "end": day.isoformat(),
            "currency": ledger.portfolio.rules.currency,
            "scope": ledger.scope,
            "method": SHOCKED if any(crisis is None for crisis, _ in scenarios) else REPLAYED,
            "scenarios": [_scenario(crisis, one) for crisis, one in scenarios],
            "flags": ["incomplete"] if unknown else [],
            "reasons": {},
        }
    )


_FOLLOWING = ("gain", "value_after", "change")


def _scenario(crisis: Crisis | None, found: Scenario) -> dict[str, Any]:
    reasons: dict[str, str] = {}
    if found.gain is None:
        why = "No holding's change is known." if found.hits else "Nothing is held."
        unknown = ("value", *_FOLLOWING) if found.value is None else _FOLLOWING
        reasons |= dict.fromkeys(unknown, why)
    elif found.change is None:
        reasons["change"] = "What is held is worth nothing, or less."
    return {
        "key": "shocks" if crisis is None else crisis.key,
        "name": _name(crisis),
        "start": None if crisis is None else crisis.start.isoformat(),
        "end": None if crisis is None else crisis.end.isoformat(),
        "value": text(found.value),
        "gain": text(found.gain),
        "value_after": text(found.after),
        "change": number(found.change),
        "unknown": found.unknown,
        "items": [_hit(one) for one in found.hits],
        "reasons": reasons,
    }


def _name(crisis: Crisis | None) -> str:
    return "Shocks" if crisis is None else crisis.name


def _hit(one: Hit) -> dict[str, Any]:
    exposure = one.exposure
    return {
        "asset_id": None if exposure.asset is None else exposure.asset.id,
        "symbol": exposure.symbol,
        "category": exposure.category.value,
        "currency": exposure.currency,
        "value": text(exposure.value),
        "change": number(one.change),
        "gain": text(one.gain),
        "value_after": text(one.after),
        "how": one.how.value,
        "proxy": one.proxy,
        "beta": _float(one.beta),
        "reason": one.reason,
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
