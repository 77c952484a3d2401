"""Figures as JSON bytes, written without a detour over models: they are read often."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

from argosy.core.explain import Node
from argosy.core.ledger.basis import Piece
from argosy.core.market.asset import Asset
from argosy.core.money import plain
from argosy.core.valuation.figures import HoldingFigures, PortfolioFigures
from argosy.services.books import Ledger
from argosy.services.explaining import DayBefore, Explanation, PassedOver, UnderMethod

_MONEY_OF_PORTFOLIO = (
    "total_value",
    "total_cost",
    "unrealized_gain",
    "realized_gain",
    "income",
    "fees",
    "fees_separate",
    "total_gain",
    "day_change",
    "invested",
    "cash_value",
)
_MONEY_OF_HOLDING = (
    "quantity",
    "average_cost",
    "cost",
    "local_cost",
    "price",
    "rate",
    "value",
    "local_value",
    "unrealized_gain",
    "unrealized_price_part",
    "unrealized_currency_part",
    "realized_gain",
    "income",
    "fees",
    "fees_separate",
    "total_gain",
    "day_change",
)


def portfolio_json(ledger: Ledger, found: PortfolioFigures) -> bytes:
    """Write a portfolio with its figures."""
    portfolio = ledger.portfolio
    rules = portfolio.rules
    return orjson.dumps(
        {
            "id": portfolio.id,
            "name": portfolio.name,
            "description": portfolio.description,
            "currency": rules.currency,
            "cost_basis_method": rules.method.value,
            "fees_in_cost": rules.fees_in_cost,
            "dividend_policy": rules.dividend_policy.value,
            "track_cash": rules.track_cash,
            "allow_short": rules.allow_short,
            "is_demo": portfolio.is_demo,
            "created_at": instant(portfolio.created_at),
            "updated_at": instant(portfolio.updated_at),
            "as_of": found.as_of.isoformat(),
            "scope": ledger.scope,
            **{name: text(getattr(found, name)) for name in _MONEY_OF_PORTFOLIO},
            "total_return": number(found.total_return),
            "cash": {currency: plain(amount) for currency, amount in found.cash.items()},
            "flags": found.flags,
            "reasons": found.reasons,
        }
    )


def holdings_json(
    found: PortfolioFigures, assets: dict[str, Asset], *, lots: bool, closed: bool
) -> bytes:
    """Write the holdings, the most valuable first; closed ones last, where asked for."""
    wanted = [holding for holding in found.holdings if holding.quantity or closed]
    wanted.sort(key=lambda holding: _rank(holding, assets))
    return orjson.dumps([_holding(holding, assets, lots=lots) for holding in wanted])


def _rank(holding: HoldingFigures, assets: dict[str, Asset]) -> tuple[bool, bool, Decimal, str]:
    value = holding.value
    return (
        not holding.quantity,
        value is None,
        -(value or Decimal(0)),
        assets[holding.asset_id].symbol,
    )


def _holding(holding: HoldingFigures, assets: dict[str, Asset], *, lots: bool) -> dict[str, Any]:
    asset = assets[holding.asset_id]
    return {
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "exchange": asset.exchange,
        "name": asset.name,
        "category": asset.category.value,
        "currency": asset.currency,
        **{name: text(getattr(holding, name)) for name in _MONEY_OF_HOLDING},
        "price_at": _price_at(holding),
        "price_on": _day(holding.price_on),
        "price_source": holding.price_source,
        "weight": number(holding.weight),
        "unrealized_return": number(holding.unrealized_return),
        "flags": holding.flags,
        "reasons": holding.reasons,
        "lots": [_lot(piece) for piece in holding.lots] if lots else None,
    }


def _price_at(holding: HoldingFigures) -> str | None:
    if holding.price_at is not None:
        return instant(holding.price_at)
    return _day(holding.price_on)


def _lot(piece: Piece) -> dict[str, Any]:
    return {
        "acquired": piece.day.isoformat(),
        "quantity": plain(piece.quantity),
        "cost": text(piece.cost),
        "local_cost": text(piece.local_cost),
        "transaction_id": piece.transaction_id,
    }


def explanation_json(found: Explanation, asset_id: str | None) -> bytes:
    """Write an explanation."""
    return orjson.dumps(
        {
            "figure": found.figure,
            "asset_id": asset_id,
            "value": text(found.value),
            "currency": found.currency,
            "formula": found.formula,
            "as_of": found.as_of.isoformat(),
            "status": _status(found),
            "flags": found.flags,
            "reason": found.reason,
            "root": found.nodes[-1].id if found.nodes else None,
            "nodes": [_node(node) for node in found.nodes],
            "passed_over": [_passed_over(one) for one in found.passed_over],
            "methods": None if found.methods is None else [_under(one) for one in found.methods],
            "day_before": None if found.day_before is None else _day_before(found.day_before),
        }
    )


def _passed_over(one: PassedOver) -> dict[str, str]:
    day, source, close, reason = one.close
    return {
        "asset_id": one.asset.id,
        "symbol": one.asset.symbol,
        "source": source,
        "on": day.isoformat(),
        "close": plain(close),
        "reason": reason,
    }


def _under(other: UnderMethod) -> dict[str, Any]:
    return {"method": other.method.value, "value": text(other.value)}


def _day_before(earlier: DayBefore) -> dict[str, Any]:
    return {
        "as_of": earlier.as_of.isoformat(),
        "value": text(earlier.value),
        "change": text(earlier.change),
        "reason": earlier.reason,
    }


def _status(found: Explanation) -> str:
    """Name the worst that is known about a figure."""
    if found.value is None:
        return "unknown"
    names = {flag.partition(":")[0] for flag in found.flags}
    for status in ("incomplete", "stale", "estimated"):
        if status in names:
            return status
    return "exact"


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "value": plain(node.value),
        "op": node.op,
        "args": node.args,
        "label": node.label,
        "facts": dict(node.facts),
    }


def text(value: Decimal | None) -> str | None:
    """Write an exact number as plain digits; a missing one as null."""
    return None if value is None or value.is_nan() else plain(value)


def number(value: Decimal | None) -> float | None:
    """Write a fraction as a number."""
    return None if value is None else float(value)


def instant(value: datetime) -> str:
    """Write an instant in UTC, ending in Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
