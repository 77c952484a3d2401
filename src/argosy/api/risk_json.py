"""Risk as JSON and CSV bytes; NaN becomes null."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from math import isfinite
from typing import Any

import orjson

from argosy.api.asking import Format
from argosy.api.csv_rows import csv_rows
from argosy.core.market.asset import Asset
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.risk.drawdowns import under_water
from argosy.core.risk.profile import STATISTICS, Choices
from argosy.core.risk.rolling import Rolling
from argosy.core.risk.value_at_risk import Breaches, Method
from argosy.services.books import Ledger
from argosy.services.risk import Answer, Falls, Shares
from argosy.services.session_returns import Basis, Found

METHODS = {
    Basis.HISTORY: "time-weighted returns between sessions",
    Basis.HOLDINGS: "today's weights on past returns between common sessions",
}
OF_ASSET = "closes between sessions, in today's shares"

_FIGURES = (
    "compound_return",
    "annualized_return",
    *(name for name in STATISTICS if name != "value_at_risk"),
)
_DAYS = ("peak_on", "trough_on", "recovered_on")


def head(ledger: Ledger, found: Found) -> dict[str, Any]:
    """Return what every answer over a range begins with."""
    return {
        **_span(found),
        "currency": ledger.portfolio.rules.currency,
        "scope": ledger.scope,
        "method": METHODS[found.basis],
        "basis": found.basis.value,
    }


def _span(found: Found) -> dict[str, str | None]:
    if found.span is None:
        return {"start": None, "end": None}
    return {"start": found.span.start.isoformat(), "end": found.span.end.isoformat()}


def _taking_part(found: Found) -> dict[str, Any]:
    return {"covered": found.covered, "left_out": found.left_out}


def risk_bytes(ledger: Ledger, answer: Answer, choices: Choices, form: Format) -> bytes:
    """Write the risk of a portfolio."""
    written = {
        **head(ledger, answer.found),
        **_figures(answer, choices),
        **_taking_part(answer.found),
    }
    return _risk_csv(written) if form is Format.CSV else orjson.dumps(written)


def asset_risk_bytes(asset: Asset, currency: str, answer: Answer, choices: Choices) -> bytes:
    """Write the risk of an asset."""
    return orjson.dumps(
        {
            "asset_id": asset.id,
            "symbol": asset.symbol,
            **_span(answer.found),
            "currency": currency,
            "scope": f"asset:{asset.symbol}",
            "method": OF_ASSET,
            **_figures(answer, choices),
        }
    )


def _figures(answer: Answer, choices: Choices) -> dict[str, Any]:
    risk, report = answer.risk, answer.report
    tails = {method.value: asdict(tail) for method, tail in risk.value_at_risk.items()}
    return {
        "opening": _day(risk.opening),
        "last_session": _day(risk.last),
        "returns": risk.returns,
        "sessions_a_year": risk.sessions_a_year,
        **asdict(choices),
        **{name: getattr(risk, name) for name in _FIGURES},
        **{name: _day(getattr(risk, name)) for name in _DAYS},
        "value_at_risk": tails or None,
        "backtest": _backtest(answer.breaches),
        "rolling": None if answer.rolling is None else [_rolling(one) for one in answer.rolling],
        "report": {
            "recommendation": report.advice.value,
            "findings": report.findings,
            "thresholds": asdict(report.thresholds),
        },
        "flags": answer.flags,
        "reasons": risk.reasons,
    }


def _backtest(tests: Mapping[Method, Breaches] | None) -> dict[str, Any] | None:
    if tests is None:
        return None
    return {
        method.value: {**asdict(one), "days": [day.isoformat() for day in one.days]}
        for method, one in tests.items()
    }


def _rolling(one: Rolling) -> dict[str, Any]:
    return {
        "window": one.window,
        "date": _days(one.days),
        "volatility": _numbers(one.volatility),
        "sharpe_ratio": _numbers(one.sharpe_ratio),
        "compound_return": _numbers(one.compound_return),
    }


def _risk_csv(written: Mapping[str, Any]) -> bytes:
    """Write a row for each figure; those by a method carry its name."""
    rows: list[dict[str, object]] = [
        {"figure": name, "value": written[name], "reason": written["reasons"].get(name)}
        for name in (*_FIGURES, *_DAYS)
    ]
    for method, tail in (written["value_at_risk"] or {}).items():
        rows += [{"figure": f"{name}_{method}", "value": value} for name, value in tail.items()]
    return csv_rows(("figure", "value", "reason"), rows)


_FALL = (
    "depth",
    "peak_on",
    "trough_on",
    "recovered_on",
    "days_down",
    "days_under_water",
    "days_to_recover",
)


def falls_bytes(ledger: Ledger, answer: Falls, form: Format, *, series: bool) -> bytes:
    """Write the deepest falls, and the way under water where asked for."""
    found = answer.found
    items = None
    if answer.falls is not None:
        items = [{name: getattr(one, name) for name in _FALL} for one in answer.falls]
    if form is Format.CSV:
        return csv_rows(_FALL, items or [])
    water = None
    if series and items is not None and found.sessions is not None:
        water = {
            "date": _days(found.sessions.grown_on),
            "drawdown": _numbers(under_water(found.sessions.growth)),
        }
    return orjson.dumps(
        {
            **head(ledger, found),
            "items": items,
            "under_water": water,
            **_taking_part(found),
            "flags": found.flags,
            "reasons": {} if answer.reason is None else {"items": answer.reason},
        }
    )


_SHARE = (
    "volatility",
    "marginal_volatility",
    "component_volatility",
    "share",
    "marginal_value_at_risk",
    "component_value_at_risk",
)
_OF_ALL = ("volatility", "value_at_risk", "diversification_ratio")


def shares_bytes(ledger: Ledger, answer: Shares, choices: Choices, form: Format) -> bytes:
    """Write what each holding adds to the risk of all."""
    found, sessions = answer.found, answer.found.sessions
    items = list(_shares(answer))
    if form is Format.CSV:
        return csv_rows(("asset_id", "symbol", "weight", *_SHARE), items)
    whole = answer.contributions
    begin = head(ledger, found)
    begin.pop("basis")
    return orjson.dumps(
        {
            **begin,
            "opening": None if sessions is None else sessions.day(0).isoformat(),
            "last_session": None if sessions is None else sessions.day(-1).isoformat(),
            "returns": 0 if sessions is None else len(sessions.days),
            "sessions_a_year": answer.sessions_a_year,
            "confidence": choices.confidence,
            **{name: None if whole is None else getattr(whole, name) for name in _OF_ALL},
            "items": items,
            **_taking_part(found),
            "flags": (*(("sparse",) if answer.sparse else ()), *found.flags),
            "reasons": {} if answer.reason is None else dict.fromkeys(_OF_ALL, answer.reason),
        }
    )


def _shares(answer: Shares) -> Iterable[dict[str, Any]]:
    shared, part = answer.contributions, answer.found.part
    if shared is None or part is None:
        return
    columns = (
        shared.own_volatility,
        shared.marginal_volatility,
        shared.component_volatility,
        shared.share,
        shared.marginal_value_at_risk,
        shared.component_value_at_risk,
    )
    for place, one in enumerate(part.parts):
        yield {
            "asset_id": None if one.asset is None else one.asset.id,
            "symbol": one.symbol,
            "weight": float(part.weights[place]),
            **{name: float(column[place]) for name, column in zip(_SHARE, columns, strict=True)},
        }


def _days(days: IntArray) -> list[str]:
    return [date.fromordinal(day).isoformat() for day in days.tolist()]


def _numbers(values: FloatArray) -> list[float | None]:
    """Return numbers, with None where there is none."""
    return [value if isfinite(value) else None for value in values.tolist()]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
