"""Allocations and drift as bytes: JSON, or CSV for a spreadsheet."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from argosy.api.csv_rows import csv_rows
from argosy.api.figures_json import number, text
from argosy.core.valuation.allocation import Allocation, Slice
from argosy.core.valuation.drift import Drift
from argosy.services.books import Ledger
from argosy.services.targets import DriftReport

_SLICE_COLUMNS = (
    "as_of",
    "currency",
    "path",
    "key",
    "name",
    "value",
    "weight",
    "holdings",
    "flags",
)
_DRIFT_COLUMNS = (
    "as_of", "currency", "by", "key", "name", "value", "weight", "target", "low", "high", "drift",
    "outside", "to_target", "to_band",
)  # fmt: skip


def allocation_bytes(ledger: Ledger, as_of: date, found: Allocation, *, csv: bool = False) -> bytes:
    """Write an allocation; in CSV a slice inside another one has the path to it."""
    answer = {
        **head(ledger, as_of, "value_weights"),
        "by": [axis.text for axis in found.axes],
        "total_value": text(found.total_value),
        "slices": [_slice(one) for one in found.slices],
        "flags": found.flags,
        "reasons": found.reasons,
    }
    if not csv:
        return orjson.dumps(answer)
    named = {"as_of": answer["as_of"], "currency": answer["currency"]}
    return csv_rows(_SLICE_COLUMNS, ({**named, **row} for row in _paths(found.slices, ())))


def head(ledger: Ledger, as_of: date, method: str) -> dict[str, Any]:
    """Write what every answer about a day says of itself."""
    return {
        "start": None,
        "end": as_of.isoformat(),
        "as_of": as_of.isoformat(),
        "currency": ledger.portfolio.rules.currency,
        "scope": ledger.scope,
        "method": method,
    }


def _slice(one: Slice) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "value": text(one.value),
        "weight": number(one.weight),
        "holdings": one.holdings,
        "flags": one.flags,
        "reasons": one.reasons,
        "slices": [_slice(inner) for inner in one.slices],
    }


def _paths(slices: Sequence[Slice], above: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for one in slices:
        path = (*above, one.name)
        yield {**_slice(one), "path": " / ".join(path)}
        yield from _paths(one.slices, path)


def drift_bytes(ledger: Ledger, found: DriftReport, *, csv: bool = False) -> bytes:
    """Write how far a portfolio is from its targets."""
    groups: list[dict[str, Any]] = [
        {
            "by": group.axis.text,
            "untargeted": number(group.untargeted),
            "rows": [_drift(row) for row in group.rows],
        }
        for group in found.groups
    ]
    answer = {
        **head(ledger, found.as_of, "constant_total"),
        "total_value": text(found.total_value),
        "groups": groups,
        "flags": found.flags,
        "reasons": found.reasons,
    }
    if not csv:
        return orjson.dumps(answer)
    named = {"as_of": answer["as_of"], "currency": answer["currency"]}
    rows = ({**named, "by": group["by"], **row} for group in groups for row in group["rows"])
    return csv_rows(_DRIFT_COLUMNS, rows)


def _drift(row: Drift) -> dict[str, Any]:
    edges: tuple[Decimal | None, Decimal | None] = (None, None)
    if row.target is not None:
        edges = row.target.edges
    return {
        "key": row.key,
        "name": row.name,
        "value": text(row.value),
        "weight": number(row.weight),
        "target": None if row.target is None else number(row.target.weight),
        "low": number(edges[0]),
        "high": number(edges[1]),
        "drift": number(row.drift),
        "outside": row.outside,
        "to_target": text(row.to_target),
        "to_band": text(row.to_band),
        "reasons": row.reasons,
    }
