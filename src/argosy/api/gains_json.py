"""Realized gains as bytes: JSON, or a CSV file with a row a lot."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import orjson

from argosy.api.csv_rows import csv_rows
from argosy.api.figures_json import text
from argosy.core.market.asset import Asset
from argosy.core.money import plain
from argosy.core.valuation.gains import GainTotals, LotGain, RealizedGain
from argosy.core.valuation.wash_sales import WashSale
from argosy.core.valuation.worklist import ToDo
from argosy.services.books import Ledger
from argosy.services.gains import AMOUNTS, GainsAsked, GainsReport, UnderMethod

_PARTS = ("price_part", "currency_part")
_COLUMNS = (
    *("date", "symbol", "exchange", "currency", "method", "transaction_id", "quantity"),
    *("acquired", "acquired_by", "days_held", "term", *AMOUNTS, "fees", "wash_sale", "wash_loss"),
)
_OF_METHOD = (
    *("realized", "short_term", "long_term", "realized_to_date", "unrealized", "cost", "value"),
    "total",
)


def gains_bytes(ledger: Ledger, found: GainsReport, *, csv: bool = False) -> bytes:
    """Write disposals with their lots, sums and what is missing."""
    if csv:
        return csv_rows(_COLUMNS, lot_rows(ledger, found))
    return orjson.dumps(gains_answer(ledger, found))


def gains_answer(ledger: Ledger, found: GainsReport) -> dict[str, Any]:
    """Return the answer about gains, as JSON has it."""
    assets = ledger.assets
    return {
        **_head(ledger, found.asked, found.start, found.end),
        "items": [
            _gain(one, assets[one.disposal.asset_id], found.wash.get(at))
            for at, one in enumerate(found.found)
        ],
        "totals": _totals(found.totals),
        "by_term": {term.value: _totals(sums) for term, sums in found.by_term.items()},
        "worklist": [_todo(one, assets[one.asset_id]) for one in found.todos],
        "flags": found.flags,
        "reasons": found.reasons,
    }


def _head(
    ledger: Ledger, asked: GainsAsked, start: date | None, end: date | None
) -> dict[str, Any]:
    rules = ledger.portfolio.rules
    return {
        "start": None if start is None else start.isoformat(),
        "end": None if end is None else end.isoformat(),
        "currency": rules.currency,
        "scope": ledger.scope,
        "method": rules.method.value,
        "long_term_days": asked.long_term_days,
    }


def _gain(one: RealizedGain, asset: Asset, wash: WashSale | None) -> dict[str, Any]:
    disposal = one.disposal
    return {
        "date": disposal.day.isoformat(),
        "transaction_id": disposal.transaction_id,
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "exchange": asset.exchange,
        "quantity": plain(disposal.quantity),
        **{name: text(getattr(one, name)) for name in (*AMOUNTS, "fees")},
        "local_proceeds": text(disposal.local_proceeds),
        "local_cost": text(disposal.relief.local_cost),
        "acquired": None if one.acquired is None else one.acquired.isoformat(),
        "days_held": one.days_held,
        "term": one.term.value,
        "lots": [_lot(lot) for lot in one.lots],
        "wash_sale": None if wash is None else _wash(wash),
    }


def _lot(lot: LotGain) -> dict[str, Any]:
    piece = lot.piece
    return {
        "acquired": piece.day.isoformat(),
        "quantity": plain(piece.quantity),
        "cost": text(piece.cost),
        "local_cost": text(piece.local_cost),
        "transaction_id": piece.transaction_id,
        "days_held": lot.days_held,
        "term": lot.term.value,
        **{name: text(getattr(lot, name)) for name in ("proceeds", "gain", *_PARTS, "fees")},
    }


def _wash(wash: WashSale) -> dict[str, Any]:
    return {
        "transactions": wash.transactions,
        "quantity": plain(wash.quantity),
        "loss": text(wash.loss),
    }


def _totals(sums: GainTotals) -> dict[str, Any]:
    names = (*AMOUNTS, "gains", "losses", "fees")
    return {"count": sums.count, **{name: text(getattr(sums, name)) for name in names}}


def _todo(one: ToDo, asset: Asset) -> dict[str, Any]:
    return {
        "lack": one.lack.value,
        "reason": one.reason,
        "transaction_id": one.transaction_id,
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "date": one.day.isoformat(),
        "quantity": plain(one.quantity),
    }


def lot_rows(ledger: Ledger, found: GainsReport) -> Iterator[dict[str, Any]]:
    """Return a row a lot; of what has none, a row for the disposal itself.

    The hint at a wash sale is of the whole disposal and stands on its first row alone, so that
    the column can be added up.
    """
    rules = ledger.portfolio.rules
    for at, one in enumerate(found.found):
        gain = _gain(one, ledger.assets[one.disposal.asset_id], found.wash.get(at))
        shared = {"currency": rules.currency, "method": rules.method.value}
        shared |= {name: gain[name] for name in ("date", "symbol", "exchange", "transaction_id")}
        wash = gain["wash_sale"]
        once = {
            "wash_sale": wash["transactions"] if wash else None,
            "wash_loss": wash["loss"] if wash else None,
        }
        for number, lot in enumerate(gain["lots"] or [gain]):
            acquired_by = lot["transaction_id"] if gain["lots"] else None
            own = {**lot, **shared, "acquired_by": acquired_by}
            yield {**own, **(once if number == 0 else {})}


def methods_bytes(
    ledger: Ledger,
    asked: GainsAsked,
    as_of: date,
    found: Sequence[UnderMethod],
    *,
    csv: bool = False,
) -> bytes:
    """Write a history under each method."""
    first, last = asked.span
    items = [
        {
            "method": one.method.value,
            "current": one.current,
            "disposals": one.disposals,
            **{name: text(getattr(one, name)) for name in _OF_METHOD},
            "reasons": one.reasons,
        }
        for one in found
    ]
    start = None if first == date.min else first
    head = _head(ledger, asked, start, None if last == date.max else last)
    head["as_of"] = as_of.isoformat()
    if csv:
        shared = {"currency": head["currency"], "as_of": head["as_of"]}
        columns = ("method", "current", "currency", "as_of", "disposals", *_OF_METHOD)
        return csv_rows(columns, ({**shared, **row} for row in items))
    return orjson.dumps({**head, "items": items, "flags": [], "reasons": {}})
