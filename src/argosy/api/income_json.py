"""Income as bytes: JSON, or its rows as CSV."""

from typing import Any

import orjson

from argosy.api.csv_rows import csv_rows
from argosy.api.figures_json import number, text
from argosy.core.market.asset import Asset
from argosy.core.valuation.expected import Expected
from argosy.core.valuation.income import AMOUNTS
from argosy.services.books import Ledger
from argosy.services.income import Income, IncomeReport, Yield

_COLUMNS = ("currency", "key", "name", "start", "end", *AMOUNTS, "payments", "growth")
_NO_GROWTH = {"growth": "Growth is of whole years, one after the other."}
_RATIOS = ("on_cost", "on_value", "gross_on_cost", "gross_on_value")


def income_bytes(ledger: Ledger, found: IncomeReport, *, csv: bool = False) -> bytes:
    """Write income; in CSV the items alone."""
    currency = ledger.portfolio.rules.currency
    items = [_income(row) for row in found.rows]
    if csv:
        return csv_rows(_COLUMNS, ({"currency": currency, **row} for row in items))
    return orjson.dumps(
        {
            "start": found.start.isoformat(),
            "end": found.end.isoformat(),
            "currency": currency,
            "scope": ledger.scope,
            "method": "net_of_tax",
            "by": found.by.value,
            "items": items,
            "total": _income(found.total),
            "last_year": _income(found.last_year),
            "growth": number(found.growth),
            "yield_of_all": _yield(found.whole, ledger.assets),
            "yields": [_yield(one, ledger.assets) for one in found.yields],
            "calendar": [_expected(one, ledger.assets[one.asset_id]) for one in found.calendar],
            "flags": found.flags,
            "reasons": found.reasons,
        }
    )


def _income(row: Income) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "start": None if row.start is None else row.start.isoformat(),
        "end": None if row.end is None else row.end.isoformat(),
        **{part: text(getattr(row, part)) for part in AMOUNTS},
        "payments": row.payments,
        "growth": number(row.growth),
        "reasons": row.reasons if row.growth is not None else {**_NO_GROWTH, **row.reasons},
    }


def _yield(one: Yield, assets: dict[str, Asset]) -> dict[str, Any]:
    return {
        "asset_id": one.asset_id,
        "symbol": None if one.asset_id is None else assets[one.asset_id].symbol,
        **{name: text(getattr(one, name)) for name in ("net", "gross", "cost", "value")},
        **{name: number(getattr(one, name)) for name in _RATIOS},
        "reasons": one.reasons,
    }


def _expected(one: Expected, asset: Asset) -> dict[str, Any]:
    return {
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "certainty": one.certainty.value,
        "ex_on": one.ex_on.isoformat(),
        "pay_on": one.pay_on.isoformat(),
        **{name: text(getattr(one, name)) for name in ("per_share", "shares", "amount")},
        "currency": one.currency,
        "value": text(one.value),
        "reasons": one.reasons,
    }
